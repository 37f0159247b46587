"""Jira's JSON to records: an issue with its history, and what gives its ids a meaning."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from cadence.jira import values
from cadence.jira.changelog import Changelog
from cadence.jira.changes import Value, contradicts, decode_changes
from cadence.jira.fields import Flavor
from cadence.jira.people import decode_person, is_unnamed
from cadence.jira.site import Site
from cadence.jira.sprints import decode_sprints
from cadence.jira.values import mapping, sequence, text
from cadence.model import (
    Change,
    HistoryState,
    Issue,
    IssueType,
    Person,
    Project,
    Sprint,
    Status,
    Version,
)

T = TypeVar("T")

LONGEST_SUMMARY = 2000
"""Jira's own limit is 255."""

_HIGHEST_LEVEL = 1000  # Jira's own are far below: beyond it is no level

_CATEGORIES = ("new", "indeterminate", "done")
_KINDS = {
    "parent": dict,
    "resolution": dict,
    "labels": list,
    "components": list,
    "fixVersions": list,
}


@dataclass(frozen=True)
class Decoded:
    """An issue, its changes, and what they tell of others.

    `parent_key` is set where Jira names the parent by a key whose id is not yet known; `odd` are
    the entries of its history that were left out, `unread` the values that were.
    """

    issue: Issue
    changes: tuple[Change, ...]
    people: tuple[Person, ...]
    mentioned: tuple[Person, ...]
    type: IssueType
    sprints: tuple[Sprint, ...] = ()
    status: Status | None = None
    project: Project | None = None
    parent_key: str | None = None
    odd: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def decode_issue(raw: Any, changelog: Changelog, site: Site) -> Decoded:
    """Return an issue as served, with its history.

    Raises ValueError if it cannot be stored at all: without id, key, status, or a time of creation.
    """
    raw = mapping(raw)
    fields = mapping(raw.get("fields"))
    number = values.number_id(raw.get("id"))
    assignee = decode_person(fields.get("assignee"))
    site.learn([assignee] if assignee else [])
    history = decode_changes(number, changelog, site)
    unread = [*changelog.unread, *history.unread, *_misshapen(fields), *_unstorable(fields)]
    type_ = _issue_type(fields, site)
    status = _status(fields, history.changes, site)
    due = _readable(fields, "duedate", values.day, unread)
    resolved = _readable(fields, "resolutiondate", values.instant_or_none, unread)
    sprints = tuple(s for name in site.fields.sprint for s in decode_sprints(fields.get(name)))
    parent_id, parent_key = _parent(fields, history.changes, site)
    now = _now(fields, assignee, status, type_)
    issue = Issue(
        id=number,
        key=_key(raw),
        project=text(mapping(fields.get("project")).get("key")) or _key(raw).rpartition("-")[0],
        type_id=type_.id,
        level=type_.level,
        summary=text(fields.get("summary"))[:LONGEST_SUMMARY],
        status_id=status.id,
        category=status.category,
        created=values.instant(fields.get("created")),
        updated=_updated(fields, history.changes),
        resolution=text(mapping(fields.get("resolution")).get("name")) or None,
        assignee=assignee.account if assignee else None,
        parent_id=parent_id,
        due=due,
        resolved=resolved,
        points=_points(fields, site),
        labels=tuple(filter(None, map(text, sequence(fields.get("labels"))))),
        components=_each(fields.get("components"), "name"),
        fix_versions=_each(fields.get("fixVersions"), "id"),
        sprints=tuple(sprint.id for sprint in sprints),
        described=values.has_text(fields.get("description")),
        history=_history(changelog.cut or bool(changelog.odd), history.changes, now),
    )
    return Decoded(
        issue,
        tuple(history.changes),
        people=(*history.people, *([assignee] if assignee else [])),
        mentioned=tuple(history.mentioned),
        sprints=sprints,
        type=type_,
        status=status if status.name else None,
        project=_project_of(fields),
        parent_key=parent_key,
        odd=changelog.odd,
        unread=tuple(unread),
    )


