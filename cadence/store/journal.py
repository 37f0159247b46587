"""What people filed: readings, sign-offs, actions, the log; and how all of it is read back."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.model import (
    Action,
    Anonymity,
    Dismissal,
    Entry,
    Filed,
    Gate,
    Note,
    Prompt,
    Reading,
    Reflection,
    SignOff,
    StageEvidence,
)
from cadence.month import Month
from cadence.store.damage import or_damaged
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text
from cadence.store.issued import load_told
from cadence.store.reflections import read_month

ACTIONS_A_MONTH = 3
"""More than this at once is a wish list: few get done."""

Record = Reading | SignOff | Action | Note | StageEvidence | Dismissal
R = TypeVar("R", Reading, SignOff, Action, Note, StageEvidence, Dismissal)


def save_reading(db: Database, reading: Reading) -> int:
    """Save a reading of a KPI; return its id."""
    with writing(db):
        return _insert(db, "readings", reading)


def save_sign_off(db: Database, sign_off: SignOff) -> int:
    """Save a sign-off; return its id. The same statement twice is one."""
    same = "milestone_id = ? AND gate = ? AND evidence = ? AND day = ? AND withdrawn IS NULL"
    key = (sign_off.milestone_id, sign_off.gate, sign_off.evidence, sign_off.day.isoformat())
    with writing(db):
        row = db.execute(f"SELECT id FROM sign_offs WHERE {same}", key).fetchone()
        return int(row[0]) if row else _insert(db, "sign_offs", sign_off)


def save_withdrawal(db: Database, milestone_id: int, gate: Gate, day: date) -> int:
    """Withdraw the sign-offs of a milestone's gate from a day on; return how many stood."""
    with writing(db):
        return db.conn.execute(
            "UPDATE sign_offs SET withdrawn = ?"
            " WHERE milestone_id = ? AND gate = ? AND withdrawn IS NULL",
            (day.isoformat(), milestone_id, gate),
        ).rowcount


def save_action(db: Database, action: Action) -> int:
    """Save a new action; return its id. Raises ConfigError for a fourth one in a month."""
    month = str(action.month)
    with writing(db):
        held = db.execute(
            "SELECT count(*) FROM actions WHERE month = ? AND dropped IS NULL", (month,)
        ).fetchone()[0]
        if held >= ACTIONS_A_MONTH:
            raise ConfigError(
                f"{month} already has {held} actions; more than {ACTIONS_A_MONTH} do not get done",
                remedy="Drop one with 'cadence action drop ID --why …', or keep this one for later",
            )
        return _insert(db, "actions", action)


def save_action_done(db: Database, action_id: int, day: date) -> None:
    """Close an action as done. Raises ConfigError if it is unknown or not open."""
    with writing(db):
        _check_open(db, action_id)
        db.conn.execute("UPDATE actions SET done = ? WHERE id = ?", (day.isoformat(), action_id))


def save_action_dropped(db: Database, action_id: int, day: date, why: str) -> None:
    """Drop an action, with the reason. Raises ConfigError if it is unknown or not open."""
    with writing(db):
        _check_open(db, action_id)
        db.conn.execute(
            "UPDATE actions SET dropped = ?, why = ? WHERE id = ?",
            (day.isoformat(), why, action_id),
        )


def save_action_shrunk(db: Database, action_id: int, text: str, due: date, day: date) -> None:
    """Make an action smaller, with a new day; it may be carried again. Its old text is kept.

    Raises ConfigError if it is unknown or not open.
    """
    with writing(db):
        _check_open(db, action_id)
        db.conn.execute(
            "UPDATE actions SET was = text, text = ?, due = ?, shrunk = ? WHERE id = ?",
            (text, due.isoformat(), day.isoformat(), action_id),
        )


def save_note(db: Database, note: Note) -> int:
    """Save an entry of the team's log; return its id."""
    with writing(db):
        return _insert(db, "notes", note)


def save_note_retired(db: Database, note_id: int, day: date) -> str:
    """Let a note rest from a day on; return its kind. Raises ConfigError if there is none."""
    with writing(db):
        row = db.execute("SELECT kind, retired FROM notes WHERE id = ?", (note_id,)).fetchone()
        if row is None:
            raise ConfigError(
                f"There is no note {note_id}", remedy="See them with 'cadence log list'"
            )
        kind, retired = row
        if retired:
            raise ConfigError(f"The {kind} {note_id} was already retired on {retired}")
        sql = "UPDATE notes SET retired = ? WHERE id = ?"
        db.conn.execute(sql, (day.isoformat(), note_id))
        return str(kind)


def save_note_reviewed(db: Database, note_id: int, review: date) -> None:
    """Set the day on which a note is looked at again. Raises ConfigError if there is none."""
    with writing(db):
        sql = "UPDATE notes SET review = ? WHERE id = ?"
        if not db.conn.execute(sql, (review.isoformat(), note_id)).rowcount:
            raise ConfigError(
                f"There is no note {note_id}", remedy="See them with 'cadence log list'"
            )


