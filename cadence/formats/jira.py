"""The page in Jira's wiki markup, for descriptions and comments.

The notation: Jira, "Text Formatting Notation Help". A backslash stands before the signs that its
renderer knows to escape; what it cannot escape is broken up by an invisible WORD JOINER.
"""

import re
from typing import TYPE_CHECKING

from cadence.formats.page import Format, Page
from cadence.formats.tree import ALERTS, Writer, alert_of, is_web, lone_image, plain_text, tree
from cadence.markup import JOINER

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

_SIGNIFICANT = re.compile(
    r"""
      (?P<backslash> \\ )                     # a literal one has but its number
    | (?P<entity> &(?=\#?\w+;) )
    | (?P<joined> ^(?=h[1-6]\.|bq\.)          # a heading, a quotation
                | (?<=[:;])(?=[()|\-/*]|[PDpd3oO](?!\w))
                | (?<=\()(?=(?:[*/x!?+\-iyn]|\*[rgby]|on|off|flag(?:off)?)\)) )  # emoticons
    | (?P<dash> (?<![^\W_])- | -(?![^\W_]) )  # struck out, a dash, a list, a rule
    | (?P<mark> [{}\[\]|*_^~!+\#?@] )
    """,
    re.VERBOSE,
)
_UNSAFE_IN_ADDRESS = re.compile(r"[\\|\[\]{}!^~*\s]")
_WORD = re.compile(r"\w")


def escape(text: str) -> str:
    """Return any text as wiki markup that stands for itself."""
    return _SIGNIFICANT.sub(_inert, text)


def _inert(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "backslash":
            return f"&#92;{JOINER}"  # with a bracket after it, its end would be a smiley
        case "entity":
            return "&amp;"
        case "joined":
            return JOINER
    return f"\\{found[0]}"


class JiraWriter(Writer):
    """Nodes to wiki markup; each block ends in a line break of its own."""

    def _heading(self, node: "Node") -> str:
        return f"{node.tag}. {self.inside(node)}\n\n"

    def _paragraph(self, node: "Node") -> str:
        image = lone_image(node)
        if image and (picture := self.picture(image)):
            return self.words(picture)
        end = "" if node.hidden or _in_item(node) else "\n\n"
        return f"{self.inside(node)}{end}"

    def _text(self, node: "Node") -> str:
        return escape(node.content)

    def _softbreak(self, _: "Node") -> str:
        return " "  # a line break is one here

    def _hardbreak(self, _: "Node") -> str:
        return " \\\\ "

    def _strong(self, node: "Node") -> str:
        return self._phrase(node, "*")

    def _em(self, node: "Node") -> str:
        return self._phrase(node, "_")

    def _s(self, node: "Node") -> str:
        return self._phrase(node, "-")

    def _phrase(self, node: "Node", mark: str) -> str:
        """Mark a phrase; beside a letter the marks stand in braces."""
        before, after = _beside(node)
        mark = f"{{{mark}}}" if _WORD.match(before) or _WORD.match(after) else mark
        return f"{mark}{self.inside(node)}{mark}"

    def _code_inline(self, node: "Node") -> str:
        return f"{{{{{escape(node.content)}}}}}"

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
        lists = ("bullet_list", "ordered_list")
        text = " \\\\ ".join(
            self.write(child).strip() for child in node.children if child.type not in lists
        )
        below = "".join(self.write(child) for child in node.children if child.type in lists)
        return f"{_bullets(node)} {text}\n{below}"

    def _table(self, node: "Node") -> str:
        return f"{self.inside(node)}\n"

    def _thead(self, node: "Node") -> str:
        return self.inside(node)

    def _tbody(self, node: "Node") -> str:
        return self.inside(node)

    def _tr(self, node: "Node") -> str:
        mark = "||" if node.children and node.children[0].type == "th" else "|"
        return f"{self.inside(node)}{mark}\n"

    def _th(self, node: "Node") -> str:
        return f"||{self.inside(node) or ' '}"

    def _td(self, node: "Node") -> str:
        return f"|{self.inside(node) or ' '}"

    def _fence(self, node: "Node") -> str:
        text = node.content.replace("{", f"{{{JOINER}")  # no macro ends it early
        return f"{{noformat}}\n{text}{{noformat}}\n\n"

    def _code_block(self, node: "Node") -> str:
        return self._fence(node)

    def _blockquote(self, node: "Node") -> str:
        kind = alert_of(node)
        opened, closed = (f"panel:title={ALERTS[kind]}", "panel") if kind else ("quote", "quote")
        return f"{{{opened}}}\n{self.inside(node).strip()}\n{{{closed}}}\n\n"

    def _hr(self, _: "Node") -> str:
        return "----\n\n"


def _linked(address: str, inside: str) -> str:
    if not is_web(address):
        return inside
    safe = _UNSAFE_IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", address)
    return f"[{inside}|{safe}]" if inside else f"[{safe}]"


def _in_item(node: "Node") -> bool:
    return node.parent is not None and node.parent.type == "list_item"


def _bullets(item: "Node") -> str:
    """Return the marks of an item: one for each list around it."""
    marks, node = "", item.parent
    while node is not None:
        if node.type in ("bullet_list", "ordered_list"):
            marks = ("*" if node.type == "bullet_list" else "#") + marks
        node = node.parent
    return marks


def _beside(node: "Node") -> tuple[str, str]:
    """Return the last sign before a phrase and the first after it."""
    before, after = node.previous_sibling, node.next_sibling
    return (plain_text(before)[-1:] if before else ""), (plain_text(after)[:1] if after else "")


def write(page: Page) -> str:
    """Return the page as wiki markup."""
    return JiraWriter(page.pictures).write(tree(page.markdown)).strip("\n") + "\n"


FORMAT = Format("jira", "wiki", write)
