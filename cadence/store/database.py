"""Opening the store: one SQLite file, private, migrated, never touched when it is not ours."""

import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlite_utils import Database

from cadence.errors import CadenceError, ConfigError, StoreBusy, StoreUnusable
from cadence.store.later_migrations import MIGRATIONS

APPLICATION_ID = 0x63616463
"""`cadc`: marks the file as ours."""

BUSY_SECONDS = 10.0


class StoreFull(CadenceError):
    """The disk has no room, or fails: what was stored before is whole."""


_DURABLE = "PRAGMA synchronous = FULL"
"""What people file must survive a power cut."""

_ORDERED = "PRAGMA synchronous = NORMAL"
"""With a log, a power cut may take the last transactions, whole, until the log is checkpointed."""

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100


@contextmanager
def open_store(path: Path, *, create: bool = True) -> Iterator[Database]:
    """Open the store, brought to the newest schema; closed at the end of the `with`.

    Raises StoreUnusable for a store of a newer cadence or a file that is not ours, both left as
    they are; StoreBusy if another process holds it for too long; ConfigError if the folder or the
    file cannot be written, or it is missing and `create` is false.
    """
    _look(path)
    if not path.exists():
        if not create:
            raise ConfigError(
                "There is no store yet", where=str(path), remedy="Run 'cadence sync' first"
            )
        _create_private(path)
    if not create and not os.access(path.parent, os.W_OK):
        # SQLite cannot make its side files there: what only reads can do without them.
        with read_store(path) as db:
            _refuse_older(db, path)
            yield db
        return
    with _ours(path), _told(path):
        db = _connect(path)
        try:
            _migrate(db, path)
            yield db
        finally:
            db.close()


@contextmanager
def read_store(path: Path) -> Iterator[Database]:
    """Open the store for a look that changes nothing, not even its schema; raises as open_store.

    SQLite makes files of its own beside a store that it merely reads, unless it is told that
    nobody writes. That is so where no log lies beside it: what was written is in the file.
    """
    _look(path)
    quiet = not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if quiet else ''}"
    with _ours(path), _told(path):
        conn = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            yield Database(conn, execute_plugins=False)
        finally:
            conn.close()


_open_here: Counter[tuple[int, int]] = Counter()
"""How often this process has each file open now, by device and inode."""

_OPENING = Lock()


@contextmanager
def _ours(path: Path) -> Iterator[None]:
    """Refuse a file that is not ours, unless this process has it open already.

    To look at the header, a file is opened and closed; that drops every lock which this process
    holds on it (POSIX says so, of locks as SQLite uses them), also those of its other threads.
    Another process could then cut the log that one of them is writing.
    """
    with _OPENING:
        place = _place(path)
        if not _open_here[place]:
            refuse_foreign(path)
        _open_here[place] += 1
    try:
        yield
    finally:
        with _OPENING:
            _open_here[place] -= 1


def _look(path: Path) -> None:
    with _OPENING:
        if not _open_here[_place(path)]:
            refuse_foreign(path)


