"""`cadence reflect`: the monthly reflection, opened, looked at and closed."""

from collections.abc import Collection
from datetime import date
from typing import Any

import click

from cadence.anonymity import enough, may_show, promise
from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.form_files import write_forms
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import check_begun, read_filed, read_reflection
from cadence.cli.reflecting.answering import add, collect, fill
from cadence.cli.reflecting.inviting import invite
from cadence.cli.reflecting.meeting import reveal, theme, vote
from cadence.cli.terminal import counted
from cadence.errors import ConfigError
from cadence.model import Action, Anonymity, Entry, Note, Prompt, Reflection
from cadence.month import Month
from cadence.plain import plain


@click.group(
    cls=Group,
    examples=(
        "cadence reflect open --anonymity entry",
        "cadence reflect add stop 'Meetings without notes'",
        "cadence reflect close",
    ),
)
def command() -> None:
    """The monthly reflection: start, stop, continue."""


for door in (add, fill, collect, invite, theme, vote, reveal):
    command.add_command(door)


@command.command(
    "open",
    examples=(
        "cadence reflect open    # the month that ended last",
        "cadence reflect open --month oct --anonymity all",
    ),
)
@month_option
@click.option(
    "--anonymity",
    type=click.Choice([kind.value for kind in Anonymity]),
    help="named: every answer has its author; entry (the default): who gives a name; all: nobody.",
)
@on_option
@click.pass_obj
def open_(app: App, month: Month, anonymity: str | None, on: date) -> None:
    """Open a month's reflection and write its forms."""
    from cadence.store.reflections import save_opening

    check_begun(app, month)
    held = read_reflection(app, month)
    kind = Anonymity(anonymity) if anonymity else held.anonymity if held else Anonymity.ENTRY
    with app.store() as db:
        found = save_opening(db, month, kind, on)
    why = held.why if held else None
    opened = {
        "new": "is open",
        "open": "was open",
        "skipped": f"is open after all; the skip is taken back ({why})",
    }[found]
    app.say(f"The reflection of {month} {opened}; anonymity: {kind}.")
    if kind is not Anonymity.NAMED:
        smallest, members = app.config.reflection.smallest_group, app.config.team.members
        for line in promise(kind, len(members), smallest):
            app.say(line)
    for path in write_forms(app, month, kind):
        app.write(str(path))
    app.say(f"Fill them in, then: cadence reflect collect FILE… --month {month}")


@command.command(
    examples=(
        "cadence reflect close",
        "cadence reflect close --principle 'Quality over deadline: done means that it stays done'",
    ),
)
@month_option
@click.option("--principle", "principles", multiple=True, metavar="TEXT", help="A new principle.")
@on_option
@click.pass_obj
def close(app: App, month: Month, principles: tuple[str, ...], on: date) -> None:
    """Close a month's reflection: from now on its entries stand as they are."""
    from cadence.store.journal import save_note
    from cadence.store.reflections import save_closing

    with app.store() as db:
        save_closing(db, month, on)
        for text in principles:
            save_note(db, Note("principle", on, " ".join(text.split()), app.now))
    actions = [action for action in read_filed(app).actions if action.month == month]
    agreed = counted(len(actions), "action")
    app.say(f"The reflection of {month} is closed, with {agreed}.")
    if not actions:
        app.say(f"Agree on one: cadence action add TEXT --owner NAME --due DATE --month {month}")


@command.command(
    examples=("cadence reflect skip --month apr --why 'Company break and hackathon'",),
)
@month_option
@click.option("--why", required=True, help="Why the month goes without; the report tells it.")
@on_option
@click.pass_obj
def skip(app: App, month: Month, why: str, on: date) -> None:
    """Record that a month goes without a reflection, and why."""
    from cadence.store.reflections import save_skip

    if not why.strip():
        raise ConfigError("A reason is missing", where="--why")
    check_begun(app, month)
    with app.store() as db:
        save_skip(db, month, " ".join(why.split()), on)
    app.say(f"The reflection of {month} is skipped.")


