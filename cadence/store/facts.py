"""What Jira told: fixed SQL that saves and loads it; the caller's `writing` is the transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from sqlite_utils import Database

from cadence.model import (
    Change,
    Facts,
    HistoryState,
    Issue,
    IssueType,
    Observation,
    Person,
    Project,
    Sprint,
    State,
    Status,
    Version,
)
from cadence.store.damage import or_damaged
from cadence.store.forgotten import Forgotten, issues_kept, people_kept
from cadence.store.held import updated_of
from cadence.store.instants import instant_of, instant_or_none, instant_text, text_or_none
from cadence.store.runs import load_syncs
from cadence.store.upsert import upsert, upsert_many

_ISSUE_COLUMNS = (
    "id, key, project, type_id, level, summary, status_id, category, created, updated, resolution,"
    " assignee, parent_id, due, resolved, points, labels, components, fix_versions, sprints,"
    " described, state, history"
)
_VERSION_COLUMNS = "id, project, name, released, release_date, archived, description"
_VERSION_LOADED = f"{_VERSION_COLUMNS}, driver"
_CHANGE_COLUMNS = (
    "issue_id, history_id, item, at, author, field, from_id, from_text, to_id, to_text"
)

_encode = json.JSONEncoder(ensure_ascii=False).encode
"""As json.dumps, which would make an encoder for each list."""


# ---- save ------------------------------------------------------------------------------------


def save_issues(
    db: Database,
    issues: Sequence[tuple[Issue, Sequence[Change]]],
    latest: datetime | None = None,
) -> int:
    """Store issues with their histories; return how many were taken.

    One that is older than the stored one (a late page, another node) is left out, unless that one
    is of a time after `latest`, which no issue can have been changed at. A complete
    history replaces the stored one; one that is known to be cut only adds to it.
    """
    issues = issues_kept(db, issues)
    stored = updated_of(db, [issue.id for issue, _ in issues])
    end = instant_text(latest) if latest else None
    late = {number for number, updated in stored.items() if end and updated > end}
    fresh = [
        (issue, changes)
        for issue, changes in issues
        if issue.id in late or instant_text(issue.updated) >= stored.get(issue.id, "")
    ]
    upsert_many(db, "issues", _ISSUE_COLUMNS, map(_issue_row, _first(fresh)))
    replaced = (issue for issue, _ in fresh if issue.id in stored)
    whole = [(issue.id,) for issue in replaced if issue.history is not HistoryState.CUT]
    db.conn.executemany("DELETE FROM changes WHERE issue_id = ?", whole)
    rows = map(_change_row, chain.from_iterable(changes for _, changes in fresh))
    upsert_many(db, "changes", _CHANGE_COLUMNS, rows, key=3)
    return len(fresh)


def save_state(db: Database, ids: Iterable[int], state: State, seen: datetime) -> None:
    """Note that Jira shows, moved, hides or has lost these issues; observed if it is news."""
    for number in ids:
        row = db.conn.execute("SELECT state FROM issues WHERE id = ?", (number,)).fetchone()
        if row and row[0] != state:
            db.conn.execute("UPDATE issues SET state = ? WHERE id = ?", (state, number))
        # No observation at all means present: only what differs is written down.
        if row and (state is not State.PRESENT or _last_seen(db, f"issue:{number}", "state")):
            observe(db, Observation(f"issue:{number}", "state", state, seen))


def save_parents(db: Database, parents: Mapping[int, int | None]) -> None:
    """Store which issues are the parents of these."""
    rows = ((above, number) for number, above in parents.items())
    db.conn.executemany("UPDATE issues SET parent_id = ? WHERE id = ?", rows)


def save_versions(db: Database, versions: Sequence[Version], seen: datetime) -> None:
    """Store versions, and what has changed of them as an observation: Jira keeps no history."""
    db.conn.executemany(
        upsert("versions", _VERSION_COLUMNS),
        (
            (
                *(v.id, v.project, v.name, v.released, _day_text(v.release_date), v.archived),
                v.description,
            )
            for v in versions
        ),
    )
    for v in versions:
        told = {
            "name": v.name,
            "released": "1" if v.released else "0",
            "release_date": _day_text(v.release_date),
            "described": "1" if v.description else "0",
        }
        for field, value in told.items():
            observe(db, Observation(f"version:{v.id}", field, value, seen))


def save_drivers(db: Database, drivers: Mapping[str, str | None], seen: datetime) -> None:
    """Store who leads versions, by their ids, and what has changed of it as an observation."""
    held = Forgotten(db)
    told = {version: held.one(account) for version, account in drivers.items()}
    db.conn.executemany(
        "UPDATE versions SET driver = ? WHERE id = ?", ((who, id_) for id_, who in told.items())
    )
    save_names(db, (Person(who, who) for who in told.values() if who))
    for version, who in told.items():
        observe(db, Observation(f"version:{version}", "driver", who, seen))


def save_sprints(db: Database, sprints: Iterable[Sprint], seen: datetime) -> None:
    """Store sprints, and what has changed of them as an observation: Jira keeps no history."""
    for one in sprints:
        dates = {name: text_or_none(getattr(one, name)) for name in ("starts", "ends", "completed")}
        sql = upsert("sprints", "id, name, state, starts, ends, completed")
        db.conn.execute(sql, (one.id, one.name, one.state, *dates.values()))
        for field, value in {"state": one.state, **dates}.items():
            observe(db, Observation(f"sprint:{one.id}", field, value, seen))


def observe(db: Database, seen: Observation) -> None:
    """Write down what a sync saw, if it differs from what was seen last."""
    last = _last_seen(db, seen.subject, seen.field)
    if last is None or last[0] != seen.value:
        db.conn.execute(
            "INSERT OR REPLACE INTO observations (subject, field, value, seen) VALUES (?, ?, ?, ?)",
            (seen.subject, seen.field, seen.value, instant_text(seen.seen)),
        )


def save_statuses(db: Database, statuses: Iterable[Status]) -> None:
    """Store statuses; one that Jira no longer lists stays: histories name it."""
    db.conn.executemany(upsert("statuses", "id, name, category"), map(astuple, statuses))


def save_types(db: Database, types: Iterable[IssueType]) -> None:
    """Store issue types; one that Jira no longer lists stays: histories name it."""
    db.conn.executemany(upsert("types", "id, name, level"), map(astuple, types))


def raise_parents_of_epics(db: Database) -> None:
    """Lift the types above epics to level 2: Data Center does not tell that they are."""
    db.conn.execute("""
        UPDATE types SET level = 2 WHERE level = 0 AND id IN (
            SELECT above.type_id FROM issues AS epic JOIN issues AS above
            ON above.id = epic.parent_id WHERE epic.level = 1)""")
    db.conn.execute("""
        UPDATE issues SET level = 2 WHERE level = 0
        AND type_id IN (SELECT id FROM types WHERE level = 2)""")


def save_projects(db: Database, projects: Iterable[Project]) -> None:
    """Store projects."""
    db.conn.executemany(upsert("projects", "id, key, name"), map(astuple, projects))


def save_people(db: Database, people: Iterable[Person]) -> None:
    """Store people; a name once known is not lost when Jira stops telling it."""
    db.conn.executemany(
        """
        INSERT INTO people (account, name, user_name, kind, active) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (account) DO UPDATE SET
            name = iif(excluded.name IN ('', account), name, excluded.name),
            user_name = coalesce(excluded.user_name, user_name),
            kind = excluded.kind,
            active = excluded.active""",
        map(astuple, people_kept(db, people)),
    )


def save_names(db: Database, people: Iterable[Person]) -> None:
    """Store people who are only mentioned (in a history): what is known of them stays."""
    db.conn.executemany(
        "INSERT INTO people (account, name, user_name, kind, active) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account) DO NOTHING",
        map(astuple, people_kept(db, people)),
    )


# ---- load ------------------------------------------------------------------------------------


@or_damaged
def load_facts(db: Database) -> Facts:
    """Return all that Jira told, in a fixed order."""
    rows = db.conn.execute(
        f"SELECT {_CHANGE_COLUMNS} FROM changes ORDER BY issue_id, at, history_id, item"
    )
    changes = map(change_of, rows)
    return Facts(
        issues=tuple(map(_issue_of, _rows(db, _ISSUE_COLUMNS, "issues", "id"))),
        changes={
            issue: tuple(history) for issue, history in groupby(changes, attrgetter("issue_id"))
        },
        statuses=tuple(Status(*row) for row in _rows(db, "id, name, category", "statuses")),
        types=load_types(db),
        people=load_people(db),
        projects=load_projects(db),
        versions=tuple(map(_version_of, _rows(db, _VERSION_LOADED, "versions"))),
        observations=tuple(
            Observation(subject, field, value, instant_of(seen))
            for subject, field, value, seen in _rows(
                db, "subject, field, value, seen", "observations", "seen, 1, 2"
            )
        ),
        syncs=load_syncs(db),
    )


def load_issues(db: Database, ids: Iterable[int]) -> list[tuple[Issue, tuple[Change, ...]]]:
    """Return these issues, as far as they are stored, with their histories."""
    wanted = json.dumps(sorted(ids))
    among = "IN (SELECT value FROM json_each(?))"
    rows = db.conn.execute(
        f"SELECT {_CHANGE_COLUMNS} FROM changes WHERE issue_id {among}"
        " ORDER BY issue_id, at, history_id, item",
        (wanted,),
    )
    histories = {
        issue: tuple(history)
        for issue, history in groupby(map(change_of, rows), attrgetter("issue_id"))
    }
    issues = db.conn.execute(
        f"SELECT {_ISSUE_COLUMNS} FROM issues WHERE id {among} ORDER BY id", (wanted,)
    )
    return [(issue, histories.get(issue.id, ())) for issue in map(_issue_of, issues)]


def load_lists(db: Database) -> Facts:
    """Return what gives ids a meaning, without any issue, version or run."""
    return Facts(
        statuses=tuple(Status(*row) for row in _rows(db, "id, name, category", "statuses")),
        types=load_types(db),
        people=load_people(db),
        projects=load_projects(db),
    )


def load_versions(db: Database, ids: Iterable[str] | None = None) -> tuple[Version, ...]:
    """Return these fix versions, or all."""
    some = "WHERE id IN (SELECT value FROM json_each(?))" if ids is not None else ""
    rows = db.conn.execute(
        f"SELECT {_VERSION_LOADED} FROM versions {some} ORDER BY id",
        (json.dumps(sorted(ids)),) if ids is not None else (),
    )
    return tuple(map(_version_of, rows))


def versions_named(db: Database, names: Iterable[str]) -> tuple[Version, ...]:
    """Return the fix versions with one of these ids, or names, of now or of before."""
    named = "SELECT value FROM json_each(?1)"
    rows = db.conn.execute(
        f"SELECT {_VERSION_LOADED} FROM versions WHERE id IN ({named}) OR name IN ({named})"
        f" OR id IN (SELECT substr(subject, 9) FROM observations WHERE field = 'name'"
        f" AND subject BETWEEN 'version:' AND 'version;' AND value IN ({named}))"
        " ORDER BY id",
        (json.dumps(sorted(names)),),
    )
    return tuple(map(_version_of, rows))


@or_damaged
def load_types(db: Database) -> tuple[IssueType, ...]:
    """Return the issue types."""
    return tuple(IssueType(*row) for row in _rows(db, "id, name, level", "types"))


@or_damaged
def load_people(db: Database) -> tuple[Person, ...]:
    """Return everybody Jira has named."""
    return tuple(
        Person(account, name, user_name, kind, bool(active))
        for account, name, user_name, kind, active in _rows(
            db, "account, name, user_name, kind, active", "people"
        )
    )


@or_damaged
def load_projects(db: Database) -> tuple[Project, ...]:
    """Return the projects."""
    return tuple(Project(*row) for row in _rows(db, "id, key, name", "projects"))


# ---- rows ------------------------------------------------------------------------------------


def change_of(row: Any) -> Change:
    """Return the change of a row of `changes`, its columns in their order."""
    issue_id, history_id, item, at, *rest = row
    return Change(issue_id, history_id, item, instant_of(at), *rest)


def _rows(db: Database, columns: str, table: str, order: str = "1") -> Iterable[Any]:
    return db.conn.execute(f"SELECT {columns} FROM {table} ORDER BY {order}")


def _last_seen(db: Database, subject: str, field: str) -> tuple[str | None] | None:
    row: tuple[str | None] | None = db.conn.execute(
        "SELECT value FROM observations WHERE subject = ? AND field = ? ORDER BY seen DESC LIMIT 1",
        (subject, field),
    ).fetchone()
    return row


def _first(pairs: Iterable[tuple[Issue, Sequence[Change]]]) -> Iterable[Issue]:
    return (issue for issue, _ in pairs)


def _issue_row(issue: Issue) -> tuple[Any, ...]:
    return (
        *(issue.id, issue.key, issue.project, issue.type_id, issue.level, issue.summary),
        *(issue.status_id, issue.category),
        *(instant_text(issue.created), instant_text(issue.updated)),
        *(issue.resolution, issue.assignee, issue.parent_id, _day_text(issue.due)),
        *(text_or_none(issue.resolved), issue.points),
        *map(_list_text, (issue.labels, issue.components, issue.fix_versions, issue.sprints)),
        *(issue.described, issue.state, issue.history),
    )


def _issue_of(row: Any) -> Issue:
    (id_, key, project, type_id, level, summary, status_id, category, created, updated) = row[:10]
    (resolution, assignee, parent_id, due, resolved, points) = row[10:16]
    (labels, components, fix_versions, sprints, described, state, history) = row[16:]
    return Issue(
        id=id_,
        key=key,
        project=project,
        type_id=type_id,
        level=level,
        summary=summary,
        status_id=status_id,
        category=category,
        created=instant_of(created),
        updated=instant_of(updated),
        resolution=resolution,
        assignee=assignee,
        parent_id=parent_id,
        due=date.fromisoformat(due) if due else None,
        resolved=instant_or_none(resolved),
        points=points,
        labels=tuple(json.loads(labels)),
        components=tuple(json.loads(components)),
        fix_versions=tuple(json.loads(fix_versions)),
        sprints=tuple(json.loads(sprints)),
        described=bool(described),
        state=State(state),
        history=HistoryState(history),
    )


def _change_row(change: Change) -> tuple[Any, ...]:
    issue_id, history_id, item, at, *rest = change
    return issue_id, history_id, item, instant_text(at), *rest


def _version_of(row: Any) -> Version:
    id_, project, name, released, release_date, archived, description, driver = row
    day = date.fromisoformat(release_date) if release_date else None
    return Version(id_, project, name, bool(released), day, bool(archived), description, driver)


@lru_cache(maxsize=4096)  # a few lists come up again and again
def _list_text(values: tuple[str, ...]) -> str:
    return _encode(list(values))


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None