def decode_status(raw: Any) -> Status:
    """Return a status; its category by key, as names are translated."""
    status = mapping(raw)
    key = text(mapping(status.get("statusCategory")).get("key"))
    return Status(_id(status), text(status.get("name")), key if key in _CATEGORIES else "new")


def decode_type(raw: Any, flavor: Flavor) -> IssueType:
    """Return an issue type and its level.

    Cloud tells the level; Data Center tells only sub-tasks, and an epic is a type named Epic.
    """
    type_ = mapping(raw)
    name = text(type_.get("name"))
    level = type_.get("hierarchyLevel")
    if flavor is Flavor.DATA_CENTER or type(level) is not int or abs(level) > _HIGHEST_LEVEL:
        level = -1 if type_.get("subtask") is True else int(name.strip().lower() == "epic")
    return IssueType(_id(type_), name, level)


def decode_project(raw: Any) -> Project:
    """Return a project."""
    project = mapping(raw)
    key = text(project.get("key"))
    return Project(_id(project), key, text(project.get("name")) or key)


def decode_version(raw: Any, project: str) -> Version:
    """Return a fix version of a project (its key); an unreadable release date counts as none."""
    version = mapping(raw)
    try:
        release_date = values.day(version.get("releaseDate"))
    except ValueError:
        release_date = None
    return Version(
        _id(version),
        project,
        text(version.get("name")),
        released=version.get("released") is True,
        release_date=release_date,
        archived=version.get("archived") is True,
        description=text(version.get("description")),
    )


def decode_driver(raw: Any) -> tuple[str, str | None] | None:
    """Return the id of a fix version, and the account that leads it; None if it is no version."""
    version = mapping(raw)
    if not version.get("id"):
        return None
    return _id(version), text(version.get("driver")) or None


def _id(raw: dict[str, Any]) -> str:
    one = text(raw.get("id"))
    if not one:
        raise ValueError("no id")
    return one


def _key(raw: dict[str, Any]) -> str:
    key = text(raw.get("key"))
    if "-" not in key:
        raise ValueError(f"no key: {key[:40]!r}")
    return key


def _issue_type(fields: dict[str, Any], site: Site) -> IssueType:
    type_ = decode_type(fields.get("issuetype"), site.flavor)
    labelled = site.labelled_epics and any(fields.get(f) for f in site.fields.epic_name)
    level = 1 if labelled and type_.level == 0 else max(type_.level, site.levels.get(type_.id, -1))
    return type_ if level == type_.level else replace(type_, level=level)


def _status(fields: dict[str, Any], changes: list[Change], site: Site) -> Status:
    """Return the status; where the site does not serve it, the one the history ends in.

    Raises ValueError for one that is served and is none: nothing is told of an issue without it.
    """
    if "status" in fields:
        try:
            return decode_status(fields["status"])
        except ValueError as fault:
            raise ValueError(f"no status: {text(fields['status'])[:40]!r}") from fault
    last = next((c.to_id for c in reversed(changes) if c.field == "status" and c.to_id), "")
    category = site.categories.get(last) or ("done" if fields.get("resolutiondate") else "new")
    return Status(last, "", category)


def _updated(fields: dict[str, Any], changes: list[Change]) -> datetime:
    if not fields.get("updated") and changes:
        return changes[-1].at
    return values.instant(fields.get("updated") or fields.get("created"))


def _misshapen(fields: dict[str, Any]) -> list[str]:
    """Tell which values are not of the kind that they are on every site."""
    found = [
        name
        for name, kind in _KINDS.items()
        if not (fields.get(name) is None or isinstance(fields[name], kind))
    ]
    if is_unnamed(fields.get("assignee")):
        found.append("assignee")
    above = mapping(fields.get("parent")).get("id")
    if above is not None and values.number_or_none(above) is None:
        found.append("parent")
    return [f"{name} left out: {text(fields[name])[:40]!r}" for name in found]


