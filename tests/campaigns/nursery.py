"""Runs `cadence` as processes of their own: forked from one that has imported it, so many are cheap.

`python -m tests.campaigns.nursery` is that process; Nursery is how a campaign talks to it.
"""

import atexit
import contextlib
import ctypes
import inspect
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
LONGEST = 60.0
"""A run that takes longer hangs (reliability.md, R2)."""

_POLL = 0.004


@dataclass(frozen=True)
class How:
    """What a run is given besides its arguments.

    `tune` sets attributes of modules (`cadence.jira.walk:LIMIT`) in the child alone: so that a
    small site is synced as a large one is, and short waits stand for long ones. `plain` takes from
    root the right to write what is read-only.
    """

    env: dict[str, str] = field(default_factory=dict)
    tune: dict[str, Any] = field(default_factory=dict)
    largest_file: int | None = None
    umask: int = 0o022
    plain: bool = False


@dataclass(frozen=True)
class Ended:
    """How a run ended; `killed` if by a signal.

    `seconds` is its time by the clock, `cpu_seconds` by the processor, which other processes do not
    lengthen; `rss_mb` is the most memory that it had.
    """

    code: int
    out: str
    err: str
    seconds: float
    cpu_seconds: float
    rss_mb: float
    hung: bool = False

    @property
    def killed(self) -> bool:
        return self.code < 0


class Child:
    """A run that is under way."""

    def __init__(self, nursery: "Nursery", pid: int, out: Path, err: Path) -> None:
        self.nursery = nursery
        self.pid = pid
        self.begun = time.monotonic()
        self._files = out, err
        self._over = threading.Event()

    def kill(self, sign: int = signal.SIGKILL) -> bool:
        """Send a signal; False if the run has ended already."""
        if self._over.is_set():
            return False
        try:
            os.kill(self.pid, sign)
        except ProcessLookupError:
            return False
        return True

    def wait(self, longest: float = LONGEST) -> Ended:
        """Return how the run ended; one that takes too long is killed and called hung."""
        until = time.monotonic() + longest
        hung = False
        while True:
            told = self.nursery.ask({"poll": self.pid})
            if told is not None:
                break
            if time.monotonic() > until:
                hung = True
                self.kill()
            time.sleep(_POLL)
        self._over.set()
        out, err = (path.read_text("utf-8", "replace") for path in self._files)
        code, rss, cpu = told
        return Ended(code, out, err, time.monotonic() - self.begun, cpu, rss / 1024, hung)


_idle: "list[subprocess.Popen[bytes]]" = []
"""Processes that have been started, and that no nursery uses now: to start one takes a while."""


@atexit.register
def _end_idle() -> None:
    while _idle:
        process = _idle.pop()
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


class Nursery:
    """The process that all runs are forked from, in its `with` block."""

    def __enter__(self) -> Self:
        self._process = _idle.pop() if _idle else _started()
        self._lock = threading.Lock()
        self._number = 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ask({"end": "all"})
        _idle.append(self._process)

    def ask(self, what: dict[str, Any]) -> Any:
        with self._lock:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(self, folder: Path, *args: str, how: How | None = None) -> Child:
        """Begin `cadence ARGS` in a folder."""
        how = how or How()
        self._number += 1
        logs = folder / "logs"
        logs.mkdir(exist_ok=True)
        logs.chmod(0o777)
        out, err = (logs / f"{self._number}.{name}" for name in ("out", "err"))
        for path in (out, err):
            path.touch()
            path.chmod(0o666)
        told = {
            "args": args,
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
            "env": {**_clean_environment(), **how.env},
            "tune": how.tune,
            "largest_file": how.largest_file,
            "umask": how.umask,
            "plain": how.plain,
        }
        return Child(self, self.ask({"start": told}), out, err)

    def run(
        self, folder: Path, *args: str, how: How | None = None, longest: float = LONGEST
    ) -> Ended:
        """Run `cadence ARGS` in a folder to its end."""
        return self.start(folder, *args, how=how).wait(longest)


