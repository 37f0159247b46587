"""The page's plain values as JSON: exactly what the templates get."""

import json

from cadence.formats.page import Format, Page


def write(page: Page) -> str:
    """Return the page's values, readable and with one newline at the end."""
    return json.dumps(page.values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMAT = Format("json", "json", write)
