"""The kinds of note in the team's log."""

from dataclasses import dataclass
from datetime import date

from cadence.model import Note


@dataclass(frozen=True)
class NoteKind:
    """A kind of note: what it tells, the outcomes it may have, and what else it asks for.

    No outcomes given: any. `details` are the names of what stands beside the text, each with the
    words that ask for it; `reviewed` tells whether it is looked at again on a day.
    """

    name: str
    tells: str
    outcomes: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    reviewed: bool = False


NOTE_KINDS: dict[str, NoteKind] = {
    kind.name: kind
    for kind in (
        NoteKind(
            "principle",
            "a rule adopted from experience, and where it comes from",
            details=(("origin", "Where it comes from."),),
            reviewed=True,
        ),
        NoteKind(
            "learning",
            "what was tried, what happened, the cause, the guardrail",
            details=(
                ("tried", "What was tried."),
                ("happened", "What happened."),
                ("cause", "Why it happened."),
                ("guardrail", "What is done so that it does not happen again."),
            ),
        ),
        NoteKind(
            "experiment",
            "hypothesis, cost and outcome",
            ("validated", "invalidated", "inconclusive"),
            details=(("hypothesis", "What was expected."), ("cost", "What it took.")),
        ),
        NoteKind(
            "decision",
            "what was decided and why, the options, the dissent, the revisit",
            details=(
                ("options", "What else was looked at."),
                ("dissent", "What spoke against it."),
            ),
            reviewed=True,
        ),
        NoteKind(
            "deep-dive",
            "topic, speaker and link",
            details=(("speaker", "Who tells it."), ("link", "Where it can be seen.")),
        ),
        NoteKind(
            "mystery",
            "what nobody can explain yet, and the next probe",
            details=(("probe", "What is tried next."),),
        ),
        NoteKind("partner-ack", "what a partner answered", ("ok", "concerned")),
        NoteKind(
            "partner-need", "what we need of a partner, and by when; retired when it is there"
        ),
    )
}
"""Each kind by its name."""

DETAILS: dict[str, str] = {
    name: asks for kind in NOTE_KINDS.values() for name, asks in kind.details
}
"""Each detail that some kind asks for, with the words that ask for it."""


def is_due(note: Note, day: date) -> bool:
    """Tell whether a note was due to be looked at again by a day, and is still in force then."""
    in_force = note.day <= day and (note.retired is None or note.retired > day)
    return in_force and note.review is not None and note.review <= day
