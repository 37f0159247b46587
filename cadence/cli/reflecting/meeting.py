"""The meeting over a month's answers: themes, votes, and showing what was hidden."""

from datetime import date
from typing import TYPE_CHECKING

import click

from cadence.cli.app import App
from cadence.cli.command import Command, Group
from cadence.cli.linked import guest_of
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import read_reflection
from cadence.cli.terminal import counted
from cadence.errors import ConfigError
from cadence.invitations import Guest
from cadence.model import Anonymity
from cadence.month import Month
from cadence.plain import plain

if TYPE_CHECKING:
    from sqlite_utils import Database

    from cadence.store.board import Board


# ---- themes ----------------------------------------------------------------------------------


@click.group(
    cls=Group,
    examples=(
        "cadence reflect theme list",
        "cadence reflect theme add Upstream 'Carrying patches' 'Fixing a thing'",
    ),
)
def theme() -> None:
    """Themes of the month's entries. An entry is named by its text, or a part of it alone."""


@theme.command(
    "add",
    examples=("cadence reflect theme add Upstream 'Carrying patches' 'Fixing a thing'",),
)
@click.argument("title")
@click.argument("entries", metavar="ENTRY…", nargs=-1, required=True)
@month_option
@click.pass_obj
def theme_add(app: App, title: str, entries: tuple[str, ...], month: Month) -> None:
    """Put entries under a theme, which is made if it is new."""
    from cadence.store.board import save_theme

    with app.store() as db:
        save_theme(db, month, title, entries)
        told = _returns(_board(app, db, month), title)
    app.say(f"{counted(len(entries), 'entry', 'entries')} under '{title.strip()}'{told}.")


def _returns(board: "Board", title: str) -> str:
    from cadence.themes import folded

    found = next((one for one in board.themes if folded(one.title) == folded(title)), None)
    months = ", ".join(map(str, found.earlier)) if found else ""
    return f", a theme that returns ({months})" if months else ""


@theme.command(
    "rename",
    examples=("cadence reflect theme rename Patches Upstream",),
)
@click.argument("old")
@click.argument("new")
@month_option
@click.pass_obj
def theme_rename(app: App, old: str, new: str, month: Month) -> None:
    """Give a theme another title."""
    from cadence.store.board import save_theme_title, theme_named

    with app.store() as db:
        save_theme_title(db, month, theme_named(db, month, old), new)
    app.say(f"'{old}' is now '{new.strip()}'.")


@theme.command(
    "merge",
    examples=("cadence reflect theme merge Patches Upstream",),
)
@click.argument("title")
@click.argument("into")
@month_option
@click.pass_obj
def theme_merge(app: App, title: str, into: str, month: Month) -> None:
    """Put all entries of a theme under another one."""
    from cadence.store.board import save_merged_themes, theme_named

    with app.store() as db:
        save_merged_themes(db, month, theme_named(db, month, title), theme_named(db, month, into))
    app.say(f"'{title}' went into '{into}'.")


@theme.command(
    "move",
    examples=(
        "cadence reflect theme move 'Carrying patches' Upstream",
        "cadence reflect theme move 'Carrying patches'    # out of its theme",
    ),
)
@click.argument("entry")
@click.argument("title", required=False)
@month_option
@click.pass_obj
def theme_move(app: App, entry: str, title: str | None, month: Month) -> None:
    """Put an entry under another theme; without a title, under none."""
    from cadence.store.board import entry_named, save_entry_theme, theme_named

    with app.store() as db:
        theme_id = theme_named(db, month, title) if title else None
        save_entry_theme(db, month, entry_named(db, month, entry), theme_id)
    app.say(f"Moved under '{title}'." if title else "Moved out of its theme.")


