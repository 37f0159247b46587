"""`cadence forget`: nothing names the person any more, all else stays, and no sync undoes it."""

import json
import re
import sqlite3
import time
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cadence.model import Action, Anonymity, Change, Issue, Note, Person, Prompt, SetAside
from cadence.month import Month
from cadence.store import answers, facts, journal, reflections
from cadence.store.database import open_store, writing
from cadence.store.forget import FORMER, count_hits, forget, load_known, scrub_closed
from cadence.store.issued import save_issued
from cadence.store.runs import save_set_aside
from tests import erasing

NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
DAY = date(2021, 3, 1)
FEBRUARY = Month(2021, 2)
ACCOUNT = "5b10ac8d82e05b22cc7d4ef5"
ADA = Person(ACCOUNT, "Adélaïde Park")
BEN = Person("5b10a2844c20165700ede21g", "Ben Ito")
CANARIES = ("adélaïde park", "ad\\u00e9la\\u00efde park", ACCOUNT, "adélaïde.park@acme.example")
CONFIG = f"""\
[team]
[[team.members]]
name = "Adélaïde Park"
account = "{ACCOUNT}"
[[team.members]]
name = "Ben Ito"
"""


def issue(number: int, assignee: str) -> Issue:
    summary = f"Ask  Adélaïde PARK (adélaïde.park@acme.example) about {number}"
    return Issue(
        number, f"A-{number}", "A", "1", 0, summary, "3", "new", NOW, NOW, assignee=assignee
    )


def told(number: int) -> tuple[Issue, list[Change]]:
    by, to = (ACCOUNT, BEN.account) if number % 2 else (BEN.account, ACCOUNT)
    names = {ACCOUNT: ADA.name, BEN.account: BEN.name}
    change = Change(number, 1, 0, NOW, by, "assignee", by, names[by], to, names[to])
    return issue(number, to), [change]


def sync(db, numbers=range(1, 40)) -> None:
    with writing(db):
        facts.save_people(db, [ADA, BEN])
        facts.save_issues(db, [told(number) for number in numbers])


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "data" / "cadence.db"


@pytest.fixture
def db(path):
    with open_store(path) as store:
        sync(store)
        reflections.save_opening(store, FEBRUARY, Anonymity.NAMED, DAY)
        for name in (ADA.name, BEN.name):
            answers.save_thought(store, FEBRUARY, name, (Prompt.STOP, f"{name} waits"))
        action = Action(FEBRUARY, "Do it", ADA.name, DAY, DAY, NOW)
        journal.save_action(store, action)
        journal.save_note(
            store, Note("deep-dive", DAY, "Loader", NOW, details={"speaker": ADA.name})
        )
        save_issued(store, FEBRUARY, {"complete": True, "who": [ADA.name, ACCOUNT]}, NOW)
        yield store


def everything(folder: Path) -> bytes:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def hits(folder: Path) -> list[str]:
    held = everything(folder).decode("utf-8", errors="replace").casefold()
    return [one for one in CANARIES if one in " ".join(held.split(" "))]


def content(db) -> str:
    """Return all rows but the list of the forgotten, with the person's names as one word."""
    scrub = ("forgotten", "sqlite_sequence", "answered", "entries", "reflections")
    tables = sorted(set(db.table_names()) - set(scrub))
    return str(
        [(t, sorted(db.execute(f'SELECT * FROM "{t}"').fetchall(), key=_key)) for t in tables]
    )


def _key(row: tuple) -> str:
    """Sort rows by what is no name of a person: there the alias stands elsewhere."""
    return re.sub(r"forgotten-[0-9a-f]{8}", ACCOUNT, str(row))


def test_no_byte_of_the_store_names_the_person_and_all_else_is_equal(db, path):
    assert set(hits(path.parent)) == set(CANARIES)
    before, integrity = content(db), db.execute("SELECT count(*) FROM changes").fetchone()
    alias = forget(db, load_known(db, ["adélaïde  PARK"]))
    assert hits(path.parent) == []
    assert count_hits(db, load_known(db, [ADA.name])) == {}
    for canary in ("Ask  Adélaïde PARK", "adélaïde.park@acme.example", ACCOUNT, ADA.name):
        before = before.replace(canary.removeprefix("Ask  "), alias)
    before = before.replace("Ad\\\\u00e9la\\\\u00efde Park", alias)
    assert content(db) == before
    assert db.execute("SELECT count(*) FROM changes").fetchone() == integrity
    filed = journal.load_filed(db)
    assert sorted((e.text, e.author) for e in filed.entries) == [
        ("Ben Ito waits", "Ben Ito"),
        (f"{alias} waits", None),
    ]
    assert filed.reflections[0].answered == 2
    assert facts.load_people(db)[1].name in (alias, "Ben Ito")


