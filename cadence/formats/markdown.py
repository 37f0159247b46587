"""The page as Markdown, in the flavor that survives a wiki."""

from collections.abc import Callable

from cadence.formats.flavored import flavored
from cadence.formats.page import Format, Page

FLAVORS = ("github", "gitlab", "confluence", "notion")
"""The wikis whose Markdown we know; the first is the default."""

DRAWING = ("github", "gitlab")
"""Those that draw mermaid and know alerts."""


def writer(flavor: str) -> Callable[[Page], str]:
    """Return what writes a page's Markdown so that it survives being pasted into a wiki."""
    return lambda page: flavored(page, full=flavor in DRAWING)


def in_flavor(flavor: str) -> Format:
    """Return the format of one flavor."""
    return Format("markdown", "md", writer(flavor))


FORMAT = in_flavor(FLAVORS[0])