def save_stage_evidence(db: Database, evidence: StageEvidence) -> int:
    """Save a link to what a stage asks for; return its id."""
    with writing(db):
        return _insert(db, "stage_evidence", evidence)


def save_dismissal(db: Database, dismissal: Dismissal) -> int:
    """Save that a finding shall be quiet; return its id. It takes the place of an earlier one."""
    with writing(db):
        _undo(db, dismissal.code, dismissal.subject, dismissal.day)
        return _insert(db, "dismissals", dismissal)


def save_undoing(db: Database, code: str, subject: str, day: date) -> int:
    """Let a finding be told again from a day on; return how many dismissals stood."""
    with writing(db):
        return _undo(db, code, subject, day)


def _undo(db: Database, code: str, subject: str, day: date) -> int:
    return db.conn.execute(
        "UPDATE dismissals SET undone = max(day, ?) WHERE code = ? AND subject = ?"
        " AND undone IS NULL",
        (day.isoformat(), code, subject),
    ).rowcount


@or_damaged
def load_filed(db: Database) -> Filed:
    """Return all that people filed. Entries come in an order that says nothing about people."""
    return Filed(
        readings=tuple(_read(Reading, row) for row in _rows(db, "readings")),
        sign_offs=tuple(_read(SignOff, row) for row in _rows(db, "sign_offs")),
        reflections=tuple(_reflections(db)),
        entries=tuple(_entries(db)),
        actions=tuple(_read(Action, row) for row in _rows(db, "actions")),
        notes=tuple(_read(Note, row) for row in _rows(db, "notes")),
        stage_evidence=tuple(_read(StageEvidence, row) for row in _rows(db, "stage_evidence")),
        dismissals=tuple(_read(Dismissal, row) for row in _rows(db, "dismissals")),
        told=load_told(db),
    )


# ---- rows and records ------------------------------------------------------------------------


def _insert(db: Database, table: str, record: Record) -> int:
    row = {f.name: _plain(getattr(record, f.name)) for f in fields(record) if f.name != "id"}
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    cursor = db.conn.execute(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values())
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _plain(value: object) -> object:
    """Return a record's value as the store writes it."""
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case Month():
            return str(value)
        case Enum():
            return value.value
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return value


def _rows(db: Database, table: str) -> Iterator[dict[str, Any]]:
    return db.query(f'SELECT * FROM "{table}" ORDER BY id')


_DAYS = {"day", "withdrawn", "due", "done", "dropped", "retired", "undone", "shrunk", "review"}


def _read(kind: type[R], row: dict[str, Any]) -> R:
    """Return a row of a public table as its record; columns unknown to it are left."""
    values = {field.name: row[field.name] for field in fields(kind)}
    for name, value in values.items():
        if value is None:
            continue
        if name in _DAYS:
            values[name] = date.fromisoformat(value)
        elif name == "filed":
            values[name] = instant_of(value)
        elif name == "month":
            values[name] = read_month(value)
        elif name == "gate":
            values[name] = Gate(value)
        elif name == "details":
            values[name] = json.loads(value)
    return kind(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _reflections(db: Database) -> Iterator[Reflection]:
    sql = """
        SELECT r.*, r.answered_unnamed + count(a.person) AS answered
        FROM reflections r LEFT JOIN answered a ON a.month = r.month
        GROUP BY r.month ORDER BY r.month"""
    for row in db.query(sql):
        yield Reflection(
            month=read_month(row["month"]),
            anonymity=Anonymity(row["anonymity"]),
            opened=_day(row["opened"]),
            closed=_day(row["closed"]),
            skipped=_day(row["skipped"]),
            why=row["why"],
            answered=row["answered"],
            seen=row["seen"],
            gathered=_day(row["gathered"]),
            revealed=_day(row["revealed"]),
        )


def _entries(db: Database) -> Iterator[Entry]:
    sql = """
        SELECT e.month, e.prompt, e.text, e.author, t.title,
            iif(coalesce(r.revealed, r.closed) IS NULL, 0, coalesce(v.votes, 0)) AS votes
        FROM entries e JOIN reflections r ON r.month = e.month
        LEFT JOIN themes t ON t.id = e.theme_id
        LEFT JOIN votes v ON v.entry_id = e.id
        ORDER BY e.month, e.id"""
    for row in db.query(sql):
        yield Entry(
            month=read_month(row["month"]),
            prompt=Prompt(row["prompt"]),
            text=row["text"],
            author=row["author"],
            theme=row["title"],
            votes=row["votes"],
        )


def _check_open(db: Database, action_id: int) -> None:
    row = db.execute("SELECT done, dropped FROM actions WHERE id = ?", (action_id,)).fetchone()
    if row is None:
        raise ConfigError(
            f"There is no action {action_id}", remedy="See them with 'cadence action list'"
        )
    done, dropped = row
    if done or dropped:
        how = f"done on {done}" if done else f"dropped on {dropped}"
        raise ConfigError(
            f"Action {action_id} was already {how}",
            remedy="Agree on a new one with 'cadence action add'",
        )
