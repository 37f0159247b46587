"""Text from outside is inert in Markdown, and reads the same."""

import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cadence.markup import JOINER, Markdown, clean, escape
from tests.hostile import ATOMS, titles

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

CONTEXTS = (
    "| {} | b |\n| --- | --- |\n| c | {} |\n",
    "{}\n",
    "- {}\n",
    "## {}\n",
    "> {}\n",
    "1. **{}**, x\n    - {}\n",
    "x {} y\n",
)
"""Where templates put a value: cell, paragraph, item, heading, quote, nested item, sentence."""

MENTION = re.compile(r"@\w|\[~")
ADDRESS = re.compile(
    r"\w+://|(?<!\w)www\.|[\w.+-]+@[\w-]+(\.[\w-]+)+|(?<!\w)(mailto|xmpp):\w", re.IGNORECASE
)


def blocks(tokens: list[Token]) -> list[str]:
    return [token.type for token in tokens if token.type != "inline"]


def spans(tokens: list[Token]) -> list[str]:
    children = (child for token in tokens for child in token.children or [])
    return [child.type for child in children if child.type != "text"]


def visible(tokens: list[Token]) -> str:
    children = (child for token in tokens for child in token.children or [])
    return "".join(child.content for child in children)


@cache
def harmless(context: str) -> tuple[list, list, list[str]]:
    """Return the blocks, the spans and the words around it where a plain `w` stands."""
    plain = PARSER.parse(context.replace("{}", "w"))
    return blocks(plain), spans(plain), re.split("(w)", visible(plain))


def check_inert(title: str) -> None:
    safe = str.__str__(escape(title))
    seen = clean(title) or ("–" if title else "w")  # nothing left to see is shown as a dash
    for context in CONTEXTS:
        page = PARSER.parse(context.replace("{}", safe or "w"))
        plain_blocks, plain_spans, words = harmless(context)
        assert blocks(page) == plain_blocks, (title, context)
        assert spans(page) == plain_spans, (title, context)
        text = visible(page)
        assert text.replace(JOINER, "") == "".join(seen if w == "w" else w for w in words)
        assert not MENTION.search(text), (title, text)
        assert not ADDRESS.search(text), (title, text)


def test_hostile_titles_break_nothing_and_read_the_same():
    for title in titles(20210215, 4_000):
        check_inert(title)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ATOMS), st.text(max_size=3)), max_size=8))
def test_any_text_is_inert(pieces):
    check_inert("".join(pieces))


def test_no_control_or_direction_character_is_left():
    for title in titles(20210215, 2_000):
        kinds = {unicodedata.category(c) for c in escape(title) if c not in (JOINER, "\u200d")}
        assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    "text",
    [
        "TFIO-12",
        "2021-03-15",
        "I/O is 3.5 times faster, at last (really)",
        "Don't wait: a < b, x <= 3 -> y & z; 50 % = half",
        "snake_case_name stays, so does C#",
        "Chloé Martin – “parity” 漢字 👩‍💻",
        "Quality > deadline",
        "R&D asks Q&A",
        "The KPI of R&D",
    ],
)
def test_ordinary_words_read_as_written_by_hand(text):
    assert escape(text) == Markdown(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        (r"a\|b", r"a\\\|b"),
        ("[WIP] *now*", r"\[WIP\] \*now\*"),
        ("<b>x</b>", "&lt;b>x&lt;/b>"),
        ("&lt;", "&amp;lt;"),
        ("a semicolon may follow &copy", "a semicolon may follow &amp;copy"),
        ("&#6", f"&amp;#{JOINER}6"),
        ("# no heading", r"\# no heading"),
        ("- no list", f"{JOINER}- no list"),
        ("=SUM(1)", f"{JOINER}=SUM(1)"),
        ("wow!", rf"wow\!{JOINER}"),
        ("see #12, GH-3, x!4", f"see #{JOINER}12, GH-{JOINER}3, x!{JOINER}4"),
        ("#1 and C#", rf"\#{JOINER}1 and C#"),
        ("$5", rf"\${JOINER}5"),
        ("x :+1: y", f"x :{JOINER}+1: y"),
        ("\u200b", "–"),
        ("1. no list", r"1\. no list"),
        ("one\n\ntwo\x1b[31m", r"one two \[31m"),
        ("@ada", f"{JOINER}@{JOINER}ada"),
        ("a@b", f"a@{JOINER}b"),
        ("[~ada]", rf"\[{JOINER}\~ada\]"),
        ("http://e.example", f"http:/{JOINER}/e.example"),
        ("abc\u202edef", "abcdef"),
        ("{{ 7*7 }}", r"\{\{ 7\*7 }}"),
    ],
)
def test_markup_is_written_so_that_it_stands_for_itself(text, expected):
    assert str.__str__(escape(text)) == expected


def test_markup_is_escaped_once():
    once = escape("a|b *c*")
    assert escape(once) == once
    assert escape(None) == "–"
    assert escape(3.5) == "3.5"


def test_what_is_joined_to_markup_is_escaped_as_markdown():
    assert Markdown("**x** ") + "a|b" == r"**x** a\|b"
    assert Markdown(", ").join(["*a*", Markdown("*b*")]) == r"\*a\*, *b*"
    assert Markdown("{}").format("<b>") == "&lt;b>"
