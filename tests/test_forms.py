import re
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadence.errors import ConfigError
from cadence.forms import form_text, parse_form
from cadence.model import Anonymity, Prompt
from cadence.month import Month

FEBRUARY = Month(2021, 2)


def thoughts(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for prompt, said in parse_form(text).thoughts:
        found.setdefault(prompt.value, []).append(said)
    return found


def test_each_bullet_is_a_thought_and_continuation_lines_belong_to_it():
    text = "## Start\n- measure first\n  then cut\n- one\n\n## Stop\n- guessing\nlate at night\n"
    assert thoughts(text) == {
        "start": ["measure first then cut", "one"],
        "stop": ["guessing late at night"],
    }


@pytest.mark.parametrize("bullet", ["-", "*", "+", "•", "1.", "2)", "  -", "\t*", "    12."])
def test_every_kind_of_bullet_is_understood(bullet):
    assert thoughts(f"## Stop\n{bullet} one\n{bullet} two\n") == {"stop": ["one", "two"]}


@pytest.mark.parametrize(
    "heading",
    ["## Start", "# start", "###### START:", "##Start", "## **Start**", "## Start ##", "## Start?",
     "  ## Start…", "**Start**", "**Start:**", "Start:", "Start\n=====", "START\n-----",
     "## 🚀 Start", "### Start doing 🚀", "## *Start* 🚀:", "# 1. Start", "## [Start]", "🚀 Start:",
     "**🚀 Start**", "- Start", "* **Start:**", "1. Start"],
)  # fmt: skip
def test_headings_are_understood_in_every_level_case_and_punctuation(heading):
    assert thoughts(f"{heading}\n\n- one\n") == {"start": ["one"]}


def test_a_list_of_lists_is_understood():
    text = "- Start\n  - measure\n  - ask\n- **Stop:**\n\t* guess\n- Continue\n  1. lunch\n"
    assert thoughts(text) == {"start": ["measure", "ask"], "stop": ["guess"], "continue": ["lunch"]}


@pytest.mark.parametrize("box", ["[ ]", "[x]", "[X]", "[]"])
def test_the_box_of_a_check_list_is_no_word(box):
    assert thoughts(f"## Stop\n- {box} guess\n* {box}\n1. {box} haste\n") == {
        "stop": ["guess", "haste"]
    }


def test_a_thought_that_names_its_question_itself_stands_under_it():
    text = (
        "- Start: measure, because we guess\n- **Stop** — guess\n\nContinue: lunch\n\n"
        "Stopover: stays\n## Start: ask\n- twice\n## Kudos\n- Stop: said Ben\n"
    )
    assert thoughts(text) == {
        "start": ["measure, because we guess", "ask", "twice"],
        "stop": ["guess"],
        "continue": ["lunch"],
        "other": ["Stopover: stays", "Kudos: Stop: said Ben"],
    }


def test_quotes_and_comments_that_we_did_not_write_are_told():
    ours = form_text(FEBRUARY, None, ["a fact"], Anonymity.ENTRY)
    assert parse_form(ours).unread == ()
    theirs = ours.replace("- \n", "- one\n> I mean it\n<!-- and\n this -->\n", 1)
    assert set(parse_form(theirs).unread) == {"I mean it", "and this"}


def test_a_form_holds_what_its_author_has_said_and_gives_it_back():
    said = ((Prompt.OTHER, "Kudos: Ben"), (Prompt.START, "measure"), (Prompt.STOP, "guess"))
    form = parse_form(form_text(FEBRUARY, "Ada", ["a fact"], Anonymity.NAMED, said))
    assert form.thoughts == said


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm():
    form = parse_form("\ufeff# Reflection 2021-02\r\n\r\nAuthor: Ada Park\r\n## Stop\r\n- one\r\n")
    assert (form.month, form.author) == (FEBRUARY, "Ada Park")
    assert form.thoughts == ((Prompt.STOP, "one"),)


def test_quoted_lines_and_comments_are_ours():
    text = "## Start\n> a fact\n<!-- a\nhint -->\n- one <!-- two --> three\n"
    assert thoughts(text) == {"start": ["one three"]}


def test_a_comment_that_somebody_left_open_swallows_nothing():
    text = "## Start\n- one <!-- two\n<!-- ours -->\n- three\n"
    assert thoughts(text) == {"start": ["one <!-- two", "three"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- pair\n  - on reviews\n  - on design\n- rest",
            ["pair - on reviews - on design", "rest"],
        ),
        ("* pair\n\t1. first\n\t\t2) second\n\tand so on", ["pair 1. first 2) second and so on"]),
        ("- pair\n\n    - on reviews\n\n- rest", ["pair - on reviews", "rest"]),
        ("    - one\n- two\n  -three", ["one", "two -three"]),
        ("- \n  - one\n  - two", ["one", "two"]),
        ("- one\n  - \n  - two", ["one - two"]),
        ("- one\n - two", ["one", "two"]),
        ("My list:\n  - one\n  - two", ["My list:", "one", "two"]),
    ],
)
def test_a_nested_bullet_belongs_to_the_thought_above_it(text, said):
    assert thoughts(f"## Start\n{text}\n") == {"start": said}


