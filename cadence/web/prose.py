"""Markdown to HTML for the web, in this one place: no HTML passes, links lead to http(s) only."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markupsafe import Markup


def html_of(markdown: str) -> Markup:
    """Return a report's Markdown as HTML that is safe to place into a page."""
    return Markup(_parser().render(markdown))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = lambda address: address.lower().startswith(("http://", "https://"))  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _link)
    return parser


def _link(self, tokens, index, options, env) -> str:  # type: ignore[no-untyped-def]
    """Open a link that tells the other side nothing of the page it stands on."""
    address = escapeHtml(str(tokens[index].attrs["href"]))
    return f'<a href="{address}" rel="noopener noreferrer nofollow">'
