"""`cadence report`: the month's reports to stdout, and to files."""

from pathlib import Path
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.options import month_option
from cadence.cli.reading import read_month
from cadence.cli.showing import JSON, Way, show, ways_out
from cadence.files import write_whole
from cadence.formats import Format, Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS
from cadence.reports.content import month_content
from cadence.reports.since import changes_since


@click.command()
@month_option
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(list(REPORTS)),
    multiple=True,
    help="Which report; may be given several times. month, the default, holds all three.",
)
@ways_out()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write files, too: DIR/2026-10/month.md and so on; all kinds, unless --kind is given.",
)
@click.option("--diff", is_flag=True, help="Only what has changed since the month was last told.")
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter an option
    app: App,
    month: Month,
    kinds: tuple[str, ...],
    way: Way,
    output: Path | None,
    diff: bool,
) -> None:
    """Print the reports of a month, ready for the wiki.

    A month that has ended is thereby issued: its data is archived if it differs from what was told
    last, and 'cadence report --diff' shows what has changed since.
    """
    if diff and (output or kinds):
        raise click.UsageError("--diff goes without --output and --kind.")
    values = plain(month_content(read_month(app, month)))
    if values["problem"]:
        app.say(f"The data is not complete: {values['problem']}.")
    if diff:
        show_changes(app, month, values, way.form)
        return
    if output:
        for kind in kinds or REPORTS:
            path = write_report(app, values, kind, way.form, output)
            app.say(f"Wrote {path}")
    pages = [page(app, values, kind) for kind in kinds or ("month",)]
    show(app, pages, way)
    if not values["running"]:
        _archive(app, month, values)


def _archive(app: App, month: Month, values: dict[str, Any]) -> None:
    from cadence.store.issued import save_issued

    with app.store(create=False) as db:
        kept = save_issued(db, month, values, app.now)
    app.detail(f"{month} is archived as told." if kept else f"{month} is told as it was archived.")


def show_changes(app: App, month: Month, values: dict[str, Any], form: Format) -> None:
    """Print what has changed of a month since it was last told."""
    from cadence.store.issued import load_issued

    with app.store(create=False) as db:
        issued = load_issued(db, month)
    changes = changes_since(issued.values, values) if issued else []
    if form is JSON:
        at = issued.at.isoformat() if issued else None
        app.write_json({"month": str(month), "told": at, "changes": changes})
    elif issued is None:
        app.write(f"{month} was not told yet: 'cadence report --month {month}' tells it.")
    else:
        when = f"{issued.at.astimezone(app.config.team.zone):%Y-%m-%d %H:%M}"
        said = "this has changed" if changes else "nothing has changed"
        app.write(f"Since {month} was told on {when}, {said}{':' if changes else '.'}")
        for line in changes:
            app.write(f"- {line}")


def page(app: App, values: dict[str, Any], kind: str) -> Page:
    """Return a month's page of one kind."""
    return Page(values, render(REPORTS[kind].template, values, app.workspace.templates))


def write_report(app: App, values: dict[str, Any], kind: str, form: Format, folder: Path) -> Path:
    """Write a month's page of one kind to `folder/2026-10/kind.suffix`; return the file."""
    path: Path = folder / values["month"] / f"{kind}.{form.suffix}"
    write_whole(path, form.write(page(app, values, kind)))
    return path
