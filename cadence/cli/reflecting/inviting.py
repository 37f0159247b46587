"""`cadence reflect invite`: a personal link for each member, in a text that is ready to mail."""

from datetime import timedelta
from urllib.parse import urlsplit

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.completing import people
from cadence.cli.options import json_option, month_option
from cadence.cli.subjects import member_name
from cadence.errors import ConfigError
from cadence.invitations import VALID_DAYS, Guest, letter, link, new_token
from cadence.month import Month

HOME = "http://127.0.0.1:8765"
"""Where `cadence serve` listens by itself: only this machine can open such a link."""


@click.command(
    cls=Command,
    examples=(
        "cadence reflect invite    # a link for each member",
        "cadence reflect invite Ada --url https://cadence.example --days 7",
    ),
)
@click.argument("names", metavar="[NAME]…", nargs=-1, shell_complete=people)
@month_option
@click.option("--url", default=HOME, metavar="URL", help=f"Where the team opens it; {HOME}.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=VALID_DAYS, help="How long it is valid."
)
@json_option
@click.pass_obj
def invite(  # noqa: PLR0913 - one parameter an option
    app: App, names: tuple[str, ...], month: Month, url: str, days: int, form: str
) -> None:
    """Print a personal link for each member who has none yet, ready to be mailed.

    A link is told once: the store keeps only a hash of it. Whoever is named gets a new one, and
    the one before no longer opens anything.
    """
    from cadence.store.invites import load_invited, save_invites

    address = _address(url)
    members = [member.name for member in app.config.team.members]
    if not members:
        raise ConfigError(
            "There is nobody to invite", where="[team]", remedy="Name the members in cadence.toml"
        )
    expires = app.today + timedelta(days=days)
    with app.store(create=False) as db:
        have = {name.casefold() for name in load_invited(db, month)}
        wanted = [member_name(app.config.team, name, "NAME") for name in names]
        wanted = wanted or [name for name in members if name.casefold() not in have]
        guests = [Guest(name, month, new_token()) for name in dict.fromkeys(wanted)]
        save_invites(db, guests, expires)
    if form == "json":
        app.write_json([_plain(guest, address, str(expires)) for guest in guests])
        return
    for guest in guests:
        app.write(letter(app.config.team.name, guest, address, expires))
        app.write("\n" + "-" * 72 + "\n")
    if not guests:
        app.say(f"All have a link for {month}; name somebody who needs a new one.")
    elif url == HOME:
        app.say("Only this machine can open these; give the team's address with --url.")


def _plain(guest: Guest, address: str, expires: str) -> dict[str, str]:
    return {"member": guest.member, "link": link(address, guest.token), "expires": expires}


def _address(url: str) -> str:
    """Return the address without its end. Raises ConfigError for what no browser opens."""
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.query
    except ValueError:
        good = False  # such as a malformed IPv6 host
    if not good or "@" in url:
        raise ConfigError(
            f"'{url}' is no address", where="--url", remedy="Write https://cadence.example"
        )
    return url.strip()
