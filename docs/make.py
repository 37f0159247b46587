"""Write the parts of the manual that the program makes: docs/glossary.md and docs/samples/."""

import os
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from cadence.cli import app
from cadence.formats import FLAVORS, FORMATS
from cadence.reports.glossary import glossary

SAMPLES = Path(__file__).with_name("samples")

WAYS = {f"month.{form.suffix}": ["--format", form.name] for form in FORMATS.values()} | {
    f"month.{flavor}.md": ["--flavor", flavor] for flavor in FLAVORS[1:]
}
"""Each sample's name, and what `cadence report --month 2021-05` is told to make it."""


def samples(workspace: Path) -> dict[str, str]:
    """Return the demo's report of May in every format and flavor, by the sample's name."""
    return {name: _printed(["--workspace", str(workspace), *words]) for name, words in WAYS.items()}


def _printed(words: list[str]) -> str:
    told = StringIO()
    with redirect_stdout(told):
        code = app.run(["-q", "report", "--month", "2021-05", "--stdout", *words])
    if code:
        sys.exit(code)
    return told.getvalue()


def main() -> None:
    """Write everything anew."""
    Path(__file__).with_name("glossary.md").write_text(glossary(), encoding="utf-8")
    os.environ["CADENCE_NOW"] = "2021-06-02T16:00:00Z"
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo"
        with redirect_stdout(StringIO()):
            app.run(["-q", "demo", str(workspace)])
        for name, text in samples(workspace).items():
            (SAMPLES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
