"""Text made to break pages: titles by chance, and whole months full of them."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from unicodedata import east_asian_width

from cadence.formats import FORMATS, Format, Page, format_of
from cadence.markup import JOINER, clean
from cadence.render import render
from tests.readers import gfm, markdown, mrkdwn, page, storage, wiki
from tests.readers.seen import PING

WORDS = r"""
    | || \ \| \\ ` ``` * ** *** _ __ ___ ~ ~~ ~~~ [ ] [x] ](u) ]( ) ( ! ![ [^1] [[ ]] < > <b> </b>
    <!-- --> <script> <http://e.example> <a@b.co> & &lt; &#60; &amp; &nbsp; &copy # ## #1 [a]:
    [a](http://e.example) ![i](http://e.example/i.png) [a](javascript:x) http://e.example/x
    HTTPS://e.example ftp://e.example www.e.example www. //e.example a@b.example mailto:a@b.co
    xmpp:a@b.co @here @ada @channel @team/x <!here> <!channel> <@U123> <#C1|x> [~ada] :smile: :+1: #123 org/x#7
    GH-1 !1 &1 %1 $1 x!2 =1+1 =HYPERLINK("http://e.example") +1 -1+2 @SUM(1) ＝1 h1. bq. (x) (!) :) ;) \\
    {code} {panel} {html} {toc} ||x|| !x.png! !x.png|width=1! [x|http://e.example] [^f] ??x?? --- ----
    <ac:link> <ri:user> <![CDATA[ ]]> <x:y/> &#64;here &excl; [!NOTE] picture:kpi ![](picture:kpi) www train.py [~accountid:5b] evil.com + - -- --- = === : :- ::: 1. 2) 12. $ $$
    {{7*7}} {%x%} {color} ^ / ' " , . word TFIO-12 I/O 3.5 é 漢 👩‍💻 a b snake_case train.py
"""
ATOMS = [
    *WORDS.split(),
    *[" ", "    ", "\t", "\n", "\r\n\r\n", "\0", "\7", "\x1b[31m", "\x7f", "\x85", "\u2028"],
    *["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00a0", "\u3000", "\u00ad", "\ud800"],
    "<img src=x onerror=y>",
]


def titles(seed: int, count: int) -> Iterator[str]:
    """Yield titles of up to nine pieces, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        pieces = (chance.choice(ATOMS) + chance.choice(("", "", " ")) for _ in range(9))
        yield "".join(list(pieces)[: chance.randint(1, 9)])


MARK = "[l](http://evil.example)"
"""What stands in every free text of tests/pages/hostile.json."""


def poisoned(values: Any, new: Iterator[str]) -> Any:
    """Return a month's values with the next text in the place of every free one."""
    if isinstance(values, dict):
        return {name: poisoned(value, new) for name, value in values.items()}
    if isinstance(values, list):
        return [poisoned(value, new) for value in values]
    return next(new) if isinstance(values, str) and MARK in values else values


LEGITIMATE = re.compile(r"(?i:https?://.*)|[A-Z][A-Z0-9_]*-[1-9]\d*")
"""A text that is a key or an address alone is meant to be a link where one is expected."""


def texts(seed: int, count: int) -> Iterator[str]:
    """Yield titles none of which is a link by right."""
    for title in titles(seed, count):
        yield f"x {title}" if LEGITIMATE.fullmatch(clean(title)) else title


def _columns(text: str) -> int:
    wide = sum(east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(sign in "\u2060\u200d\ufe0f" for sign in text)


@dataclass(frozen=True)
class Trial:
    """One report full of hostile texts, and the same with a plain word for each of them."""

    hostile: dict[str, Any]
    harmless: dict[str, Any]
    words: dict[str, str]
    """Each plain word, and the text it stands for."""


def trial(values: dict[str, Any], new: Iterator[str]) -> Trial:
    """Fill a month twice, so that only the texts differ."""
    words: dict[str, str] = {}
    told = []

    def kept() -> Iterator[str]:
        for text in new:
            told.append(text)
            yield text

    hostile = poisoned(values, kept())
    for text in told:
        width = _columns(clean(text))  # a table may be drawn by its width
        words.setdefault(text, chr(0xF0000 + len(words)).ljust(width, "v"))
    harmless = poisoned(values, (words[text] for text in told))
    return Trial(hostile, harmless, {word: text for text, word in words.items()})


WRITERS: dict[str, tuple[Format, tuple[Any, ...]]] = {
    "markdown": (format_of("markdown", "github"), (gfm, markdown)),
    "markdown, simpler": (format_of("markdown", "notion"), (gfm, markdown)),
    "html": (FORMATS["html"], (page,)),
    "confluence": (FORMATS["confluence"], (storage,)),
    "jira": (FORMATS["jira"], (wiki,)),
    "slack": (FORMATS["slack"], (mrkdwn,)),
}
"""Each format by a name, and the readers that judge it."""


def faults(name: str, template: str, one: Trial) -> Iterator[str]:
    """Yield what hostile texts changed in a page but its words."""
    form, readers = WRITERS[name]
    evil, good = (Page(v, render(template, v)) for v in (one.hostile, one.harmless))
    written, harmless = form.write(evil), form.write(good)
    if found := CONTROL.search(written):
        yield f"{name}: control character {found[0]!r}"
    for reader in readers:
        seen, plain = reader.read(written), reader.read(harmless)
        where = f"{name}, {reader.__name__.rpartition('.')[2]}"
        if seen.does != plain.does:
            pairs = zip_longest(seen.does, plain.does)
            yield f"{where}: {next(pair for pair in pairs if pair[0] != pair[1])}"
        says = WORD.sub(lambda word: clean(one.words[word[0]]) or "–", plain.says)
        if not same(seen.says, says):
            yield f"{where}: other words: {difference(seen.says, says)}"
        for ping in PING.findall(PLACES.sub("", seen.says)):
            yield f"{where}: ping {ping}"


WORD = re.compile("[\U000f0000-\U000fffff]v*")
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]"
)
PLACES = re.compile(r"\d\d:\d\d(?::\d\d)?")


def folded(text: str) -> str:
    """Return a text without what templates may add to one: capitals, a full stop, blanks."""
    return re.sub(r"[\s.─]+", "", text.replace(JOINER, "")).casefold()


def same(seen: str, meant: str) -> bool:
    """Tell whether two texts read the same."""
    return folded(seen) == folded(meant)


def difference(seen: str, meant: str) -> str:
    """Return where two texts part."""
    one, two = folded(seen), folded(meant)
    place = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
    return f"{one[max(place - 20, 0) : place + 30]!r} for {two[max(place - 20, 0) : place + 30]!r}"
