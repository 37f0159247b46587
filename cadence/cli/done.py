"""`cadence done`: the three gates of each milestone, and the sign-offs that pass them."""

import re
from datetime import date

import click

from cadence.cli.app import App
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import read_month
from cadence.cli.subjects import member_name, milestone_of
from cadence.errors import ConfigError
from cadence.model import Gate, SignOff
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.done import MilestoneContent, done_content

gate_option = click.option(
    "--gate",
    type=click.Choice([gate.value for gate in Gate]),
    required=True,
    help="built, shipped or proven.",
)


@click.group()
def command() -> None:
    """The three gates of each milestone and their sign-offs."""


@command.command()
@click.argument("key")
@gate_option
@click.option("--evidence", required=True, metavar="URL", help="Where others can see it.")
@click.option("--by", metavar="NAME", help="Who signs.")
@on_option
@click.pass_obj
def sign(  # noqa: PLR0913 - one parameter an option
    app: App, key: str, gate: str, evidence: str, by: str | None, on: date
) -> None:
    """Sign that a milestone has passed a gate."""
    from cadence.store.journal import save_sign_off

    shown = _evidence(evidence)
    name = member_name(app.config.team, by, "--by") if by else None
    milestone = milestone_of(app, key)
    passed = Gate(gate)
    with app.store() as db:
        save_sign_off(db, SignOff(milestone.id, milestone.key, passed, shown, name, on, app.now))
    app.say(f"{milestone.key} is signed as {passed}, dated {on}.")


def _evidence(text: str) -> str:
    """Return evidence as it was given: an address of the web, or words."""
    said = " ".join(text.split())
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", said)
    if not said or (scheme and scheme[1].lower() not in ("http", "https")):
        raise ConfigError(
            f"'{said}' is no evidence",
            where="--evidence",
            remedy="Give a link that begins with https://, or say it in words",
        )
    return said


@command.command()
@click.argument("key")
@gate_option
@on_option
@click.pass_obj
def unsign(app: App, key: str, gate: str, on: date) -> None:
    """Withdraw the sign-off of a gate."""
    from cadence.store.journal import save_withdrawal

    milestone = milestone_of(app, key)
    with app.store() as db:
        count = save_withdrawal(db, milestone.id, Gate(gate), on)
    if not count:
        raise ConfigError(f"{milestone.key} has no sign-off for '{gate}'")
    app.say(f"{milestone.key} is no longer signed as {gate}, from {on} on.")


@command.command("list")
@month_option
@json_option
@click.pass_obj
def list_(app: App, month: Month, form: str) -> None:
    """Print the milestones of a month and the gates that they passed."""
    milestones = done_content(read_month(app, month)).milestones
    if form == "json":
        app.write_json([plain(milestone) for milestone in milestones])
        return
    width = max((len(milestone.key) for milestone in milestones), default=0)
    for milestone in milestones:
        app.write(f"{milestone.key:<{width}}  {_gates(milestone)}  {milestone.title}")
    if not milestones:
        app.say(f"{month} has no milestones.")


def _gates(milestone: MilestoneContent) -> str:
    days = (milestone.built, milestone.shipped, milestone.proven)
    passed = zip(Gate, days, strict=True)
    return "  ".join(f"{gate} {day or 'not yet'!s:<10}" for gate, day in passed)