@theme.command(
    "list",
    examples=("cadence reflect theme list --month oct",),
)
@month_option
@json_option
@click.pass_obj
def theme_list(app: App, month: Month, form: str) -> None:
    """Print the themes, and the earlier months that had them, too."""
    with app.store(create=False) as db:
        board = _board(app, db, month)
    if form == "json":
        app.write_json([plain(one) for one in board.themes])
        return
    for one in board.themes:
        count = sum(entry.theme_id == one.id for entry in board.entries)
        votes = f", {counted(one.votes, 'vote')}" if board.revealed else ""
        again = f", returns ({', '.join(map(str, one.earlier))})" if one.earlier else ""
        app.write(f"{one.title}: {counted(count, 'entry', 'entries')}{votes}{again}")
    if not board.themes:
        app.say(f"{month} has no themes.")


# ---- votes -----------------------------------------------------------------------------------


@click.command(
    cls=Command,
    examples=(
        "cadence reflect vote 'ten more teams' --votes 2",
        "cadence reflect vote 'ten more teams' --hands 4    # counted in the room",
    ),
)
@click.argument("entry", required=False)
@click.option("--votes", type=click.IntRange(0, 50), default=1, help="How many; 0 takes back.")
@click.option("--hands", type=click.IntRange(0, 1000), help="How many hands went up for it.")
@month_option
@on_option
@click.pass_obj
def vote(  # noqa: PLR0913 - one parameter an option
    app: App, entry: str | None, votes: int, hands: int | None, month: Month, on: date
) -> None:
    """Vote for an entry with your personal link, or count the hands of all.

    The link is read from CADENCE_LINK, else asked for. Nobody sees the votes before 'cadence
    reflect reveal', and whose they are is kept nowhere. Without ENTRY, your own are printed.
    """
    from cadence.store.board import entry_named, save_votes
    from cadence.store.guests import save_vote

    budget = app.config.reflection.votes
    with app.store(create=False) as db:
        if hands is not None:
            if not entry:
                raise ConfigError("Which entry were the hands for?", where="ENTRY")
            save_votes(db, month, entry, hands, on)
            app.say(f"{counted(hands, 'hand')} for it.")
            return
        guest = guest_of(app, db, month)
        if not entry:
            _tell_own(app, _board(app, db, month, guest))
            return
        left = save_vote(db, guest, entry_named(db, month, entry), votes, budget)
    app.say(f"{counted(votes, 'vote')} for it; you have {left} of {budget} left.")


def _tell_own(app: App, board: "Board") -> None:
    for one in board.entries:
        mine = f" ({counted(one.mine, 'vote')} of yours)" if one.mine else ""
        app.write(f"{one.prompt.value}: {one.text}{mine}")
    if board.votes_left is not None:
        app.say(f"You have {counted(board.votes_left, 'vote')} left.")


def _board(app: App, db: "Database", month: Month, guest: Guest | None = None) -> "Board":
    from cadence.store.board import load_board

    wanted = app.config.reflection
    return load_board(db, month, wanted.smallest_group, wanted.votes, guest)


@click.command(
    cls=Command,
    examples=("cadence reflect reveal    # the anonymous answers; again: the votes",),
)
@month_option
@on_option
@click.pass_obj
def reveal(app: App, month: Month, on: date) -> None:
    """Show what is hidden: anonymous answers first, and then, another time, the votes.

    No more answers, or votes, are taken from then on.
    """
    from cadence.store.reflections import save_gathering, save_reveal

    held = read_reflection(app, month)
    answers = held is not None and held.anonymity is Anonymity.ALL and held.gathered is None
    with app.store() as db:
        if answers:
            save_gathering(db, month, on, app.config.reflection.smallest_group)
        else:
            save_reveal(db, month, on)
        board = _board(app, db, month)
    if answers:
        app.say(f"{counted(len(board.entries), 'answer')} shown, and no more are taken.")
        app.say("Votes stay hidden until you run this again.")
        return
    for one in sorted(board.entries, key=lambda one: (-one.votes, one.text)):
        if one.votes:
            app.write(f"{counted(one.votes, 'vote')}: {one.text}")
    if not any(one.votes for one in board.entries):
        app.say("Nobody has voted.")