def test_the_next_sync_does_not_bring_the_person_back(db, path):
    alias = forget(db, load_known(db, [ACCOUNT]))
    before = content(db)
    sync(db)
    assert content(db) == before
    sync(db, range(100, 110))
    assert hits(path.parent) == []
    assignees = {one.assignee for one in facts.load_facts(db).issues}
    assert assignees == {alias, BEN.account}
    assert {one.account for one in facts.load_people(db)} == {alias, BEN.account}


def test_a_closed_account_is_erased_with_the_names_it_had(db, path):
    with writing(db):
        facts.save_people(db, [replace(ADA, name=FORMER, active=False)])
    assert scrub_closed(db) == 1
    assert ACCOUNT not in str(hits(path.parent))
    assert b"Ad\xc3\xa9la\xc3\xafde Park\x00" not in everything(path.parent)
    names = [row[0] for row in db.execute("SELECT DISTINCT to_text FROM changes").fetchall()]
    assert ADA.name not in names
    assert scrub_closed(db) == 0


def test_what_was_set_aside_is_searched_too(db, path):
    with writing(db):
        save_set_aside(db, [SetAside("issue:9", "odd", NOW, json.dumps({"who": ADA.name}))])
    forget(db, load_known(db, [ADA.name]))
    assert hits(path.parent) == []


# ---- the command -----------------------------------------------------------------------------


@pytest.fixture
def ours(run, tmp_path, db):
    (tmp_path / "cadence.toml").write_text(CONFIG, encoding="utf-8")
    forms = tmp_path / "reflections" / "2021-02"
    forms.mkdir(parents=True)
    (forms / "adélaïde-park.md").write_text("# Reflection 2021-02\n", encoding="utf-8")
    (forms / "other.md").write_text("Author: adélaïde park\n", encoding="utf-8")
    (forms / "ben-ito.md").write_text("Author: Ben Ito\n", encoding="utf-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "month.md").write_text("Adélaïde Park led", encoding="utf-8")
    with sqlite3.connect(tmp_path / "data" / "backup.db") as copy:
        db.conn.backup(copy)
    return run


def test_the_command_asks_and_without_a_terminal_it_wants_yes(ours, tmp_path, db):
    before = content(db)
    done = ours("forget", "Adélaïde Park")
    assert (done.code, "Add --yes" in done.err) == (2, True)
    assert content(db) == before
    done = ours("forget", "Adelaide Parc", "--yes")
    assert (done.code, "Did you mean 'Adélaïde Park'" in done.err) == (2, True)


def test_the_command_erases_and_names_what_is_left_to_remove(ours, tmp_path, path):
    done = ours("forget", "Adélaïde Park", "--yes")
    assert done.code == 0, done.err
    left = [line.removeprefix("Remove by yourself: ") for line in done.out.splitlines()]
    assert {Path(line).name for line in left} == {"backup.db", "cadence.toml", "month.md"}
    assert [p.name for p in (tmp_path / "reflections" / "2021-02").iterdir()] == ["ben-ito.md"]
    for line in left:
        Path(line).unlink()
    assert hits(tmp_path) == []


# ---- what is odd about people ----------------------------------------------------------------


def test_two_accounts_of_one_name_are_one_under_the_alias(db, path):
    with writing(db):
        facts.save_people(db, [Person("712020:second-account", ADA.name)])
        for account in (ACCOUNT, "712020:second-account"):
            row = (f"person:{account}", "name", ADA.name, "2021-03-01T00:00:00Z")
            db.conn.execute("INSERT INTO observations VALUES (?, ?, ?, ?)", row)
    alias = forget(db, load_known(db, [ADA.name]))
    assert db.execute("SELECT account FROM people ORDER BY 1").fetchall() == [
        (BEN.account,),
        (alias,),
    ]
    assert b"second-account" not in path.read_bytes()


def test_two_themes_that_say_the_same_under_the_alias_stay_two(db):
    rows = [("t1", "2021-02", f"Ask {ADA.name}"), ("t2", "2021-02", f"Ask {ACCOUNT}")]
    with writing(db):
        db.conn.executemany("INSERT INTO themes VALUES (?, ?, ?)", rows)
        db.conn.execute("UPDATE entries SET theme_id = 't2'")
    alias = forget(db, load_known(db, [ADA.name]))
    titles = [row[0] for row in db.execute("SELECT title FROM themes ORDER BY id").fetchall()]
    assert sorted(titles, key=len) in ([f"Ask {alias}", f"Ask {alias} t1"],
                                       [f"Ask {alias}", f"Ask {alias} t2"])  # fmt: skip
    assert db.execute("SELECT DISTINCT theme_id FROM entries").fetchall() == [("t2",)]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Adélaïde Park", unicodedata.normalize("NFD", "Adélaïde Park")),
        ("Jonas Groß", "Jonas Groß"),
        ("Adélaïde Park", "https://wiki.example/people/Adélaïde%20Park"),
        ("Jonas Groß", "https://wiki.example/?who=Jonas+Groß&x=1"),
    ],
)
def test_a_name_is_found_however_it_is_written(db, name, written):
    journal.save_note(db, Note("decision", DAY, f"As {written} said", NOW))
    forget(db, load_known(db, [name]))
    (text,) = db.execute("SELECT text FROM notes WHERE kind = 'decision'").fetchone()
    assert "Gro" not in text
    assert "Park" not in text


