"""What concerns a partner, and when the partner last heard of it. See design.md 7."""

from dataclasses import dataclass
from datetime import date

from cadence.config import Partner
from cadence.figures.buckets import matches
from cadence.model import Note
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner answered last (`ok`, `concerned`, or nothing more than that it did)."""

    on: date
    outcome: str | None


def partner_milestones(snapshot: Snapshot, partner: Partner) -> tuple[IssueAt, ...]:
    """Return the milestones at T that match a partner, themselves or by what they stand under."""
    moment = snapshot.moment
    return tuple(
        milestone
        for milestone in moment.milestones
        if any(matches(partner.match, step, moment) for step in moment.line(milestone))
    )


def last_answer(snapshot: Snapshot, partner: Partner) -> Answer | None:
    """Return the partner's last acknowledgement dated up to T; None if there is none."""
    notes = _notes(snapshot, partner, "partner-ack")
    last = max(notes, key=lambda note: (note.day, note.id or 0), default=None)
    return Answer(last.day, last.outcome) if last else None


def last_word(snapshot: Snapshot, partner: Partner) -> date | None:
    """Return the day of the last report issued to the partner, or acknowledged by it, up to T."""
    told = (snapshot.world.day(t.at) for t in snapshot.filed.told if t.partner == partner.name)
    days = [day for day in told if day <= snapshot.day]
    days += [note.day for note in _notes(snapshot, partner, "partner-ack")]
    return max(days, default=None)


def needs(snapshot: Snapshot, partner: Partner) -> tuple[Note, ...]:
    """Return what the team needs of the partner at T, the oldest first."""
    noted = _notes(snapshot, partner, "partner-need")
    open_ = (note for note in noted if note.retired is None or note.retired > snapshot.day)
    return tuple(sorted(open_, key=lambda note: (note.day, note.id or 0)))


def _notes(snapshot: Snapshot, partner: Partner, kind: str) -> list[Note]:
    return [
        note
        for note in snapshot.filed.notes
        if note.kind == kind and note.about == partner.name and note.day <= snapshot.day
    ]
