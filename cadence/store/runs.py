"""How far the syncs are: their runs, their cursors, and what they had to set aside."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cadence.model import SetAside, SyncRun
from cadence.store.damage import or_damaged
from cadence.store.instants import instant_of, instant_or_none, instant_text, text_or_none
from cadence.store.upsert import upsert


def save_set_aside(db: Database, odd: Iterable[SetAside]) -> None:
    """Note records that could not be stored as Jira told them.

    The subject is `issue:ID` of one that was left out or is not whole, `issue:ID:values` of one
    that is stored without a value or two, `issue:ID:parent` of one whose parent is not known yet.
    """
    db.conn.executemany(
        upsert("set_aside", "subject, reason, seen, raw"),
        ((o.subject, o.reason, instant_text(o.seen), o.raw) for o in odd),
    )


def clear_set_aside(db: Database, subjects: Iterable[str]) -> None:
    """Forget the oddities of records that are whole again, or gone."""
    sql = "DELETE FROM set_aside WHERE subject = ?1 OR subject > ?1 || ':' AND subject < ?1 || ';'"
    db.conn.executemany(sql, ((s,) for s in subjects))


def save_cursor(db: Database, scope: str, value: dict[str, Any], saved: datetime) -> None:
    """Store how far a scope is synced."""
    row = (scope, json.dumps(value, sort_keys=True), instant_text(saved))
    db.conn.execute(upsert("cursors", "scope, value, saved"), row)


def start_run(db: Database, started: datetime) -> int:
    """Open a row for a run of the sync and return its number."""
    cursor = db.conn.execute("INSERT INTO syncs (started) VALUES (?)", (instant_text(started),))
    return int(cursor.lastrowid or 0)


def end_run(db: Database, number: int, run: SyncRun) -> None:
    """Write down how a run of the sync ended."""
    db.conn.execute(
        "UPDATE syncs SET finished = ?, complete = ?, requests = ?, problem = ?, begun = ?"
        " WHERE id = ?",
        (text_or_none(run.finished), run.complete, run.requests, run.problem, run.begun, number),
    )


_RUN = "started, finished, complete, requests, problem, begun"


@or_damaged
def load_syncs(db: Database) -> tuple[SyncRun, ...]:
    """Return every run of the sync, the oldest first."""
    return tuple(map(_run_of, db.conn.execute(f"SELECT {_RUN} FROM syncs ORDER BY id")))


def load_runs(db: Database, ids: Iterable[int]) -> tuple[SyncRun, ...]:
    """Return these runs of the sync, the oldest first."""
    sql = f"SELECT {_RUN} FROM syncs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    return tuple(map(_run_of, db.conn.execute(sql, (json.dumps(sorted(ids)),))))


def _run_of(row: Any) -> SyncRun:
    started, finished, complete, requests, problem, begun = row
    return SyncRun(
        instant_of(started),
        instant_or_none(finished),
        bool(complete),
        requests,
        problem,
        bool(begun),
    )


def odd_issues(db: Database) -> set[int]:
    """Return the issues of which something was set aside: they are fetched again."""
    return {int(one.subject.split(":")[1]) for one in load_set_aside(db)}


def count_left_out(db: Database) -> int:
    """Return how many issues were left out, or are stored without all that Jira told of them."""
    return len(odd_issues(db))


@or_damaged
def load_set_aside(db: Database) -> tuple[SetAside, ...]:
    """Return the records that could not be stored as Jira told them."""
    rows = db.conn.execute("SELECT subject, reason, seen, raw FROM set_aside ORDER BY subject")
    return tuple(SetAside(row[0], row[1], instant_of(row[2]), row[3]) for row in rows)


def load_cursor(db: Database, scope: str) -> dict[str, Any]:
    """Return how far a scope is synced; empty if it never was, or is not to be read."""
    row = db.conn.execute("SELECT value FROM cursors WHERE scope = ?", (scope,)).fetchone()
    try:
        value = json.loads(row[0]) if row else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
