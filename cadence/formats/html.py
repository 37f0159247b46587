"""The page as HTML: a fragment for other pages, and one whole page to read, print and copy from."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from cadence.formats.page import Format, Page, Picture
from cadence.formats.tree import ALERTS, Writer, alert_of, is_web, lone_image, plain_text, tree

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node


def fragment(markdown: str, pictures: Mapping[str, Picture] | None = None) -> str:
    """Return Markdown as well-formed HTML that is safe to place into a page.

    No tag, attribute or address comes from the text; links lead to http(s) only, nothing is loaded.
    """
    return HtmlWriter(pictures).write(tree(markdown))


class HtmlWriter(Writer):
    """Nodes to HTML that is XML, too."""

    def _heading(self, node: "Node") -> str:
        return f"<{node.tag}>{self.inside(node)}</{node.tag}>\n"

    def _paragraph(self, node: "Node") -> str:
        if image := lone_image(node):
            return f"{self.block_image(image)}\n"
        return self.inside(node) if node.hidden else f"<p>{self.inside(node)}</p>\n"

    def _text(self, node: "Node") -> str:
        return escape(node.content)

    def _softbreak(self, _: "Node") -> str:
        return "\n"

    def _hardbreak(self, _: "Node") -> str:
        return "<br />\n"

    def _strong(self, node: "Node") -> str:
        return f"<strong>{self.inside(node)}</strong>"

    def _em(self, node: "Node") -> str:
        return f"<em>{self.inside(node)}</em>"

    def _s(self, node: "Node") -> str:
        return f"<del>{self.inside(node)}</del>"

    def _code_inline(self, node: "Node") -> str:
        return f"<code>{escape(node.content)}</code>"

    def _link(self, node: "Node") -> str:
        return self.anchor(str(node.attrs["href"]), self.inside(node))

    def _image(self, node: "Node") -> str:
        """Write an image within a sentence: never loaded, but led to."""
        return self.anchor(str(node.attrs["src"]), escape(plain_text(node)) or "image")

    def anchor(self, address: str, inside: str) -> str:
        """Return a link that tells the other side nothing of the page it stands on."""
        if not is_web(address):
            return inside
        return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{inside}</a>'

    def block_image(self, node: "Node") -> str:
        """Return a picture that stands alone: one of the page's own as SVG, else a link."""
        picture = self.picture(node)
        return f"<figure>{picture.svg}</figure>" if picture else f"<p>{self._image(node)}</p>"

    def _bullet_list(self, node: "Node") -> str:
        return f"<ul>\n{self.inside(node)}</ul>\n"

    def _ordered_list(self, node: "Node") -> str:
        first = int(node.attrs.get("start", 1))
        start = f' start="{first}"' if first != 1 else ""
        return f"<ol{start}>\n{self.inside(node)}</ol>\n"

    def _list_item(self, node: "Node") -> str:
        return f"<li>{self.inside(node).strip()}</li>\n"

    def _table(self, node: "Node") -> str:
        return f'<div class="table"><table>\n{self.inside(node)}</table></div>\n'

    def _thead(self, node: "Node") -> str:
        return f"<thead>\n{self.inside(node)}</thead>\n"

    def _tbody(self, node: "Node") -> str:
        return f"<tbody>\n{self.inside(node)}</tbody>\n"

    def _tr(self, node: "Node") -> str:
        return f"<tr>{self.inside(node)}</tr>\n"

    def _th(self, node: "Node") -> str:
        inside = self.inside(node)
        return f'<th scope="col"{_aligned(node)}>{inside}</th>' if inside else "<td></td>"

    def _td(self, node: "Node") -> str:
        return f"<td{_aligned(node)}>{self.inside(node)}</td>"

    def _fence(self, node: "Node") -> str:
        return f"<pre><code>{escape(node.content)}</code></pre>\n"

    def _code_block(self, node: "Node") -> str:
        return self._fence(node)

    def _blockquote(self, node: "Node") -> str:
        if kind := alert_of(node):
            name = f"<p><strong>{ALERTS[kind]}</strong></p>\n"
            return f'<aside class="{kind}">\n{name}{self.inside(node)}</aside>\n'
        return f"<blockquote>\n{self.inside(node)}</blockquote>\n"

    def _hr(self, _: "Node") -> str:
        return "<hr />\n"


def right_aligned(node: "Node") -> bool:
    """Tell whether a cell's column holds numbers."""
    return "right" in str(node.attrs.get("style", ""))


def _aligned(node: "Node") -> str:
    return ' style="text-align: right"' if right_aligned(node) else ""


def write(page: Page) -> str:
    """Return one self-contained page; opened from a file, it needs nothing else."""
    from cadence.formats.html_page import whole

    return whole(page.markdown, fragment(page.markdown, page.pictures))


FORMAT = Format("html", "html", write, media="text/html")
