"""`cadence report`: the month's reports to stdout, and to files."""

from pathlib import Path
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.completing import partners, people
from cadence.cli.options import month_option
from cadence.cli.pictured import check_png, pictures_for, told_of, write_pictures
from cadence.cli.reading import read_month
from cadence.cli.showing import JSON, MARKDOWN, Way, readable, show, ways_out
from cadence.cli.whose import check_asked, for_partner, own_values
from cadence.files import file_name, month_folder, write_whole
from cadence.formats import Format, Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS, TEAM_KINDS
from cadence.reports.content import month_content
from cadence.reports.since import changes_since


@click.command(
    cls=Command,
    examples=(
        "cadence report --month                    # the month that ended last",
        "cadence report --month oct --kind executive --copy",
        "cadence report --month --format html --output reports",
        "cadence report --month 2026-10 --diff     # what has changed since it was told",
    ),
)
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
@click.option("--png", is_flag=True, help="With --output: the pictures as PNG, too (extra 'png').")
@click.option(
    "--person", metavar="NAME", shell_complete=people, help="Whose own months, with --kind person."
)
@click.option(
    "--partner",
    metavar="NAME",
    shell_complete=partners,
    help="Only this partner, with --kind partner.",
)
@click.option("--diff", is_flag=True, help="Only what has changed since the month was last told.")
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter an option
    app: App,
    month: Month,
    kinds: tuple[str, ...],
    way: Way,
    output: Path | None,
    png: bool,
    person: str | None,
    partner: str | None,
    diff: bool,
) -> None:
    """Print the reports of a month, ready for the wiki.

    A month that has ended is thereby issued: its data is archived if it differs from what was told
    last, and 'cadence report --diff' shows what has changed since. With --kind partner the partners
    count as told. --kind person is for the eyes of the member it names: it goes alone, into no
    archive, and its file can be read by its owner only.
    """
    if diff and (output or kinds):
        raise click.UsageError("--diff goes without --output and --kind.")
    check_asked(kinds, person, partner)
    check_png(png, output)
    snapshot = read_month(app, month)
    values = own_values(snapshot, person) if person else plain(month_content(snapshot))
    if values["problem"]:
        app.say(f"The data is not complete: {values['problem']}.")
    if diff:
        show_changes(app, month, values, way.form)
        return
    shown = for_partner(app, values, partner) if partner else values
    if output:
        for kind in kinds or TEAM_KINDS:
            path = write_report(app, shown, kind, way.form, output)
            app.say(f"Wrote {path}")
        if drawn := write_pictures(app, shown, kinds or TEAM_KINDS, way.form, output, png):
            app.say(f"Wrote {drawn} pictures beside them")
    pages = [page(app, shown, kind, way.form, bool(output)) for kind in kinds or ("month",)]
    if not output or readable(app, way):
        show(app, pages, way)
    if not person:
        _archive(app, month, values, [one["name"] for one in shown["partners"]], kinds)


def _archive(
    app: App, month: Month, values: dict[str, Any], partners: list[str], kinds: tuple[str, ...]
) -> None:
    """Keep what was told: of a month that has ended, and of what partners were told at any time."""
    from cadence.store.issued import PARTNER, save_issued

    kept = False
    with app.store(create=False) as db:
        if "partner" in kinds and partners:
            told = {**values, "told": partners}
            save_issued(db, month, told, app.now, PARTNER)
        if not values["running"]:
            kept = save_issued(db, month, values, app.now)
    if not values["running"]:
        said = f"{month} is archived as told." if kept else f"{month} is told as it was archived."
        app.detail(said)


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


def page(
    app: App, values: dict[str, Any], kind: str, form: Format = MARKDOWN, beside: bool = False
) -> Page:
    """Return a month's page of one kind; `beside`: its pictures lie in files beside it."""
    pictures = pictures_for(app, values, kind, form, beside)
    given = {**values, "pictures": told_of(pictures)} if pictures else values
    text = render(REPORTS[kind].template, given, app.workspace.templates)
    return Page(values, text, pictures)


def write_report(app: App, values: dict[str, Any], kind: str, form: Format, folder: Path) -> Path:
    """Write a month's page of one kind to `folder/2026-10/kind.suffix`; return the file."""
    own = file_name(values["person"]["name"]) if REPORTS[kind].private else ""
    name = f"{kind}-{own}" if own else kind
    path: Path = month_folder(folder, values["month"]) / f"{name}.{form.suffix}"
    text = form.write(page(app, values, kind, form, beside=True))
    write_whole(path, text, mode=0o600 if own else None)
    return path
