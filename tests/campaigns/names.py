"""S8: whatever a month, a person, a team, a template or a folder is called, no file beside is met.

Every path that the program opens, makes, moves or removes is seen by Python's audit hook.
"""

import io
import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from cadence.cli import app
from tests.campaigns.tally import Tally

ROOT = Path(__file__).parents[2]
OURS = (ROOT, Path(sys.prefix), Path(sys.base_prefix), Path("/usr"), Path("/lib"), Path("/proc"))
HARMLESS = ("/dev/null", "/dev/urandom", "/etc/localtime", "/etc/timezone", "/etc/mime.types")
WATCHED = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"} | {
    "os.chmod", "os.truncate", "os.utime", "shutil.copyfile", "os.listdir", "os.scandir"
}  # fmt: skip

PIECES = (
    *("..", "../..", "/", "//", "/etc/passwd", "/dev/zero", "/dev/stdin", "\\", "..\\..", "C:\\x"),
    *("~", "~root", ".", "", " ", "\0", "\n", "\x1b[31m", "\u202e", "a" * 300, "é" * 200, "CON"),
    *("nul.md", "reports", "REPORTS", "month", "Month", ".git", "-", "--help", "$HOME", "`id`"),
    *("link", "loop", "2021-05", "2021-13", "may", "%2e%2e", "file:///etc", "&", "|", ";", "*"),
    *("x.j2", "reports/month.md.j2", "parts/../x", "secret.txt", "\u2024\u2024/", "．．／"),
)

_seen: list[str] | None = None


def _hook(event: str, told: tuple[object, ...]) -> None:
    if _seen is None or event not in WATCHED:
        return
    _seen.extend(os.fsdecode(one) for one in told[:2] if isinstance(one, str | bytes))


sys.addaudithook(_hook)


def names(seed: int, count: int) -> Iterator[str]:
    """Yield names of up to three pieces, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        pieces = chance.choices(PIECES, k=chance.randint(1, 3))
        yield chance.choice(("", "/", "-")).join(pieces)


Way = Callable[[str], list[str]]
NOW = "2021-06-02T16:00:00Z"
MAY = ("--month", "2021-05")


def _renamed(place: Path, name: str) -> None:
    """Call the team, and a member, so."""
    toml = (place / "as-it-was.toml").read_text("utf-8")
    for known in ("Training I/O squad", "Ada Park"):
        toml = toml.replace(f'"{known}"', json.dumps(name), 1)
    (place / "cadence.toml").write_text(toml, "utf-8", "surrogatepass")


WAYS: dict[str, Way] = {
    "month": lambda name: ["report", "--month", name, "--output", "out"],
    "output": lambda name: ["report", *MAY, "--kind", "executive", "--output", f"out/{name}"],
    "person": lambda name: ["report", *MAY, "--kind", "person", "--person", name],
    "team": lambda name: ["report", *MAY, "--kind", "executive", "--output", "out"],
    "member": lambda name: [*"report --kind person".split(), *MAY, f"--person={name}",
                            "--output", "out"],
    "shown": lambda name: ["template", "show", name],
    "copied": lambda name: ["template", "copy", name],
    "previewed": lambda name: ["template", "preview", name, *MAY],
    "template": lambda _: ["template", "list"],
    "calendar": lambda name: ["calendar", "--output", f"out/{name}"],
}  # fmt: skip
"""Each way in which a name comes in, and what is then run."""


def run(seed: int, count: int, tally: Tally) -> None:
    """Put hostile names to the demo's workspace, one way after the other."""
    with TemporaryDirectory() as folder, patch.dict(os.environ, CADENCE_NOW=NOW):
        place, outside = Path(folder, "demo"), Path(folder, "outside")
        with redirect_stdout(io.StringIO()):
            app.run(["-q", "demo", str(place)])
        shutil.copy(place / "cadence.toml", place / "as-it-was.toml")
        for number, name in enumerate(names(seed, count)):
            way = list(WAYS)[number % len(WAYS)]
            if way not in ("team", "member", "template"):
                name = name.replace("\0", "")  # no argument of a program can hold one
            met, found = _tried(place, outside, way, name)
            tally.case(f"{way} {name!r}", found, fired=met)


def _tried(place: Path, outside: Path, way: str, name: str) -> tuple[int, list[str]]:
    """Return how many paths were met, and what was wrong with them."""
    for folder in (place / "out", outside):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(place / "templates")
    outside.mkdir()
    (outside / "secret.txt").write_text("canary")
    (place / "out").mkdir()
    (place / "templates").mkdir()
    (place / "out" / "2021-05").symlink_to(outside)
    (place / "templates" / "link").symlink_to(outside)
    shutil.copy(place / "as-it-was.toml", place / "cadence.toml")
    if way in ("team", "member"):
        _renamed(place, name)
    if way == "template":
        _own(place / "templates", name.replace("/", "_").replace("\0", "_")[:80])
    code, said, met = _ran(place, WAYS[way](name))
    named = [Path(os.path.realpath(place / "out" / name.replace("\0", "")))]
    written = {"output": named, "calendar": [one.parent for one in named]}  # a file is made beside
    allowed = [place, *OURS, *written.get(way, [])]
    found = [f"met {path}" for path in met if not _within(path, place, allowed)]
    meant = any(_within(str(path), place, [outside]) for path in named)  # the link itself is named
    lies = sorted(path.name for path in outside.iterdir()) != ["secret.txt"]
    if lies and not (meant and way in ("output", "calendar")):
        found.append("a file lies outside")
    if "canary" in said or "Traceback" in said or code not in (0, 2):
        found.append(f"exit {code}: {said[-300:]}")
    return len(met), found


def _own(folder: Path, name: str) -> None:
    if name not in ("", ".", ".."):
        (folder / name).write_text("{{ team }}", "utf-8")


def _ran(place: Path, words: list[str]) -> tuple[int, str, list[str]]:
    global _seen  # an audit hook cannot be taken away again
    told = io.StringIO()
    with chdir(place), redirect_stdout(told), redirect_stderr(told):
        _seen = []
        try:
            code = app.run(words)
        finally:
            met, _seen = _seen, None
    return code, told.getvalue(), met


def _within(path: str, place: Path, allowed: list[Path]) -> bool:
    if path in HARMLESS or "\0" in path:
        return True
    real = Path(os.path.realpath(place / path))
    return any(real.is_relative_to(os.path.realpath(root)) for root in allowed)
