"""`cadence log`: the team's memory, one mechanism for every kind of note."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import note_kinds, subjects
from cadence.cli.options import day_option, json_option, on_option
from cadence.cli.reading import read_filed
from cadence.cli.subjects import subject_of
from cadence.errors import ConfigError, did_you_mean
from cadence.model import Note
from cadence.notes import DETAILS, NOTE_KINDS, is_due
from cadence.plain import plain

F = TypeVar("F", bound=Callable[..., object])


@click.group(
    cls=Group,
    examples=(
        "cadence log add principle 'No mystery, no magic'",
        "cadence log search mystery",
    ),
)
def command() -> None:
    """The team's memory: principles, learnings, experiments, decisions and more."""


def detail_options(add: F) -> F:
    """Add an option for each detail that some kind of note asks for."""
    for name, asks in reversed(DETAILS.items()):
        add = click.option(f"--{name}", metavar="TEXT", help=f"{asks} ({_kinds_with(name)})")(add)
    return add


def _kinds_with(detail: str) -> str:
    named = (kind.name for kind in NOTE_KINDS.values() if detail in dict(kind.details))
    return ", ".join(named)


@command.command(
    examples=(
        "cadence log add principle 'No mystery, no magic' --review 2027-04-01",
        "cadence log add decision 'TFIO-97 moves to May: parity first' --about TFIO-97",
        "cadence log add partner-ack 'Worried' --about 'Ads ranking' --outcome concerned",
    ),
)
@click.argument("kind", metavar="KIND", shell_complete=note_kinds)
@click.argument("text")
@click.option(
    "--about",
    metavar="SUBJECT",
    shell_complete=subjects,
    help="A milestone's key, a goal's id, a partner.",
)
@click.option("--outcome", metavar="O", help="How it came out, such as validated or concerned.")
@day_option("--review", "The day to look at it again. (principle, decision)")
@detail_options
@on_option
@click.pass_obj
def add(  # noqa: PLR0913 - one parameter an option
    app: App,
    /,
    kind: str,
    text: str,
    about: str | None,
    outcome: str | None,
    review: date | None,
    on: date,
    **details: str | None,
) -> None:
    """Add a note to the log.

    KIND is principle, learning, experiment, decision, deep-dive, mystery, partner-ack or
    partner-need.
    """
    from cadence.store.journal import save_note

    if kind not in NOTE_KINDS:
        known = f"Kinds: {', '.join(NOTE_KINDS)}"
        raise ConfigError(
            f"'{kind}' is no kind of note", remedy=did_you_mean(kind, NOTE_KINDS, known)
        )
    said = " ".join(text.split())
    if not said:
        raise ConfigError("The note says nothing", where="TEXT")
    if review and not NOTE_KINDS[kind].reviewed:
        raise ConfigError(f"A {kind} has no day of review", where="--review")
    told = _details(kind, details)
    subject = subject_of(app, about) if about else None
    note = Note(
        kind, on, said, app.now, subject, _outcome(kind, outcome), review=review, details=told
    )
    with app.store() as db:
        number = save_note(db, note)
    app.say(f"Noted as {kind} {number}, dated {on}.")


def _details(kind: str, given: dict[str, str | None]) -> dict[str, str]:
    """Return what was given beside the text. Raises ConfigError for what the kind has not."""
    told = {name: " ".join(text.split()) for name, text in given.items() if text and text.strip()}
    asked = dict(NOTE_KINDS[kind].details)
    for name in told:
        if name not in asked:
            known = ", ".join(f"--{one}" for one in asked) or "none"
            raise ConfigError(
                f"A {kind} has no '{name}'", where=f"--{name}", remedy=f"It has: {known}"
            )
    return told


def _outcome(kind: str, outcome: str | None) -> str | None:
    allowed = NOTE_KINDS[kind].outcomes
    if outcome and allowed and outcome not in allowed:
        known = f"Known for this kind: {', '.join(allowed)}"
        raise ConfigError(
            f"'{outcome}' is no outcome of '{kind}'",
            where="--outcome",
            remedy=did_you_mean(outcome, allowed, known),
        )
    return outcome or None


@command.command(
    "list",
    examples=(
        "cadence log list --kind principle",
        "cadence log list --due",
    ),
)
@click.option("--kind", type=click.Choice(list(NOTE_KINDS)), help="Only this kind.")
@click.option("--due", "only_due", is_flag=True, help="Only what is due to be looked at again.")
@json_option
@click.pass_obj
def list_(app: App, kind: str | None, only_due: bool, form: str) -> None:
    """Print the log, oldest first."""
    held = [note for note in read_filed(app).notes if kind in (None, note.kind)]
    held = [note for note in held if not only_due or is_due(note, app.today)]
    _print(app, sorted(held, key=lambda note: note.day), form, "The log is empty.")


@command.command(
    examples=(
        "cadence log search retries",
        "cadence log search cache warm --kind learning",
    ),
)
@click.argument("words", metavar="WORD…", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(list(NOTE_KINDS)), help="Only this kind.")
@json_option
@click.pass_obj
def search(app: App, words: tuple[str, ...], kind: str | None, form: str) -> None:
    """Print the notes that have all the words, in any of their forms; the best first."""
    from cadence.store.search import find_notes

    notes = [note for note in read_filed(app).notes if kind in (None, note.kind)]
    found = find_notes(notes, " ".join(words))
    _print(app, found, form, f"Nothing in the log has '{' '.join(words)}'.")


@command.command(
    examples=("cadence log retire 4",),
)
@click.argument("number", metavar="ID", type=int)
@on_option
@click.pass_obj
def retire(app: App, number: int, on: date) -> None:
    """Let a note rest: it stays in the log and is in force no more."""
    from cadence.store.journal import save_note_retired

    with app.store() as db:
        kind = save_note_retired(db, number, on)
    app.say(f"The {kind} {number} is retired, from {on} on.")


@command.command(
    examples=("cadence log review 4 --next 2027-04-01",),
)
@click.argument("number", metavar="ID", type=int)
@day_option("--next", "The day to look at it once more.", required=True)
@click.pass_obj
def review(app: App, number: int, next: date) -> None:
    """Note that a note still holds, and when to look at it again."""
    from cadence.store.journal import save_note_reviewed

    with app.store() as db:
        save_note_reviewed(db, number, next)
    app.say(f"Note {number} is looked at again on {next}.")


def _print(app: App, notes: Iterable[Note], form: str, otherwise: str) -> None:
    found = list(notes)
    if form == "json":
        app.write_json([_plain(note) for note in found])
        return
    for note in found:
        about = f" [{note.about}]" if note.about else ""
        outcome = f" ({note.outcome})" if note.outcome else ""
        details = "".join(f"; {name}: {text}" for name, text in note.details.items())
        app.write(
            f"{note.id:>3}  {note.day}  {note.kind}{about}: {note.text}{outcome}{details}"
            f"{_state(note, app.today)}"
        )
    if not found:
        app.say(otherwise)


def _plain(note: Note) -> dict[str, Any]:
    values: dict[str, Any] = plain(note)
    return values


def _state(note: Note, today: date) -> str:
    if note.retired:
        return f"; retired {note.retired}"
    if note.review:
        return f"; to be looked at again{' (due)' if is_due(note, today) else ''} {note.review}"
    return ""
