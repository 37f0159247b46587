"""What the store must hold, worked out from the sample's world alone, and what it does hold.

Nothing of cadence's decoding or store is used: the store is read by plain SQL.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cadence.demo.records import History, Issue, IssueState, Item, from_ms
from cadence.demo.world import World

Rows = dict[Any, tuple[Any, ...]]

ISSUES = (
    "id, key, project, type_id, level, summary, status_id, category, resolution, assignee,"
    " parent_id, due, created, updated, resolved, points, labels, components, fix_versions"
)
CHANGES = "issue_id, history_id, item, at, author, field, from_id, from_text, to_id, to_text"
FACTS = "projects types statuses people versions issues changes observations".split()
_FLAGS = ("seen",)
"""Columns that depend on when a sync ran."""

_SHOWN = 3
"""So many differences of one kind are told in full."""


# ---- what must be there ----------------------------------------------------------------------


def instant(at: int | None) -> str | None:
    """Return an instant as the store's public format writes it."""
    return None if at is None else f"{from_ms(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def issue_rows(world: World, projects: Collection[str], cloud: bool) -> Rows:
    """Return the issues that must be present, by id."""
    return {
        issue.id: _issue_row(world, issue, state, cloud)
        for issue, state in world.visible()
        if state.project in projects
    }


def change_rows(world: World, ids: Collection[int], cloud: bool) -> Rows:
    """Return the changes of these issues, by (issue, history, item)."""
    found: Rows = {}
    for number in ids:
        for history in world.issues[number].told(world.instant):
            for position, item in enumerate(history.items):
                key = (number, history.id, position)
                assert isinstance(item, Item)
                found[key] = (*key, *_change(world, history, item, cloud))
    return found


def _issue_row(world: World, issue: Issue, state: IssueState, cloud: bool) -> tuple[Any, ...]:
    parent = world.issues[state.parent] if state.parent is not None else None
    shown = parent is not None and world.shown(parent, world.instant) is not None
    return (
        issue.id,
        state.key,
        state.project,
        state.type,
        world.types[state.type].level,
        state.summary,
        state.status,
        world.statuses[state.status].category,
        world.resolutions[state.resolution] if state.resolution else None,
        _account(world, state.assignee, cloud),
        state.parent if shown else None,
        state.due,
        instant(issue.created),
        instant(state.updated),
        instant(state.resolved),
        state.points,
        json.dumps(sorted(state.labels)),
        json.dumps(sorted(world.components[one].name for one in state.components)),
        json.dumps(sorted(state.fix_versions)),
    )


def _change(world: World, history: History, item: Item, cloud: bool) -> tuple[Any, ...]:
    field = "parent" if item.field == "subtask_parent" else item.field
    old, new = (item.old, item.old_text), (item.new, item.new_text)
    if field == "assignee":
        old, new = ((_account(world, who, cloud), name) for who, name in (old, new))
    if field == "description":  # that there was one is kept, its text is not
        old, new = ((None, "…" if told and told.strip() else None) for _, told in (old, new))
    sides = (each or None for each in (*old, *new))
    return instant(history.at), _account(world, history.author, cloud), field, *sides


def _account(world: World, handle: str | None, cloud: bool) -> str | None:
    if handle is None:
        return None
    person = world.people[handle]
    return person.account if cloud else person.key


# ---- what is there ---------------------------------------------------------------------------


@contextmanager
def looking(store: Path) -> Iterator[sqlite3.Connection]:
    """Open a store to look at it."""
    with closing(sqlite3.connect(store, timeout=30)) as conn:
        yield conn


def stored_issues(store: Path, states: Collection[str] = ("present",)) -> Rows:
    """Return the issues of these states as stored, by id."""
    marks = ", ".join("?" * len(states))
    with looking(store) as conn:
        rows = conn.execute(f"SELECT {ISSUES} FROM issues WHERE state IN ({marks})", (*states,))
        return {row[0]: (*row[:-3], *map(_sorted, row[-3:])) for row in rows}


def stored_changes(store: Path) -> Rows:
    """Return all changes as stored, by (issue, history, item)."""
    with looking(store) as conn:
        return {row[:3]: row for row in conn.execute(f"SELECT {CHANGES} FROM changes")}


