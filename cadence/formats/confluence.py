"""The page in Confluence's storage format, which Cloud and Data Center read alike.

What is allowed: Confluence Data Center documentation, "Confluence Storage Format". A page is a
fragment with the prefixes `ac:` and `ri:`, well-formed XML within any element that declares them.
"""

import re
from collections.abc import Collection, Mapping
from html import escape
from typing import TYPE_CHECKING

from cadence.formats.html import HtmlWriter, right_aligned
from cadence.formats.page import Format, Page, Picture
from cadence.formats.tree import alert_of, tree

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

_PANELS = {
    "note": "info",
    "tip": "tip",
    "important": "note",
    "warning": "note",
    "caution": "warning",
}
"""Each kind of alert, and the macro that draws it: Confluence's `note` is the yellow one."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def storage(page: Page, attached: Collection[str] = ()) -> str:
    """Return a page in storage format.

    `attached` names the page's pictures that lie beside it as attachments NAME.svg; of the others
    the words are written.
    """
    text = ConfluenceWriter(page.pictures, attached).write(tree(page.markdown))
    return _NO_XML.sub("\ufffd", text)


class ConfluenceWriter(HtmlWriter):
    """Nodes to storage format: HTML, and macros for code, panels and pictures."""

    def __init__(
        self, pictures: Mapping[str, Picture] | None = None, attached: Collection[str] = ()
    ) -> None:
        super().__init__(pictures)
        self.attached = attached

    def anchor(self, address: str, inside: str) -> str:
        """Return a link; Confluence itself guards where it leads."""
        return super().anchor(address, inside).replace(' rel="noopener noreferrer nofollow"', "", 1)

    def block_image(self, node: "Node") -> str:
        """Return a picture as an attachment, else what says the same, else a link."""
        picture, name = self.picture(node), str(node.attrs.get("src", "")).partition(":")[2]
        if picture is None:
            return super().block_image(node)
        if name not in self.attached:
            return self.words(picture)
        alt, file = escape(picture.title), escape(f"{name}.svg")
        return f'<ac:image ac:alt="{alt}"><ri:attachment ri:filename="{file}" /></ac:image>'

    def _table(self, node: "Node") -> str:
        return f"<table><tbody>\n{self.inside(node)}</tbody></table>\n"

    def _thead(self, node: "Node") -> str:
        return self.inside(node)

    def _tbody(self, node: "Node") -> str:
        return self.inside(node)

    def _th(self, node: "Node") -> str:
        return f"<th>{self._cell(node)}</th>"

    def _td(self, node: "Node") -> str:
        return f"<td>{self._cell(node)}</td>"

    def _cell(self, node: "Node") -> str:
        side = ' style="text-align: right;"' if right_aligned(node) else ""
        return f"<p{side}>{self.inside(node)}</p>"

    def _fence(self, node: "Node") -> str:
        text = node.content.rstrip("\n").replace("]]>", "]]]]><![CDATA[>")
        body = f"<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body>"
        return f"{_opened('code')}{body}</ac:structured-macro>\n"

    def _blockquote(self, node: "Node") -> str:
        if kind := alert_of(node):
            body = f"<ac:rich-text-body>\n{self.inside(node)}</ac:rich-text-body>"
            return f"{_opened(_PANELS[kind])}{body}</ac:structured-macro>\n"
        return super()._blockquote(node)


def _opened(macro: str) -> str:
    return f'<ac:structured-macro ac:name="{macro}" ac:schema-version="1">'


FORMAT = Format("confluence", "xml", storage)
