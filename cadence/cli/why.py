"""`cadence why`: the derivation of any figure or finding of a month."""

from datetime import date

import click
from click.core import ParameterSource

from cadence.cli.app import App
from cadence.cli.asked import figure_subject, person_of, rule_subject, underlying
from cadence.cli.command import Command
from cadence.cli.completing import derived, people, subjects
from cadence.cli.options import day_option, month_option
from cadence.cli.reading import read_everything, read_month
from cadence.cli.showing import Way, show, ways_out
from cadence.errors import ConfigError, did_you_mean
from cadence.figures import FIGURES, Figure
from cadence.figures.figure import Whose
from cadence.findings import RULES, Rule
from cadence.formats import Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports.why import WhyContent, figure_content, why_figure, why_finding
from cadence.snapshot import Snapshot

TEMPLATE = "reports/why.md.j2"


@click.command(
    cls=Command,
    examples=(
        "cadence why focus",
        "cadence why milestone-slipped TFIO-97 --month oct",
        "cadence why effort --person Ada --day 2026-10-07",
    ),
)
@click.argument("what", shell_complete=derived)
@click.argument("subject", required=False, shell_complete=subjects)
@month_option
@click.option(
    "--person",
    metavar="NAME",
    shell_complete=people,
    help="Whose days: for effort, wip and the like.",
)
@day_option("--day", "One day: for effort, wip and the like; its month, unless one is given.")
@ways_out()
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    what: str,
    subject: str | None,
    month: Month,
    person: str | None,
    day: date | None,
    way: Way,
) -> None:
    """Derive a figure or a finding: what made it, by which rule, and what was left out.

    WHAT is a figure (focus, effort, wip, slip, forecast, built, …) or a finding's code; SUBJECT is
    what it is about, where that is not the team: a milestone, an issue, a goal, a person.
    """
    app = ctx.find_object(App)
    assert app is not None
    if day and ctx.get_parameter_source("month") is ParameterSource.DEFAULT:
        month = Month.of(day)
    values = plain(_asked(app, month, (what, subject), (person, day)))
    show(app, [Page(values, render(TEMPLATE, values, app.workspace.templates))], way)


def _asked(
    app: App, month: Month, what: tuple[str, str | None], whose: tuple[str | None, date | None]
) -> WhyContent:
    """Answer from what the month holds; a subject that it does not hold is looked for in all."""
    snapshot = read_month(app, month)
    try:
        return _answer(snapshot, *what, _whose(snapshot, *whose))
    except ConfigError:
        if what[1] is None:
            raise
    snapshot = read_everything(app, month)
    return _answer(snapshot, *what, _whose(snapshot, *whose))


def _whose(snapshot: Snapshot, person: str | None, day: date | None) -> Whose:
    """Return what the days are narrowed to. Raises ConfigError for a day outside the month."""
    if day and not (snapshot.month.first <= day <= snapshot.day):
        raise ConfigError(
            f"{day} is no day of {snapshot.month} up to {snapshot.day}",
            where="--day",
            remedy="Leave --month out to take the day's own",
        )
    return Whose(person_of(snapshot, person, "--person") if person else None, day)


def _answer(snapshot: Snapshot, what: str, subject: str | None, whose: Whose) -> WhyContent:
    name = what.strip().casefold().replace("_", "-")
    figures = {figure.name: figure for figure in FIGURES}
    rules = {rule.code: rule for rule in RULES}
    if name in figures:
        asked = figure_subject(snapshot, figures[name], subject, whose)
        return why_figure(snapshot, figures[name], asked)
    if name in rules:
        return _finding(snapshot, rules[name], subject, whose, figures)
    known = f"Figures: {', '.join(figures)}; or a finding's code"
    raise ConfigError(
        f"'{what}' is neither a figure nor a finding",
        remedy=did_you_mean(name, [*figures, *rules], known),
    )


def _finding(
    snapshot: Snapshot,
    rule: Rule,
    subject: str | None,
    whose: Whose,
    figures: dict[str, Figure],
) -> WhyContent:
    if whose.day:
        raise ConfigError(f"'{rule.code}' is about the whole month", where="--day")
    asked = rule_subject(snapshot, rule, subject, whose)
    below = figures[rule.figure] if rule.figure else None
    made_of = [below] if below else []
    contents = (
        figure_content(snapshot, one, underlying(snapshot, rule, one, asked)) for one in made_of
    )
    return why_finding(snapshot, rule, asked, tuple(contents))
