"""`cadence report`: the month's reports to stdout, and to files."""

from pathlib import Path
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.options import month_option
from cadence.cli.reading import read_month
from cadence.cli.terminal import json_safe
from cadence.files import write_whole
from cadence.formats import FORMATS, Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS
from cadence.reports.content import month_content


@click.command()
@month_option
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(list(REPORTS)),
    multiple=True,
    help="Which report; may be given several times. month, the default, holds all three.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=next(iter(FORMATS)),
    help="markdown (the default) or json.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write files, too: DIR/2026-10/month.md and so on; all kinds, unless --kind is given.",
)
@click.option("--stdout", "raw", is_flag=True, help="Print the text itself, also on a terminal.")
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter an option
    app: App, month: Month, kinds: tuple[str, ...], form: str, output: Path | None, raw: bool
) -> None:
    """Print the reports of a month, ready for the wiki."""
    values = plain(month_content(read_month(app, month)))
    if values["problem"]:
        app.say(f"The data is not complete: {values['problem']}.")
    if output:
        for kind in kinds or REPORTS:
            path = write_report(app, values, kind, form, output)
            app.say(f"Wrote {path}")
    pages = [page(app, values, kind) for kind in kinds or ("month",)]
    show(app, pages, form, raw)


def page(app: App, values: dict[str, Any], kind: str) -> Page:
    """Return a month's page of one kind."""
    return Page(values, render(REPORTS[kind].template, values, app.workspace.templates))


def write_report(app: App, values: dict[str, Any], kind: str, form: str, folder: Path) -> Path:
    """Write a month's page of one kind to `folder/2026-10/kind.suffix`; return the file."""
    path: Path = folder / values["month"] / f"{kind}.{FORMATS[form].suffix}"
    write_whole(path, FORMATS[form].write(page(app, values, kind)))
    return path


def show(app: App, pages: list[Page], form: str, raw: bool = False) -> None:
    """Print pages to stdout: styled on a terminal, else the text itself."""
    if form == "json":  # every kind gets the same values
        app.write(json_safe(FORMATS[form].write(pages[0])).rstrip("\n"))
        return
    text = "\n".join(FORMATS[form].write(page) for page in pages).rstrip("\n")
    if form == "markdown" and not raw and app.on_terminal:
        from cadence.cli.preview import preview

        preview(text, color=app.color)
    else:
        app.write(text)
