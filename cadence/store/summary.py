"""When each issue moved and how it rested, kept beside it: what lets a month read only its own.

Storing an issue marks it as `unsummed`, in the same transaction; a month reads those whatever they
are. They are summed up by `cadence.rests` after a sync, or before a report. A row too many costs a
report time and changes nothing in it; a row too few would, so rows of `moved` and `below` stay.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlite_utils import Database

from cadence.model import Change, Issue
from cadence.rests import Face, assigned_since, moved_months, names_above, rests
from cadence.store.facts import change_of
from cadence.store.instants import instant_of, instant_or_none, instant_text

_SUMMED = (
    "key, type_id, level, status_id, created, resolution, parent_id, resolved, labels, components,"
    " fix_versions"
)


def _marking(name: str, event: str, number: str) -> str:
    # Not OR IGNORE: the statement that fires it would have its own way with conflicts.
    return (
        f"CREATE TRIGGER {name} AFTER {event} BEGIN"
        f" INSERT INTO unsummed (issue_id) SELECT {number} WHERE NOT EXISTS"
        f" (SELECT 1 FROM unsummed WHERE issue_id = {number}); END"
    )


TABLES = (
    """
    CREATE TABLE moved (
        month TEXT NOT NULL,  -- in UTC: the issue was created, changed or resolved in it
        issue_id INTEGER NOT NULL,
        PRIMARY KEY (month, issue_id)
    ) STRICT, WITHOUT ROWID""",
    """
    CREATE TABLE faces (
        id INTEGER PRIMARY KEY,
        face TEXT NOT NULL UNIQUE  -- JSON: type, level, status, …, as in cadence/rests.py
    ) STRICT""",
    """
    CREATE TABLE rests (
        issue_id INTEGER NOT NULL,
        since TEXT NOT NULL,  -- the month in which it moved last
        until TEXT NOT NULL,  -- the month in which it moved next; 9999-12: it has not yet
        face_id INTEGER NOT NULL REFERENCES faces (id),
        PRIMARY KEY (issue_id, since)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX rests_face ON rests (face_id, until, since)",
    """
    CREATE TABLE below (
        above TEXT NOT NULL,  -- id of a parent, its key where the history has no more, version:ID
        issue_id INTEGER NOT NULL,  -- was ever below it
        PRIMARY KEY (above, issue_id)
    ) STRICT, WITHOUT ROWID""",
    """
    CREATE TABLE unsummed (
        issue_id INTEGER PRIMARY KEY  -- written since it was summed up, by whomever
    ) STRICT""",
    _marking("issues_written", "INSERT ON issues", "new.id"),
    _marking("issues_rewritten", f"UPDATE OF {_SUMMED} ON issues", "new.id"),
    "CREATE INDEX issues_odd_history ON issues (history) WHERE history <> 'complete'",
    "CREATE INDEX changes_key ON changes (from_text) WHERE field = 'key'",
    "CREATE INDEX observations_seen ON observations (seen)",
    "CREATE INDEX syncs_started ON syncs (started) WHERE complete",
)
"""What a month's report looks things up in."""

