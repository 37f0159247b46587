"""The kinds of note in the team's log."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoteKind:
    """A kind of note: what it tells, and the outcomes it may have (none given: any)."""

    name: str
    tells: str
    outcomes: tuple[str, ...] = ()


NOTE_KINDS: dict[str, NoteKind] = {
    kind.name: kind
    for kind in (
        NoteKind("principle", "a rule adopted from experience, and where it comes from"),
        NoteKind("learning", "what was tried, what happened, the cause, the guardrail"),
        NoteKind(
            "experiment",
            "hypothesis, cost and outcome",
            ("validated", "invalidated", "inconclusive"),
        ),
        NoteKind("decision", "what was decided and why, the options, the dissent, the revisit"),
        NoteKind("deep-dive", "topic, speaker and link"),
        NoteKind("mystery", "what nobody can explain yet, and the next probe"),
        NoteKind("partner-ack", "what a partner answered", ("ok", "concerned")),
        NoteKind(
            "partner-need", "what we need of a partner, and by when; retired when it is there"
        ),
    )
}
"""Each kind by its name."""
