"""Confluence's storage format as a strict XML parser reads it."""

from lxml import etree

from tests.readers.page import APART
from tests.readers.seen import Seen

NAMES = (
    'xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"'
)


def root(text: str):
    """Return the page's element; raises XMLSyntaxError where it is not well-formed."""
    whole = f"<page {NAMES}>{text}</page>".encode()
    return etree.fromstring(whole, etree.XMLParser(resolve_entities=False, no_network=True))


def read(text: str) -> Seen:
    nodes = root(text)
    does = [(str(node.tag), tuple(sorted(node.attrib.items()))) for node in nodes.iter()]
    for node in nodes.iter(*APART):
        node.tail = f"{node.tail or ''}\n"
    return Seen(does, "".join(nodes.itertext()))
