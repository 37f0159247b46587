"""Markdown to HTML for the web, in this one place: no HTML passes, links lead to http(s) only."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup


def html_of(markdown: str) -> Markup:
    """Return a report's Markdown as HTML that is safe to place into a page."""
    return Markup(_parser().render(markdown))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # Of the addresses that an issue or an answer may hold, only those of the web are followed.
    setattr(parser, "validateLink", _is_web)  # noqa: B010 - it is a method there
    parser.core.ruler.push("inert", _settle)
    return parser


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def _settle(state: StateCore) -> None:
    """Let links tell nothing of the page they stand on, and columns be right without a style."""
    for token in state.tokens:
        if style := token.attrs.pop("style", None):
            token.attrs["align"] = str(style).partition(":")[2]
        for child in token.children or ():
            if child.type == "link_open":
                child.attrs["rel"] = "noopener noreferrer nofollow"
