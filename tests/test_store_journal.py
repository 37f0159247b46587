from datetime import UTC, date, datetime

import pytest

from cadence.errors import ConfigError
from cadence.model import Action, Anonymity, Gate, Note, Prompt, Reading, SignOff
from cadence.month import Month
from cadence.store import answers, board, reflections
from cadence.store.answers import Answer
from cadence.store.care import check_store
from cadence.store.database import open_store
from cadence.store.journal import (
    load_filed,
    save_action,
    save_action_done,
    save_action_dropped,
    save_note,
    save_reading,
    save_sign_off,
    save_withdrawal,
)

FEBRUARY = Month(2021, 2)
DAY = date(2021, 2, 26)
FILED = datetime(2021, 3, 1, 9, 30, 0, 123000, UTC)
THOUGHTS = [(Prompt.START, "measure"), (Prompt.STOP, "guess"), (Prompt.OTHER, "thanks")]


@pytest.fixture
def db(tmp_path):
    with open_store(tmp_path / "data" / "cadence.db") as store:
        yield store


@pytest.fixture
def opened(db):
    reflections.save_opening(db, FEBRUARY, Anonymity.ENTRY, DAY)
    return db


def action(text="Do it", month=FEBRUARY) -> Action:
    return Action(month, text, "Ada Park", date(2021, 3, 31), DAY, FILED, cures="overload")


def answer(db, month, author, thoughts) -> int:
    """Save one person's answer."""
    return answers.save_answers(db, month, [Answer(author, tuple(thoughts))])[0]


def entries(db) -> list[tuple[str, str, str | None]]:
    found = [(e.prompt.value, e.text, e.author) for e in load_filed(db).entries]
    return sorted(found, key=str)


def test_what_is_filed_comes_back_as_it_was(db):
    reading = Reading("io", "share [%] down", DAY, 71.5, "manual", "by hand", FILED)
    signed = SignOff(7, "TFIO-7", Gate.PROVEN, "https://x", "Ada Park", DAY, FILED)
    note = Note("experiment", DAY, "It helps", FILED, "io", "validated")
    save_reading(db, reading)
    save_sign_off(db, signed)
    save_note(db, note)
    save_action(db, action())
    filed = load_filed(db)
    for stored, given in (
        (filed.readings[0], reading),
        (filed.sign_offs[0], signed),
        (filed.notes[0], note),
        (filed.actions[0], action()),
    ):
        names = set(given.__slots__) - {"id"}
        assert {n: getattr(stored, n) for n in names} == {n: getattr(given, n) for n in names}
        assert stored.id == 1


def test_the_same_sign_off_twice_is_one_and_a_withdrawal_keeps_its_day(db):
    signed = SignOff(7, "TFIO-7", Gate.BUILT, "https://x", None, DAY, FILED)
    assert save_sign_off(db, signed) == save_sign_off(db, signed)
    assert save_withdrawal(db, 7, Gate.BUILT, date(2021, 3, 2)) == 1
    assert save_withdrawal(db, 7, Gate.BUILT, date(2021, 3, 3)) == 0
    assert [s.withdrawn for s in load_filed(db).sign_offs] == [date(2021, 3, 2)]


def test_a_fourth_action_in_a_month_is_refused(db):
    ids = [save_action(db, action(f"No. {n}")) for n in range(3)]
    assert ids == [1, 2, 3]
    with pytest.raises(ConfigError, match="3 actions"):
        save_action(db, action("one more"))
    save_action(db, action("in March", Month(2021, 3)))
    save_action_dropped(db, 2, DAY, "not worth it")
    assert save_action(db, action("instead")) == 5


def test_an_action_ends_once(db):
    number = save_action(db, action())
    save_action_done(db, number, DAY)
    for end in (
        lambda: save_action_done(db, number, DAY),
        lambda: save_action_dropped(db, 9, DAY, "x"),
    ):
        with pytest.raises(ConfigError):
            end()


def test_collecting_twice_changes_nothing(opened):
    for _ in range(3):
        answer(opened, FEBRUARY, "Ada Park", THOUGHTS)
        answer(opened, FEBRUARY, None, [*THOUGHTS, (Prompt.START, "measure")])
    assert len(entries(opened)) == 7
    assert load_filed(opened).reflections[0].answered == 2


