"""`cadence logout`: forget the token for Jira."""

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.credentials import forget_credentials


@click.command(
    cls=Command,
    examples=("cadence logout",),
)
@click.pass_obj
def command(app: App) -> None:
    """Remove what `cadence login` kept; environment and token_command are not touched."""
    had = forget_credentials(app.config, app.workspace.root)
    app.say("The token is forgotten." if had else "No token was kept.")
