"""`cadence db`: where the store lies, and whether it is sound."""

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.errors import StoreUnusable
from cadence.store.care import check_store


@click.group(
    cls=Group,
    examples=("cadence db check",),
)
def command() -> None:
    """Care of the store."""


@command.command(
    examples=('datasette "$(cadence db path)"',),
)
@click.pass_obj
def path(app: App) -> None:
    """Print the path of the SQLite file."""
    app.config  # noqa: B018 - a folder that is no workspace is an error here, too
    app.write(str(app.workspace.store_path))


@command.command(
    examples=("cadence db check",),
)
@click.pass_obj
def check(app: App) -> None:
    """Check that the file is sound, and count what it holds."""
    with app.store(create=False) as db:
        result = check_store(db)
    if result.problems:
        raise StoreUnusable(
            f"The store is damaged: {'; '.join(result.problems[:3])}",
            where=str(app.workspace.store_path),
            remedy="Restore a backup of this file",
        )
    for table, count in result.counts.items():
        app.write(f"{count:>9}  {table}")
    app.say(f"{app.workspace.store_path} is sound.")
