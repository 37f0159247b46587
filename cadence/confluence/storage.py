"""Confluence's storage format, read: what stands on a page, as lines and as a comparable text."""

import hashlib
import re
from collections.abc import Iterator
from difflib import unified_diff
from html.entities import name2codepoint
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_XML_NAMES = ("amp", "lt", "gt", "quot", "apos")
_SPACES = ("ac", "ri", "at")
_OF_THE_SERVER = re.compile(r"\{\w+\}(macro-id|schema-version|local-id)|local-id|data-.*")
"""Attributes that Confluence adds by itself."""

_BLOCKS = frozenset("p h1 h2 h3 h4 h5 h6 li tr pre blockquote div table ul ol hr".split())
_NAMED = ("structured-macro", "image", "link", "user", "attachment", "page", "url")
_LINES_OF_CONTEXT = 2


def parsed(body: str) -> Element:
    """Return the body as a tree. Raises ValueError if it is not well-formed."""
    declared = " ".join(f'xmlns:{name}="{name}"' for name in _SPACES)
    text = re.sub(r"&(\w+);", _entity, body)
    try:
        return ElementTree.fromstring(f"<storage {declared}>{text}</storage>")
    except ElementTree.ParseError as fault:
        raise ValueError(f"no well-formed page ({fault})") from fault


def _entity(found: re.Match[str]) -> str:
    """Return an entity of HTML by its number: XML does not know its name."""
    name = found[1]
    known = name not in _XML_NAMES and name in name2codepoint
    return f"&#{name2codepoint[name]};" if known else found[0]


def kept_hash(body: str) -> str:
    """Return a hash of what a page says and how, without what Confluence adds by itself."""
    try:
        told = _canonical(parsed(body))
    except ValueError:
        told = body
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def text_hash(body: str) -> str:
    """Return a hash of what a reader of the page reads."""
    told = "\n".join(lines(body))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def _canonical(element: Element) -> str:
    kept = sorted((k, v) for k, v in element.attrib.items() if not _OF_THE_SERVER.fullmatch(k))
    attributes = "".join(f" {name}={value!r}" for name, value in kept)
    inside = "".join(f"{_canonical(child)}{_squeezed(child.tail)}" for child in element)
    return f"<{element.tag}{attributes}>{_squeezed(element.text)}{inside}</>"


def _squeezed(text: str | None) -> str:
    squeezed = re.sub(r"\s+", " ", text or "")
    return "" if squeezed == " " else squeezed


def lines(body: str) -> list[str]:
    """Return a page as lines that can be read and compared; its raw lines if it is ill-formed."""
    try:
        tree = parsed(body)
    except ValueError:
        return body.splitlines()
    text = "".join(_told(tree))
    return [line for raw in text.split("\n") if (line := " ".join(raw.split()))]


def _told(element: Element, around: str = "") -> Iterator[str]:
    """Yield a piece of a page: a block is a line of its own, but not a paragraph of a cell."""
    name = element.tag.rpartition("}")[2]
    block = name in _BLOCKS and not (name == "p" and around in ("td", "th", "li"))
    if block:
        yield "\n" + _lead(name)
    elif name in _NAMED and element.tag.startswith("{"):
        yield f" [{_named(element, name)}] "
    elif name in ("td", "th"):
        yield " | "
    elif name == "br":
        yield " / "
    yield element.text or ""
    for child in element:
        yield from _told(child, name)
        yield child.tail or ""
    if name == "a" and (address := element.get("href")):
        yield f" <{address}>"
    if block:
        yield "\n"


def _lead(name: str) -> str:
    if re.fullmatch(r"h[1-6]", name):
        return "#" * int(name[1]) + " "
    return {"li": "- ", "blockquote": "> ", "hr": "----"}.get(name, "")


def _named(element: Element, name: str) -> str:
    told = (v for k, v in sorted(element.attrib.items()) if not _OF_THE_SERVER.fullmatch(k))
    return " ".join((name.removeprefix("structured-"), *told))


def difference(old: str, new: str, was: str, becomes: str) -> list[str]:
    """Return in lines what differs between two pages; nothing if they read the same."""
    return list(
        unified_diff(lines(old), lines(new), was, becomes, n=_LINES_OF_CONTEXT, lineterm="")
    )
