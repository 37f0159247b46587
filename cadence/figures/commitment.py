"""What was promised for when, and how far it slipped. Definitions: design.md 6, "Slip"."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cadence.figures.gates import built_day, delivered_before, delivered_now
from cadence.figures.milestones import started
from cadence.model import Note
from cadence.snapshot import IssueAt, Snapshot, once


@once
def committed(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the milestones whose due date, as it stood at the month's start, lies in the month.

    As they were then; those delivered or dropped before the month are none.
    """
    before = snapshot.before
    return tuple(
        milestone
        for milestone in before.milestones
        if milestone.due
        and snapshot.month.contains(milestone.due)
        and milestone.dropped is None
        and milestone.id not in delivered_before(snapshot)
    )


@once
def predictability(snapshot: Snapshot) -> float | None:
    """Return the part of the committed milestones that is delivered at T; None: none committed."""
    promised = committed(snapshot)
    kept = [milestone for milestone in promised if milestone.id in delivered_now(snapshot)]
    return len(kept) / len(promised) if promised else None


@dataclass(frozen=True, slots=True)
class Move:
    """A commitment that moved: made on a day, from a date to a date."""

    made: datetime
    on: date
    old: date
    new: date

    @property
    def late_notice(self) -> bool:
        """Whether it was made after the old date had passed."""
        return self.on > self.old


def decisions(snapshot: Snapshot, milestone: IssueAt) -> tuple[Note, ...]:
    """Return the decisions noted on a milestone, under any key it ever had, dated up to T."""
    ids = snapshot.world.meanings.issue_id
    return tuple(
        note
        for note in snapshot.filed.notes
        if note.kind == "decision"
        and note.about
        and (note.about == milestone.key or ids.get(note.about) == milestone.id)
        and note.day <= snapshot.day
    )


def reason(
    snapshot: Snapshot, milestone: IssueAt, move: Move, moves: tuple[Move, ...]
) -> Note | None:
    """Return the decision on the milestone that gives the reason of a move, the nearest in time.

    A note that is not younger than the last move of an earlier day speaks for that one only. Moves
    of one day share their reasons: a date that was put right within the day is one change to
    whoever gave the reason.
    """
    earlier = max((one.on for one in moves if one.on < move.on), default=date.min)
    able = [note for note in decisions(snapshot, milestone) if note.day > earlier]
    return min(able, key=lambda note: abs(note.day - move.on), default=None)


@dataclass(frozen=True, slots=True)
class Slip:
    """A milestone's commitment: first date (b0), its moves, and the days it slipped.

    `days` and `in_month` are None where the due date is not set. `deleted` is when it was deleted.
    """

    first_due: date | None
    moves: tuple[Move, ...]
    late_days: int
    days: int | None
    in_month: int | None
    deleted: datetime | None


def slip(snapshot: Snapshot, milestone: IssueAt) -> Slip:
    """Return the slip of a milestone at T, in days; negative is a gain."""
    start = started(snapshot.moment, milestone)
    first, moves, deleted = _ledger(snapshot, milestone, start)
    due = milestone.due
    if due is None:
        return Slip(first, moves, 0, None, None, deleted)
    end = _end(snapshot, milestone)
    late = max(0, (end - due).days)
    return Slip(
        first_due=first,
        moves=moves,
        late_days=late,
        days=(due - first).days + late if first else None,
        in_month=_in_month(snapshot, moves) + _late_in_month(snapshot, due, end),
        deleted=None,
    )


def _ledger(
    snapshot: Snapshot, milestone: IssueAt, start: datetime | None
) -> tuple[date | None, tuple[Move, ...], datetime | None]:
    """Return b0, the moves after the start, and when the date was last deleted after it."""
    if start is None:
        return milestone.due, (), None
    track = milestone.history.due
    first = last = track.upto(start)
    moves: list[Move] = []
    deleted = None
    for at, _, new in track.steps(snapshot.moment.instant):
        if at <= start:
            continue
        if new is None:
            deleted = at
        elif last is None:
            first = last = new
        elif new != last:
            moves.append(Move(at, snapshot.world.day(at), last, new))
            last = new
    return first, tuple(moves), deleted


def _end(snapshot: Snapshot, milestone: IssueAt) -> date:
    """Return the day it was built or dropped, else the last day covered."""
    if milestone.dropped:
        return snapshot.world.day(milestone.dropped)
    return built_day(snapshot.moment, milestone) or snapshot.day


def _eve(snapshot: Snapshot) -> date:
    return snapshot.month.first - timedelta(days=1)


def _in_month(snapshot: Snapshot, moves: tuple[Move, ...]) -> int:
    """Sum the forward moves made in the month, each from the later of old date and month's eve."""
    made = (move for move in moves if snapshot.in_month(move.made) and move.new > move.old)
    return sum(max(0, (move.new - max(move.old, _eve(snapshot))).days) for move in made)


def _late_in_month(snapshot: Snapshot, due: date, end: date) -> int:
    """Count the days of the month that lie after the due date, up to the end."""
    return max(0, (min(end, snapshot.day) - max(due, _eve(snapshot))).days)
