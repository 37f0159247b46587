"""The house rules of CONTRIBUTING.md: imports point down, and each library has one home."""

import ast
from functools import cache
from pathlib import Path

import pytest

import cadence

PACKAGE = Path(cadence.__file__).parent

FLOORS = [
    {"errors", "resources", "version", "themes"},
    {"month", "files", "text_file"},
    {"model", "markup", "toml_file"},
    {"structure", "filters", "anonymity"},
    {
        "config",
        "history",
        "plain",
        "notes",
        "forms",
        "invitations",
        "subjects",
        "sandbox",
        "pictures",
    },
    {"releases", "rests", "ceremonies", "ics", "render", "formats", "scope", "credentials"},
    {"world", "workspace", "render_child"},
    {"snapshot"},
    {"figures"},
    {"findings"},
    {"reports"},
    {"store", "jira", "demo"},
    {"reach", "sync", "pushing", "confluence"},
    {"web"},
    {"cli"},
]
"""From the ground up. A module may import what stands on its own floor's rooms below it."""

SIDE_BY_SIDE = {
    ("jira", "figures"),
    ("jira", "findings"),
    ("store", "figures"),
    ("demo", "figures"),
}
"""Rooms that must not know each other, whatever their floors."""

HOMES = {
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"render", "sandbox", "filters", "web"},
    "markupsafe": {"markup", "sandbox", "filters", "web"},
    "flask": {"web"},
    "waitress": {"web"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store", "cli", "sync", "reach", "pushing", "confluence", "web"},
    "jira": {"jira"},
    "requests": {"jira"},
    "cattrs": {"structure"},
    "tomlkit": {"config"},
    "icalendar": {"ics"},
    "resvg_py": {"cli"},
    "markdown_it": {"formats"},
}
"""The only rooms that may know a library."""

PURE = {
    "figures",
    "findings",
    "reports",
    "snapshot",
    "world",
    "history",
    "releases",
    "ceremonies",
    "model",
    "pictures",
}
WORLDLY = {"os", "time", "pathlib", "sqlite3", "socket", "subprocess", "random", "click", "logging"}


def room(module: str) -> str:
    """Return the room of `cadence.figures.flow`: `figures`."""
    return ([*module.split("."), "version"])[1]


@cache
def imports() -> list[tuple[str, str]]:
    """Return (module, imported module) for every import in the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(module, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: write imports in full"
                found.append((module, node.module or ""))
    return found


OURS = [(a, b) for a, b in imports() if b.split(".")[0] == "cadence"]


def floor(name: str) -> int:
    """Return the number of a room's floor."""
    found = [number for number, rooms in enumerate(FLOORS) if name in rooms]
    assert found, f"'{name}' has no floor yet: add it to FLOORS and to CONTRIBUTING.md"
    return found[0]


def test_imports_point_down():
    upward = {(a, b) for a, b in OURS if room(a) != room(b) and floor(room(b)) >= floor(room(a))}
    assert not upward


def test_there_is_no_circle_between_rooms_of_the_figures():
    known = {(room(a), room(b)) for a, b in OURS}
    assert not known & SIDE_BY_SIDE


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_one_home(library):
    users = {room(a) for a, b in imports() if b.split(".")[0] == library}
    assert users <= HOMES[library]


def test_what_computes_knows_nothing_of_the_world_outside():
    worldly = {(a, b) for a, b in imports() if room(a) in PURE and b.split(".")[0] in WORLDLY}
    assert not worldly


def test_only_the_command_line_reads_the_clock():
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(
            call in path.read_text(encoding="utf-8") for call in ("datetime.now(", "date.today(")
        )
    }
    assert readers <= {"cli/app.py"}


def test_no_module_is_longer_than_400_lines():
    long = {p.name for p in PACKAGE.rglob("*.py") if len(p.read_text("utf-8").splitlines()) > 400}
    assert not long
