"""`cadence goal`: the two goals, and the readings of their KPIs."""

import math
from datetime import date
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import goals
from cadence.cli.options import day_option, json_option, on_option
from cadence.cli.reading import read_filed
from cadence.cli.subjects import goal_of
from cadence.config import Direction, Goal, Kpi, Match
from cadence.errors import ConfigError
from cadence.model import Note, Reading
from cadence.plain import plain


@click.group(
    cls=Group,
    examples=(
        "cadence goal list",
        "cadence goal measure io 71 --method automatic",
    ),
)
def command() -> None:
    """The two goals and the readings of their KPIs."""


@command.command(
    "list",
    examples=(
        "cadence goal list",
        "cadence goal list --format json",
    ),
)
@json_option
@click.pass_obj
def list_(app: App, form: str) -> None:
    """Print the goals, and the latest reading of each KPI."""
    goals, readings = app.config.goals, read_filed(app).readings
    latest = {goal.id: _latest(goal, readings) for goal in goals}
    if form == "json":
        app.write_json([{**plain(goal), "latest": plain(latest[goal.id])} for goal in goals])
        return
    for goal in goals:
        active = "active" if goal.start <= app.today <= goal.end else "not active"
        app.write(f"{goal.id}  {goal.start} to {goal.end}, {active}: {goal.title}")
        app.write(f"    {_kpi_line(goal, latest[goal.id])}")
    if not goals:
        app.say("There is no goal yet; add one with 'cadence goal add'.")


def _latest(goal: Goal, readings: tuple[Reading, ...]) -> Reading | None:
    series = goal.kpi.series if goal.kpi else None
    own = [r for r in readings if r.goal == goal.id and r.series == series]
    return max(own, key=lambda reading: (reading.day, reading.id or 0), default=None)


def _kpi_line(goal: Goal, latest: Reading | None) -> str:
    if goal.kpi is None:
        return "no KPI yet"
    kpi = goal.kpi
    now = f"{latest.value:g} on {latest.day}, {latest.method}" if latest else "no reading yet"
    return f"{kpi.name}: {kpi.baseline:g} to {kpi.target:g} {kpi.unit}; {now}"


@command.command(
    examples=(
        "cadence goal add io --title 'No wait' --start 2026-07-01 --end 2026-12-31 --epic TFIO-1",
        "cadence goal add io --title 'No wait' --start 2026-07-01 --end 2026-12-31"
        " --kpi 'time in I/O' --unit % --direction down --baseline 90 --target 30",
    ),
)
@click.argument("goal_id", metavar="ID")
@click.option("--title", required=True, help="The aim in one line.")
@day_option("--start", "Its first day.", required=True)
@day_option("--end", "Its last day.", required=True)
@click.option("--epic", "epics", multiple=True, metavar="KEY", help="An epic that serves it.")
@click.option("--label", "labels", multiple=True, help="A label of the issues that serve it.")
@click.option("--kpi", metavar="NAME", help="What is measured; needs the four options below.")
@click.option("--unit", default="", help="Its unit, such as %.")
@click.option("--direction", type=click.Choice(["up", "down"]), help="The way it should go.")
@click.option("--baseline", type=float, help="Its value at the start.")
@click.option("--target", type=float, help="Its value at the end.")
@click.pass_obj
def add(  # noqa: PLR0913 - one parameter an option
    app: App,
    /,
    goal_id: str,
    title: str,
    start: date,
    end: date,
    epics: tuple[str, ...],
    labels: tuple[str, ...],
    **kpi: Any,
) -> None:
    """Add a goal to cadence.toml; a third active one is refused."""
    from cadence.config.edit import add_goal

    match = Match(epics=epics, labels=labels)
    add_goal(app.workspace.config_path, Goal(goal_id, title, start, end, match, _kpi(**kpi)))
    app.say(f"Added goal '{goal_id}', {start} to {end}, to {app.workspace.config_path}")


def _kpi(
    kpi: str | None,
    unit: str,
    direction: str | None,
    baseline: float | None,
    target: float | None,
) -> Kpi | None:
    given = (direction, baseline, target)
    if kpi is None and given == (None, None, None):
        return None
    if kpi is None or direction is None or baseline is None or target is None:
        raise ConfigError(
            "A KPI needs its name, direction, baseline and target",
            remedy="Give --kpi, --unit, --direction, --baseline and --target together",
        )
    return Kpi(kpi, unit, Direction(direction), baseline, target)


@command.command(
    examples=("cadence goal retire io --why 'The platform team has taken it over'",),
)
@click.argument("goal_id", metavar="ID", shell_complete=goals)
@click.option("--why", help="Why the team stops; kept as a decision in the log.")
@on_option
@click.pass_obj
def retire(app: App, goal_id: str, why: str | None, on: date) -> None:
    """Give a goal up: its last day becomes --on, today without it."""
    _end(app, goal_id, on, Note("decision", on, why or "", app.now, goal_id))
    app.say(f"Goal '{goal_id}' is retired; its last day is {on}.")


@command.command(
    examples=("cadence goal close io --outcome 'One command and one number were enough'",),
)
@click.argument("goal_id", metavar="ID", shell_complete=goals)
@click.option("--outcome", help="What came of it; kept as a learning in the log.")
@on_option
@click.pass_obj
def close(app: App, goal_id: str, outcome: str | None, on: date) -> None:
    """End a goal that has run its course: its last day becomes --on."""
    _end(app, goal_id, on, Note("learning", on, outcome or "", app.now, goal_id))
    app.say(f"Goal '{goal_id}' is closed; its last day is {on}.")


def _end(app: App, goal_id: str, on: date, note: Note) -> None:
    """End a goal on a day; its reason goes into the log, if there is one."""
    from cadence.config.edit import end_goal
    from cadence.store.journal import save_note

    goal = goal_of(app, goal_id)
    if on > goal.end:
        raise ConfigError(
            f"Goal '{goal_id}' already ended on {goal.end}",
            where=str(app.workspace.config_path),
            remedy="Its end stands there, below the goal, if it must be changed",
        )
    end_goal(app.workspace.config_path, goal_id, on)
    if note.text.strip():
        with app.store() as db:
            save_note(db, note)


# A value below zero looks like an option; here it is none.
@command.command(
    context_settings={"ignore_unknown_options": True},
    examples=(
        "cadence goal measure io 71 --method automatic --note 'ten jobs, two runs each'",
        "cadence goal measure io 74 --on yesterday",
    ),
)
@click.argument("goal_id", metavar="ID", shell_complete=goals)
@click.argument("value", type=float)
@click.option(
    "--method",
    type=click.Choice(["automatic", "manual"]),
    default="manual",
    help="How it was measured; manual without it.",
)
@click.option("--note", help="Under which conditions.")
@on_option
@click.pass_obj
def measure(  # noqa: PLR0913 - one parameter an option
    app: App, goal_id: str, value: float, method: str, note: str | None, on: date
) -> None:
    """File a reading of a goal's KPI."""
    from cadence.store.journal import save_reading

    goal = goal_of(app, goal_id)
    if goal.kpi is None:
        raise ConfigError(
            f"Goal '{goal_id}' has no KPI",
            where=str(app.workspace.config_path),
            remedy="Write it below the goal, as [goals.kpi]",
        )
    if not math.isfinite(value):
        raise ConfigError(f"'{value}' is no reading", remedy="Give a number")
    with app.store() as db:
        save_reading(db, Reading(goal_id, goal.kpi.series, on, value, method, note, app.now))
    app.say(f"{goal.kpi.name}: {value:g} {goal.kpi.unit} on {on}, {method}.")
