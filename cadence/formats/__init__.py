"""Page to text: one module a format."""

from cadence.formats import json, markdown
from cadence.formats.page import Format, Page

__all__ = ["FORMATS", "Format", "Page"]

FORMATS: dict[str, Format] = {format.name: format for format in (markdown.FORMAT, json.FORMAT)}
"""Each format by its name; the first is the default."""
