"""Opening the store: private, migrated step by step, and never touched when it is not ours."""

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cadence.errors import CadenceError, ConfigError, StoreBusy, StoreUnusable
from cadence.store import database
from cadence.store.database import APPLICATION_ID, open_store, read_store, writing
from cadence.store.later_migrations import MIGRATIONS

FULL = 2
"""PRAGMA synchronous: a commit has reached the disk when it returns."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadence.db"


def folder_hash(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def pragma(db, name: str):
    return db.conn.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_new_store_is_ours_strict_and_safe(path):
    with open_store(path) as db:
        assert pragma(db, "application_id") == APPLICATION_ID
        assert pragma(db, "user_version") == len(MIGRATIONS)
        assert pragma(db, "journal_mode") == "wal"
        assert pragma(db, "foreign_keys") == 1
        assert pragma(db, "busy_timeout") == 10_000
        assert pragma(db, "synchronous") == FULL
        tables = db.conn.execute("PRAGMA table_list").fetchall()
        assert all(
            strict for _, name, kind, _, _, strict in tables if not name.startswith("sqlite")
        )
    with open_store(path) as db:
        assert pragma(db, "synchronous") == FULL


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_only_the_owner_may_read_the_store_and_its_side_files(path):
    old = os.umask(0)
    try:
        with open_store(path) as db:
            with writing(db):
                db.conn.execute("INSERT INTO syncs (started) VALUES ('x')")
            modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
            assert len(list(path.parent.iterdir())) == 3
    finally:
        os.umask(old)
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_opening_twice_changes_nothing_in_the_schema(path):
    with open_store(path) as db:
        before = db.schema
    with open_store(path) as db:
        assert db.schema == before


def test_a_missing_store_is_not_made_for_reading(path):
    with pytest.raises(ConfigError, match="cadence sync"), open_store(path, create=False):
        pass
    assert not path.parent.exists()


@pytest.mark.parametrize("ahead", [1, 100])
def test_a_newer_store_is_refused_with_both_versions_and_left_as_it_is(path, ahead):
    with open_store(path):
        pass
    newer = len(MIGRATIONS) + ahead
    with sqlite3.connect(path) as conn:
        conn.execute(f"PRAGMA user_version = {newer}")
    conn.close()
    before = folder_hash(path.parent)
    told = f"version {newer}.* {len(MIGRATIONS)}"
    with pytest.raises(StoreUnusable, match=told), open_store(path):
        pass
    assert folder_hash(path.parent) == before


@pytest.mark.parametrize("content", [b"short", b"SQLite format 3\0" + bytes(200), b"x" * 5000])
def test_what_is_no_store_of_ours_is_refused_and_left_as_it_is(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    before = folder_hash(path.parent)
    with pytest.raises(StoreUnusable), open_store(path):
        pass
    assert folder_hash(path.parent) == before


def test_somebody_elses_database_is_refused_and_left_as_it_is(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE theirs (x)")
    conn.close()
    before = folder_hash(path.parent)
    with pytest.raises(StoreUnusable, match="application id 0"), open_store(path):
        pass
    assert folder_hash(path.parent) == before


def test_an_older_store_is_brought_up_to_date_and_a_failing_step_leaves_it_whole(path, monkeypatch):
    with open_store(path):
        pass

    def good(db):
        db.conn.execute("CREATE TABLE later (x TEXT) STRICT")

    def bad(db):
        db.conn.execute("CREATE TABLE half (x TEXT) STRICT")
        raise ZeroDivisionError

    monkeypatch.setattr(database, "MIGRATIONS", [*MIGRATIONS, good, bad])
    with pytest.raises(ZeroDivisionError), open_store(path):
        pass
    monkeypatch.setattr(database, "MIGRATIONS", [*MIGRATIONS, good])
    with open_store(path) as db:
        assert pragma(db, "user_version") == len(MIGRATIONS) + 1
        assert "later" in db.table_names()
        assert "half" not in db.table_names()


def test_the_header_tells_the_version_without_the_side_files(path):
    with open_store(path):
        pass
    assert int.from_bytes(path.read_bytes()[60:64], "big") == len(MIGRATIONS)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigError, match="cannot be"), open_store(tmp_path / "data/cadence.db"):
        pass


def test_a_store_held_by_somebody_else_is_busy(path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with (
        open_store(path) as holder,
        writing(holder),
        pytest.raises(StoreBusy),
        open_store(path) as other,
        writing(other),
    ):
        pass


def test_a_damaged_store_is_told_not_thrown(path):
    with open_store(path) as db, writing(db):
        db.conn.executemany(
            "INSERT INTO syncs (started) VALUES (?)", [("x" * 500,) for _ in range(200)]
        )
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreUnusable, match="damaged"), open_store(path) as db:
        db.conn.execute("SELECT count(*) FROM syncs").fetchone()


def test_a_bug_in_our_sql_stays_loud(path):
    with pytest.raises(sqlite3.OperationalError), open_store(path) as db:
        db.conn.execute("SELECT nothing")


def test_a_failed_transaction_leaves_nothing(path):
    with open_store(path) as db:
        insert = "INSERT INTO syncs (started, complete) VALUES ('x', ?)"
        with pytest.raises(sqlite3.IntegrityError), writing(db):
            db.conn.executemany(insert, [(0,), ("no number",)])
        assert db.conn.execute("SELECT count(*) FROM syncs").fetchone() == (0,)


def test_a_store_that_cannot_be_written_is_a_wrong_configuration(path):
    with pytest.raises(ConfigError, match="cannot be written"):
        _write(path, "PRAGMA query_only = 1")


def test_a_full_disk_is_told_in_one_line_and_nothing_is_lost(path):
    with open_store(path) as db, writing(db):
        db.conn.execute("INSERT INTO syncs (started) VALUES ('kept')")
        pages = pragma(db, "page_count")
    with pytest.raises(CadenceError, match="disk is full") as full:
        _write(path, f"PRAGMA max_page_count = {pages + 1}")
    assert "\n" not in full.value.line
    with open_store(path) as db:
        assert db.conn.execute("SELECT started FROM syncs").fetchall() == [("kept",)]


def _write(path: Path, setting: str) -> None:
    with open_store(path) as db:
        db.conn.execute(setting)
        with writing(db):
            rows = [("x" * 4000,) for _ in range(20)]
            db.conn.executemany("INSERT INTO syncs (started) VALUES (?)", rows)


@pytest.mark.parametrize("version", [len(MIGRATIONS), 1])
def test_a_look_changes_nothing_whatever_the_schema(path, version):
    with open_store(path) as db, writing(db):
        db.conn.execute("INSERT INTO cursors VALUES ('a', '{}', 'x')")
    with sqlite3.connect(path) as conn:
        conn.execute(f"PRAGMA user_version = {version}")
    conn.close()
    before = folder_hash(path.parent)
    with read_store(path) as db:
        assert db.conn.execute("SELECT scope FROM cursors").fetchall() == [("a",)]
        assert folder_hash(path.parent) == before
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.conn.execute("DELETE FROM cursors")
    assert folder_hash(path.parent) == before


def test_a_look_sees_what_a_writer_at_work_has_written(path):
    with open_store(path) as writer, read_store(path) as reader:
        with writing(writer):
            writer.conn.execute("INSERT INTO cursors VALUES ('a', '{}', 'x')")
        assert reader.conn.execute("SELECT count(*) FROM cursors").fetchone() == (1,)


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_another_look_at_an_open_store_drops_none_of_its_locks(path):
    other = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT * FROM notes')"
    with open_store(path) as db:
        with writing(db):
            db.conn.execute("INSERT INTO cursors VALUES ('here', '{}', 'now')")
        with open_store(path), read_store(path):
            pass
        # Without its locks, another process that leaves thinks itself the last and cuts the log.
        subprocess.run([sys.executable, "-c", f"{other}; c.close()"], check=True)
        assert path.with_name("cadence.db-wal").exists()
        with writing(db):
            db.conn.execute("INSERT INTO cursors VALUES ('there', '{}', 'now')")
    with open_store(path) as db:
        assert db.conn.execute("SELECT count(*) FROM cursors").fetchone()[0] == 2


def test_whoever_waits_to_write_gets_through_a_short_gap_between_two_others(path):
    """As beside a sync: SQLite's own waiting sleeps a tenth of a second by then, and misses it."""

    def write() -> None:
        with open_store(path) as db, writing(db):
            through.set()

    for _ in range(3):  # once is enough: a machine under load may miss a gap, SQLite misses all
        through = threading.Event()
        with open_store(path) as other:
            waiting = threading.Thread(target=write)
            with writing(other):
                waiting.start()
                time.sleep(0.35)
            time.sleep(0.06)
            with writing(other):
                got_through = through.is_set()
        waiting.join()
        if got_through:
            return
    pytest.fail("nobody else could write in any gap")
