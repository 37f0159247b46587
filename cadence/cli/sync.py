"""`cadence sync`: pull what changed in Jira into the store."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.terminal import counted
from cadence.credentials import credentials
from cadence.store.care import sum_up
from cadence.sync import Options, Outcome, plan, sync

_EVERY = 500
"""So many issues lie between two lines of progress where there is no terminal."""


@click.command(
    cls=Command,
    examples=(
        "cadence sync",
        "cadence sync --dry-run    # how much would be asked for; writes nothing",
        "cadence sync --full       # after a change that Jira keeps no history of",
    ),
)
@click.option("--full", is_flag=True, help="Fetch everything anew, not only what changed.")
@click.option("--dry-run", is_flag=True, help="Tell what would be asked; write nothing.")
@click.option(
    "--allow-deletions",
    is_flag=True,
    help="Believe it when half of a project or more has vanished.",
)
@click.pass_obj
def command(app: App, full: bool, dry_run: bool, allow_deletions: bool) -> None:
    """Pull what changed in Jira. It may be stopped at any time, and goes on where it was."""
    kept = credentials(app.config, app.workspace.root)
    options = Options(full, allow_deletions)
    app.detail(f"From {app.config.jira.url} into {app.workspace.store_path}.")
    if dry_run:
        for line in plan(app.workspace.store_path, app.config, kept, options):
            app.write(line)
        app.say("This is what a sync would ask for; nothing was written.")
        return
    with shown_progress(app) as progress:
        done = sync(
            app.workspace.store_path,
            app.config,
            kept,
            app.now,
            Options(full, allow_deletions, progress, app.say, app.clock),
        )
    app.say(told(done))
    with app.store(create=False) as db:
        sum_up(db)  # what is fetched is safe by now; this makes the next report quick


def told(done: Outcome) -> str:
    """Return in one line what a sync did."""
    states = "".join(f", {count} {state}" for state, count in done.counts.items() if count)
    return (
        f"Synced {done.site}: {counted(done.issues, 'issue')}, "
        f"{done.fetched} of them fetched{states} ({counted(done.run.requests, 'request')})."
    )


@contextmanager
def shown_progress(app: App) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far a sync is: a bar on a terminal, else a line at times."""
    if app.quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with _bar(app) as show:
            yield show
    else:
        yield _lines(app)


def _lines(app: App) -> Callable[[int, int], None]:
    told = 0

    def show(done: int, total: int) -> None:
        nonlocal told
        if done - told >= _EVERY or (done == total and done > told):
            told = done
            app.say(f"Fetched {done} of {total} issues.")

    return show


@contextmanager
def _bar(app: App) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    left = (TimeRemainingColumn(compact=True), TextColumn("left"))
    columns = (TextColumn("Issues"), BarColumn(), MofNCompleteColumn(), *left)
    console = Console(stderr=True, color_system="auto" if app.color else None)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("issues", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
