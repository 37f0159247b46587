"""The page as Slack's mrkdwn: no headings, no lists, no tables, and no way to escape its marks.

What it knows: Slack, "Formatting message text". `&`, `<` and `>` have names; a mark such as `*`
is written as its look-alike where it would act, and an invisible WORD JOINER breaks up the rest.
"""

import re
from html import escape as named
from typing import TYPE_CHECKING

from cadence.formats.html import right_aligned
from cadence.formats.page import Format, Page
from cadence.formats.slack_table import aligned
from cadence.formats.tree import ALERTS, Writer, alert_of, is_web, lone_image, plain_text, tree
from cadence.markup import JOINER

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

BLOCK, MESSAGE = 3_000, 40_000
"""How many signs one text block holds, and one message. Source: Slack, "Truncating content"."""

_ALIKE = {"*": "∗", "~": "∼", "`": "‵", "_": "ˍ"}
_ACTING = re.compile(r"[*~`]|(?<![^\W_])_+|_+(?![^\W_])")
_JOINED = re.compile(
    r"""
      (?<=:)(?=[^\s\d]|\d\w*:)            # an emoji
    | (?<=\w\.)(?=\w*[^\W\d_])            # a domain
    | ^(?=[>\-•]|\d+[.)](?:\s|$)) | (?<=[@\#!])(?=\w) | (?<=<)(?=\d)
    """,
    re.VERBOSE,
)
_UNSAFE_IN_ADDRESS = re.compile(r"[<>|\s`*~]")
_INDENT = "    "


def escape(text: str) -> str:
    """Return any text as mrkdwn that reads the same and does nothing."""
    return named(_JOINED.sub(JOINER, _ACTING.sub(_alike, text)), quote=False)


def _alike(found: re.Match[str]) -> str:
    return "".join(_ALIKE[sign] for sign in found[0])


class SlackWriter(Writer):
    """Nodes to mrkdwn; each block ends in a blank line."""

    bold = False
    """Whether we are within bold text already: marks do not nest."""

    def _heading(self, node: "Node") -> str:
        return f"{self._strong(node)}\n\n"

    def _paragraph(self, node: "Node") -> str:
        image = lone_image(node)
        if image and (picture := self.picture(image)):
            return self.words(picture)
        return self.inside(node) if node.hidden else f"{self.inside(node)}\n\n"

    def _text(self, node: "Node") -> str:
        return escape(node.content)

    def _softbreak(self, _: "Node") -> str:
        return "\n"

    def _hardbreak(self, _: "Node") -> str:
        return "\n"

    def _strong(self, node: "Node") -> str:
        if self.bold:
            return self.inside(node)
        self.bold = True
        text = self._marked(node, "*")
        self.bold = False
        return text

    def _em(self, node: "Node") -> str:
        return self._marked(node, "_")

    def _s(self, node: "Node") -> str:
        return self._marked(node, "~")

    def _marked(self, node: "Node", mark: str) -> str:
        """Mark a phrase; it may not hold a line break, nor begin or end with a blank."""
        inside = self.inside(node).replace("\n", " ").strip()
        text = re.sub(rf"(<[^>]*>)|\{mark}", lambda found: found[1] or _ALIKE[mark], inside)
        return f"{mark}{text}{mark}" if text else ""

    def _code_inline(self, node: "Node") -> str:
        return f"`{named(node.content.replace('`', _ALIKE['`']), quote=False)}`"

    def _link(self, node: "Node") -> str:
        return _linked(str(node.attrs["href"]), self.inside(node))

    def _image(self, node: "Node") -> str:
        return _linked(str(node.attrs["src"]), escape(plain_text(node)))

    def _bullet_list(self, node: "Node") -> str:
        return self._list(node)

    def _ordered_list(self, node: "Node") -> str:
        return self._list(node)

    def _list(self, node: "Node") -> str:
        return self.inside(node) + ("" if _in_item(node) else "\n")

    def _list_item(self, node: "Node") -> str:
        parts = [self.write(child).strip() for child in node.children]
        first, *more = "\n".join(part for part in parts if part).split("\n")
        return "".join(f"{line}\n" for line in (f"{_bullet(node)} {first}", *map(_within, more)))

    def _table(self, node: "Node") -> str:
        """Write a narrow table as aligned text; of any other, each row as an item of a list."""
        head, *rows = [[*row.children] for part in node.children for row in part.children]
        linked = any(below.type == "link" for below in node.walk())
        texts = [[*map(_cell, row)] for row in (head, *rows)]
        if not linked and (drawn := aligned(texts, [*map(right_aligned, head)])):
            return f"```\n{named(drawn, quote=False)}\n```\n\n"
        names = [plain_text(cell) for cell in head]
        return "".join(self._row(names, row) for row in rows) + "\n"

    def _row(self, names: list[str], row: "list[Node]") -> str:
        first, *rest = [self.inside(cell).replace("\n", " ").strip() for cell in row]
        if first.isdecimal() and rest:  # a number alone heads no item
            first, names, rest = f"{first}: {rest[0]}", names[1:], rest[1:]
        told = [
            f"{escape(name)}: {cell}" if name else cell
            for name, cell in zip(names[1:], rest, strict=True)
            if cell
        ]
        return f"• {first}\n" + (f"{_INDENT}{'; '.join(told)}\n" if told else "")

    def _fence(self, node: "Node") -> str:
        text = node.content.rstrip("\n").replace("`", _ALIKE["`"])
        return f"```\n{named(text, quote=False)}\n```\n\n"

    def _code_block(self, node: "Node") -> str:
        return self._fence(node)

    def _blockquote(self, node: "Node") -> str:
        kind = alert_of(node)
        text = (f"*{ALERTS[kind]}*\n" if kind else "") + self.inside(node).strip()
        return "\n".join(f"> {line}" for line in text.splitlines() if line) + "\n\n"

    def _hr(self, _: "Node") -> str:
        return "———\n\n"


def _linked(address: str, inside: str) -> str:
    if not is_web(address):
        return inside
    safe = _UNSAFE_IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", address)
    text = inside.replace("|", "∣")  # it would begin the text anew
    return f"<{named(safe, quote=False)}|{text}>" if text else f"<{named(safe, quote=False)}>"


def _in_item(node: "Node") -> bool:
    return node.parent is not None and node.parent.type == "list_item"


def _bullet(item: "Node") -> str:
    above = item.parent
    assert above is not None
    if above.type == "ordered_list":
        return f"{int(above.attrs.get('start', 1)) + above.children.index(item)}."
    return "◦" if _in_item(above) else "•"


def _within(line: str) -> str:
    return f"{_INDENT}{line}"


def _cell(node: "Node") -> str:
    return plain_text(node).replace("`", _ALIKE["`"])


def write(page: Page) -> str:
    """Return the page as mrkdwn."""
    return SlackWriter(page.pictures).write(tree(page.markdown)).strip("\n") + "\n"


def warning(text: str) -> str:
    """Tell of a limit of Slack's that the text exceeds."""
    size = len(text)
    if size > MESSAGE:
        return f"Slack cuts a message at {MESSAGE:,} characters; this one has {size:,}"
    if size > BLOCK:
        return (
            f"Slack takes {BLOCK:,} characters in one text block and {MESSAGE:,} in a message;"
            f" this text has {size:,}"
        )
    return ""


FORMAT = Format("slack", "txt", write, warning=warning)