@pytest.mark.parametrize("name", ["O'Neil Groß", "D’Arcy Ó'Brien", "Ada Park (guest)", "Li Na-Ra"])
@pytest.mark.parametrize("text", ["Ask {0} now", "{0}'s desk", "ASK {1}!", "({0})", "d'{0}, too"])
def test_no_sync_brings_a_name_with_signs_in_it_back(db, path, name, text):
    with writing(db):
        facts.save_people(db, [Person("5b10ac8d82e05b22cc7d4f99", name)])
    named = replace(issue(7, BEN.account), summary=text.format(name, name.upper()))
    with writing(db):
        facts.save_issues(db, [(named, [])])
    forget(db, load_known(db, [name]))
    with writing(db):
        facts.save_issues(db, [(replace(named, updated=NOW + timedelta(1)), [])])
    (summary,) = db.execute("SELECT summary FROM issues WHERE id = 7").fetchone()
    assert name.split()[0].casefold() not in summary.casefold()
    assert "forgotten-" in summary


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Máire O'Neil", "maire.o'neil@acme.example"),
        ("Máire O'Neil", "maire.oneil@acme.example"),
        ("Jürgen Groß", "juergen.gross@acme.example"),
        ("Jürgen Groß", "'jurgen.gross@acme.example'"),
        ("Łukasz Sørensen", "lukasz_sorensen@acme.example"),
    ],
)
def test_an_address_is_found_as_addresses_write_names(db, name, email):
    journal.save_note(db, Note("decision", DAY, f"Ask {email} first", NOW))
    forget(db, load_known(db, [name]))
    (text,) = db.execute("SELECT text FROM notes WHERE kind = 'decision'").fetchone()
    assert "acme" not in text


def test_people_are_erased_one_after_another_and_nothing_else_changes(tmp_path):
    told = erasing.erase_all(tmp_path, 6, 1)
    assert told.before > 18
    assert (told.after, told.back, told.changed) == (0, 0, 0)


@pytest.mark.parametrize("run_of", ["a", "a'"])
def test_a_long_run_of_letters_is_searched_in_no_time(db, run_of):
    journal.save_note(db, Note("decision", DAY, run_of * 100_000 + "@", NOW))
    begun = time.process_time()
    load_known(db, [ADA.name])
    assert time.process_time() - begun < 2


def test_a_reader_that_does_not_leave_is_told_of(db, path, run, tmp_path, monkeypatch):
    monkeypatch.setattr("cadence.store.traceless.REWRITE_PATIENCE_MS", 10)
    (tmp_path / "cadence.toml").write_text(CONFIG, encoding="utf-8")
    with sqlite3.connect(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        told = run("--workspace", str(tmp_path), "forget", ADA.name, "--yes")
        assert told.code == 0, told.err
        assert "Something else reads the store just now" in told.err
