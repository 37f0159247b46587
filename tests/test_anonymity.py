"""The promises of docs/anonymity.md, attacked; bench/anonymity.py does it at full size."""

import random
import sqlite3
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import mean

import insider
import pytest

from cadence.errors import ConfigError
from cadence.invitations import Guest, new_token
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store import answers, board, guests, invites, reflections, traceless
from cadence.store.database import open_store, writing
from cadence.store.guests import Said
from cadence.store.journal import load_filed
from tests import differencing

MONTHS = 12


@pytest.fixture(scope="module")
def months(tmp_path_factory) -> list[insider.Loot]:
    folder = tmp_path_factory.mktemp("months")
    return [insider.live_month(folder / str(n), n, watched=True) for n in range(MONTHS)]


def accuracy(months: list[insider.Loot]) -> tuple[dict[str, float], float]:
    """Return how right each attack is on average, and chance."""
    found = defaultdict(list)
    for loot in months:
        for trace, order in insider.attacks(loot):
            found[trace].append(insider.named(loot, order))
    return {t: mean(rates) for t, rates in found.items()}, mean(loot.chance for loot in months)


def test_an_insider_with_everything_names_authors_no_better_than_chance(months):
    """A1. Few months: a wider margin than the five points that bench/anonymity.py holds."""
    rates, chance = accuracy(months)
    assert {"order of the rows", "first place in cadence.db"} <= set(rates)
    assert max(rates.values()) <= chance + 0.09, rates


def test_nothing_but_the_list_of_links_holds_a_name(months):
    """A1, A4."""
    assert [insider.names_left(loot) for loot in months] == [[]] * MONTHS


def test_copies_after_each_answer_name_nobody_by_themselves(months):
    """A1: names come from seeing people, never from the store."""
    assert mean(map(insider.watching, months)) <= mean(loot.chance for loot in months) + 0.09


def test_the_attack_has_teeth(tmp_path, monkeypatch):
    """Without our care the same insider names all: the trace is there to be found."""

    @contextmanager
    def careless(db, *, anew=None):
        with writing(db):
            yield

    for module in (answers, guests, invites, reflections):
        monkeypatch.setattr(module, "traceless", careless)
    rates, chance = accuracy([insider.live_month(tmp_path / str(n), n) for n in range(3)])
    assert max(rates.values()) > 0.6 > 5 * chance


def test_the_shown_order_has_nothing_to_do_with_the_order_of_arrival(months):
    """A3: over all months, positions shown and positions of arrival are as if drawn by lot."""
    places = []
    for loot in months:
        with open_store(loot.folder / "cadence.db") as db:
            orders = [[entry.text for entry in load_filed(db).entries] for _ in range(2)]
        assert orders[0] == orders[1]
        arrived = list(loot.author)
        places.append([arrived.index(text) for text in orders[0]])
    # Ids are truly random: at p > 0.01 one run in a hundred would fail. An order of arrival has 0.
    assert insider.drawn_by_lot(places, random.Random(5), draws=4000) > 0.0005


# ---- A2: too few, and differences ------------------------------------------------------------


@pytest.mark.parametrize("seed", [*range(10), 36])
def test_no_two_looks_differ_by_fewer_than_the_smallest_group(tmp_path, seed):
    """A2: early and late, before and after changes, at any moment of a month; tightened or not."""
    narrowed = differencing.live_watched(tmp_path, seed).narrowed()
    assert min(narrowed.values(), default=5) >= 5, narrowed


# ---- A4, and what tightening takes away ------------------------------------------------------


def test_an_anonymous_entry_has_no_column_that_could_hold_a_person_or_a_time(months):
    with sqlite3.connect(months[0].folder / "loot" / "backup.db") as db:
        db.row_factory = sqlite3.Row
        rows = [dict(row) for row in db.execute("SELECT * FROM entries")]
        tables = {t: [c[1] for c in db.execute(f"PRAGMA table_info({t})")] for t in ("marks",)}
    assert {frozenset(k for k, v in row.items() if v is not None) for row in rows} == {
        frozenset({"id", "month", "prompt", "text"})
    }
    assert tables == {"marks": ["mark", "month", "kind"]}


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_tightened_no_page_and_no_log_still_names_an_author(tmp_path):
    with open_store(tmp_path / "cadence.db") as db:
        reflections.save_opening(db, insider.MONTH, Anonymity.NAMED, insider.DAY)
        for n in range(200):
            name = f"Canary {n % 20:02} Name"
            answers.save_thought(db, insider.MONTH, name, (Prompt.STOP, f"{n} " + "word " * 30))
        assert b"Canary" in everything(tmp_path)
        reflections.save_opening(db, insider.MONTH, Anonymity.ALL, insider.DAY)
        assert b"Canary" not in everything(tmp_path)
        assert load_filed(db).reflections[0].answered == 20


