"""What comes through personal links: theirs to change and vote by, and told to nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from cadence.errors import ConfigError
from cadence.invitations import (
    Guest,
    letter,
    link,
    new_token,
    seal,
    token_hash,
    token_in,
    unseal,
)
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store import answers, board, guests, invites, reflections
from cadence.store.database import open_store
from cadence.store.guests import Said
from cadence.store.journal import load_filed

FEBRUARY = Month(2021, 2)
DAY = date(2021, 3, 1)
EXPIRES = DAY + timedelta(days=45)
MEASURE = Said(Prompt.START, "measure")
GUESS = Said(Prompt.STOP, "guess")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "cadence.db"


@pytest.fixture
def db(path):
    with open_store(path) as store:
        yield store


def opened(db, kind=Anonymity.ALL, *names: str) -> list[Guest]:
    reflections.save_opening(db, FEBRUARY, kind, DAY)
    found = [Guest(name, FEBRUARY, new_token()) for name in names or ("Ada Park", "Ben Ito")]
    invites.save_invites(db, found, EXPIRES)
    return found


def said(db) -> list[tuple[str, str | None]]:
    return sorted((e.text, e.author) for e in load_filed(db).entries)


def answered(db) -> int:
    return load_filed(db).reflections[0].answered


# ---- links -----------------------------------------------------------------------------------


def test_a_link_opens_for_its_member_and_only_its_hash_is_kept(db, path):
    ada, ben = opened(db)
    assert invites.member_of_invite(db, ada.token, DAY) == ada
    assert invites.member_of_invite(db, ben.token, EXPIRES) == ben
    assert len(ada.token) * 6 >= 128
    assert ada.token not in "".join(str(row) for row in db.execute("SELECT * FROM invites"))
    assert token_hash(ada.token) in str(db.execute("SELECT * FROM invites").fetchall())
    assert ada.token not in repr(ada)


def test_unknown_expired_replaced_and_closed_links_all_open_nothing(db):
    ada, ben = opened(db)
    again = Guest("Ada Park", FEBRUARY, new_token())
    invites.save_invites(db, [again], EXPIRES)
    assert invites.member_of_invite(db, again.token, DAY) == again
    for token in (ada.token, new_token(), "", "'; --", token_hash(ben.token), ben.token + " "):
        assert invites.member_of_invite(db, token, DAY) is None
    assert invites.member_of_invite(db, ben.token, EXPIRES + timedelta(days=1)) is None
    reflections.save_closing(db, FEBRUARY, DAY)
    assert invites.member_of_invite(db, ben.token, DAY) is None


def test_the_letter_holds_the_link_and_a_link_gives_its_token_back():
    guest = Guest("Ada Park", FEBRUARY, new_token())
    text = letter("Training I/O squad", guest, "https://team.example/", EXPIRES)
    assert link("https://team.example/", guest.token) in text
    assert "February 2021" in text
    assert token_in(f" {link('http://127.0.0.1:8000', guest.token)}/ \n") == guest.token
    assert token_in(guest.token) == guest.token
    assert token_in("http://127.0.0.1:8000/in/") is None


# ---- answers ---------------------------------------------------------------------------------


def test_what_a_guest_sends_again_takes_the_place_of_what_they_sent(db):
    ada, ben = opened(db)
    assert guests.save_said(db, ada, [MEASURE, GUESS]) == 2
    assert guests.save_said(db, ben, [MEASURE]) == 1
    assert guests.save_said(db, ada, [MEASURE, GUESS]) == 0
    assert guests.save_said(db, ada, [MEASURE, Said(Prompt.STOP, "guessing")]) == 1
    assert said(db) == [("guessing", None), ("measure", None), ("measure", None)]
    assert guests.load_said(db, ada) == (MEASURE, Said(Prompt.STOP, "guessing"))
    assert guests.load_said(db, ben) == (MEASURE,)
    assert answered(db) == 2
    guests.save_said(db, ada, [])
    assert answered(db) == 1


def test_one_form_sent_a_hundred_times_at_once_is_one_answer(db, path):
    ada, _ = opened(db)

    def send(_: int) -> None:
        with open_store(path) as own:
            guests.save_said(own, ada, [MEASURE, GUESS])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(send, range(100)))
    assert said(db) == [("guess", None), ("measure", None)]
    assert answered(db) == 1


def test_a_form_takes_back_only_what_it_showed(db):
    ada, _ = opened(db, Anonymity.NAMED)
    answers.save_thought(db, FEBRUARY, "Ada Park", (Prompt.START, "by line"))
    guests.save_said(db, ada, [MEASURE], shown=[])
    assert said(db) == [("by line", "Ada Park"), ("measure", "Ada Park")]
    form = answers.Answer("Ada Park", ((Prompt.CONTINUE, "by file"),))
    answers.save_answers(db, FEBRUARY, [form, form])
    assert len(said(db)) == 3
    shown = guests.load_said(db, ada)
    guests.save_said(db, ada, [Said(Prompt.START, "by line", True)], shown=shown)
    assert said(db) == [("by line", "Ada Park")]
    assert answered(db) == 1


def test_a_name_stands_only_with_what_it_was_given_to(db):
    ada, ben = opened(db, Anonymity.ENTRY)
    named = Said(Prompt.STOP, "guess", named=True)
    guests.save_said(db, ada, [MEASURE, named])
    guests.save_said(db, ben, [MEASURE])
    assert said(db) == [("guess", "Ada Park"), ("measure", None), ("measure", None)]
    assert answers.load_answered(db, FEBRUARY) == ("Ada Park",)
    guests.save_said(db, ada, [MEASURE])
    assert answers.load_answered(db, FEBRUARY) == ()
    assert (guests.load_said(db, ada), answered(db)) == ((MEASURE,), 2)


@pytest.mark.parametrize("before", [Anonymity.NAMED, Anonymity.ENTRY])
def test_tightened_a_guest_still_takes_back_what_was_shown_and_is_never_counted_twice(db, before):
    ada, ben = opened(db, before)
    guests.save_said(db, ada, [MEASURE, GUESS])
    guests.save_said(db, ben, [MEASURE])
    reflections.save_opening(db, FEBRUARY, Anonymity.ALL, DAY)
    guests.save_said(db, ada, [GUESS])
    assert said(db) == [("guess", None), ("measure", None)]
    later = []
    for _ in range(3):  # whoever takes back all is like one who has not answered yet
        guests.save_said(db, ada, [])
        guests.save_said(db, ada, [Said(Prompt.STOP, "Anew")])
        (held,) = load_filed(db).reflections
        later.append(held.answered - held.seen)
    assert later == [1, 1, 1]


def test_a_draft_is_read_by_its_own_link_alone(db):
    ada, ben = opened(db)
    invites.save_draft(db, ada, "- half a thou")
    assert invites.load_draft(db, ada) == "- half a thou"
    assert invites.load_draft(db, ben) == ""
    rows = str(db.execute("SELECT * FROM drafts").fetchall())
    assert "thou" not in rows
    guests.save_said(db, ada, [MEASURE])
    assert invites.load_draft(db, ada) == ""


def test_a_sealed_text_opens_only_unchanged_and_with_its_token():
    token = new_token()
    box = seal(token, "whatever — 言葉")
    assert unseal(token, box) == "whatever — 言葉"
    assert unseal(new_token(), box) is None
    assert unseal(token, bytes([box[0] ^ 1]) + box[1:]) is None
    assert unseal(token, b"") is None
    assert len(seal(token, "a")) == len(seal(token, "a" * 4000))


# ---- votes -----------------------------------------------------------------------------------


def entry(db, text: str) -> str:
    return board.entry_named(db, FEBRUARY, text)


def test_nobody_votes_beyond_their_budget_and_nobody_sees_votes_before_they_are_shown(db):
    ada, ben = opened(db, Anonymity.ENTRY)
    guests.save_said(db, ada, [MEASURE, GUESS])
    measure, guess = entry(db, "measure"), entry(db, "guess")
    assert guests.save_vote(db, ada, measure, 2, 3) == 1
    with pytest.raises(ConfigError, match="more than the 1"):
        guests.save_vote(db, ada, guess, 2, 3)
    assert guests.save_vote(db, ada, measure, 1, 3) == 2
    assert guests.save_vote(db, ada, guess, 2, 3) == 0
    assert guests.save_vote(db, ben, guess, 3, 3) == 0
    assert guests.load_votes(db, ada, 3) == {measure: 1, guess: 2}
    assert {e.votes for e in load_filed(db).entries} == {0}
    seen = board.load_board(db, FEBRUARY, 5, 3, ada)
    assert {(e.text, e.votes, e.mine) for e in seen.entries} == {
        ("measure", 0, 1),
        ("guess", 0, 2),
    }
    assert seen.votes_left == 0
    reflections.save_reveal(db, FEBRUARY, DAY)
    assert {e.text: e.votes for e in load_filed(db).entries} == {"measure": 1, "guess": 5}
    assert db.execute("SELECT count(*) FROM marks WHERE kind = 'voted'").fetchone()[0] == 0
    with pytest.raises(ConfigError, match="were shown"):
        guests.save_vote(db, ben, guess, 0, 3)


def test_a_second_link_is_no_second_ballot(db):
    ada, ben = opened(db, Anonymity.ENTRY)
    guests.save_said(db, ada, [MEASURE])
    guests.save_vote(db, ada, entry(db, "measure"), 3, 3)
    with pytest.raises(ConfigError, match="second ballot"):
        invites.save_invites(db, [Guest("Ada Park", FEBRUARY, new_token())], EXPIRES)
    invites.save_invites(db, [Guest("Zoe", FEBRUARY, new_token())], EXPIRES)
    assert invites.member_of_invite(db, ben.token, DAY) == ben


def test_votes_of_a_thought_that_is_taken_back_are_free_again(db):
    ada, ben = opened(db, Anonymity.ENTRY)
    guests.save_said(db, ada, [MEASURE, GUESS])
    guests.save_vote(db, ben, entry(db, "measure"), 3, 3)
    guests.save_said(db, ada, [GUESS])
    assert guests.save_vote(db, ben, entry(db, "guess"), 3, 3) == 0


# ---- the board -------------------------------------------------------------------------------


def test_where_all_are_anonymous_nothing_is_seen_before_enough_have_answered(db):
    names = ("Ada", "Ben", "Cleo", "Dev", "Eve")
    found = opened(db, Anonymity.ALL, *names)
    for number, guest in enumerate(found[:4]):
        guests.save_said(db, guest, [Said(Prompt.STOP, f"no. {number}")])
    with pytest.raises(ConfigError, match="4 people have answered"):
        reflections.save_gathering(db, FEBRUARY, DAY, 5)
    guests.save_said(db, found[4], [MEASURE])
    seen = board.load_board(db, FEBRUARY, 5, 3)
    assert (seen.entries, seen.withheld, seen.answered) == ((), 5, 5)
    reflections.save_gathering(db, FEBRUARY, DAY, 5)
    assert len(board.load_board(db, FEBRUARY, 5, 3).entries) == 5
    with pytest.raises(ConfigError, match="late one"):
        guests.save_said(db, found[0], [GUESS])
    with pytest.raises(ConfigError, match="late one"):
        answers.save_thought(db, FEBRUARY, None, (Prompt.STOP, "more"))


def test_a_closed_month_of_too_few_shows_nothing_for_good(db):
    (ada,) = opened(db, Anonymity.ALL, "Ada")
    guests.save_said(db, ada, [MEASURE])
    reflections.save_closing(db, FEBRUARY, DAY)
    seen = board.load_board(db, FEBRUARY, 5, 3)
    assert (seen.entries, seen.withheld) == ((), 1)


def test_themes_are_made_renamed_moved_to_and_merged(db):
    ada, _ = opened(db, Anonymity.ENTRY)
    guests.save_said(db, ada, [MEASURE, GUESS])
    truth = board.save_new_theme(db, FEBRUARY, " Truth ")
    assert board.save_new_theme(db, FEBRUARY, "truth!") == truth
    board.save_entry_theme(db, FEBRUARY, entry(db, "measure"), truth)
    lies = board.save_new_theme(db, FEBRUARY, "Lies")
    board.save_entry_theme(db, FEBRUARY, entry(db, "guess"), lies)
    with pytest.raises(ConfigError, match="already"):
        board.save_theme_title(db, FEBRUARY, lies, "TRUTH")
    board.save_theme_title(db, FEBRUARY, lies, "Untruth")
    board.save_merged_themes(db, FEBRUARY, lies, truth)
    seen = board.load_board(db, FEBRUARY, 5, 3)
    assert [theme.title for theme in seen.themes] == ["Truth"]
    assert {e.theme_id for e in seen.entries} == {truth}
    for text in ("measure", "guess"):
        board.save_entry_theme(db, FEBRUARY, entry(db, text), None)
    assert board.load_board(db, FEBRUARY, 5, 3).themes == ()


def test_a_theme_of_earlier_months_is_marked_so(db):
    january = Month(2021, 1)
    reflections.save_opening(db, january, Anonymity.ENTRY, DAY)
    board.save_new_theme(db, january, "Too many meetings")
    opened(db, Anonymity.ENTRY)
    board.save_new_theme(db, FEBRUARY, "Too many  MEETINGS!")
    board.save_new_theme(db, FEBRUARY, "News")
    reflections.save_opening(db, FEBRUARY, Anonymity.ALL, DAY)
    themes = db.execute("SELECT title FROM themes WHERE month = '2021-02'").fetchall()
    assert len(themes) == 2
    reflections.save_closing(db, FEBRUARY, DAY)
    seen = board.load_board(db, FEBRUARY, 0, 3)
    assert {t.title: t.earlier for t in seen.themes} == {
        "News": (),
        "Too many MEETINGS!": (january,),
    }
