"""Writing that leaves no trace of who wrote, when, or in which order.

SQLite is no help by itself: a page keeps its rows where there was room when they came, deleted
words stay until they are overwritten, and the log holds each page as it was after each commit.
So deleted words are overwritten at once, rows are laid down anew in the order of their random
ids, and the log is emptied. What lies on the disk below the file is beyond our reach.
"""

import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from cadence.store.database import BUSY_SECONDS, writing

_SMALL = 48 * 1024
"""Up to so many bytes of entries all are laid down anew each time; of more, each _ROUND-th time
and when they are shown. A team's years of reflections are far below."""

_ROUND = 64

_PATIENCE_MS = 100
"""So long an emptying of the log waits for readers; the next one, or the last to leave, does it."""

REWRITE_PATIENCE_MS = 3_000
"""After the file was written anew: until the log is emptied, the old words are still there."""


@contextmanager
def traceless(db: Database, *, anew: bool | None = None) -> Iterator[None]:
    """One transaction that writes what people said; nothing but the words stays of it.

    `anew` lays all down anew, however much it is; False, where no entry is touched, nothing.
    Within another one it is a part of that: answers that come at once share one transaction, and
    one that is refused leaves nothing of itself.
    """
    if db.conn.in_transaction:
        with _part(db):
            yield
        return
    db.conn.execute("PRAGMA secure_delete = ON")
    with _in_turn(db):
        with writing(db):
            before, _ = _entries(db)
            yield
            if _due(db, before) if anew is None else anew:
                lay_anew(db)
        # At once: the log holds each page as it was after each answer, in their order.
        empty_log(db)


@contextmanager
def _part(db: Database) -> Iterator[None]:
    db.conn.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        db.conn.execute("ROLLBACK TO part")
        raise
    finally:
        db.conn.execute("RELEASE part")


if sys.platform == "win32":

    @contextmanager
    def _in_turn(_: Database) -> Iterator[None]:
        yield  # SQLite's own lock must do

else:
    import fcntl

    @contextmanager
    def _in_turn(db: Database) -> Iterator[None]:
        """Wait for other answers that are being written.

        SQLite lets those who wait sleep ever longer, so that in a rush some are never served;
        this asks often. Whoever had no turn for long goes on, and SQLite tells if all is busy.
        """
        folder = os.open(
            Path(db.conn.execute("PRAGMA database_list").fetchone()[2]).parent, os.O_RDONLY
        )
        try:
            end = time.monotonic() + BUSY_SECONDS
            while not _locked(folder) and time.monotonic() < end:
                time.sleep(random.uniform(0.001, 0.004))
            yield
        finally:
            os.close(folder)

    def _locked(folder: int) -> bool:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True  # a file system without such locks: SQLite's own must do
        return True


def _entries(db: Database) -> tuple[int, int]:
    """Return how many entries there are, and of how many letters together."""
    row = db.execute("SELECT count(*), total(length(text)) FROM entries").fetchone()
    return int(row[0]), int(row[1])


def _due(db: Database, before: int) -> bool:
    count, size = _entries(db)
    return size <= _SMALL or count // _ROUND != before // _ROUND


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


def empty_log(db: Database, patience_ms: int = _PATIENCE_MS) -> None:
    """Bring the log into the file and cut it to nothing, unless somebody is reading just now."""
    db.conn.execute(f"PRAGMA busy_timeout = {patience_ms}")
    try:
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return  # as with a reader: the words are safe, and the next one empties it
    finally:
        db.conn.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def rewrite(db: Database) -> None:
    """Write the whole file anew, without any page that is no longer used, and empty the log."""
    empty_log(db)
    db.conn.execute("VACUUM")
    empty_log(db, REWRITE_PATIENCE_MS)
