"""`cadence done`: the three gates of each milestone, and the sign-offs that pass them."""

from datetime import date

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import milestones, people
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import read_everything, read_month
from cadence.cli.subjects import member_name, milestone_of
from cadence.cli.terminal import counted
from cadence.errors import ConfigError
from cadence.figures.gates import gates
from cadence.figures.milestones import open_children
from cadence.model import Gate, SignOff
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.done import MilestoneContent, done_content
from cadence.snapshot import IssueAt, Snapshot
from cadence.subjects import evidence_link

gate_option = click.option(
    "--gate",
    type=click.Choice([gate.value for gate in Gate]),
    required=True,
    help="built, shipped or proven.",
)


@click.group(
    cls=Group,
    examples=(
        "cadence done list",
        "cadence done sign TFIO-97 --gate proven --evidence https://wiki.example/kpi",
    ),
)
def command() -> None:
    """The three gates of each milestone and their sign-offs."""


@command.command(
    examples=(
        "cadence done sign TFIO-97 --gate proven --evidence https://wiki.example/kpi",
        "cadence done sign TFIO-97 --gate shipped --evidence https://wiki.example/1.0"
        " --by Ben --on yesterday",
    ),
)
@click.argument("key", shell_complete=milestones)
@gate_option
@click.option("--evidence", required=True, metavar="URL", help="Where others can see it.")
@click.option("--by", metavar="NAME", shell_complete=people, help="Who signs.")
@on_option
@click.pass_obj
def sign(  # noqa: PLR0913 - one parameter an option
    app: App, key: str, gate: str, evidence: str, by: str | None, on: date
) -> None:
    """Sign that a milestone has passed a gate."""
    from cadence.store.journal import save_sign_off

    shown = evidence_link(evidence, "--evidence")
    name = member_name(app.config.team, by, "--by") if by else None
    now = read_everything(app, Month.of(app.today))
    milestone = milestone_of(now, key)
    signed = Gate(gate)
    with app.store() as db:
        save_sign_off(db, SignOff(milestone.id, milestone.key, signed, shown, name, on, app.now))
    app.say(f"{milestone.key} is signed as {signed}, dated {on}{_waits(now, milestone, signed)}.")


def _waits(now: Snapshot, milestone: IssueAt, signed: Gate) -> str:
    """Say what a sign-off waits for, if it does not count yet."""
    passed = gates(now, now.moment, milestone)
    if passed.built is None:
        left = len(open_children(now.moment, milestone))
        what = f"{counted(left, 'issue')} open" if left else "it is still open itself"
        return f"; it counts once {milestone.key} is built ({what})"
    signs = {Gate.SHIPPED: now.config.done.shipped, Gate.PROVEN: now.config.done.proven}
    if signed in signs and not signs[signed].sign_offs:
        return f"; it does not count while [done.{signed}] sign_offs is false"
    if signed is Gate.PROVEN and passed.shipped is None:
        return f"; it counts once {milestone.key} is shipped"
    return ""


@command.command(
    examples=("cadence done unsign TFIO-97 --gate proven",),
)
@click.argument("key", shell_complete=milestones)
@gate_option
@on_option
@click.pass_obj
def unsign(app: App, key: str, gate: str, on: date) -> None:
    """Withdraw the sign-off of a gate."""
    from cadence.store.journal import save_withdrawal

    milestone = milestone_of(read_everything(app, Month.of(app.today)), key)
    with app.store() as db:
        count = save_withdrawal(db, milestone.id, Gate(gate), on)
    if not count:
        raise ConfigError(
            f"{milestone.key} has no sign-off for '{gate}'",
            remedy="See them with 'cadence done list --month this --format json'",
        )
    app.say(f"{milestone.key} is no longer signed as {gate}, from {on} on.")


@command.command(
    "list",
    examples=(
        "cadence done list --month oct",
        "cadence done list --month this --format json",
    ),
)
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
        app.write(
            f"{milestone.key:<{width}}  {_gates(milestone)}  {milestone.title}{_waiting(milestone)}"
        )
    if not milestones:
        app.say(f"{month} has no milestones.")


def _gates(milestone: MilestoneContent) -> str:
    days = (milestone.built, milestone.shipped, milestone.proven)
    passed = zip(Gate, days, strict=True)
    return "  ".join(f"{gate} {day or 'not yet'!s:<10}" for gate, day in passed)


def _waiting(milestone: MilestoneContent) -> str:
    """Name the sign-offs whose gate is not passed yet."""
    days = (milestone.built, milestone.shipped, milestone.proven)
    missing = {gate.value for gate, day in zip(Gate, days, strict=True) if day is None}
    waiting = [f"{sign.gate} {sign.on}" for sign in milestone.sign_offs if sign.gate in missing]
    return f"  [signed, but waiting: {', '.join(waiting)}]" if waiting else ""