def test_a_corrected_form_replaces_its_authors_entries_and_keeps_votes(opened):
    answer(opened, FEBRUARY, "Ada Park", THOUGHTS)
    board.save_votes(opened, FEBRUARY, "measure", 3, DAY)
    new = answer(
        opened, FEBRUARY, "Ada Park", [(Prompt.START, "measure"), (Prompt.STOP, "guessing")]
    )
    assert new == 1
    assert entries(opened) == [("start", "measure", "Ada Park"), ("stop", "guessing", "Ada Park")]
    assert max(entry.votes for entry in load_filed(opened).entries) == 3


def test_an_unnamed_form_that_was_added_to_adds_only_what_is_new(opened):
    answer(opened, FEBRUARY, None, THOUGHTS)
    more = [*THOUGHTS, (Prompt.CONTINUE, "lunch")]
    assert answer(opened, FEBRUARY, None, more) == 1
    assert load_filed(opened).reflections[0].answered == 1


def forms(*shared: str, own: int = 3) -> list[Answer]:
    """Unnamed forms of different people who share some thoughts."""
    said = [[*shared, f"my own {n}"] for n in range(own)]
    return [Answer(None, tuple((Prompt.STOP, text) for text in texts)) for texts in said]


def count(db) -> tuple[int, int]:
    """How many have answered, and how many entries there are."""
    return load_filed(db).reflections[0].answered, len(entries(db))


@pytest.mark.parametrize("shared", [(), ("meetings",), ("meetings", "guessing", "haste")])
def test_different_people_in_one_call_share_thoughts_and_each_counts(opened, shared):
    whole = 3 * (len(shared) + 1)
    assert answers.save_answers(opened, FEBRUARY, forms(*shared)) == [len(shared) + 1] * 3
    assert count(opened) == (3, whole)
    for again in (forms(*shared), forms(*shared)[::-1], forms(*shared)[1:2]):
        assert set(answers.save_answers(opened, FEBRUARY, again)) == {0}
    assert count(opened) == (3, whole)


def test_different_people_may_share_a_thought_over_several_calls(opened):
    for form in forms("meetings"):
        assert answers.save_answers(opened, FEBRUARY, [form]) == [2]
    assert count(opened) == (3, 6)
    answers.save_answers(opened, FEBRUARY, forms("meetings", own=4))
    assert count(opened) == (4, 8)


def test_a_short_form_takes_no_place_of_a_longer_one_collected_before(opened):
    short, whole = Answer(None, ((Prompt.STOP, "x"),)), forms("x")[0]
    answers.save_answers(opened, FEBRUARY, [whole])
    assert answers.save_answers(opened, FEBRUARY, [short, whole]) == [1, 0]
    assert count(opened) == (2, 3)


def test_where_all_is_anonymous_different_authors_may_say_the_same(db):
    reflections.save_opening(db, FEBRUARY, Anonymity.ALL, DAY)
    both = [Answer(name, tuple(THOUGHTS)) for name in ("Ada Park", "Ben Ito")]
    for new in (3, 0):
        assert answers.save_answers(db, FEBRUARY, both) == [new, new]
    assert count(db) == (2, 6)


def test_an_author_is_one_person_however_the_name_is_written(opened):
    for name in ("Ada Park", "ada park"):
        answer(opened, FEBRUARY, name, THOUGHTS)
    answers.save_thought(opened, FEBRUARY, "ADA PARK", (Prompt.STOP, "more"))
    assert count(opened) == (1, 4)
    assert answers.load_answered(opened, FEBRUARY) == ("Ada Park",)


def test_a_skip_is_taken_back_by_opening(db):
    reflections.save_skip(db, FEBRUARY, "spring break", DAY)
    with pytest.raises(ConfigError, match=r"skipped on .*reflect open --month 2021-02"):
        reflections.save_skip(db, FEBRUARY, "again", DAY)
    assert reflections.save_opening(db, FEBRUARY, Anonymity.NAMED, DAY) == "skipped"
    held = load_filed(db).reflections[0]
    assert (held.anonymity, held.opened, held.skipped, held.why) == ("named", DAY, None, None)
    reflections.save_skip(db, FEBRUARY, "no time", DAY)
    reflections.save_opening(db, FEBRUARY, Anonymity.ENTRY, DAY)
    reflections.save_skip(db, FEBRUARY, "no time", DAY)
    with pytest.raises(ConfigError, match="tighter"):  # it was open: people may rely on it
        reflections.save_opening(db, FEBRUARY, Anonymity.NAMED, DAY)
    assert load_filed(db).reflections[0].skipped


