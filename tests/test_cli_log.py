"""The team's log and its actions from the command line."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadence.errors import ConfigError
from cadence.model import Action, Anonymity, Note
from cadence.month import Month
from cadence.notes import DETAILS, NOTE_KINDS
from cadence.store import journal, reflections
from cadence.store.database import open_store
from cadence.store.search import find_notes

CONFIG = '[team]\n[[team.members]]\nname = "Ada Park"\n[[partners]]\nname = "Ads"\n'
NOW = datetime(2021, 2, 1, tzinfo=UTC)
DAY = date(2021, 2, 1)


@pytest.fixture
def ours(run, tmp_path):
    (tmp_path / "cadence.toml").write_text(CONFIG)
    return run


def refused(done, *words: str) -> None:
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    for word in words:
        assert word in done.err


def test_each_kind_takes_its_own_details_and_no_other(ours):
    for kind in NOTE_KINDS.values():
        given_ = [word for name, _ in kind.details for word in (f"--{name}", f"the {name}")]
        assert ours("log", "add", kind.name, f"A {kind.name}", *given_).code == 0
        for name in DETAILS:
            if name not in dict(kind.details):
                done = ours("log", "add", kind.name, "x", f"--{name}", "y")
                refused(done, f"has no '{name}'")
    notes = json.loads(ours("log", "list", "--format", "json").out)
    assert [note["kind"] for note in notes] == list(NOTE_KINDS)
    assert notes[1]["details"]["guardrail"] == "the guardrail"
    assert "cause: the cause" in ours("log", "list", "--kind", "learning").out


def test_a_principle_is_due_on_its_day_until_it_is_looked_at_or_retired(ours):
    ours("log", "add", "principle", "No magic", "--origin", "January", "--review", "2021-02-10")
    ours("log", "add", "principle", "No haste", "--review", "2021-02-11")
    refused(ours("log", "add", "mystery", "x", "--review", "2021-02-11"), "no day of review")
    due = ours("log", "list", "--due").out
    assert ("No magic; origin: January" in due, "No haste" in due) == (True, False)
    assert ours("log", "review", "1", "--next", "2021-08-01").code == 0
    assert ours("log", "list", "--due").out == ""
    assert ours("log", "retire", "2").code == 0
    assert "retired 2021-02-10" in ours("log", "list").out
    refused(ours("log", "retire", "2"), "already retired")
    refused(ours("log", "retire", "9"), "no note 9")
    refused(ours("log", "review", "9", "--next", "2021-08-01"), "no note 9")


def test_the_log_is_searched_by_words_in_all_their_forms(ours):
    ours("log", "add", "learning", "Caching doubled the reads", "--cause", "two loaders")
    ours("log", "add", "decision", "We cache nothing", "--about", "ads", "--dissent", "Chloé")
    ours("log", "add", "mystery", "The night is slow")
    for words, count in (
        (["cached"], 2),
        (["reading", "CACHE"], 1),
        (["loader"], 1),
        (["chloe"], 1),
        (["ads"], 1),
        (["nig"], 1),
        (["cache", "night"], 0),
        (["mystery"], 1),
    ):
        assert ours("log", "search", *words).out.count("\n") == count, words
    assert "Nothing in the log has 'lunch'" in ours("log", "search", "lunch").err
    assert ours("log", "search", "cache", "--kind", "decision").out.count("\n") == 1


NOTES = [Note("learning", DAY, "the AND of NEAR things OR none", NOW, id=1)]


@given(st.text(st.sampled_from("aé \"'*():^-+{}[]%_\\;\0\n.,NOTANDORNEAR?"), max_size=30))
def test_no_text_is_ever_an_error_of_the_search(text):
    assert find_notes(NOTES, text) in ([], NOTES)


@pytest.mark.parametrize("text", ['"', "NEAR(", "a OR b*", "text:x", "^", "*", "AND", "NOT x", "-"])
def test_words_of_the_query_language_are_words(text):
    assert isinstance(find_notes(NOTES, text), list)
    assert find_notes(NOTES, "AND NEAR OR") == NOTES


# ---- actions ---------------------------------------------------------------------------------


def test_an_action_says_how_we_will_know_and_what_it_cures(ours):
    ours("reflect", "open")
    add = ("action", "add", "Rotate the desk", "--owner", "ada", "--due", "2021-03-31")
    how = ("--how", "nobody is on it twice a week")
    assert ours(*add, *how, "--cures", "overload:Ada").code == 0
    shown = ours("action", "list").out
    assert "; we know by nobody is on it twice a week; cures overload Ada" in shown
    refused(ours(*add, "--cures", "overlod"), "Did you mean 'overload'?")


def test_an_action_is_made_smaller_and_keeps_what_it_was(ours):
    ours("action", "add", "Rewrite it", "--owner", "ada", "--due", "2021-03-31")
    done = ours("action", "shrink", "1", "Rewrite the loader", "--due", "2021-04-15")
    assert done.code == 0
    assert "Rewrite the loader [open, due 2021-04-15]; was Rewrite it" in ours("action", "list").out
    refused(ours("action", "shrink", "2", "x", "--due", "2021-04-15"), "no action 2")


def test_an_action_is_not_carried_a_third_time(tmp_path):
    months = [Month(2021, number) for number in range(1, 6)]
    with open_store(tmp_path / "cadence.db") as db:
        for month in months:
            reflections.save_opening(db, month, Anonymity.ENTRY, month.last)
        action = Action(months[0], "Rewrite it", "Ada Park", DAY, DAY, NOW)
        number = journal.save_action(db, action)
        for month in months[:3]:
            reflections.save_closing(db, month, month.last)
        with pytest.raises(ConfigError, match=r"carried over twice.*shrink 1.*drop 1"):
            reflections.save_closing(db, months[3], months[3].last)
        journal.save_action_shrunk(db, number, "Rewrite a bit", DAY, months[3].last)
        reflections.save_closing(db, months[3], months[3].last)
        reflections.save_closing(db, months[4], months[4].last)
