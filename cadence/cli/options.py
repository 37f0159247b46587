"""Options that several commands share, declared once."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

import click

from cadence.cli.app import App
from cadence.cli.completing import months
from cadence.errors import ConfigError

if TYPE_CHECKING:
    from cadence.month import Month

F = TypeVar("F", bound=Callable[..., object])


def _app(ctx: click.Context) -> App:
    app = ctx.find_object(App)
    assert app is not None
    return app


def _month(ctx: click.Context, _: click.Parameter, value: str) -> "Month":
    from cadence.month import Month

    return Month.parse(value, _today(ctx))


def _today(ctx: click.Context) -> date:
    """Return the day it is; of a group that may only be asked for help, no workspace is needed."""
    app = _app(ctx)
    try:
        return app.today
    except ConfigError:
        if isinstance(ctx.command, click.Group):
            return app.now.date()  # whatever needs the workspace tells that there is none
        raise


def month_option(command: F) -> F:
    """Add `--month [M]`: without a value, as without the option, the month that ended last."""
    option = click.option(
        "--month",
        is_flag=False,
        flag_value="last",
        default="last",
        metavar="[M]",
        callback=_month,
        shell_complete=months,
        help="2026-10, oct, 'October 2026', this, last (the default).",
    )
    return option(command)


def parse_day(text: str, today: date, name: str) -> date:
    """Read a day: `2021-02-26`, `today` or `yesterday`. Raises ConfigError for anything else."""
    words = text.strip().lower()
    if words in ("today", "yesterday"):
        return today if words == "today" else today - timedelta(days=1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            pass  # such as 30 February: told below like any other
    raise ConfigError(f"'{text.strip()}' is no day", where=name, remedy="Write it as 2021-02-26")


def _on(ctx: click.Context, _: click.Parameter, value: str | None) -> date:
    today = _app(ctx).today
    day = parse_day(value, today, "--on") if value else today
    if day > today + timedelta(days=1):  # a day's grace: the filer may live east of the team
        raise ConfigError(f"{day} has not come yet", where="--on", remedy=f"Today is {today}")
    return day


def on_option(command: F) -> F:
    """Add `--on DATE`, the day that something is filed for; today without it."""
    option = click.option(
        "--on", metavar="DATE", callback=_on, help="The day it is dated; today without it."
    )
    return option(command)


def _due(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    return parse_day(value, _app(ctx).today, f"--{param.name}") if value else None


def day_option(name: str, text: str, required: bool = False) -> Callable[[F], F]:
    """Return an option that takes any day, past or future."""
    return click.option(name, metavar="DATE", callback=_due, required=required, help=text)


def json_option(command: F) -> F:
    """Add `--format text|json` to a command that prints a list."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        help="How to print it.",
    )
    return option(command)
