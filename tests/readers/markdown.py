"""Markdown as markdown-it reads it, with raw HTML let through."""

import html5lib
from markdown_it import MarkdownIt

from tests.readers.page import walked
from tests.readers.seen import Seen

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read(text: str) -> Seen:
    made = PARSER.render(text)
    return walked(html5lib.parseFragment(made, treebuilder="etree", namespaceHTMLElements=False))
