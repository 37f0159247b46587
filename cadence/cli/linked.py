"""Who sits at this command line, where it matters and nobody else shall know: a personal link."""

import os
from typing import TYPE_CHECKING

import click

from cadence.cli.app import App
from cadence.errors import ConfigError
from cadence.invitations import Guest, token_in
from cadence.month import Month

if TYPE_CHECKING:
    from sqlite_utils import Database

LINK = "CADENCE_LINK"
"""The environment's name for one's personal link: as an option others would see it in `ps`."""


def has_link() -> bool:
    """Tell whether a personal link was given."""
    return bool(os.environ.get(LINK, "").strip())


def guest_of(app: App, db: "Database", month: Month) -> Guest:
    """Return whose personal link was given. Raises ConfigError for one that opens nothing."""
    from cadence.store.invites import member_of_invite

    text = os.environ.get(LINK, "")
    if not text and app.interactive:
        text = str(click.prompt("Your personal link", hide_input=True, err=True))
    if not text:
        raise ConfigError(
            "Your personal link is missing",
            where=LINK,
            remedy=f"Set {LINK} to the link that 'cadence reflect invite' made for you",
        )
    guest = member_of_invite(db, token_in(text) or "", app.today)
    if guest is None or guest.month != month:
        raise ConfigError(
            f"This link does not open {month}", where=LINK, remedy="Ask for a new one"
        )
    return guest