def _unstorable(fields: dict[str, Any]) -> list[str]:
    """Tell which texts are not stored as they are: too long, or of what no text may hold."""
    found = []
    summary = fields.get("summary")
    if "summary" in fields and not isinstance(summary, str):
        found.append("summary is missing")
    elif summary and len(summary) > LONGEST_SUMMARY:
        found.append(f"summary cut: it has {len(summary)} characters")
    texts = {"summary": [summary], "labels": sequence(fields.get("labels"))}
    texts["components"] = [mapping(c).get("name") for c in sequence(fields.get("components"))]
    for name, told in texts.items():
        if not all(map(values.is_storable, told)):
            found.append(f"{name} changed: it held what no text may hold")
    return found


def _readable(
    fields: dict[str, Any], name: str, read: Callable[[object], T], unread: list[str]
) -> T | None:
    """Return a field's value; one that cannot be read is left out and noted."""
    try:
        return read(fields.get(name))
    except ValueError as fault:
        unread.append(f"{name} left out: {fault}")
        return None


def _points(fields: dict[str, Any], site: Site) -> float | None:
    found = (values.points(fields.get(name)) for name in site.fields.points)
    return next((number for number in found if number is not None), None)


def _parent(
    fields: dict[str, Any], changes: list[Change], site: Site
) -> tuple[int | None, str | None]:
    """Return the parent's id, or its key if the id is not known: parent, Epic or Parent Link."""
    told = mapping(fields.get("parent"))
    if number := values.number_or_none(told.get("id")):
        return number, None
    last = next((c for c in reversed(changes) if c.field == "parent"), None)
    linked = (_linked(fields.get(f)) for f in site.fields.epic_link + site.fields.parent_link)
    key = next(filter(None, (_linked(told), *linked)), None)
    if key is None:
        if site.fields.parents_served or last is None:
            return None, None
        key = last.to_text
    return _resolved(key, last, site)


def _resolved(key: str | None, last: Change | None, site: Site) -> tuple[int | None, str | None]:
    if last and last.to_text == key and (last.to_id or "").isdigit():
        return values.number_id(last.to_id), None
    if key in site.issue_ids:
        return site.issue_ids[key], None
    return None, key


def _linked(value: Any) -> str | None:
    """Return the key in an Epic Link (a text) or a Parent Link (a text, or an object with it)."""
    if isinstance(value, dict):
        value = value.get("key") or mapping(value.get("data")).get("key")
    return text(value) or None


def _now(
    fields: dict[str, Any], assignee: Person | None, status: Status, type_: IssueType
) -> dict[str, Value]:
    """Return the present values that the history must end in, those that the site serves."""
    resolution = mapping(fields.get("resolution"))
    resolved = text(resolution.get("id")) or None, text(resolution.get("name")) or None
    assigned = (assignee.account, assignee.name) if assignee else (None, None)
    told: dict[str, tuple[str, Value]] = {
        "status": ("status", (status.id, status.name)),
        "type": ("issuetype", (type_.id, type_.name)),
        "resolution": ("resolution", resolved),
        "assignee": ("assignee", assigned),
    }
    return {name: value for name, (field, value) in told.items() if field in fields}


def _history(cut: bool, changes: Iterable[Change], now: dict[str, Value]) -> HistoryState:
    if cut:
        return HistoryState.CUT
    wrong = contradicts(tuple(changes), now)
    return HistoryState.CONTRADICTORY if wrong else HistoryState.COMPLETE


def _project_of(fields: dict[str, Any]) -> Project | None:
    told = mapping(fields.get("project"))
    return decode_project(told) if told.get("id") and told.get("key") else None


def _each(value: Any, key: str) -> tuple[str, ...]:
    return tuple(told for told in (text(mapping(one).get(key)) for one in sequence(value)) if told)
