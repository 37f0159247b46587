"""`cadence init`: make a workspace."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.config import Goal, Member
from cadence.config.edit import filled, goal_text, member_text
from cadence.config.load import read_config
from cadence.errors import ConfigError
from cadence.files import make_folder
from cadence.month import Month
from cadence.toml_file import TomlFile
from cadence.workspace import CONFIG_NAME, make_workspace, starter_config

_BELOW_TEAM = "# ---- two goals"
"""Where the starter's tables of the team end."""

_BEFORE_SYNC = {("jira", "url"): "url", ("jira", "projects"): "projects (or jql)"}

_OPTIONS = {
    "jira.url": "--url",
    "jira.projects": "--project",
    "team.name": "--team",
    "team.timezone": "--timezone",
    "team.members": "--member",
    "goals": "--goal",
}
"""The option that gives what stands under a key of cadence.toml."""


def _words(answer: str) -> list[str]:
    return re.split(r"[,\s]+", answer) if answer else []


@dataclass(frozen=True)
class Question:
    """What is asked at a terminal, and where its answer stands in cadence.toml."""

    place: tuple[str, str]
    text: str
    default: str = ""
    read: Callable[[str], object] = str


_QUESTIONS = (
    Question(("jira", "url"), "Jira's address, such as https://acme.atlassian.net"),
    Question(("jira", "projects"), "Keys of its projects, such as TFIO", read=_words),
    Question(("team", "name"), "The team's name", "Team"),
    Question(("team", "timezone"), "Its time zone, such as Europe/Paris", "UTC"),
)


@click.command(
    cls=Command,
    examples=(
        "cadence init my-team    # asks for the rest",
        "cadence init my-team --url https://acme.atlassian.net --project TFIO",
        "cadence init my-team --member 'Ada Park=5b10a28' --goal 'io=Jobs never wait'",
    ),
)
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
    """Make a workspace: cadence.toml, data/, templates/ and .gitignore.

    At a terminal it asks for what no option gives.
    """
    known = {("jira", "url"): url, ("jira", "projects"): list(projects)}
    known |= {("team", "name"): team, ("team", "timezone"): timezone}
    start = Start(
        {place: value for place, value in known.items() if value},
        tuple(_member(member) for member in members),
        tuple(_goal(goal, app.now.date()) for goal in goals),
    )
    _check(start)
    if app.interactive and not (target / CONFIG_NAME).exists():
        make_folder(target.absolute(), mode=0o700)  # a fault here must not cost answers
        start = _completed(app, start)
    workspace = make_workspace(target, _text(start))
    app.say(f"Made a workspace in {workspace.root}")
    if missing := [name for place, name in _BEFORE_SYNC.items() if place not in start.known]:
        where = f"in [jira] of {workspace.config_path}"
        app.say(f"Before the first sync, set {' and '.join(missing)} {where}.")
    app.say("Next: 'cadence login', 'cadence doctor', 'cadence sync', 'cadence report --month'.")


@dataclass(frozen=True)
class Start:
    """What is known of a team when its workspace is made; values by their table and key."""

    known: dict[tuple[str, str], object]
    members: tuple[Member, ...]
    goals: tuple[Goal, ...]


def _text(start: Start) -> str:
    """Return the cadence.toml of a start."""
    text = filled(starter_config(), start.known)
    people = "".join(member_text(member) + "\n" for member in start.members)
    text = text.replace(_BELOW_TEAM, people + _BELOW_TEAM, 1)
    return text + "".join("\n" + goal_text(goal) for goal in start.goals)


def _check(start: Start) -> None:
    """Raise ConfigError, naming the option and no file, if it would make no valid cadence.toml."""
    text = _text(start)
    try:
        read_config(TomlFile(Path(CONFIG_NAME), text, tomllib.loads(text)))
    except ConfigError as fault:
        key = fault.where.rpartition(", ")[2]
        option = next((name for begin, name in _OPTIONS.items() if key.startswith(begin)), "")
        raise ConfigError(fault.what, where=option, remedy=fault.remedy) from fault


def _completed(app: App, start: Start) -> Start:
    """Ask for what is not known yet."""
    for question in _QUESTIONS:
        if question.place not in start.known:
            start = _asked(app, start, question)
    return start if start.members else _with_members(app, start)


def _asked(app: App, start: Start, question: Question) -> Start:
    """Return the start with an answer; a wrong one is told, and the question asked again."""
    while True:
        said = _answer(question.text, question.default)
        value = question.read(said)
        more = replace(start, known={**start.known, question.place: value}) if value else start
        try:
            _check(more)
            return more
        except ConfigError as fault:
            app.say(ConfigError(fault.what, remedy=fault.remedy).line)


def _with_members(app: App, start: Start) -> Start:
    """Ask for members until none is named."""
    while True:
        name = _answer("A member's name (nothing: no more)", "")
        if not name:
            return start
        account = _answer(f"The account of {name} in Jira (may be filled in later)", "")
        try:
            more = replace(start, members=(*start.members, Member(name, account)))
            _check(more)
            start = more
        except ConfigError as fault:
            app.say(ConfigError(fault.what, remedy=fault.remedy).line)


def _answer(question: str, default: str) -> str:
    said: str = click.prompt(question, default=default, show_default=bool(default), err=True)
    return said.strip()


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