@command.command(
    examples=(
        "cadence reflect show",
        "cadence reflect show --month oct --format json",
    ),
)
@month_option
@json_option
@click.pass_obj
def show(app: App, month: Month, form: str) -> None:
    """Print what the team wrote, and the actions it agreed."""
    filed = read_filed(app)
    held = read_reflection(app, month)
    entries = [entry for entry in filed.entries if entry.month == month]
    withheld = 0 if _shown(app, held) else len(entries)
    entries = entries if not withheld else []
    entries.sort(key=lambda entry: (-entry.votes, entry.text))
    actions = [action for action in filed.actions if action.month == month]
    if form == "json":
        app.write_json({**_plain(month, held, entries, actions), "withheld": withheld})
        return
    app.say(f"Reflection {month}: {_state(held)}.")
    if withheld:
        app.say(_why_withheld(app, held, withheld))
    if held and held.why:
        app.write(f"Skipped: {held.why}")
    for prompt in Prompt:
        said = [entry for entry in entries if entry.prompt is prompt]
        if said:
            app.write(prompt.capitalize())
        for entry in said:
            app.write(f"  - {entry.text}{_marks(entry)}")
    if actions:
        app.write("Actions")
    for action in actions:
        app.write(f"  {action.id}: {action.text} ({action.owner}, due {action.due})")


def _marks(entry: Entry) -> str:
    votes = counted(entry.votes, "vote") if entry.votes else None
    marks = [mark for mark in (entry.theme, votes, entry.author) if mark]
    return f" ({', '.join(marks)})" if marks else ""


def _shown(app: App, held: Reflection | None) -> bool:
    """Tell whether a month's entries may be seen."""
    return held is None or may_show(
        held.anonymity,
        ended=held.gathered is not None or held.closed is not None,
        answered=held.answered,
        smallest=app.config.reflection.smallest_group,
        seen=held.seen,
    )


def _why_withheld(app: App, held: Reflection | None, withheld: int) -> str:
    smallest = app.config.reflection.smallest_group
    kept = f"{counted(withheld, 'thought')} kept and not shown, since all are anonymous:"
    if held and held.answered < smallest:
        return f"{kept} {held.answered} answered, and the smallest group is {smallest}."
    if held and not enough(held.answered, held.seen, smallest):
        later = held.answered - held.seen
        return f"{kept} {later} answered since then, and the smallest group is {smallest}."
    return f"{kept} show them with 'cadence reflect reveal'; no more are taken from then on."


def _plain(
    month: Month, held: Reflection | None, entries: list[Entry], actions: list[Action]
) -> dict[str, Any]:
    """Return plain values; an anonymous entry has no author in them, either."""
    values = {"month": str(month), "state": _state(held), **(plain(held) if held else {})}
    for prompt in Prompt:
        values[prompt.value] = [
            {"text": e.text, "votes": e.votes, "theme": e.theme, "author": e.author}
            for e in entries
            if e.prompt is prompt
        ]
    return {**values, "actions": [plain(action) for action in actions]}


@command.command(
    examples=("cadence reflect status",),
)
@month_option
@json_option
@click.pass_obj
def status(app: App, month: Month, form: str) -> None:
    """Print how far a month's reflection is, and whose form is missing where it is named."""
    from cadence.store.answers import load_answered

    held = read_reflection(app, month)
    members = [member.name for member in app.config.team.members]
    answered: Collection[str] = ()
    if held:
        with app.store(create=False) as db:
            answered = load_answered(db, month)
    # Only where every answer is named does a missing name say that somebody has not answered.
    named = held is not None and held.anonymity is Anonymity.NAMED
    missing = [name for name in members if name not in answered] if named else []
    count = held.answered if held else 0
    if form == "json":
        values = {"month": str(month), "state": _state(held), "answered": count}
        app.write_json({**values, "invited": len(members), "missing": missing})
        return
    app.write(f"{month}: {_state(held)}, {count} of {len(members)} answered.")
    if missing and held and not held.closed:
        app.write(f"Missing: {', '.join(missing)}")


def _state(held: Reflection | None) -> str:
    if held is None:
        return "not open"
    if held.skipped:
        return "skipped"
    return "closed" if held.closed else "open"
