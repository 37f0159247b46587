"""Text that is Markdown, and how any other text becomes inert in it, in one place."""

import html
import re
from collections.abc import Callable
from typing import Any, Self

from markupsafe import Markup

JOINER = "\u2060"
"""WORD JOINER: nothing to see, but what stands around it is no mention and no address."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
    # Joiners hold emoji and some scripts together; beside ASCII they only hide something.
    "|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\u200c\u200d])"
)
_BLANK = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

_SIGNIFICANT = re.compile(
    r"""
      (?P<formula> ^[=+@＝＋－＠-] )                               # also a list, a rule, a heading
    | (?P<start> ^(?: [#>] | :(?=[ -](?![\w+-]*(?::|$))) ) )  # a heading, a quotation, a rule
    | (?P<number> ^\d{1,9}[.)](?=[ ]|$) )                       # an ordered list
    | (?P<person> \[(?:~|$) )                                   # a mention in Jira and Confluence
    | (?P<joined> (?<![^\W_])GH-(?=\d) | :(?=[\w+-]*(?::|$))       # found late, by wikis
                | (?<=.)\#(?=\w) | (?<=[\W_])\#$ | [!%&](?=\d) )
    | (?P<mark> [\\`*\[\]|~{$] | !$ | (?<=[ ])\#(?=\#*$) )     # always markup
    | (?P<score> _+ )                                           # emphasis, unless inside a word
    | (?P<entity> &(?=\#?\w+;|$) )
    | (?P<tag> <(?![ \d=]) )
    | (?P<address> /(?=/) | @(?![ ]) | (?<![^\W_])(?:www(?=\.|$)|(?:mailto|xmpp):(?![ ])) )
    | (?P<domain> (?<=\w)\.(?=(?:[a-z]{2}|xn--[\w-]+|рф|com|net|org|info|biz|edu|gov|pro|web|xxx
                                |aero|asia|coop|museum|name|shop)(?![^\W_])) )
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Inert(Markup):
    """Text that is markup already; whatever is joined to it is escaped first, by its own class.

    Its pieces are text again: markup that was cut, or of which signs were taken away, may no longer
    be inert, and is escaped anew where it is written.
    """

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """Return the value as inert markup of this type."""
        raise NotImplementedError

    def strip(self, chars: str | None = None, /) -> Any:
        """Return it without blanks around it; without other signs it is text again."""
        bare = str.strip(self, chars)
        return type(self)(bare) if chars is None else bare


def _as_text(name: str) -> Callable[..., Any]:
    return lambda self, *args, **named: getattr(str, name)(self, *args, **named)


for _name in (
    "__getitem__ capitalize casefold center expandtabs ljust lower lstrip partition removeprefix"
    " removesuffix replace rjust rpartition rsplit rstrip split splitlines swapcase title"
    " translate upper zfill"
).split():
    setattr(Inert, _name, _as_text(_name))


class Markdown(Inert):
    """Text that is Markdown already."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """Return the value as inert Markdown, of this type."""
        return cls(escape(s))


class Xml(Inert):
    """Text that is XML already."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """Return the value as inert XML, in text and between quotation marks alike."""
        return s if isinstance(s, cls) else cls(html.escape(clean(str(s))))


def escape(value: object) -> Markup:
    """Return any value as inert, one-line Markdown; markup passes as it is.

    A reader sees the same words; only what would act as markup is escaped, so that ordinary text
    reads as if it were written by hand.
    """
    if isinstance(value, Markdown):
        return value
    if isinstance(value, Markup):  # HTML, which Jinja makes of a template's own constants
        value = value.unescape()
    text = "" if value is None else str(value)
    seen = clean(text)
    if not seen:  # nothing to see where a text was meant to stand would break what is around it
        return Markdown("–" if text or value is None else "")
    return Markdown(_SIGNIFICANT.sub(_inert, seen))


def clean(text: str) -> str:
    """Return the text as one line without control, direction and invisible characters."""
    visible = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))
    return _BLANK.sub(" ", visible).strip()


def _inert(found: re.Match[str]) -> str:
    """Return one significant piece of a text so that it stands for itself."""
    text = found[0]
    match found.lastgroup:
        case "score":
            return text if _inside_word(found) else text.replace("_", r"\_")
        case "number":
            return f"{text[:-1]}\\{text[-1]}"
        case "person":
            return rf"\[{JOINER}\~" if text == "[~" else rf"\[{JOINER}"
        case "entity":
            return "&amp;"
        case "tag":
            return "&lt;"
        case "address" | "joined":
            return f"{text}{JOINER}"
        case "start" | "mark" if text in "#$!" and _goes_on(found):
            return f"\\{text}{JOINER}"
        case "formula":
            return f"{JOINER}{text}{JOINER if text in '@＠' else ''}"
    return f"\\{text}"


def _goes_on(found: re.Match[str]) -> bool:
    """Tell whether a word follows, or may: what stands after the text is not known."""
    after = found.string[found.end() :][:1]
    return after.isalnum() or after == "_" or not after


def _inside_word(found: re.Match[str]) -> bool:
    text, start, end = found.string, found.start(), found.end()
    return text[max(start - 1, 0) : start].isalnum() and text[end : end + 1].isalnum()
