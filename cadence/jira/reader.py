"""A second process that makes sense of long answers, while this one fetches and stores others.

A process makes sense of one thing at a time, and for histories that takes longer than the network.
It is handed an answer and hands back what that tells. What is odd about an answer is not its
business: the caller then reads it itself, and raises what there is to raise. So it does where the
process has died, has been stopped, or has no memory. It ends when its input does: so it does not
outlive the process that it works for, however that one ends.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import IO, Any

from cadence.jira.memory import lean

WORTH_A_PROCESS = 200
"""So many issues are worth the time that a second process takes to begin."""

_STUCK_SECONDS = 20.0
"""One that owes an answer and gives none for so long is done without: it may have been stopped."""

_CODE = (
    "import sys; sys.path.insert(0, {path!r}); import cadence; del sys.path[0];"
    " from cadence.jira.memory import end_with_parent; end_with_parent();"
    " import {module}; from cadence.jira.reader import serve; serve()"
)
_SIZE = Struct(">Q")
_PIPE = 2**20
"""Bytes that a pipe holds, where the system grants it: so that few switches fill it."""


class Reader:
    """Calls functions in a process of its own, from when it is begun; before that, here.

    A function, its arguments and its result must be such that pickle takes them. Several threads
    may call at once: what they ask is handed over before the last answer has come back.
    """

    def __init__(self, module: str) -> None:
        """`module` is imported at once: that where the functions are."""
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = _processors() > 1 and bool(sys.executable)
        self._lock = threading.Lock()
        self._here = threading.Lock()
        self._waiting: deque[Future[bytes]] = deque()
        self._over = threading.Event()

    def begin(self) -> None:
        """Begin the process, unless there is one, or the machine has no room for a second."""
        if self._process is not None:
            return  # without a wait for what it is handed
        with self._lock:
            if self._wanted and self._process is None:
                self._process = _begun(self._module)
                self._attend()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what the function returns: computed here where it could not be there.

        Raises what the function raises.
        """
        asked = self._asked(pickle.dumps((function, arguments), 5)) if self._process else None
        answer = asked.result() if asked else b""
        told: tuple[Any] | None = pickle.loads(answer) if answer else None
        if told:
            return told[0]
        with self._here:  # one at a time: what an answer unfolds to may be large
            return function(*arguments)

    def close(self) -> None:
        """End the process for good, in the midst of a call, too."""
        if process := self._process:
            process.kill()
        with self._lock:
            self._end()

    def _asked(self, question: bytes) -> "Future[bytes] | None":
        """Hand over a question; its answer is empty if the process dies before."""
        with self._lock:
            if not self._process:
                return None
            assert self._process.stdin
            answer: Future[bytes] = Future()
            self._waiting.append(answer)
            with suppress(OSError):  # it has died: the listener tells those who wait
                _write(self._process.stdin, question)
            return answer

    def _attend(self) -> None:
        """Listen to the process and watch it; without room for that it is done without."""
        process = self._process
        try:
            for work in (self._listen, self._watch) if process else ():
                threading.Thread(target=work, args=(process,), daemon=True).start()
        except RuntimeError:
            self._end()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Give the answers to those who wait, in their order, until there are no more."""
        assert process.stdout
        try:
            while answer := _read(process.stdout):
                self._waiting.popleft().set_result(answer)
        except Exception:  # noqa: BLE001 - such as no memory: who waits reads it then
            pass
        self.close()
        while self._waiting:
            self._waiting.popleft().set_result(b"")

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process that is stuck: the listener then tells those who wait."""
        owed: Future[bytes] | None = None
        while not self._over.wait(_STUCK_SECONDS):
            first = (*self._waiting, None)[0]
            if first and first is owed:
                process.kill()
            owed = first

    def _end(self) -> None:
        self._wanted = False  # one that has died, perhaps for want of memory, is not begun again
        self._over.set()
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not yet written is of no use
                    pipe.close()  # type: ignore[union-attr]


def serve() -> None:
    """Answer calls until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever it works for decides when to stop
    with lean():
        while question := _read(sys.stdin.buffer):
            _write(sys.stdout.buffer, _called(question))


def _called(question: bytes) -> bytes:
    """Return the result in a tuple; None if there is none, or it is too deep to be handed back."""
    try:
        function, arguments = pickle.loads(question)
        return pickle.dumps((function(*arguments),), 5)
    except Exception:  # noqa: BLE001 - the caller meets it again, where it can be raised
        return pickle.dumps(None)


def _begun(module: str) -> subprocess.Popen[bytes] | None:
    code = _CODE.format(path=str(Path(__file__).parents[2]), module=module)
    # It needs no secrets, and what lies in the folder that we stand in is not imported.
    needed = {name: told for name, told in os.environ.items() if not name.startswith("CADENCE_")}
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_PIPE,
            env=needed,
        )
    except OSError:  # such as no room for one more process
        return None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(_SIZE.pack(len(content)))
    stream.write(content)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    """Return what was written at the other end; nothing if that ends before it is whole."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return b""
    (size,) = _SIZE.unpack(head)
    content = stream.read(size)
    return content if len(content) == size else b""
