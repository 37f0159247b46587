"""Page to text: one module a format, each a writer over the page's nodes."""

from cadence.formats import confluence, html, jira, json, markdown, slack
from cadence.formats.markdown import FLAVORS
from cadence.formats.page import Format, Page, Picture

__all__ = ["FLAVORS", "FORMATS", "Format", "Page", "Picture", "format_of"]

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        markdown.FORMAT,
        html.FORMAT,
        confluence.FORMAT,
        jira.FORMAT,
        slack.FORMAT,
        json.FORMAT,
    )
}
"""Each format by its name; the first is the default."""


def format_of(name: str, flavor: str = FLAVORS[0]) -> Format:
    """Return the format of that name; of Markdown, in that flavor."""
    return markdown.in_flavor(flavor) if name == markdown.FORMAT.name else FORMATS[name]
