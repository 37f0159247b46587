"""`cadence login`: keep the token for Jira where only its owner can read it."""

import sys

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.credentials import (
    EMAIL_VARIABLE,
    TOKEN_VARIABLE,
    Credentials,
    keep_credentials,
)
from cadence.errors import ConfigError
from cadence.jira.client import Client
from cadence.jira.connect import connect


@click.command(
    cls=Command,
    examples=(
        "cadence login",
        "pass show jira | cadence login --email ada@acme.example",
    ),
)
@click.option("--email", metavar="ADDRESS", help="Your account's e-mail (Cloud only).")
@click.pass_obj
def command(app: App, email: str | None) -> None:
    """Ask for the token, try it, and keep it.

    Without a terminal the token is read from standard input: pass show jira | cadence login
    """
    if app.interactive and email is None:
        email = click.prompt("E-mail (Cloud; empty for Data Center)", default="", err=True)
    given = Credentials((email or "").strip() or None, _token(app))
    site = connect(Client(app.config.jira.url, given))
    place = keep_credentials(app.config, app.workspace.root, given)
    app.say(f"Logged in to {site.title} as {site.account.name}; the token is kept in {place}.")


def _token(app: App) -> str:
    if app.interactive:
        token = str(click.prompt("Token", hide_input=True, err=True))
    else:
        token = sys.stdin.readline()
    if not token.strip():
        raise ConfigError(
            "No token was given",
            where="standard input",
            remedy=f"Pipe it in, or set {TOKEN_VARIABLE} (Cloud: and {EMAIL_VARIABLE}) instead",
        )
    return token.strip()
