"""`cadence demo`: a complete sample workspace, from an embedded sample Jira."""

import shlex
import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import which

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.filing import Story, file_story
from cadence.cli.pictured import write_pictures
from cadence.cli.report import page, write_report
from cadence.cli.showing import MARKDOWN, Way, show
from cadence.cli.sync import shown_progress, told
from cadence.config import Config, load_config
from cadence.credentials import Credentials
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.demo.world import World
from cadence.errors import ConfigError
from cadence.formats import Page
from cadence.month import Month
from cadence.plain import plain
from cadence.reports import TEAM_KINDS
from cadence.reports.content import month_content
from cadence.resources import folder
from cadence.snapshot import month_of
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.store.issued import save_issued
from cadence.store.journal import load_filed
from cadence.sync import Options, sync
from cadence.workspace import Workspace, make_workspace
from cadence.world import world_of

SITE = "https://jira.training-io.example"
"""The story's site: invented. While the demo runs, the sample Jira answers for it on loopback."""

MONTHS = [Month(2020, 12).back(-n) for n in range(6)]
"""The months of the story; the last one's report is shown."""


@dataclass(frozen=True)
class Demo:
    """What the demo works with."""

    workspace: Workspace
    config: Config
    world: World


@click.command(
    cls=Command,
    examples=(
        "cadence demo",
        "cadence demo sample    # a folder of your choice",
    ),
)
@click.argument("target", metavar="[DIR]", default="cadence-demo", type=click.Path(path_type=Path))
@click.pass_obj
def command(app: App, target: Path) -> None:
    """Make a complete sample workspace; no account needed."""
    demo = _prepare(target)
    _sync(app, demo)
    app.say(f"Filed what people said: {_file(demo)} readings, sign-offs, notes and reflections.")
    last = _reports(app, demo)
    app.say(f"Wrote {len(MONTHS)} months of reports to {demo.workspace.reports}")
    if app.on_terminal:
        app.say("")
    show(app, [last], Way(MARKDOWN))
    _hints(app, demo, target)


def _prepare(target: Path) -> Demo:
    """Make the workspace of the story. Raises ConfigError for a folder that holds something."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(
            "This folder is not empty", where=str(target), remedy="Name another: cadence demo DIR"
        )
    text = (folder("data/demo") / "cadence.toml").read_text("utf-8")
    url = f'[jira]\nurl = "{SITE}"   # invented: the sample Jira answered only while the demo ran\n'
    workspace = make_workspace(target, text.replace("[jira]\n", url, 1))
    return Demo(workspace, load_config(workspace.config_path), load_world())


def _sync(app: App, demo: Demo) -> None:
    """Sync over HTTP from the sample Jira, by the story's clock."""
    with SampleJira(demo.world) as jira, shown_progress(app) as shown:
        at_home = replace(demo.config, jira=replace(demo.config.jira, url=jira.url))
        token = Credentials(jira.email, jira.token)
        options = Options(progress=shown)
        outcome = sync(demo.workspace.store_path, at_home, token, demo.world.now, options)
    app.say(told(outcome))


def _file(demo: Demo) -> int:
    filed = tomllib.loads((folder("data/demo") / "filed.toml").read_text("utf-8"))
    with open_store(demo.workspace.store_path) as db:
        return file_story(Story(db, demo.config, load_facts(db)), filed)


def _reports(app: App, demo: Demo) -> Page:
    """Write and archive the reports of every month; return the last month's page."""
    app.folder = demo.workspace.root
    with open_store(demo.workspace.store_path) as db:
        world, filed = world_of(load_facts(db), demo.config), load_filed(db)
        for month in MONTHS:
            values = plain(month_content(month_of(world, filed, month, demo.world.now)))
            for kind in TEAM_KINDS:
                write_report(app, values, kind, MARKDOWN, demo.workspace.reports)
            write_pictures(app, values, TEAM_KINDS, MARKDOWN, demo.workspace.reports)
            save_issued(db, month, values, demo.world.now)
    return page(app, values, "month")


def _hints(app: App, demo: Demo, target: Path) -> None:
    now = demo.world.now.astimezone(demo.config.team.zone).isoformat(timespec="seconds")
    here = f"  {_called()} --workspace {shlex.quote(str(target))}"
    app.say(
        f"\nTry next, in the story's months 2020-12 to {MONTHS[-1]}:\n"
        f"{here} report --month 2021-02     # the truth, two weeks before the date\n"
        f"{here} findings --month 2020-12   # why nothing was done\n"
        f"{here} done list --month 2021-05  # built, shipped, proven\n"
        f"{here} why focus --month 2021-05  # how a number came about\n"
        f"With CADENCE_NOW={now} in the environment it is June 2021\n"
        "for cadence, too: 'report --month' is May, 'feb' and 'this' mean the story's."
    )


def _called() -> str:
    """Return what to type for this program: its path, where the shell would not find its name."""
    program = sys.argv[0]
    known = which("cadence") or Path(program).name != "cadence"
    return "cadence" if known else shlex.quote(program)