def _started() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.campaigns.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )


def workplace() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder for a `with` block, in memory where there is such a place.

    A store waits for the disk at every commit: most of a campaign's time would be that.
    """
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None)


def _clean_environment() -> dict[str, str]:
    """Return the machine's environment without what would change what cadence does."""
    dropped = ("CADENCE_", "HTTP", "http", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy")
    dropped += ("REQUESTS_", "CURL_", "TZ", "PYTHONTRACEMALLOC", "COV")
    return {k: v for k, v in os.environ.items() if not k.startswith(dropped)}


# ---- the nursery itself ----------------------------------------------------------------------


def _serve() -> None:
    for module in ("cadence.cli.app", "cadence.cli.sync", "cadence.cli.status", "jira"):
        import_module(module)
    answers = os.dup(1)
    children: set[int] = set()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        if "start" in asked:
            told: Any = os.fork()
            if told == 0:
                os.close(answers)
                _grow(asked["start"])
            children.add(told)
        elif "end" in asked:
            told = _ended(children)
        else:
            told = _polled(asked["poll"])
            if told is not None:
                children.discard(asked["poll"])
        os.write(answers, json.dumps(told).encode() + b"\n")
    _ended(children)


def _ended(children: set[int]) -> int:
    """End what still runs; return how many there were."""
    count = len(children)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    children.clear()
    return count


def _polled(pid: int) -> tuple[int, int, float] | None:
    found, status, usage = os.wait4(pid, os.WNOHANG)
    if not found:
        return None
    cpu = usage.ru_utime + usage.ru_stime
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss, cpu


def _grow(told: dict[str, Any]) -> None:
    """Become the run: this does not return."""
    code = 1
    try:
        os.chdir(told["folder"])
        for path, number in (("/dev/null", 0), (told["out"], 1), (told["err"], 2)):
            os.dup2(os.open(path, os.O_RDWR), number)
        os.environ.clear()
        os.environ.update(told["env"])
        time.tzset()
        os.umask(told["umask"])
        # A shell lets what it runs in the background ignore Ctrl-C, which campaigns send.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _tune(told["tune"])
        if told["largest_file"] is not None:
            most = told["largest_file"]
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        if told["plain"]:
            _heed_rights()
        sys.argv = ["cadence", *told["args"]]
        import_module("cadence.cli.app").main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001 - as the interpreter itself tells of it
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)


def _heed_rights() -> None:
    """Give up what lets root pass over the rights of files (CAP_DAC_OVERRIDE and its like)."""
    if os.geteuid() != 0:
        return
    version, kept = 0x20080522, 0xFFFFFFFF & ~0b110
    header = (ctypes.c_uint32 * 2)(version, 0)
    sets = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, sets):
        held = (ctypes.c_uint32 * 6)()
        ctypes.CDLL(None).capget(header, held)
        sets = (ctypes.c_uint32 * 6)(held[0] & kept, held[1] & kept, 0, held[3], held[4], 0)
        if ctypes.CDLL(None, use_errno=True).capset(header, sets):
            raise OSError(ctypes.get_errno(), "capset")


def _tune(tune: dict[str, Any]) -> None:
    for name, value in tune.items():
        if name == "patience":
            _make_hasty(value)
            continue
        # A name that is no more fails the run: a campaign must not go on without its tuning.
        module, _, path = name.partition(":")
        *parents, last = path.split(".")
        owner = reduce(getattr, parents, import_module(module))
        getattr(owner, last)
        setattr(owner, last, value)


def _make_hasty(wanted: dict[str, float]) -> None:
    """Change the defaults by which a sync waits for Jira."""
    patience: Any = import_module("cadence.jira.patience").Patience
    parameters = inspect.signature(patience.__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    defaults |= {name: value for name, value in wanted.items() if name in defaults}
    patience.__init__.__defaults__ = tuple(defaults.values())


if __name__ == "__main__":
    _serve()
