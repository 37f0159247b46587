"""The archive of issued reports: what was told of a month, and when."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cadence.model import PartnerTold
from cadence.month import Month
from cadence.store.damage import or_damaged
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text

MONTH = "month"
"""The kind under which a month's data is kept; the reports of a month all show the same data."""

PARTNER = "partner"
"""The kind under which a partner report is kept: its `told` names whom it was issued to."""

_OF_THE_RUN = ("synced_at",)
"""What differs from run to run and tells nothing of the month."""


@dataclass(frozen=True)
class Issued:
    """What was told of a month, as plain data, and when."""

    at: datetime
    values: dict[str, Any]


@or_damaged
def load_issued(db: Database, month: Month, kind: str = MONTH) -> Issued | None:
    """Return what was last told of a month; None if nothing was."""
    row = db.conn.execute(
        "SELECT issued, page FROM issued WHERE month = ? AND kind = ?"
        " ORDER BY issued DESC, id DESC LIMIT 1",
        (str(month), kind),
    ).fetchone()
    return Issued(instant_of(row[0]), dict(json.loads(row[1]))) if row else None


@or_damaged
def load_told(db: Database) -> tuple[PartnerTold, ...]:
    """Return to which partners a report was issued, and when, the oldest first."""
    rows = db.conn.execute(
        "SELECT told.value, issued.issued FROM issued, json_each(issued.page, '$.told') AS told"
        " WHERE issued.kind = ? ORDER BY issued.issued, issued.id",
        (PARTNER,),
    )
    return tuple(PartnerTold(str(name), instant_of(at)) for name, at in rows)


def save_issued(
    db: Database, month: Month, values: dict[str, Any], at: datetime, kind: str = MONTH
) -> bool:
    """Archive what is told of a month, unless the same was told last; tell whether it is kept.

    A store that can only be read keeps no archive: that a month can be told comes first.
    """
    last = load_issued(db, month, kind)
    if last and telling(last.values) == telling(values):
        return False
    row = (str(month), kind, instant_text(at), values["complete"], json.dumps(values))
    try:
        with writing(db):
            db.conn.execute(
                "INSERT INTO issued (month, kind, issued, complete, page) VALUES (?, ?, ?, ?, ?)",
                row,
            )
    except sqlite3.OperationalError as fault:
        if getattr(fault, "sqlite_errorname", "").startswith(("SQLITE_READONLY", "SQLITE_BUSY")):
            return False
        raise
    return True


def telling(values: dict[str, Any]) -> dict[str, Any]:
    """Return plain data without what differs from run to run."""
    return {name: value for name, value in values.items() if name not in _OF_THE_RUN}