def test_a_named_reflection_takes_no_answer_without_an_author(db):
    reflections.save_opening(db, FEBRUARY, Anonymity.NAMED, DAY)
    for save in (answer, answers.save_thought):
        with pytest.raises(ConfigError, match="named"):
            save(db, FEBRUARY, None, THOUGHTS if save is answer else THOUGHTS[0])


def test_where_all_is_anonymous_no_author_is_kept(db, tmp_path):
    reflections.save_opening(db, FEBRUARY, Anonymity.ALL, DAY)
    answer(db, FEBRUARY, "Ada Park", THOUGHTS)
    answer(db, FEBRUARY, "Ada Park", THOUGHTS)
    answers.save_thought(db, FEBRUARY, "Ada Park", (Prompt.STOP, "more"))
    assert {author for _, _, author in entries(db)} == {None}
    assert len(entries(db)) == 4
    assert load_filed(db).reflections[0].answered == 1
    assert answers.load_answered(db, FEBRUARY) == ()


def test_anonymity_may_only_tighten_and_then_forgets_the_authors(opened):
    answer(opened, FEBRUARY, "Ada Park", THOUGHTS)
    with pytest.raises(ConfigError, match="tighter"):
        reflections.save_opening(opened, FEBRUARY, Anonymity.NAMED, DAY)
    assert reflections.save_opening(opened, FEBRUARY, Anonymity.ALL, DAY) == "open"
    assert {author for _, _, author in entries(opened)} == {None}


def test_ids_of_entries_tell_no_order(opened):
    for n in range(20):
        answers.save_thought(opened, FEBRUARY, None, (Prompt.START, f"{n:02}"))
    texts = [entry.text for entry in load_filed(opened).entries]
    assert sorted(texts) == [f"{n:02}" for n in range(20)]
    assert texts != sorted(texts)


def test_themes_and_votes_belong_to_entries(opened):
    answer(opened, FEBRUARY, None, THOUGHTS)
    board.save_theme(opened, FEBRUARY, "Truth", ["measure", "guess"])
    themes = {entry.text: entry.theme for entry in load_filed(opened).entries}
    assert themes == {"measure": "Truth", "guess": "Truth", "thanks": None}
    with pytest.raises(ConfigError, match="no entry"):
        board.save_theme(opened, FEBRUARY, "Lies", ["unsaid"])
    assert "Lies" not in {row[0] for row in opened.execute("SELECT title FROM themes").fetchall()}


def test_a_closed_reflection_is_frozen(opened):
    reflections.save_closing(opened, FEBRUARY, DAY)
    for change in (
        lambda: answer(opened, FEBRUARY, "Ada Park", THOUGHTS),
        lambda: answers.save_thought(opened, FEBRUARY, None, THOUGHTS[0]),
        lambda: board.save_votes(opened, FEBRUARY, "measure", 1, DAY),
        lambda: board.save_theme(opened, FEBRUARY, "x", []),
        lambda: reflections.save_skip(opened, FEBRUARY, "holidays", DAY),
        lambda: reflections.save_opening(opened, FEBRUARY, Anonymity.ALL, DAY),
        lambda: reflections.save_closing(opened, FEBRUARY, DAY),
    ):
        with pytest.raises(ConfigError, match="closed on 2021-02-26"):
            change()


def test_a_skip_says_why_and_hides_no_answers(db):
    april = Month(2021, 4)
    reflections.save_skip(db, april, "spring break", DAY)
    assert load_filed(db).reflections[0].why == "spring break"
    reflections.save_opening(db, FEBRUARY, Anonymity.ENTRY, DAY)
    answer(db, FEBRUARY, None, THOUGHTS)
    with pytest.raises(ConfigError, match="answers"):
        reflections.save_skip(db, FEBRUARY, "no time", DAY)


def test_a_reflection_that_is_not_open_takes_nothing(db):
    with pytest.raises(ConfigError, match="reflect open"):
        answer(db, FEBRUARY, None, THOUGHTS)


def test_the_check_counts_rows_and_finds_what_is_broken(opened):
    result = check_store(opened)
    assert result.problems == ()
    assert result.counts["reflections"] == 1
    opened.execute("PRAGMA foreign_keys = OFF")
    opened.execute("INSERT INTO votes VALUES ('nobody', 1)")
    assert "votes" in check_store(opened).problems[0]
