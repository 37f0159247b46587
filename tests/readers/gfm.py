"""Markdown as GitHub's own C parser reads it, with raw HTML let through and addresses linked."""

import html5lib
from cmarkgfm import cmark, markdown_to_html_with_extensions

from tests.readers.page import walked
from tests.readers.seen import Seen

EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
OPTIONS = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES


def read(text: str) -> Seen:
    made = markdown_to_html_with_extensions(text, options=OPTIONS, extensions=EXTENSIONS)
    return walked(html5lib.parseFragment(made, treebuilder="etree", namespaceHTMLElements=False))
