"""Write what is made from the program: the glossary, what templates can use, sample pictures."""

import json
from collections.abc import Iterator
from pathlib import Path

from cadence.pictures import drawings
from cadence.plain import plain
from cadence.render import render_picture
from cadence.reports.glossary import glossary
from cadence.reports.template_page import template_page
from cadence.resources import folder

DOCS = Path(__file__).parent


def pages() -> Iterator[tuple[str, str]]:
    """Yield each made file of docs/ and its text."""
    yield "glossary.md", glossary()
    yield "templates.md", template_page()
    sample = json.loads((folder("data/sample") / "rich.json").read_text("utf-8"))
    seen = set()
    for one in drawings(sample):
        if one.kind not in seen:
            seen.add(one.kind)
            yield (
                f"samples/{one.kind}.svg",
                render_picture(f"pictures/{one.kind}.svg.j2", plain(one)),
            )


if __name__ == "__main__":
    (DOCS / "samples").mkdir(exist_ok=True)
    for name, text in pages():
        (DOCS / name).write_text(text, encoding="utf-8")