def _place(path: Path) -> tuple[int, int]:
    try:
        held = path.stat()
    except OSError:
        return (0, 0)  # told by what opens it
    return (held.st_dev, held.st_ino)


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once, so that it never fails halfway.

    A transaction that reads first and writes later is refused at once if someone else wrote in
    between, whatever the busy timeout; BEGIN IMMEDIATE waits instead.
    """
    _begin(db)
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    try:
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


def _begin(db: Database) -> None:
    """Take the write lock as soon as it is free; raises SQLite's own error if it never is.

    SQLite lets those who wait sleep up to a tenth of a second, so that beside a sync, which
    writes and writes, somebody may miss each gap. This looks often.
    """
    end = time.monotonic() + BUSY_SECONDS
    db.conn.execute("PRAGMA busy_timeout = 0")
    try:
        while not _is_begun(db, last=time.monotonic() >= end):
            time.sleep(random.uniform(0.001, 0.004))
    finally:
        db.conn.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _is_begun(db: Database, *, last: bool) -> bool:
    try:
        db.conn.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as fault:
        if last or not fault.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        return False
    return True


def _connect(path: Path) -> Database:
    # isolation_level=None: no transaction but those that `writing` begins.
    conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db = Database(conn, execute_plugins=False)
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(_DURABLE)
    return db


def _migrate(db: Database, path: Path) -> None:
    """Apply the missing steps, each with its number in one transaction.

    They are brought to the disk together: those that a power cut takes away are applied anew.
    """
    if _version(db) == len(MIGRATIONS):
        return
    if _version(db) > len(MIGRATIONS):
        raise _newer(_version(db), path)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if db.conn.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",):
        db.conn.execute(_ORDERED)
    for number, step in enumerate(MIGRATIONS, 1):
        with writing(db):
            if _version(db) < number:
                step(db)
                db.conn.execute(f"PRAGMA user_version = {number}")
    if _version(db) > len(MIGRATIONS):
        raise _newer(_version(db), path)
    # So that the header of the file itself, which is read before opening, is up to date.
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.execute(_DURABLE)


def _refuse_older(db: Database, path: Path) -> None:
    if _version(db) < len(MIGRATIONS):
        raise ConfigError(
            "The store must be brought up to date, and its folder cannot be written",
            where=str(path),
            remedy="Make the folder writable and run it again",
        )


def _version(db: Database) -> int:
    return int(db.conn.execute("PRAGMA user_version").fetchone()[0])


def refuse_damaged(db: Database, path: Path) -> None:
    """Raise StoreUnusable if a quick look finds the store damaged: nothing may be written then."""
    with _told(path):
        (said,) = db.conn.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise StoreUnusable("The store is damaged", where=str(path), remedy="Restore a backup")


def refuse_foreign(path: Path) -> None:
    """Raise StoreUnusable for a file that is not ours, or is a newer cadence's.

    Reads the header without SQLite: merely opening a file may already change its folder.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return
    except OSError as fault:
        raise ConfigError(
            f"The store cannot be read: {fault.strerror}",
            where=str(path),
            remedy="Check who owns the file and its folder",
        ) from fault
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise _foreign("no SQLite database", path)
    version, application = (int.from_bytes(header[at : at + 4], "big") for at in (60, 68))
    if application != APPLICATION_ID:
        raise _foreign(f"application id {application}, cadence's is {APPLICATION_ID}", path)
    if version > len(MIGRATIONS):
        raise _newer(version, path)


def _foreign(what: str, path: Path) -> StoreUnusable:
    return StoreUnusable(
        f"This file is no store of cadence ({what})",
        where=str(path),
        remedy="It was left as it is; move it away, or put a copy of it in its place",
    )


def _newer(version: int, path: Path) -> StoreUnusable:
    return StoreUnusable(
        f"The store has version {version}, this cadence knows versions up to {len(MIGRATIONS)}",
        where=str(path),
        remedy="It was left as it is; upgrade cadence",
    )


def _create_private(path: Path) -> None:
    """Make the file 0600 before SQLite does: its -wal and -shm take over these rights."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as fault:
        raise ConfigError(
            f"The store cannot be made: {fault.strerror}",
            where=str(path),
            remedy="Check that the folder is there and that you may write to it",
        ) from fault


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite says about the file, not about our SQL, into an error for users."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        name = getattr(fault, "sqlite_errorname", "") or ""
        for begin, (kind, what, remedy) in _FAULTS.items():
            if f"{name} {fault}".startswith(begin):
                raise kind(f"{what} ({fault})", where=str(path), remedy=remedy) from fault
        raise


_FAULTS: dict[str, tuple[type[CadenceError], str, str]] = {
    "SQLITE_BUSY": (StoreBusy, "The store is busy", "Wait until the other command has ended"),
    "SQLITE_READONLY": (
        ConfigError,
        "The store cannot be written",
        "Check who owns the file and its folder",
    ),
    "SQLITE_CANTOPEN": (
        ConfigError,
        "The store cannot be opened",
        "Check who owns the file and its folder",
    ),
    "SQLITE_FULL": (StoreFull, "The disk is full", "Make room; nothing was lost"),
    "SQLITE_IOERR": (StoreFull, "The disk failed", "Check the disk; nothing was written"),
    "SQLITE_CORRUPT": (StoreUnusable, "The store is damaged", "Restore a backup"),
    "SQLITE_NOTADB": (StoreUnusable, "The store is damaged", "Restore a backup"),
    "SQLITE_ERROR no such": (StoreUnusable, "The store is damaged", "Restore a backup"),
}
