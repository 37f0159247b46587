"""A report's Markdown as HTML for the web, in this one place: as `cadence report` writes HTML."""

from markupsafe import Markup

from cadence.formats.html import fragment

_STYLE, _ATTRIBUTE = ' style="text-align: right"', ' align="right"'
"""The pages allow no style of an element's own. In text the quotation marks are escaped."""


def html_of(markdown: str) -> Markup:
    """Return a report's Markdown as HTML that is safe to place into a page."""
    return Markup(fragment(markdown).replace(_STYLE, _ATTRIBUTE))
