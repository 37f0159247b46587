"""Care of the store: is the file sound, and what does it hold?"""

import sqlite3
import time
from dataclasses import dataclass

from sqlite_utils import Database

from cadence.store.database import writing
from cadence.store.summary import refill_summary, unsummed

_AT_ONCE = 1000
_PAUSE_SECONDS = 0.005
"""Whoever wants to write meanwhile waits for a thousand issues, not for all, and then has a gap."""


@dataclass(frozen=True)
class StoreCheck:
    """What a check found: problems, and the rows of each table."""

    problems: tuple[str, ...]
    counts: dict[str, int]


def check_store(db: Database) -> StoreCheck:
    """Return what SQLite says of the file, and the number of rows in each table."""
    said = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    problems = [line for line in said if line != "ok"]
    problems += [f"{table} row {row}: its {parent} is missing" for table, row, parent, _ in broken]
    names = sorted(name for name in db.table_names() if not name.startswith("sqlite_"))
    counts = {
        name: int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names
    }
    return StoreCheck(tuple(problems), counts)


def sum_up(db: Database) -> None:
    """Sum up what was written since it was done last: then a month reads only its own part.

    Where that cannot be (a folder that can only be read, a sync at work) nothing is lost: a month
    then reads those issues whatever they are.
    """
    left = unsummed(db)
    try:
        for start in range(0, len(left), _AT_ONCE):
            with writing(db):
                refill_summary(db, left[start : start + _AT_ONCE])
            time.sleep(_PAUSE_SECONDS if len(left) > _AT_ONCE else 0)
    except sqlite3.OperationalError:
        return
