"""What is to be written to another system: said before it is sent, so that no cut makes two of it.

A subject has one intent. It is `sending` from before the request until its outcome is stored; what
is found so later was cut off. `unknown` is what may have been done or not, and `done` is final.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from cadence.store.audit import Written, save_written
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text


class IntentState(StrEnum):
    """What is known of a write."""

    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Intent:
    """A write: of what, where to, how it is known there, and what was there before."""

    subject: str
    target: str
    marker: str
    base: str | None
    state: IntentState
    sent: datetime
    result: str | None = None


def load_intent(db: Database, subject: str) -> Intent | None:
    """Return the intent of a subject, if there is one."""
    row = db.conn.execute(
        "SELECT subject, target, marker, base, state, sent, result FROM intents WHERE subject = ?",
        (subject,),
    ).fetchone()
    if row is None:
        return None
    name, target, marker, base, state, sent, result = row
    return Intent(name, target, marker, base, IntentState(state), instant_of(sent), result)


def save_intent(db: Database, intent: Intent) -> None:
    """Store that a write is about to be sent. A subject that is done stays as it is."""
    with writing(db):
        db.conn.execute(
            "INSERT INTO intents (subject, target, marker, base, state, sent, result)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE SET"
            " target = excluded.target, marker = excluded.marker, base = excluded.base,"
            " state = excluded.state, sent = excluded.sent, result = excluded.result",
            (
                intent.subject,
                intent.target,
                intent.marker,
                intent.base,
                intent.state,
                instant_text(intent.sent),
                intent.result,
            ),
        )


def save_outcome(
    db: Database,
    subject: str,
    state: IntentState,
    result: str | None = None,
    written: Written | None = None,
) -> None:
    """Store what became of a write, and its row of the audit; within the caller's transaction."""
    db.conn.execute(
        "UPDATE intents SET state = ?, result = ? WHERE subject = ?", (state, result, subject)
    )
    if written is not None:
        save_written(db, written)
