"""How one event changes an issue: the new state, and the items that Jira writes about it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cadence.demo.records import IssueState, Item

if TYPE_CHECKING:
    from cadence.demo.world import World

Named = tuple[str | None, str | None]

LISTS = ("labels", "components", "fix_versions", "sprints")
"""Fields that hold several values, and can be set, added to (`_add`) and taken from (`_remove`)."""


def changed(world: "World", state: IssueState, name: str, value: Any) -> IssueState:
    """Return the state with one field set.

    `name` is a field, or a list's name with `_add` or `_remove`. Raises ValueError for a field
    or a value that the world does not know.
    """
    field = field_of(name)
    if field not in _READ:
        raise ValueError(f"unknown field '{field}'")
    new = (
        _listed(world, state, name, value) if field in LISTS else _READ[field](world, state, value)
    )
    if new == getattr(state, field):
        return state
    sets: dict[str, Any] = {field: new, **_consequences(world, state, field, new)}
    return replace(state, **sets)


def items(
    world: "World", before: IssueState, after: IssueState, fields: Iterable[str]
) -> list[Item]:
    """Return the items that Jira writes about these fields, none for what stayed the same."""
    return [
        item
        for field in dict.fromkeys(fields)
        if getattr(before, field) != getattr(after, field)
        for item in _items(world, after, field, getattr(before, field), getattr(after, field))
    ]


def field_of(name: str) -> str:
    """Return the field that a set, an addition or a removal is about."""
    return name.removesuffix("_add").removesuffix("_remove")


def _listed(world: "World", state: IssueState, name: str, value: Any) -> tuple[str, ...]:
    """Return a list field's values after a set, an addition or a removal."""
    field = field_of(name)
    values = (value,) if isinstance(value, str) else tuple(value or ())
    given = tuple(_READ[field](world, state, each) for each in values)
    kept: tuple[str, ...] = getattr(state, field)
    if name.endswith("_add"):
        given = kept + tuple(each for each in given if each not in kept)
    elif name.endswith("_remove"):
        given = tuple(each for each in kept if each not in given)
    return tuple(sorted(given)) if field == "labels" else given


def _consequences(world: "World", state: IssueState, field: str, new: Any) -> dict[str, Any]:
    """Return what Jira sets along with a field, without an item of its own."""
    if field == "resolution":
        return {"resolved": world.instant if new else None}
    if field == "status":
        same = world.statuses[new].category == world.statuses[state.status].category
        return {} if same else {"category_since": world.instant}
    return {}


def _items(world: "World", state: IssueState, field: str, old: Any, new: Any) -> Iterable[Item]:
    """Yield the items of one changed field: versions and components have one for each value."""
    if field in ("components", "fix_versions"):
        for gone in (each for each in old if each not in new):
            yield Item(field, *_name(world, field, gone), None, None)
        for come in (each for each in new if each not in old):
            yield Item(field, None, None, *_name(world, field, come))
        return
    subtask = field == "parent" and world.types[state.type].level < 0
    told = "subtask_parent" if subtask else field
    yield Item(told, *_name(world, field, old), *_name(world, field, new))


def _name(world: "World", field: str, value: Any) -> Named:
    """Return a value as a history tells it: id and text as they are at that moment."""
    if field == "labels":
        return None, " ".join(value)
    if field == "sprints":
        return ", ".join(value), ", ".join(world.sprints[id].name for id in value)
    return (None, None) if value is None else _TOLD[field](world, value)


def _text(world: "World", state: IssueState, value: Any) -> str | None:
    return value or None


def _points(world: "World", state: IssueState, value: Any) -> float | None:
    return None if value is None else float(value)


def _due(world: "World", state: IssueState, value: Any) -> str | None:
    return None if value is None else world.day(value)


def _parent(world: "World", state: IssueState, value: Any) -> int | None:
    return None if value is None else world.issue(value).id


def _label(world: "World", state: IssueState, value: Any) -> str:
    if not value or " " in value:
        raise ValueError(f"'{value}' is no label")
    return str(value)


_READ: dict[str, Callable[["World", IssueState, Any], Any]] = {
    "status": lambda world, state, value: world.named(world.statuses, value).id,
    "type": lambda world, state, value: world.named(world.types, value).id,
    "assignee": lambda world, state, value: value and world.person(value).handle,
    "priority": lambda world, state, value: world.priority(value),
    "resolution": lambda world, state, value: value and world.resolution(value),
    "components": lambda world, state, value: world.component(state.project, value),
    "fix_versions": lambda world, state, value: world.version_id(state.project, value),
    "sprints": lambda world, state, value: world.named(world.sprints, value).id,
    "summary": _text,
    "description": _text,
    "points": _points,
    "due": _due,
    "parent": _parent,
    "labels": _label,
}

_TOLD: dict[str, Callable[["World", Any], Named]] = {
    "status": lambda world, value: (value, world.statuses[value].name),
    "type": lambda world, value: (value, world.types[value].name),
    "assignee": lambda world, value: (value, world.people[value].name),
    "priority": lambda world, value: (value, world.priorities[value]),
    "resolution": lambda world, value: (value, world.resolutions[value]),
    "components": lambda world, value: (value, world.components[value].name),
    "fix_versions": lambda world, value: (value, world.version(value).name),
    "summary": lambda world, value: (None, value),
    "description": lambda world, value: (None, value),
    "points": lambda world, value: (None, f"{value:g}"),
    "due": lambda world, value: (value, f"{value} 00:00:00.0"),
    "parent": lambda world, value: (str(value), world.key_of(value)),
}