ASSIGNED = (
    """
    CREATE TABLE assigned (
        issue_id INTEGER NOT NULL,
        account TEXT NOT NULL,
        since TEXT NOT NULL,  -- when the person first had the issue
        PRIMARY KEY (issue_id, account)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX assigned_account ON assigned (account, since)",
    "DROP TRIGGER issues_rewritten",
    _marking("issues_rewritten", f"UPDATE OF {_SUMMED}, assignee ON issues", "new.id"),
)
"""Whose days count where the team has no configured members."""


_Told = Sequence[tuple[Issue, Sequence[Change]]]


def _save(db: Database, issues: _Told) -> None:
    _save_rests(db, issues)
    _save_assigned(db, issues)


def _save_assigned(db: Database, issues: _Told) -> None:
    db.conn.executemany(
        "DELETE FROM assigned WHERE issue_id = ?", ((issue.id,) for issue, _ in issues)
    )
    db.conn.executemany(
        "INSERT INTO assigned (issue_id, account, since) VALUES (?, ?, ?)",
        (
            (issue.id, account, instant_text(at))
            for issue, changes in issues
            for account, at in assigned_since(issue, changes).items()
        ),
    )


def _save_rests(db: Database, issues: _Told) -> None:
    told = [(issue, changes, moved_months(issue, changes)) for issue, changes in issues]
    db.conn.executemany(
        "INSERT OR IGNORE INTO moved (month, issue_id) VALUES (?, ?)",
        ((month, issue.id) for issue, _, months in told for month in months),
    )
    db.conn.executemany(
        "INSERT OR IGNORE INTO below (above, issue_id) VALUES (?, ?)",
        ((above, issue.id) for issue, changes, _ in told for above in names_above(issue, changes)),
    )
    rested = [
        (issue.id, rest.since, rest.until, face_text(rest.face))
        for issue, changes, months in told
        for rest in rests(issue, changes, months)
    ]
    faces = {face for *_, face in rested}
    db.conn.executemany(
        "INSERT OR IGNORE INTO faces (face) VALUES (?)", ((face,) for face in sorted(faces))
    )
    known = _face_ids(db, faces)
    db.conn.executemany("DELETE FROM rests WHERE issue_id = ?", ((issue.id,) for issue, *_ in told))
    db.conn.executemany(
        "INSERT INTO rests (issue_id, since, until, face_id) VALUES (?, ?, ?, ?)",
        ((number, since, until, known[face]) for number, since, until, face in rested),
    )


def face_text(face: Face) -> str:
    """Return a face as the store writes it."""
    return json.dumps(astuple(face), ensure_ascii=False, separators=(",", ":"))


def face_of(text: str) -> Face:
    """Return the face that the store wrote."""
    type_id, level, status_id, resolution, project, *rest, detailed = json.loads(text)
    labels, components, versions, past = (tuple(values) for values in rest)
    pairs = tuple((status, before) for status, before in past)
    return Face(
        type_id,
        level,
        status_id,
        resolution,
        project,
        labels,
        components,
        versions,
        pairs,
        detailed,
    )


def _face_ids(db: Database, faces: Iterable[str]) -> dict[str, int]:
    rows = db.conn.execute(
        "SELECT face, id FROM faces WHERE face IN (SELECT value FROM json_each(?))",
        (json.dumps(list(faces)),),
    )
    return dict(rows.fetchall())


# ---- stores of before ------------------------------------------------------------------------

_AT_ONCE = 5000


def fill_summary(db: Database) -> None:
    """Write how all stored issues rested; reads only columns of the first schema."""
    _refill(db, _all(db), _save_rests)
    db.conn.execute("DELETE FROM unsummed")


def fill_assigned(db: Database) -> None:
    """Write who had the stored issues; reads only columns of the first schema."""
    _refill(db, _all(db), _save_assigned)


def mend_summary(db: Database) -> None:
    """Write the summary of what was stored since it was written last, if anything was."""
    if left := unsummed(db):
        refill_summary(db, left)


def unsummed(db: Database) -> list[int]:
    """Return the issues that were written since they were summed up."""
    return [row[0] for row in db.conn.execute("SELECT issue_id FROM unsummed")]


def refill_summary(db: Database, ids: Sequence[int]) -> None:
    """Write the summary of some stored issues anew."""
    _refill(db, ids, _save)
    gone = "DELETE FROM unsummed WHERE issue_id IN (SELECT value FROM json_each(?))"
    db.conn.execute(gone, (json.dumps(list(ids)),))


def _all(db: Database) -> list[int]:
    return [row[0] for row in db.conn.execute("SELECT id FROM issues ORDER BY id")]


def _refill(db: Database, ids: Sequence[int], save: Callable[[Database, _Told], None]) -> None:
    for begin in range(0, len(ids), _AT_ONCE):
        some = json.dumps(ids[begin : begin + _AT_ONCE])
        save(db, list(_stored(db, some)))


def _stored(db: Database, ids: str) -> Iterator[tuple[Issue, list[Change]]]:
    issues = db.conn.execute(
        "SELECT id, key, project, type_id, level, summary, status_id, category, created, updated,"
        " resolution, assignee, parent_id, resolved, labels, components, fix_versions"
        " FROM issues WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (ids,),
    )
    changes = db.conn.execute(
        "SELECT issue_id, history_id, item, at, author, field, from_id, from_text, to_id, to_text"
        " FROM changes WHERE issue_id IN (SELECT value FROM json_each(?))"
        " ORDER BY issue_id, at, history_id, item",
        (ids,),
    )
    held = {number: list(rows) for number, rows in groupby(changes, itemgetter(0))}
    for row in issues:
        yield _issue(row), [change_of(change) for change in held.get(row[0], ())]


def _issue(row: Any) -> Issue:
    (number, key, project, type_id, level, summary, status_id, category) = row[:8]
    (created, updated, resolution, assignee, parent_id, resolved, *lists) = row[8:]
    labels, components, fix_versions = (tuple(json.loads(text)) for text in lists)
    return Issue(
        id=number,
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
        resolved=instant_or_none(resolved),
        labels=labels,
        components=components,
        fix_versions=fix_versions,
    )
