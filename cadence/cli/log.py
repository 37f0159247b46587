"""`cadence log`: the team's memory, one mechanism for every kind of note."""

from datetime import date

import click

from cadence.cli.app import App
from cadence.cli.options import json_option, on_option
from cadence.cli.reading import read_filed
from cadence.cli.subjects import subject_of
from cadence.errors import ConfigError, did_you_mean
from cadence.model import Note
from cadence.notes import NOTE_KINDS
from cadence.plain import plain


@click.group()
def command() -> None:
    """The team's memory: principles, learnings, experiments, decisions and more."""


@command.command()
@click.argument("kind", metavar="KIND")
@click.argument("text")
@click.option("--about", metavar="SUBJECT", help="A milestone's key, a goal's id, a partner.")
@click.option("--outcome", metavar="O", help="How it came out, such as validated or concerned.")
@on_option
@click.pass_obj
def add(  # noqa: PLR0913 - one parameter an option
    app: App, kind: str, text: str, about: str | None, outcome: str | None, on: date
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
    subject = subject_of(app, about) if about else None
    note = Note(kind, on, said, app.now, subject, _outcome(kind, outcome))
    with app.store() as db:
        number = save_note(db, note)
    app.say(f"Noted as {kind} {number}, dated {on}.")


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


@command.command("list")
@click.option("--kind", type=click.Choice(list(NOTE_KINDS)), help="Only this kind.")
@json_option
@click.pass_obj
def list_(app: App, kind: str | None, form: str) -> None:
    """Print the log, oldest first."""
    held = read_filed(app).notes
    notes = sorted((n for n in held if kind in (None, n.kind)), key=lambda note: note.day)
    if form == "json":
        app.write_json([plain(note) for note in notes])
        return
    for note in notes:
        about = f" [{note.about}]" if note.about else ""
        outcome = f" ({note.outcome})" if note.outcome else ""
        app.write(f"{note.id:>3}  {note.day}  {note.kind}{about}: {note.text}{outcome}")
    if not notes:
        app.say("The log is empty.")
