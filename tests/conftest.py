"""What all tests share: golden pages, a command line in an empty folder, the demo's workspace."""

import contextlib
import gc
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cadence.cli import app
from tests.serving import NAMES, Served, opened, serving

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden pages anew")


def pytest_collection_finish() -> None:
    """What was collected lives to the end: no search for garbage need go through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden page of that name; `--update-golden` writes it instead."""

    def check(name: str, text: str) -> None:
        page = GOLDEN / name
        if request.config.getoption("--update-golden"):
            page.write_text(text, encoding="utf-8")
        assert text == page.read_text(encoding="utf-8")

    return check


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Say where a workspace of its own would have its store; there is none yet."""
    return tmp_path / "data" / "cadence.db"


@pytest.fixture
def a_large_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small site be synced as large ones are: by what changed since the watermark."""
    monkeypatch.setattr("cadence.sync.pull.cheaper_to_compare_all", lambda *told: False)


@dataclass(frozen=True)
class Run:
    """What a command did: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Run]:
    """Run `cadence` with these arguments, in an empty folder, on 10 February 2021."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADENCE_NOW", "2021-02-10T12:00:00Z")
    for name in ("CADENCE_WORKSPACE", "CADENCE_JIRA_TOKEN", "CADENCE_JIRA_EMAIL", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*args: object) -> Run:
        capsys.readouterr()
        code = app.run([str(arg) for arg in args])
        return Run(code, *capsys.readouterr())

    return command


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let no other worker in meanwhile, by a lock that SQLite knows how to take everywhere."""
    with contextlib.closing(sqlite3.connect(path, timeout=120, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture(scope="session")
def untouched_story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that `cadence demo` makes, made once for all workers; only to be copied."""
    shared = own = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = own.parent
    with alone(shared / "story.lock"):
        if not (shared / "story").exists():
            with contextlib.redirect_stdout(io.StringIO()):
                assert app.run(["-q", "demo", str(own / "made" / "demo")]) == 0
            (own / "made").rename(shared / "story")
    return shared / "story" / "demo"


@pytest.fixture(scope="session")
def told_story(untouched_story: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's copy of it; look, do not touch."""
    return Path(shutil.copytree(untouched_story, tmp_path_factory.mktemp("story") / "demo"))


@pytest.fixture
def story(untouched_story: Path, tmp_path: Path) -> Path:
    """A copy of the demo's workspace of one's own."""
    return Path(shutil.copytree(untouched_story, tmp_path / "demo"))


@pytest.fixture(scope="module")
def pages(told_story: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The story's pages in June, served, with a link for each member."""
    folder = Path(shutil.copytree(told_story, tmp_path_factory.mktemp("web") / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        served.links = links
        yield served


@pytest.fixture
def ada(pages: Served) -> str:
    """Ada's link into the pages."""
    return pages.links["Ada Park"]
