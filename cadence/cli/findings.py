"""`cadence findings`: what the month's data shows, and the question each finding asks."""

import click

from cadence.cli.app import App
from cadence.cli.options import json_option, month_option
from cadence.cli.reading import read_month
from cadence.findings import findings
from cadence.month import Month
from cadence.plain import plain


@click.command()
@month_option
@json_option
@click.pass_obj
def command(app: App, month: Month, form: str) -> None:
    """Print the findings of a month, risks first."""
    found = findings(read_month(app, month))
    if form == "json":
        app.write_json([plain(finding) for finding in found])
        return
    for finding in found:
        app.write(f"{finding.severity:<4}  {finding.code}  {finding.subject}: {finding.summary}")
        for line in finding.evidence:
            app.write(f"        {line}")
        app.write(f"      {finding.question}")
    app.say(f"{month}: {len(found)} findings." if found else f"{month}: no findings.")