def states(store: Path) -> dict[int, str]:
    """Return the state of every stored issue."""
    with looking(store) as conn:
        return dict(conn.execute("SELECT id, state FROM issues"))


def set_aside(store: Path) -> dict[str, str]:
    """Return what could not be stored, and why."""
    with looking(store) as conn:
        return dict(conn.execute("SELECT subject, reason FROM set_aside"))


def last_run(store: Path) -> tuple[bool, str | None]:
    """Return whether the last sync says that it is complete, and its problem."""
    with looking(store) as conn:
        row = conn.execute("SELECT complete, problem FROM syncs ORDER BY id DESC").fetchone()
    return (bool(row[0]), row[1]) if row else (False, "no run")


def _sorted(text: str) -> str:
    return json.dumps(sorted(json.loads(text)))


def content_hash(store: Path) -> str:
    """Return a hash of all facts in the order of their keys, without when they were fetched."""
    digest = hashlib.sha256()
    if not store.exists():
        return "no store"
    with looking(store) as conn:
        for table in FACTS:
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
            named = ", ".join(f'"{name}"' for name in columns if name not in _FLAGS)
            for row in conn.execute(f"SELECT {named} FROM {table} ORDER BY {named}"):
                digest.update(repr((table, row)).encode())
    return digest.hexdigest()


# ---- whether it is the same ------------------------------------------------------------------


def differences(
    world: World, store: Path, cloud: bool, projects: Collection[str] = ("IO",)
) -> list[str]:
    """Return how the store differs from what the world shows now; empty if it does not."""
    if not store.exists():
        return ["there is no store"]
    issues = issue_rows(world, projects, cloud)
    changes = change_rows(world, issues, cloud)
    stored = {key: row for key, row in stored_changes(store).items() if key[0] in issues}
    return [
        *compared("issue", issues, stored_issues(store)),
        *compared("change", changes, stored),
    ]


def compared(what: str, wanted: Rows, found: Rows) -> list[str]:
    """Return how rows differ, by their keys."""
    lost = sorted(wanted.keys() - found.keys())
    extra = sorted(found.keys() - wanted.keys())
    other = sorted(key for key in wanted.keys() & found.keys() if wanted[key] != found[key])
    told = [f"{len(lost)} {what}s lost, such as {lost[:_SHOWN]}"] if lost else []
    told += [f"{len(extra)} {what}s too many, such as {extra[:_SHOWN]}"] if extra else []
    for key in other[:_SHOWN]:
        pairs = zip(found[key], wanted[key], strict=True)
        wrong = [f"{is_!r} for {should!r}" for is_, should in pairs if is_ != should]
        told.append(f"{what} {key} is wrong: {', '.join(wrong)}")
    return [*told, f"{len(other)} {what}s are wrong"] if len(other) > _SHOWN else told


def unsound(store: Path) -> list[str]:
    """Return what SQLite itself finds wrong with a store."""
    with looking(store) as conn:
        said = [row[0] for row in conn.execute("PRAGMA integrity_check")]
        dangling = list(conn.execute("PRAGMA foreign_key_check"))
    found = [] if said == ["ok"] else [f"integrity_check says {said[:3]}"]
    return found + ([f"{len(dangling)} rows refer to nothing"] if dangling else [])


def unkempt(store: Path) -> list[str]:
    """Return what is amiss with the file itself (reliability.md, R20)."""
    with looking(store) as conn:
        one = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in _MARKS}
        loose = [row[1] for row in conn.execute("PRAGMA table_list") if row[2] == "table"
                 and not row[5] and not row[1].startswith("sqlite_")]  # fmt: skip
    found = [f"{name} is not set" for name in ("application_id", "user_version") if not one[name]]
    found += [] if one["journal_mode"] == "wal" else [f"the journal is {one['journal_mode']}"]
    found += [f"tables that are not STRICT: {loose}"] if loose else []
    rights = store.stat().st_mode & 0o777
    return found + ([] if rights == 0o600 else [f"its rights are {rights:o}"])


_MARKS = ("application_id", "user_version", "journal_mode")