BULLETS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("-*+"), st.lists(st.text("abc", min_size=1))),
    max_size=12,
)


@given(BULLETS)
def test_nested_bullets_lose_no_word_and_keep_the_order(bullets):
    lines = [" " * column + f"{mark} " + " ".join(words) for column, mark, words in bullets]
    said = [text for _, text in parse_form("\n".join(["## Stop", *lines])).thoughts]
    assert re.findall("[abc]+", " ".join(said)) == [word for *_, words in bullets for word in words]


def test_a_text_without_the_heading_of_a_form_has_no_month():
    for text in ("hello", "## Start\n- one\n", "# Reflection\n- one\n", "# cadence 2021-02\n"):
        assert parse_form(text).month is None


def test_what_stands_under_no_question_is_kept():
    text = (
        "# Reflection 2021-02 in haste\nHello\n## Kudos\n- Ben\n## Nothing else\n## Start\nplain\n"
    )
    assert thoughts(text) == {
        "other": ["in haste: Hello", "Kudos: Ben", "Nothing else"],
        "start": ["plain"],
    }


def test_paragraphs_are_thoughts_of_their_own():
    assert thoughts("## Start\none\ntwo\n\nthree\n\n- four\n\n  five\n") == {
        "start": ["one two", "three", "four five"]
    }


def test_empty_bullets_and_an_empty_author_say_nothing():
    form = parse_form(form_text(FEBRUARY, None, ["a fact", ""], Anonymity.NAMED))
    assert form.thoughts == ()
    assert form.author is None
    assert form.month == FEBRUARY


def test_a_filled_form_comes_back_as_it_was_written():
    text = form_text(FEBRUARY, "Ada Park", ["fact"], Anonymity.NAMED)
    form = parse_form(text.replace("- \n", "- say it\n"))
    assert form.author == "Ada Park"
    assert form.thoughts == tuple(
        (prompt, "say it") for prompt in (Prompt.START, Prompt.STOP, Prompt.CONTINUE)
    )


def test_an_impossible_month_is_refused():
    with pytest.raises(ConfigError):
        parse_form("# Reflection 2021-13\n")


WORDS = st.text("abcxyz019äß👍_~`'\"|\\/&", min_size=1, max_size=6).filter(
    lambda word: word.strip()
)
PIECES = st.sampled_from(
    ["- ", "* ", "+ ", "1. ", "12) ", "  - ", "\t", "    ", "", "", "-", "##", "# ", "## ", "### ",
     "**", "<!-- ", " -->", "[ ] ", "| ", "=", "--", "– "]
)  # fmt: skip
LINES = st.builds(
    lambda start, words, end: start + " ".join(words) + end,
    PIECES,
    st.lists(WORDS, max_size=5),
    st.sampled_from(["", "", ":", " #", " -->", "  "]),
)
HEADINGS = st.sampled_from(["", "## Start", "# stop:", "### Continue", "Stop:", "---", "> ours"])


@given(st.lists(st.one_of(LINES, HEADINGS), max_size=25), st.sampled_from(["\n", "\r\n"]))
def test_no_word_is_ever_lost(lines, ending):
    """Every word that is neither ours nor a heading's name is in some thought, as often."""
    text = ending.join(lines)
    ours = re.sub(r"<!--(?:(?!<!--).)*?-->", " ", text, flags=re.DOTALL)
    kept = "\n".join(
        line
        for line in ours.splitlines()
        if not re.match(r"\s*>", line)
        and line.strip(" #:").casefold() not in ("start", "stop", "continue")
    )
    said = " ".join(text for _, text in parse_form(text).thoughts)
    missing = Counter(re.findall(r"[\wß👍]*[a-zäß👍][\wß👍]*", kept)) - Counter(
        re.findall(r"[\wß👍]*[a-zäß👍][\wß👍]*", said)
    )
    assert not missing


ENDLESS = 100_000


@pytest.mark.parametrize(
    "line",
    [
        "# a" + " " * ENDLESS + "b" + " " * ENDLESS + "c",
        "# " + "#" * ENDLESS + "x",
        "# a" + " #" * ENDLESS + "x",
        "Author: a" + " " * ENDLESS + "b",
        "- " + "!" * ENDLESS + "a",
        "!" * ENDLESS + "a b",
        "## " + "!" * ENDLESS + "a" + "!" * ENDLESS + "b",
        "<!--" * ENDLESS,
        "- a\n" + " " * ENDLESS + "- b",
    ],
    ids=range(9),
)
def test_no_line_however_odd_takes_longer_than_it_is_long(line):
    begun = time.process_time()
    form = parse_form(f"# Reflection 2021-02\n{line}\n## Start\n- one\n")
    assert time.process_time() - begun < 1
    assert (Prompt.START, "one") in form.thoughts


def test_the_box_of_a_nested_bullet_is_no_word_either():
    assert thoughts("## Stop\n- haste\n  - [ ] on Fridays\n") == {"stop": ["haste - on Fridays"]}
