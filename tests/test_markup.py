"""Text from outside is inert in Markdown, and reads the same."""

import random
import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cadence.markup import JOINER, Markdown, clean, escape

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

WORDS = r"""
    | || \ \| \\ ` ``` * ** *** _ __ ___ ~ ~~ ~~~ [ ] [x] ](u) ]( ) ( ! ![ [^1] [[ ]] < > <b> </b>
    <!-- --> <script> <http://e.example> <a@b.co> & &lt; &#60; &amp; &nbsp; &copy # ## #1 [a]:
    [a](http://e.example) ![i](http://e.example/i.png) [a](javascript:x) http://e.example/x
    HTTPS://e.example ftp://e.example www.e.example www. //e.example a@b.example mailto:a@b.co
    xmpp:a@b.co @here @ada [~ada] [~accountid:5b] evil.com + - -- --- = === : :- ::: 1. 2) 12. $ $$
    {{7*7}} {%x%} {color} ^ / ' " , . word TFIO-12 I/O 3.5 é 漢 👩‍💻 a b snake_case train.py
"""
ATOMS = [
    *WORDS.split(),
    *[" ", "    ", "\t", "\n", "\r\n\r\n", "\0", "\7", "\x1b[31m", "\x7f", "\x85", "\u2028"],
    *["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00a0", "\u3000", "\u00ad", "\ud800"],
    "<img src=x onerror=y>",
]

MENTION = re.compile(r"@\w|\[~")
ADDRESS = re.compile(
    r"\w+://|(?<!\w)www\.|[\w.+-]+@[\w-]+(\.[\w-]+)+|(?<!\w)(mailto|xmpp):\w", re.IGNORECASE
)


def hostile_titles(count: int) -> Iterator[str]:
    chance = random.Random(20210215)
    for _ in range(count):
        pieces = (chance.choice(ATOMS) + chance.choice(("", "", " ")) for _ in range(9))
        yield "".join(list(pieces)[: chance.randint(1, 9)])


def blocks(tokens: list[Token]) -> list[str]:
    return [token.type for token in tokens if token.type != "inline"]


def spans(tokens: list[Token]) -> list[str]:
    children = (child for token in tokens for child in token.children or [])
    return [child.type for child in children if child.type != "text"]


def visible(tokens: list[Token]) -> str:
    children = (child for token in tokens for child in token.children or [])
    return "".join(child.content for child in children)


def check_inert(title: str) -> None:
    safe = str.__str__(escape(title))
    seen = clean(title) or "w"  # nothing left: the page is that of any other word
    for context in CONTEXTS:
        page = PARSER.parse(context.replace("{}", safe or "w"))
        plain = PARSER.parse(context.replace("{}", "w"))
        assert blocks(page) == blocks(plain), (title, context)
        assert spans(page) == spans(plain), (title, context)
        text = visible(page)
        words = re.split("(w)", visible(plain))
        assert text.replace(JOINER, "") == "".join(seen if w == "w" else w for w in words)
        assert not MENTION.search(text), (title, text)
        assert not ADDRESS.search(text), (title, text)


def test_hostile_titles_break_nothing_and_read_the_same():
    for title in hostile_titles(4_000):
        check_inert(title)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ATOMS), st.text(max_size=3)), max_size=8))
def test_any_text_is_inert(pieces):
    check_inert("".join(pieces))


def test_no_control_or_direction_character_is_left():
    for title in hostile_titles(2_000):
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
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("one\n\ntwo\x1b[31m", r"one two \[31m"),
        ("@ada", f"@{JOINER}ada"),
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
