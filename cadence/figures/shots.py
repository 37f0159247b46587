"""Attempts that came to an end, whatever the end. Definition: design.md 6, "Shots on goal"."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from cadence.figures.figure import Evidence, TeamFigure, Value
from cadence.figures.gates import gates
from cadence.model import Note
from cadence.snapshot import RECENT, Snapshot, once

CONCLUDED = ("validated", "invalidated", "inconclusive")


@dataclass(frozen=True, slots=True)
class Shot:
    """An experiment that was concluded, or a milestone that reached production."""

    day: date
    about: str
    what: str


@once
def shots(snapshot: Snapshot) -> tuple[Shot, ...]:
    """Return every shot up to T, in order."""
    found = [
        Shot(note.day, note.about or "team", f"experiment {note.outcome}: {note.text}")
        for note in experiments(snapshot)
        if has_learning(snapshot, note)
    ]
    for milestone in snapshot.moment.milestones:
        shipped = gates(snapshot, snapshot.moment, milestone).shipped
        if shipped:
            found.append(Shot(shipped, milestone.key, "reached production"))
    return tuple(sorted(found, key=lambda shot: (shot.day, shot.about)))


def experiments(snapshot: Snapshot) -> list[Note]:
    """Return the experiments concluded up to T."""
    noted = (note for note in snapshot.filed.notes if note.kind == "experiment")
    return [note for note in noted if note.outcome in CONCLUDED and note.day <= snapshot.day]


def has_learning(snapshot: Snapshot, experiment: Note) -> bool:
    """Tell whether a learning about the same subject was noted with it or after it, by T."""
    return any(
        note.kind == "learning"
        and note.about == experiment.about
        and experiment.day <= note.day <= snapshot.day
        for note in snapshot.filed.notes
    )


@once
def shots_in_month(snapshot: Snapshot) -> tuple[Shot, ...]:
    """Return the shots of the month."""
    return tuple(shot for shot in shots(snapshot) if snapshot.month.contains(shot.day))


@once
def days_between(snapshot: Snapshot) -> float | None:
    """Return the median of the days between one shot of six months and the next; None below two."""
    first = snapshot.month.back(RECENT - 1).first
    days = [shot.day for shot in shots(snapshot) if shot.day >= first]
    apart = [(later - day).days for day, later in pairwise(days)]
    return float(median(apart)) if apart else None


def shots_value(snapshot: Snapshot) -> Value:
    """Return how many shots on goal the month had."""
    evidence = [Evidence(shot.about, shot.what, shot.day) for shot in shots_in_month(snapshot)]
    between = Evidence(
        "team",
        "median of the time between those of six months",
        None,
        days_between(snapshot),
        "days",
    )
    left_out = (
        Evidence(note.about or "team", "experiment without a learning", note.day)
        for note in experiments(snapshot)
        if snapshot.month.contains(note.day) and not has_learning(snapshot, note)
    )
    return Value(len(evidence), (*evidence, between), tuple(left_out))


FIGURES = (
    TeamFigure(
        "shots-on-goal",
        "Shots on goal",
        "shots",
        "Experiments concluded in the month (validated, invalidated, inconclusive; each with a "
        "learning about the same subject, noted with it or after it) and milestones that were "
        "shipped in it; beside it the median of the days between those of the last six months.",
        'design.md 6, "Shots on goal"; the log, and the gate shipped',
        shots_value,
    ),
)
