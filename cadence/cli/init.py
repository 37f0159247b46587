"""`cadence init`: make a workspace."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import click

from cadence.cli.app import App
from cadence.config import Goal, Member
from cadence.config.edit import filled, goal_text, member_text
from cadence.config.load import read_config
from cadence.errors import ConfigError
from cadence.month import Month
from cadence.toml_file import TomlFile
from cadence.workspace import CONFIG_NAME, make_workspace, starter_config

_BELOW_TEAM = "# ---- two goals"
"""Where the starter's tables of the team end."""


@click.command()
@click.argument("target", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--url", help="The Jira site, such as https://acme.atlassian.net")
@click.option("--project", "projects", multiple=True, metavar="KEY", help="A project to pull.")
@click.option("--team", metavar="NAME", help="The team's name.")
@click.option("--timezone", metavar="ZONE", help="The team's time zone, such as Europe/Paris.")
@click.option(
    "--member", "members", multiple=True, metavar="NAME[=ACCOUNT]", help="A member of the team."
)
@click.option(
    "--goal",
    "goals",
    multiple=True,
    metavar="ID=TITLE",
    help="A goal for the six months from this one on; two at most.",
)
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter an option
    app: App,
    target: Path,
    url: str | None,
    projects: tuple[str, ...],
    team: str | None,
    timezone: str | None,
    members: tuple[str, ...],
    goals: tuple[str, ...],
) -> None:
    """Make a workspace: cadence.toml, data/, templates/ and .gitignore."""
    if app.interactive and not (target / CONFIG_NAME).exists():
        url = url or click.prompt("Jira's address", default="", show_default=False, err=True)
        keys = projects or _asked_words("Keys of its projects, such as TFIO")
        team = team or click.prompt("The team's name", default="Team", err=True)
        timezone = timezone or click.prompt("Its time zone", default="UTC", err=True)
    else:
        keys = projects
    known = {
        ("jira", "url"): url,
        ("jira", "projects"): list(keys),
        ("team", "name"): team,
        ("team", "timezone"): timezone,
    }
    text = filled(starter_config(), {place: value for place, value in known.items() if value})
    people = "".join(member_text(_member(member)) + "\n" for member in members)
    text = text.replace(_BELOW_TEAM, people + _BELOW_TEAM, 1)
    text += "".join("\n" + goal_text(_goal(goal, app.now.date())) for goal in goals)
    # Checked before anything is written.
    read_config(TomlFile(target.absolute() / CONFIG_NAME, text, tomllib.loads(text)))
    workspace = make_workspace(target, text)
    app.say(f"Made a workspace in {workspace.root}")
    steps = "'cadence login', 'cadence doctor', 'cadence sync', 'cadence report --month'"
    app.say(f"Next: complete {workspace.config_path}, then {steps}.")


def _asked_words(question: str) -> tuple[str, ...]:
    answer = click.prompt(question, default="", show_default=False, err=True)
    return tuple(re.split(r"[,\s]+", answer.strip())) if answer.strip() else ()


def _member(text: str) -> Member:
    """Return the member that `NAME=ACCOUNT` names."""
    name, _, account = (part.strip() for part in text.partition("="))
    return Member(name, account)


def _goal(text: str, today: date) -> Goal:
    """Return the goal that `ID=TITLE` names, for six months from this one on."""
    goal_id, _, title = (part.strip() for part in text.partition("="))
    if not goal_id or not title:
        raise ConfigError(f"'{text}' is no goal", where="--goal", remedy="Write it as ID=TITLE")
    month = Month.of(today)
    return Goal(goal_id, title, month.first, month.back(-6).first - timedelta(days=1))
