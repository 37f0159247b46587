"""The slip ledger: first date, each move, what was late, as figures. Definition: design.md 6."""

from collections.abc import Iterator
from dataclasses import dataclass

from cadence.figures.commitment import Move, reason, slip
from cadence.figures.figure import Evidence, MilestoneFigure, Value
from cadence.figures.milestones import started
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """A move of the ledger, and the words of the decision that explains it (None: unexplained)."""

    move: Move
    why: str | None


def ledger(snapshot: Snapshot, milestone: IssueAt) -> tuple[Entry, ...]:
    """Return each move of the commitment after the start, in order, with its reason."""
    moves = slip(snapshot, milestone).moves
    return tuple(_entries(snapshot, milestone, moves))


def _entries(snapshot: Snapshot, milestone: IssueAt, moves: tuple[Move, ...]) -> Iterator[Entry]:
    for move in moves:
        note = reason(snapshot, milestone, move, moves)
        yield Entry(move, note.text if note else None)


def first_due_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return b0, the first date, from which slip is counted."""
    first = slip(snapshot, milestone).first_due
    start = started(snapshot.moment, milestone)
    if start is None:
        told = Evidence(milestone.key, "not started: planning is free, the due date at T counts")
    else:
        on = snapshot.world.day(start)
        told = Evidence(
            milestone.key,
            "the due date then, else the first one set after, counts; work started",
            on,
        )
    return Value(first, (told,), tuple(_planning(snapshot, milestone)))


def slip_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the slip at T, in days, with each move."""
    return _value(snapshot, milestone, slip(snapshot, milestone).days)


def slip_in_month_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the slip in the month, in days, with each move."""
    return _value(snapshot, milestone, slip(snapshot, milestone).in_month)


def _value(snapshot: Snapshot, milestone: IssueAt, days: int | None) -> Value:
    seen, key = slip(snapshot, milestone), milestone.key
    evidence = [
        Evidence(key, "first date (b0)", seen.first_due),
        *(_told(snapshot, key, entry) for entry in ledger(snapshot, milestone)),
        Evidence(key, "due date at T" if milestone.due else "no due date at T", milestone.due),
    ]
    if seen.deleted:
        on = snapshot.world.day(seen.deleted)
        evidence.append(Evidence(key, "the due date was deleted (a slip of unknown size) on", on))
    if seen.late_days:
        what = "from the due date to the day it was built or dropped, else to the last day covered"
        evidence.append(Evidence(key, what, None, seen.late_days, "days"))
    evidence.append(Evidence(key, "slip of the whole", None, seen.days, "days"))
    evidence.append(Evidence(key, "slip in the month", None, seen.in_month, "days"))
    return Value(days, tuple(evidence), tuple(_planning(snapshot, milestone)))


def _told(snapshot: Snapshot, key: str, entry: Entry) -> Evidence:
    move = entry.move
    notice = "late notice" if move.late_notice else "before the old date had passed"
    why = f"reason: {entry.why}" if entry.why else "no decision gives a reason"
    inside = "" if snapshot.in_month(move.made) else " (in an earlier month)"
    what = f"moved from {move.old} to {move.new}{inside}, {notice}; {why}; made on"
    return Evidence(key, what, move.on, (move.new - move.old).days, "days")


def _planning(snapshot: Snapshot, milestone: IssueAt) -> Iterator[Evidence]:
    """Yield the moves before the start: planning, no slip."""
    start = started(snapshot.moment, milestone)
    for at, old, new in milestone.history.due.steps(snapshot.moment.instant):
        if start is None or at <= start:
            what = f"planning before the start: from {old or 'no date'} to {new or 'no date'}, on"
            yield Evidence(milestone.key, what, snapshot.world.day(at))


_RULE = (
    "Slip = due date at T - first date, plus the days from the due date to the day it was built or "
    "dropped (to the last day covered, if it was not) where that is later. In the month: the "
    "forward moves made in it after the start, each from the later of the old date and the day "
    "before the month, + the late days that fall in it."
)

FIGURES = (
    MilestoneFigure(
        "first-due",
        "First due date",
        "date",
        "The due date when work started, else the first one set after; before the start the due "
        "date at T.",
        'design.md 6, "Slip"; due date in the history',
        first_due_value,
    ),
    MilestoneFigure(
        "slip", "Slip", "days", _RULE, 'design.md 6, "Slip"; due date in the history', slip_value
    ),
    MilestoneFigure(
        "slip-in-month",
        "Slip in the month",
        "days",
        _RULE,
        'design.md 6, "Slip"; due date in the history',
        slip_in_month_value,
    ),
)
