"""Writing that leaves no trace of who wrote, when, or in which order.

SQLite is no help by itself: a page keeps its rows where there was room when they came, deleted
words stay until they are overwritten, and the log holds each page as it was after each commit.
So deleted words are overwritten at once, rows are laid down anew in the order of their random
ids, and the log is emptied. What lies on the disk below the file is beyond our reach.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from cadence.store.database import BUSY_SECONDS, writing

_SMALL = 500
"""Up to so many entries all are laid down anew each time; of more, each _ROUND-th time."""

_ROUND = 64

_PATIENCE_MS = 100
"""So long an emptying of the log waits for readers; the next one, or the last to leave, does it."""

_PAUSE_SECONDS = 0.2
"""In a rush the log is emptied no more often than that."""

_emptied = [float("-inf")]


@contextmanager
def traceless(db: Database) -> Iterator[None]:
    """One transaction that writes what people said; nothing but the words stays of it."""
    db.conn.execute("PRAGMA secure_delete = ON")
    with writing(db):
        yield
        if _due(db):
            lay_anew(db)
    if time.monotonic() - _emptied[0] >= _PAUSE_SECONDS:
        empty_log(db)


def _due(db: Database) -> bool:
    count = int(db.execute("SELECT count(*) FROM entries").fetchone()[0])
    return count <= _SMALL or count % _ROUND == 0


def lay_anew(db: Database) -> None:
    """Write the entries, and what stands beside them, in the order of their ids alone.

    The caller's transaction. All of a table goes before any of it comes back, so that its pages
    are empty in between and nothing of the order of arrival is left in them.
    """
    votes = db.execute("SELECT * FROM votes ORDER BY entry_id").fetchall()
    for table, key in (("entries", "id"), ("marks", "mark"), ("answered", "month, person")):
        rows = db.execute(f"SELECT * FROM {table} ORDER BY {key}").fetchall()
        db.conn.execute(f"DELETE FROM {table} WHERE 1")
        if rows:
            places = ", ".join("?" * len(rows[0]))
            db.conn.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    db.conn.execute("DELETE FROM votes WHERE 1")
    db.conn.executemany("INSERT INTO votes VALUES (?, ?)", votes)


def empty_log(db: Database) -> None:
    """Bring the log into the file and cut it to nothing, unless somebody is reading just now."""
    db.conn.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
    try:
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        _emptied[0] = time.monotonic()
    except sqlite3.OperationalError:
        return  # as with a reader: the words are safe, and the next one empties it
    finally:
        db.conn.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def rewrite(db: Database) -> None:
    """Write the whole file anew, without any page that is no longer used, and empty the log."""
    empty_log(db)
    db.conn.execute("VACUUM")
    empty_log(db)
