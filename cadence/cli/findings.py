"""`cadence findings`: what the month's data shows, and the question each finding asks."""

import click

from cadence.cli.app import App
from cadence.cli.options import month_option
from cadence.cli.reading import read_month
from cadence.cli.report import show
from cadence.formats import Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content

TEMPLATE = "reports/findings.md.j2"


@click.command()
@month_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json", "text"]),
    default="markdown",
    help="markdown (the default), json, or text: a line a finding with its code.",
)
@click.pass_obj
def command(app: App, month: Month, form: str) -> None:
    """Print the findings of a month, risks first."""
    values = plain(month_content(read_month(app, month)))
    if form == "json":
        app.write_json(values["findings"])
    elif form == "text":
        for told in values["findings"]:
            app.write(
                f"{told['severity']:<4}  {told['code']}  {told['subject']}: {told['summary']}"
            )
    else:
        show(app, [Page(values, render(TEMPLATE, values, app.workspace.templates))], form)
