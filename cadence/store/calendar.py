"""What the team changed about its ceremonies, and what calendars were last told of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from cadence.model import CeremonyChange
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text


@dataclass(frozen=True)
class Event:
    """One date as calendars were told of it; `sequence` says how often that has changed."""

    uid: str
    day: date
    content: Mapping[str, Any]
    sequence: int
    changed: datetime


def save_ceremony_change(db: Database, change: CeremonyChange) -> None:
    """Save a change of one date."""
    with writing(db):
        db.conn.execute(
            "INSERT INTO ceremony_changes (ceremony, day, facilitator, skipped, why, filed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                change.ceremony,
                change.day.isoformat(),
                change.facilitator,
                int(change.skipped),
                change.why,
                instant_text(change.filed),
            ),
        )


def load_ceremony_changes(db: Database) -> tuple[CeremonyChange, ...]:
    """Return all changes, the oldest first."""
    rows = db.conn.execute(
        "SELECT ceremony, day, facilitator, skipped, why, filed FROM ceremony_changes ORDER BY id"
    )
    return tuple(
        CeremonyChange(name, date.fromisoformat(day), instant_of(filed), leads, bool(skipped), why)
        for name, day, leads, skipped, why, filed in rows
    )


def load_events(db: Database) -> dict[str, Event]:
    """Return what calendars were told last, by uid."""
    rows = db.conn.execute("SELECT uid, day, content, sequence, changed FROM calendar_events")
    return {
        uid: Event(uid, date.fromisoformat(day), json.loads(content), number, instant_of(changed))
        for uid, day, content, number, changed in rows
    }


def save_events(db: Database, events: list[Event]) -> None:
    """Save what calendars are told now."""
    with writing(db):
        db.conn.executemany(
            "INSERT INTO calendar_events (uid, day, content, sequence, changed)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE SET content = excluded.content,"
            " sequence = excluded.sequence, changed = excluded.changed",
            [
                (
                    event.uid,
                    event.day.isoformat(),
                    json.dumps(event.content, ensure_ascii=False),
                    event.sequence,
                    instant_text(event.changed),
                )
                for event in events
            ],
        )