def test_words_that_were_taken_back_are_gone_from_every_page(tmp_path):
    guest = Guest("Ada", insider.MONTH, new_token())
    with open_store(tmp_path / "cadence.db") as db:
        reflections.save_opening(db, insider.MONTH, Anonymity.ALL, insider.DAY)
        invites.save_invites(db, [guest], date(2021, 5, 1))
        guests.save_said(db, guest, [Said(Prompt.STOP, "canary " * 900), Said(Prompt.STOP, "b")])
        guests.save_said(db, guest, [Said(Prompt.STOP, "b")])
        traceless.empty_log(db)
        assert b"canary" not in everything(tmp_path)


def test_votes_lead_to_nobody(tmp_path):
    """Marks of votes are as many as votes, and no two of one person are alike."""
    people = [Guest(f"M{n}", insider.MONTH, new_token()) for n in range(6)]
    with open_store(tmp_path / "cadence.db") as db:
        reflections.save_opening(db, Month(2021, 2), Anonymity.ENTRY, insider.DAY)
        invites.save_invites(db, people, date(2021, 5, 1))
        guests.save_said(db, people[0], [Said(Prompt.STOP, "a"), Said(Prompt.STOP, "b")])
        entries = [board.entry_named(db, insider.MONTH, text) for text in "ab"]
        for person in people:
            guests.save_vote(db, person, entries[0], 2, 3)
            guests.save_vote(db, person, entries[1], 1, 3)
        rows = db.execute("SELECT * FROM marks WHERE kind = 'voted'").fetchall()
        assert len({mark for mark, *_ in rows}) == 18
        held = str(rows)
        assert not [one for one in (*entries, *(p.member for p in people)) if one in held]


@pytest.mark.parametrize("before", [Anonymity.NAMED, Anonymity.ENTRY])
@pytest.mark.parametrize(("later", "shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_after_tightening_late_answers_are_shown_by_the_smallest_group_or_not(
    tmp_path, before, later, shown
):
    with open_store(tmp_path / "cadence.db") as db:
        reflections.save_opening(db, insider.MONTH, before, insider.DAY)
        for number in range(6):
            said = answers.Answer(f"Person {number}", ((Prompt.STOP, f"Seen {number}"),))
            answers.save_answers(db, insider.MONTH, [said])
        assert len(board.load_board(db, insider.MONTH, 5, 3).entries) == 6
        reflections.save_opening(db, insider.MONTH, Anonymity.ALL, insider.DAY)
        for number in range(later):
            answers.save_answers(
                db, insider.MONTH, [answers.Answer(None, ((Prompt.STOP, f"Late {number}"),))]
            )
        if not shown:
            with pytest.raises(ConfigError, match="answered since all are anonymous"):
                reflections.save_gathering(db, insider.MONTH, insider.DAY, 5)
        reflections.save_closing(db, insider.MONTH, insider.DAY)
        seen = board.load_board(db, insider.MONTH, 5, 3)
        assert len(seen.entries) == (6 + later) * shown
        assert seen.withheld == (6 + later) * (not shown)


def held_texts(db) -> set[str]:
    return {row[0] for row in db.execute("SELECT text FROM entries").fetchall()}


@pytest.mark.parametrize("before", [Anonymity.NAMED, Anonymity.ENTRY])
def test_after_tightening_nobody_adds_alone_to_what_was_shown(tmp_path, before):
    """By no door, as it would be counted with nobody; whoever had not answered still may."""
    early, late = (Guest(name, insider.MONTH, new_token()) for name in ("Ada", "Ben"))
    named = before is Anonymity.NAMED
    seen = Said(Prompt.STOP, "Seen", named=named)
    form = ((Prompt.STOP, "One"), (Prompt.STOP, "Two"), (Prompt.STOP, "Three"))
    with open_store(tmp_path / "cadence.db") as db:
        reflections.save_opening(db, insider.MONTH, before, insider.DAY)
        invites.save_invites(db, [early, late], insider.DAY)
        guests.save_said(db, early, [seen])
        answers.save_answers(db, insider.MONTH, [answers.Answer("Eve" if named else None, form)])
        reflections.save_opening(db, insider.MONTH, Anonymity.ALL, insider.DAY)
        stands = held_texts(db)
        unnamed = replace(seen, named=False)
        for said in ([unnamed, Said(Prompt.STOP, "More")], [Said(Prompt.STOP, "Other")]):
            with pytest.raises(ConfigError, match="You have answered already"):
                guests.save_said(db, early, said)
        guests.save_said(db, early, [unnamed])  # the same again does no harm
        with pytest.raises(ConfigError, match="Nobody can tell whether you had answered"):
            answers.save_thought(db, insider.MONTH, None, (Prompt.STOP, "A line"))
        more = answers.Answer(None, (*form, (Prompt.STOP, "Four")))
        with pytest.raises(ConfigError, match="corrects one that was collected"):
            answers.save_answers(db, insider.MONTH, [more])
        assert held_texts(db) == stands
        assert reflections.count_answered(db, insider.MONTH) == 2
        guests.save_said(db, late, [Said(Prompt.STOP, "Late")])
        guests.save_said(db, late, [Said(Prompt.STOP, "Late, said better")])
        assert held_texts(db) == stands | {"Late, said better"}
        assert reflections.count_answered(db, insider.MONTH) == 3
