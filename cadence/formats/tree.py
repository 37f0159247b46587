"""Markdown as a tree of nodes, and the walk over it that all formats share."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from cadence.formats.page import Picture

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode as Node

ALERTS = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
}
"""The kinds of alert, as GitHub writes them (`> [!NOTE]`), and how a reader calls them."""

PICTURE = "picture:"
"""What the address of one of the page's own pictures begins with."""

_ALERT = re.compile(rf"\[!({'|'.join(ALERTS)})\](?:\n|$)", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def tree(markdown: str) -> "Node":
    """Return a page's nodes. No HTML is read: a tag is text; links lead to http(s) only."""
    from markdown_it.tree import SyntaxTreeNode

    tokens = _parser().parse(markdown)
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open":
            _mark_alert(tokens, place)
    return SyntaxTreeNode(tokens)


def title_of(markdown: str) -> str:
    """Return the text of a page's first heading; empty if it has none."""
    headings = (node for node in tree(markdown).walk() if node.type == "heading")
    return next((plain_text(node) for node in headings), "")


def plain_text(node: "Node") -> str:
    """Return the words of a node, without markup."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return node.content if not node.children else "".join(map(plain_text, node.children))


def alert_of(node: "Node") -> str:
    """Return a quotation's kind of alert, one of ALERTS; empty for a mere quotation."""
    return str(node.meta.get("alert", ""))


def is_web(address: str) -> bool:
    """Tell whether an address is one that a page may lead to."""
    return _WEB.match(address) is not None


class Writer:
    """Writes a tree as text; a format adds a method for each type of node, named like it."""

    def __init__(self, pictures: Mapping[str, Picture] | None = None) -> None:
        self.pictures = pictures or {}

    def write(self, node: "Node") -> str:
        """Return the text of a node and of all below it."""
        text: str = getattr(self, f"_{node.type}")(node)
        return text

    def inside(self, node: "Node") -> str:
        """Return the text of what is below a node."""
        return "".join(self.write(child) for child in node.children)

    def picture(self, node: "Node") -> Picture | None:
        """Return the page's own picture that an image names; None for any other image."""
        address = str(node.attrs.get("src", ""))
        return self.pictures.get(address.removeprefix(PICTURE)) if _own(address) else None

    def words(self, picture: Picture) -> str:
        """Return what is said in the place of a picture that is not drawn."""
        return self.write(tree(picture.text)) if picture.text else ""

    def _root(self, node: "Node") -> str:
        return self.inside(node)

    def _inline(self, node: "Node") -> str:
        return self.inside(node)


def lone_image(node: "Node") -> "Node | None":
    """Return the image that is all of a paragraph; None if there is other text."""
    inline = node.children[0] if node.type == "paragraph" and node.children else None
    images = inline.children if inline else []
    return images[0] if len(images) == 1 and images[0].type == "image" else None


def _own(address: str) -> bool:
    return address.startswith(PICTURE)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: is_web(url) or _own(url)  # type: ignore[method-assign]
    return parser


def _mark_alert(tokens: "list[Token]", place: int) -> None:
    r"""Note on a quotation which kind of alert it is, and take that line away.

    Looked for in the source: `\[!NOTE\]`, a text that was escaped, is none.
    """
    inline = tokens[place + 2] if len(tokens) > place + 2 else None
    if inline is None or inline.type != "inline" or not (found := _ALERT.match(inline.content)):
        return
    children = inline.children or []
    tokens[place].meta["alert"] = found[1].lower()
    inline.children = children[2:]
