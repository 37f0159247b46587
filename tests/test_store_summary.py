"""The summary beside the issues is that of `cadence.rests`, whoever wrote them and when."""

import sqlite3
from datetime import UTC, datetime

import pytest
from reference.worlds import write_store
from stretched import stretched, summed_up

from cadence.model import Change, HistoryState, Issue
from cadence.rests import FOREVER, Face, Rest, moved_months, names_above, rests
from cadence.store import database
from cadence.store.care import sum_up
from cadence.store.database import open_store, read_store, writing
from cadence.store.facts import load_issues, save_issues
from cadence.store.later_migrations import MIGRATIONS
from cadence.store.summary import face_of, face_text, mend_summary, unsummed

TABLES = ("moved", "below", "rests JOIN faces ON faces.id = face_id", "assigned")


def at(*day):
    return datetime(*day, tzinfo=UTC)


ISSUE = Issue(7, "A-7", "A", "101", 0, "", "4", "done", at(2015, 3, 2), at(2021, 1, 4), parent_id=3)


def change(field, when, old, new, number=1):
    return Change(7, number, 0, when, "ada", field, old, old, new, new)


HISTORY = [
    change("status", at(2015, 3, 9), "1", "4"),
    change("parent", at(2021, 1, 4), "2", "3", 2),
]


def summary(db):
    found = []
    for table in TABLES:
        rows = db.conn.execute(f"SELECT * FROM {table}").fetchall()
        found.append(sorted(tuple(v for v in row if v is not None) for row in rows))
    moved, below, rested, assigned = found
    return moved, below, sorted((row[0], row[1], row[2], row[-1]) for row in rested), assigned


def test_an_issue_moves_when_it_is_created_or_changed_and_rests_in_between():
    months = moved_months(ISSUE, HISTORY)
    assert months == ["2015-03", "2021-01"]
    closed = Face("101", 0, "4")
    assert list(rests(ISSUE, HISTORY, months)) == [
        Rest("2015-03", "2021-01", closed),
        Rest("2021-01", FOREVER, closed),
    ]
    assert names_above(ISSUE, HISTORY) == {"2", "3"}


def test_a_face_is_read_as_it_was_written():
    face = Face("100", 1, "4", "Won't Do", "A", ("x",), (), ("71",), (("1", None),), True)
    assert face_of(face_text(face)) == face


@pytest.mark.parametrize("seed", range(4))
def test_an_older_store_is_summed_up_when_it_is_opened(seed, tmp_path, monkeypatch):
    world = stretched(seed, 25)
    step = next(n for n, step in enumerate(MIGRATIONS) if "what_moved_when" in step.__name__)
    with monkeypatch.context() as before:
        before.setattr(database, "MIGRATIONS", MIGRATIONS[:step])
        later = ("stage_evidence", "dismissals")  # made by steps after that one
        rows = {table: told for table, told in world.rows().items() if table not in later}
        write_store(rows, tmp_path / "old.db")
    new = summed_up(world, tmp_path / "new.db")
    with open_store(tmp_path / "old.db") as old, open_store(new) as mended:
        assert summary(old) == summary(mended)
        assert not unsummed(old)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_saved_is_summed_up_as_if_it_had_been_there(seed, tmp_path):
    with open_store(summed_up(stretched(seed, 25), tmp_path / "one.db")) as one:
        ids = [row[0] for row in one.conn.execute("SELECT id FROM issues")]
        pairs = load_issues(one, ids)
        with open_store(tmp_path / "two.db") as two:
            with writing(two):
                save_issues(two, pairs)
            sum_up(two)
            assert summary(two) == summary(one)
            assert not unsummed(two)


def test_a_history_that_only_grows_is_summed_up_as_it_is_stored_by_then(tmp_path):
    cut = Issue(
        **{name: getattr(ISSUE, name) for name in ISSUE.__slots__} | {"history": HistoryState.CUT}
    )
    with open_store(tmp_path / "cadence.db") as db, writing(db):
        save_issues(db, [(cut, HISTORY[:1])])
        save_issues(db, [(cut, HISTORY[1:])])
        mend_summary(db)
        assert [row[:3] for row in summary(db)[2]] == [
            (7, "2015-03", "2021-01"),
            (7, "2021-01", FOREVER),
        ]


def test_what_others_write_into_the_store_is_summed_up_before_the_next_month(tmp_path):
    path = tmp_path / "cadence.db"
    with open_store(path) as db, writing(db):
        save_issues(db, [(ISSUE, HISTORY)])
        mend_summary(db)
    with sqlite3.connect(path) as conn:
        conn.execute("UPDATE issues SET status_id = '1'")
    conn.close()
    with open_store(path) as db:
        assert unsummed(db) == [7]
        sum_up(db)
        assert not unsummed(db)
        assert {row[3] for row in summary(db)[2]} == {face_text(Face("101", 0, "1"))}


def test_a_store_that_can_only_be_read_is_left_as_it_is(tmp_path):
    path = tmp_path / "cadence.db"
    with open_store(path) as db, writing(db):
        save_issues(db, [(ISSUE, HISTORY)])
        db.conn.execute("UPDATE issues SET level = 1")
    with read_store(path) as db:
        sum_up(db)
        assert unsummed(db) == [7]


def test_mending_nothing_writes_nothing(tmp_path):
    with open_store(tmp_path / "cadence.db") as db:
        before = db.conn.total_changes
        mend_summary(db)
        assert db.conn.total_changes == before
