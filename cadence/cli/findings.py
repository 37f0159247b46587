"""`cadence findings`: what the month's data shows, and what the team wants quiet of it."""

from datetime import date
from json import dumps

import click
from click.core import ParameterSource

from cadence.cli.app import App
from cadence.cli.asked import rule_subject
from cadence.cli.command import Group
from cadence.cli.completing import codes, subjects
from cadence.cli.options import month_option, on_option
from cadence.cli.reading import read_everything, read_month
from cadence.cli.showing import Way, show, ways_out
from cadence.errors import ConfigError, did_you_mean
from cadence.figures.figure import Whose
from cadence.findings import RULES, Finding, Rule
from cadence.findings.words import number
from cadence.formats import Format, Page
from cadence.model import Dismissal
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content
from cadence.reports.why import called

TEMPLATE = "reports/findings.md.j2"


def _lines(page: Page) -> str:
    """Return a line a finding, with its code."""
    lines = (
        f"{told['severity']:<4}  {told['code']}  {told['subject']}: {told['summary']}\n"
        for told in page.values["findings"]
    )
    return "".join(lines)


def _listed(page: Page) -> str:
    return dumps(page.values["findings"], indent=2, ensure_ascii=False, allow_nan=False)


TEXT = Format("text", "txt", _lines)
JSON = Format("json", "json", _listed)


@click.group(
    invoke_without_command=True,
    cls=Group,
    examples=(
        "cadence findings --month",
        "cadence findings --month oct --format text | grep ^risk",
    ),
)
@month_option
@ways_out(TEXT, JSON)
@click.pass_context
def command(ctx: click.Context, month: Month, way: Way) -> None:
    """Print the findings of a month, risks first."""
    app = ctx.find_object(App)
    if ctx.invoked_subcommand or app is None:
        return
    values = plain(month_content(read_month(app, month)))
    show(app, [Page(values, render(TEMPLATE, values, app.workspace.templates))], way)


@command.command(
    examples=("cadence findings dismiss support-heavy team --why 'A migration; it ends in March'",),
)
@click.argument("code", shell_complete=codes)
@click.argument("subject", shell_complete=subjects)
@click.option("--why", required=True, help="Why the team wants it quiet; the report shows it.")
@month_option
@on_option
@click.pass_context
def dismiss(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context, code: str, subject: str, why: str, month: Month, on: date
) -> None:
    """Keep a finding quiet from a day on, unless the number it rests on doubles.

    It is looked up in --month, else in the month of --on and the one before.
    """
    from cadence.store.journal import save_dismissal

    app = ctx.find_object(App)
    assert app is not None
    reason = " ".join(why.split())
    if not reason:
        raise ConfigError("A reason is missing", where="--why")
    given = ctx.get_parameter_source("month") is not ParameterSource.DEFAULT
    months = (month,) if given else (Month.of(on), Month.of(on).back(1))
    found, name = _found(app, _rule(code), subject, months)
    with app.store() as db:
        save_dismissal(db, Dismissal(found.code, found.subject, reason, on, app.now, found.number))
    again = f"; told again when {number(found.number)} doubles" if found.number else ""
    app.say(f"{found.code} is quiet for {name} from {on} on{again}.")


def _found(app: App, rule: Rule, subject: str, months: tuple[Month, ...]) -> tuple[Finding, str]:
    """Return the finding as the latest of some months tells it, and its subject as people say it.

    Raises ConfigError if none does.
    """
    for month in months:
        snapshot = read_month(app, month)
        name = rule_subject(snapshot, rule, subject, Whose())
        found = next((one for one in rule.findings(snapshot) if one.subject == name), None)
        if found:
            return found, called(snapshot, rule, name) or name
    told = " nor in ".join(str(month) for month in months)
    raise ConfigError(
        f"{rule.code} does not fire for '{subject}' {'neither ' if len(months) > 1 else ''}"
        f"in {told}",
        remedy="See them with 'cadence findings', or name the month with --month",
    )


def _rule(code: str) -> Rule:
    rules = {rule.code: rule for rule in RULES}
    if code in rules:
        return rules[code]
    known = f"Known: {', '.join(rules)}"
    raise ConfigError(f"There is no finding '{code}'", remedy=did_you_mean(code, rules, known))


@command.command(
    examples=("cadence findings undo support-heavy team",),
)
@click.argument("code", shell_complete=codes)
@click.argument("subject", shell_complete=subjects)
@on_option
@click.pass_obj
def undo(app: App, code: str, subject: str, on: date) -> None:
    """Let a dismissed finding be told again, from a day on."""
    from cadence.store.journal import save_undoing

    rule = _rule(code)
    snapshot = read_everything(app, Month.of(app.today))
    name = rule_subject(snapshot, rule, subject, Whose())
    said = called(snapshot, rule, name) or name
    with app.store() as db:
        count = save_undoing(db, rule.code, name, on)
    if not count:
        raise ConfigError(
            f"{rule.code} is not dismissed for {said}",
            remedy="'cadence findings' names those that are",
        )
    app.say(f"{rule.code} is told again for {said}, from {on} on.")
