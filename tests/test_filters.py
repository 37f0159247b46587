"""Values as templates write them."""

import pytest
from markdown_it import MarkdownIt

from cadence import filters
from cadence.markup import Markdown, escape


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0, "0 %"),
        (0.0001, "<1 %"),
        (0.004, "<1 %"),
        (0.005, "<1 %"),
        (0.468, "47 %"),
        (0.994, "99 %"),
        (0.996, ">99 %"),
        (1, "100 %"),
        (1.25, "125 %"),
    ],
)
def test_a_percentage_is_0_or_100_only_when_it_is_exactly_that(share, text):
    assert filters.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (71.0, "71"),
        (2.34, "2.3"),
        (-3, "−3"),
        (0.0421, "0.0421"),
        (1234.5, "1234.5"),
    ],
)
def test_numbers_are_short(value, text):
    assert filters.number(value) == text


def test_a_chance_is_never_sure_while_work_remains():
    assert filters.chance(1.0) == ">95 %"
    assert filters.chance(0.951) == ">95 %"
    assert filters.chance(0.95) == "95 %"
    assert filters.chance(None) == "–"


def test_days_and_months_are_written_as_people_do():
    assert filters.day("2021-03-15") == "2021-03-15"
    assert filters.day(None) == "–"
    assert filters.date_text("2021-03-05") == "5 March 2021"
    assert filters.date_text("2021-03-05", "2021-12-31") == "5 March"
    assert filters.month("2021-03") == "March 2021"
    assert filters.moment("2021-03-01T00:00:00-08:00") == "2021-03-01 00:00"


def test_counts_agree_with_their_noun():
    assert filters.plural(1, "child", "children") == "1 child"
    assert filters.plural(0, "issue") == "0 issues"
    assert filters.plural(1.5, "day") == "1.5 days"


def test_a_bar_shows_whatever_is_there_and_is_full_only_when_it_is():
    assert filters.bar(0, 4) == ""
    assert filters.bar(0.001, 4) == "▏"
    assert filters.bar(0.5, 4) == "██"
    assert filters.bar(0.9999, 4) == "███▉"
    assert filters.bar(1, 4) == "████"
    assert filters.bar(None) == "–"


def test_a_sparkline_needs_two_readings():
    assert filters.spark([["2021-01-01", 90.0], ["2021-02-01", 30.0]]) == "█▁"
    assert filters.spark([["2021-01-01", 5], ["2021-02-01", 5]]) == "▄▄"
    assert filters.spark([["2021-01-01", 90.0]]) == ""


def test_lists_read_like_a_sentence():
    assert filters.listed([]) == "–"
    assert filters.listed(["a"]) == "a"
    assert filters.listed(["a", "*b*", Markdown("*c*")]) == r"a, \*b\* and *c*"
    assert filters.listed("abcde", 3) == "a, b, c and 2 more"
    assert filters.listed("abcd", 3) == "a, b, c and d"
    assert filters.listed("abcde", 3, "; ") == "a; b; c; 2 more"


def test_a_key_is_a_link_only_if_it_is_a_key_and_the_site_is_known():
    site = "https://acme.atlassian.net/"
    assert filters.key("TFIO-12", site) == "[TFIO-12](https://acme.atlassian.net/browse/TFIO-12)"
    assert filters.key("A_B-1", site).startswith("[A_B-1](")
    for odd in ("tfio-12", "TFIO-0", "TFIO-12)", "2021-03-15", "-1", "x|y", "TFIO-1\n"):
        assert filters.key(odd, site) == escape(odd)
    for nowhere in (None, "", "http://127.0.0.1:9/", "https://api.atlassian.com/ex/jira/5", "x"):
        assert filters.key("TFIO-12", nowhere) == "TFIO-12"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://e.example/x",
        "mailto:a@b.co",
        "//e.example",
        "https://",
        "https://[::1",
        "see the wiki",
    ],
)
def test_only_web_addresses_become_links(address):
    assert filters.link(address) == escape(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://e",
        "https://e.example/a b",
        "https://e.example/a)b(c",
        "https://e.example/<b>|x|\\",
        "https://e.example/?q=[a](b)&c=`d`*_",
        'https://e.example/" "',
        "https://é.example/ü#x",
    ],
)
def test_a_link_is_one_link_whatever_the_address_holds(address):
    page = f"| a |\n| --- |\n| {filters.link(address)} |\n"
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(page)
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 2
    assert [child.type for child in cells[1].children] == ["link_open", "text", "link_close"]


def test_a_link_says_where_it_leads():
    assert filters.link("https://ci.example/runs/118?x=1") == (
        "[ci.example/runs/118](https://ci.example/runs/118?x=1)"
    )
    assert filters.link("https://e.example", "the *run*") == r"[the \*run\*](https://e.example)"
    assert filters.link(None) == "–"


def test_sentences_end_once_and_begin_with_a_capital():
    assert filters.sentence("It is late") == "It is late."
    assert filters.sentence("Is it late?") == "Is it late?"
    assert filters.opening("share of time") == "Share of time"
    assert filters.quoted("I/O *doctor*") == r"“I/O \*doctor\*”"


def test_an_exact_number_can_be_added_up_and_has_its_unit():
    assert filters.exact(1 / 3) == "0.3333"
    assert filters.exact(-4.0) == "−4"
    assert filters.exact(None) == "–"
    assert filters.amount(1, "person-days") == "1 person-day"
    assert filters.amount(0.5, "person-days") == "0.5 person-days"
    assert filters.amount(74.0, "") == "74"


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (0.04, "<0.1"), (0.533, "0.5"), (3.0, "3"), (14.25, "14.2"), (-1.5, "−1.5")],
)
def test_amounts_have_one_decimal_also_with_their_noun(value, told):
    assert filters.tenths(value) == told
    assert filters.plural(value, "person-day").startswith(f"{told} person-day")


def test_an_amount_that_is_missing_is_a_dash():
    assert filters.tenths(None) == "–"
