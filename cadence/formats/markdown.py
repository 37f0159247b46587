"""The page as Markdown, which wikis take as it is."""

from cadence.formats.page import Format, Page


def write(page: Page) -> str:
    """Return the page's Markdown."""
    return page.markdown


FORMAT = Format("markdown", "md", write)
