"""The story told as text: `site.toml` and one file of events a month become a World."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cadence.demo.records import (
    Component,
    CustomFields,
    Person,
    Project,
    Status,
    Type,
    Version,
)
from cadence.demo.world import World
from cadence.errors import ConfigError
from cadence.resources import folder

_KINDS: tuple[tuple[str, type], ...] = (
    ("people", Person),
    ("statuses", Status),
    ("types", Type),
    ("projects", Project),
    ("components", Component),
    ("versions", Version),
)
_SET = re.compile(r"([a-z_]+)([+-]?)=(.*)", re.DOTALL)
_NAMES = {"version": "fix_versions", "fix_version": "fix_versions", "component": "components"}
_OPERATIONS = {"": "", "+": "_add", "-": "_remove"}
_LISTS = ("labels", "components", "fix_versions")


def load_world(path: Path | None = None) -> World:
    """Return the shipped story, or that of another folder, with its clock at the story's end.

    Raises ConfigError with file and line for what it cannot understand.
    """
    path = path or folder("data/demo")
    site_path = path / "site.toml"
    try:
        site = tomllib.loads(site_path.read_text("utf-8"))
        world = _site(site)
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise ConfigError(str(fault), where=str(site_path)) from fault
    for month in sorted(path.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].txt")):
        tell(world, month.read_text("utf-8"), month.stem, where=str(month))
    if "now" in site:
        world.now = _moment(site["now"], world)
    return world


def tell(world: World, text: str, month: str, where: str = "story") -> None:
    """Let the events of one month's text happen, in their order; `month` is written 2020-11."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
            if words:
                _event(world, words, month)
        except (ValueError, TypeError) as fault:
            raise ConfigError(str(fault), where=f"{where}:{number}", remedy=line.strip()) from fault


def _site(site: dict[str, Any]) -> World:
    fields = CustomFields(**site.get("fields", {}))
    world = World(site["zone"], fields)
    for table, kind in _KINDS:
        for row in _rows(site, table, kind):
            world.add(row)
    return world


def _rows(site: dict[str, Any], table: str, kind: type) -> Iterator[Any]:
    """Yield a table's records; an id that is left out is counted."""
    rows = site.get(table, site.get(table.rstrip("s"), []))
    for number, row in enumerate(rows):
        row = {name: _plain(value) for name, value in row.items()}
        if kind is not Person:
            row.setdefault("id", str(10_000 + number))
        try:
            yield kind(**row)
        except TypeError as fault:
            raise ValueError(f"[[{table}]] {row.get('name', number)}: {fault}") from fault


def _plain(value: Any) -> Any:
    """Return ids as text and days as 2021-02-03."""
    if isinstance(value, bool) or value is None:
        return value
    return value.isoformat() if hasattr(value, "isoformat") else value


def _moment(value: Any, world: World) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=world.zone)


def _event(world: World, words: list[str], month: str) -> None:
    """Let one line happen: `DD HH:MM who KEY rest` or `DD HH:MM who version NAME rest`."""
    if len(words) < 5:
        raise ValueError("an event is: DD HH:MM who KEY rest")
    day, clock, who, subject, *rest = words
    moment = datetime.fromisoformat(f"{month}-{day}T{clock}").replace(tzinfo=world.zone)
    if moment < world.now:
        raise ValueError(f"{day} {clock} is earlier than the event before")
    world.now = moment
    world.person(who)
    if subject == "version":
        _version_event(world, rest)
    else:
        _issue_event(world, who, subject, rest)


def _issue_event(world: World, who: str, key: str, rest: list[str]) -> None:
    match rest:
        case ["new", kind, summary, *sets]:
            world.create(who, key, kind, summary, **_sets(sets))
        case [">", status, *sets]:
            world.transition(who, key, status, **_sets(sets))
        case ["comment", *text]:
            world.comment(who, key, " ".join(text))
        case ["delete"]:
            world.delete(key)
        case ["move", project]:
            world.move(who, key, project)
        case _:
            world.edit(who, key, **_sets(rest))


def _sets(words: list[str]) -> dict[str, Any]:
    """Return `field=value`, `list+=value` and `list-=value` as the world's keyword arguments."""
    sets: dict[str, Any] = {}
    for word in words:
        found = _SET.fullmatch(word)
        if not found:
            raise ValueError(f"'{word}' is no field=value")
        name, operation, value = found.groups()
        name = _NAMES.get(name, name)
        if name in _LISTS:
            values = () if value == "none" else tuple(v.strip() for v in value.split(","))
            key = name + _OPERATIONS[operation]
            sets[key] = (*sets.get(key, ()), *values)
        elif operation:
            raise ValueError(f"'{name}' holds one value: write {name}={value}")
        else:
            sets[name] = None if value == "none" else value
    return sets


def _version_event(world: World, rest: list[str]) -> None:
    name, *words = rest
    for word in words:
        option, _, value = word.partition("=")
        match option:
            case "new":
                project = _option(words, "project") or next(iter(world.projects))
                world.create_version(name, project, release_date=_option(words, "due"))
            case "release":
                day = value or world.now.astimezone(world.zone).date()
                world.edit_version(name, released=True, release_date=world.day(day))
            case "unrelease":
                world.edit_version(name, released=False)
            case "rename":
                world.edit_version(name, name=value)
                name = value
            case "archive":
                world.edit_version(name, archived=True)
            case "due" | "date":
                world.edit_version(name, release_date=None if value == "none" else world.day(value))
            case "description" | "driver":
                world.edit_version(name, **{option: value})
            case "project":
                pass
            case _:
                raise ValueError(f"'{word}' is nothing that happens to a version")


def _option(words: list[str], name: str) -> str | None:
    return next((w.partition("=")[2] for w in words if w.startswith(f"{name}=")), None)
