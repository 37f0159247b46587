"""`cadence stage`: the stages of milestones, their time boxes and the evidence they need."""

from datetime import date

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import milestones, stages
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import read_everything, read_month
from cadence.cli.subjects import milestone_of
from cadence.cli.terminal import counted
from cadence.config import Config, Stage
from cadence.errors import ConfigError, did_you_mean
from cadence.model import Note, StageEvidence
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.stages import StageContent, stages_content
from cadence.subjects import evidence_link

OUTCOMES = ("advance", "extend", "stop")


@click.group(
    cls=Group,
    examples=(
        "cadence stage list",
        "cadence stage decide TFIO-97 advance --why 'Parity on ten jobs'",
    ),
)
def command() -> None:
    """The stages of milestones, their time boxes and the evidence they need."""


@command.command(
    "list",
    examples=("cadence stage list --month oct",),
)
@month_option
@json_option
@click.pass_obj
def list_(app: App, month: Month, form: str) -> None:
    """Print the milestones in a stage or with evidence for one, and what is recorded."""
    rows = stages_content(read_month(app, month))
    if form == "json":
        app.write_json([plain(row) for row in rows])
        return
    for row in rows:
        app.write(f"{row.key}  {_box(row)}: {row.title}")
        for need in row.needs:
            app.write(f"    {need.stage}: {need.what}: {need.evidence or 'not recorded'}")
        for need in row.apart:
            app.write(f"    {need.stage}, its label is off: {need.what}: {need.evidence}")
    if not rows:
        app.say(f"In {month} no milestone is in a stage; a stage is set by its label in Jira.")


def _box(row: StageContent) -> str:
    if row.stage is None:
        return "in no stage"
    box = f" of {row.timebox_days}" if row.timebox_days else ""
    return f"{row.stage}, since {row.since}, {row.days}{box} days"


@command.command(
    "set",
    examples=(
        "cadence stage set TFIO-97 PoC --evidence 'baseline metric=https://wiki.example/base'",
    ),
)
@click.argument("key", shell_complete=milestones)
@click.argument("stage", shell_complete=stages)
@click.option(
    "--evidence",
    "pieces",
    multiple=True,
    required=True,
    metavar="WHAT=URL",
    help="What the stage needs, and where others can see it; may be given several times.",
)
@on_option
@click.pass_obj
def set_(app: App, key: str, stage: str, pieces: tuple[str, ...], on: date) -> None:
    """Record what a stage needs of a milestone: a piece of evidence, and its link.

    The stage itself is a label in Jira; cadence only reads there.
    """
    from cadence.store.journal import save_stage_evidence

    found = _stage(app.config, stage)
    told = dict(_piece(found, piece) for piece in pieces)
    milestone = milestone_of(read_everything(app, Month.of(app.today)), key)
    with app.store() as db:
        for what, link in told.items():
            evidence = StageEvidence(
                milestone.id, milestone.key, found.name, what, link, on, app.now
            )
            save_stage_evidence(db, evidence)
    label = "" if found.label in milestone.labels else f"; its label in Jira, {found.label}, is off"
    app.say(f"{counted(len(told), 'piece')} of evidence for {milestone.key}, {found.name}{label}.")


def _stage(config: Config, text: str) -> Stage:
    stages = {stage.name.casefold(): stage for stage in config.stages}
    stages |= {stage.label.casefold(): stage for stage in config.stages}
    if text.casefold() in stages:
        return stages[text.casefold()]
    names = [stage.name for stage in config.stages]
    known = f"Stages: {', '.join(names)}" if names else "Add one as [[stages]] to cadence.toml"
    raise ConfigError(f"There is no stage '{text}'", remedy=did_you_mean(text, names, known))


def _piece(stage: Stage, text: str) -> tuple[str, str]:
    """Read `baseline metric=https://…`: what the stage needs, and its link."""
    what, mark, link = (part.strip() for part in text.partition("="))
    if not mark:
        raise ConfigError(
            f"'{text}' names no link", where="--evidence", remedy='Write "WHAT=https://…"'
        )
    needs = {need.casefold(): need for need in stage.needs}
    if what.casefold() not in needs:
        known = f"It needs: {', '.join(stage.needs)}" if needs else "It needs nothing"
        raise ConfigError(
            f"Stage '{stage.name}' does not ask for '{what}'",
            where="--evidence",
            remedy=did_you_mean(what, stage.needs, known),
        )
    return needs[what.casefold()], evidence_link(link, "--evidence")


@command.command(
    examples=("cadence stage decide TFIO-97 extend --why 'The second data set is late'",),
)
@click.argument("key", shell_complete=milestones)
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--why", required=True, help="The reason, for those who come later.")
@on_option
@click.pass_obj
def decide(app: App, key: str, outcome: str, why: str, on: date) -> None:
    """Note the decision on a milestone at the end of its time box."""
    from cadence.store.journal import save_note

    reason = " ".join(why.split())
    if not reason:
        raise ConfigError("A reason is missing", where="--why")
    milestone = milestone_of(read_everything(app, Month.of(app.today)), key)
    with app.store() as db:
        save_note(db, Note("decision", on, reason, app.now, milestone.key, outcome))
    app.say(f"Decided on {milestone.key}: {outcome}, dated {on}.")
