"""Write what is made from the program: glossary, commands, configuration, templates, samples."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from shutil import which

from cadence.cli import app
from cadence.cli.manual import commands_page
from cadence.formats import FLAVORS, FORMATS
from cadence.pictures import drawings
from cadence.plain import plain
from cadence.render import render_picture
from cadence.reports.configuration_page import configuration_page
from cadence.reports.glossary import glossary
from cadence.reports.template_page import template_page
from cadence.resources import folder

DOCS = Path(__file__).parent
SAMPLES = DOCS / "samples"

WAYS = {f"month.{form.suffix}": ["--format", form.name] for form in FORMATS.values()} | {
    f"month.{flavor}.md": ["--flavor", flavor] for flavor in FLAVORS[1:]
}
"""Each sample's name, and what `cadence report --month 2021-05` is told to make it."""

KINDS = {"executive.md": "executive", "partner.md": "partner"}
"""Each further kind that has a sample of its own, by the sample's name."""


def pages() -> Iterator[tuple[str, str]]:
    """Yield each page and picture that is made without a workspace: its name and its text."""
    yield "glossary.md", glossary()
    yield "commands.md", commands_page()
    yield "configuration.md", configuration_page()
    yield "templates.md", template_page()
    sample = json.loads((folder("data/sample") / "rich.json").read_text("utf-8"))
    first = {one.kind: one for one in reversed(drawings(sample))}
    for kind, one in sorted(first.items()):
        yield f"samples/{kind}.svg", render_picture(f"pictures/{kind}.svg.j2", plain(one))


def samples(workspace: Path) -> dict[str, str]:
    """Return the demo's report of May in every format and flavor, by the sample's name.

    Other kinds are previewed: to report to a partner counts as a word to it.
    """
    place, month = ["-q", "--workspace", str(workspace)], ["--month", "2021-05"]
    reports = {name: [*place, "report", *month, "--stdout", *way] for name, way in WAYS.items()}
    others = {name: [*place, "template", "preview", kind, *month] for name, kind in KINDS.items()}
    return {name: _printed(words) for name, words in (reports | others).items()}


def _printed(words: list[str]) -> str:
    told = StringIO()
    with redirect_stdout(told):
        code = app.run(words)
    if code:
        sys.exit(code)
    return told.getvalue()


def picture() -> None:
    """Take the README's picture: the first page of May's report, in a light window."""
    browser = which("chromium") or which("chromium-browser") or which("google-chrome")
    if browser is None:
        sys.exit("There is no Chromium here to take the picture with.")
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1080,1180"]
    target = f"--screenshot={DOCS / 'month.png'}"
    page = (SAMPLES / "month.html").as_uri()
    subprocess.run([browser, *options, target, page], check=True, capture_output=True)


def main() -> None:
    """Write everything anew."""
    SAMPLES.mkdir(exist_ok=True)
    for name, text in pages():
        (DOCS / name).write_text(text, encoding="utf-8")
    os.environ["CADENCE_NOW"] = "2021-06-02T16:00:00Z"
    with tempfile.TemporaryDirectory() as place:
        workspace = Path(place) / "demo"
        with redirect_stdout(StringIO()):
            app.run(["-q", "demo", str(workspace)])
        for name, text in samples(workspace).items():
            (SAMPLES / name).write_text(text, encoding="utf-8")
    if "--picture" in sys.argv:
        picture()


if __name__ == "__main__":
    main()
