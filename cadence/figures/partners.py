"""What concerns a partner, and when the partner last heard of it. See design.md 7."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cadence.config import Partner
from cadence.figures.buckets import matches
from cadence.figures.figure import Evidence, PartnerFigure, Value
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


def partner_issues(snapshot: Snapshot, partner: Partner) -> Iterator[IssueAt]:
    """Yield the milestones that concern a partner, each followed by its children."""
    for milestone in partner_milestones(snapshot, partner):
        yield milestone
        yield from snapshot.moment.children(milestone)


def touched(snapshot: Snapshot, issue: IssueAt) -> bool:
    """Tell whether an issue was created or changed in the month."""
    return snapshot.in_month(issue.created) or bool(_changes(snapshot, issue))


def _changes(snapshot: Snapshot, issue: IssueAt) -> list[date]:
    inside = (c.at for c in issue.history.changes if snapshot.in_month(c.at))
    return [snapshot.world.day(at) for at in inside]


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


def changes_value(snapshot: Snapshot, partner: Partner) -> Value:
    """Return how many issues that concern a partner moved in the month, and what it heard."""
    issues = {issue.id: issue for issue in partner_issues(snapshot, partner)}.values()
    moved = [issue for issue in issues if touched(snapshot, issue)]
    quiet = len(issues) - len(moved)
    words = sorted(_words(snapshot, partner), key=lambda word: word[0])
    known = [Evidence(partner.name, what, on) for on, what in words if on <= snapshot.day]
    later = [Evidence(partner.name, what, on) for on, what in words if on > snapshot.day]
    if not known:
        known = [Evidence(partner.name, "no report was issued to it, and it acknowledged none")]
    if quiet:
        later.insert(0, Evidence(partner.name, "not changed in the month", None, quiet, "issues"))
    return Value(len(moved), (*(_told(snapshot, one) for one in moved), *known), tuple(later))


def _told(snapshot: Snapshot, issue: IssueAt) -> Evidence:
    days = _changes(snapshot, issue)
    last = max([snapshot.world.day(issue.created), *days])
    times = f"changed {len(days)} times" if len(days) > 1 else "changed once"
    return Evidence(issue.key, f"{times}, last on" if days else "created on", last)


def _words(snapshot: Snapshot, partner: Partner) -> Iterator[tuple[date, str]]:
    """Yield each report issued to a partner and each acknowledgement, whenever it is dated."""
    for told in snapshot.filed.told:
        if told.partner == partner.name:
            yield snapshot.world.day(told.at), "a report was issued to it on"
    for note in snapshot.filed.notes:
        if note.kind == "partner-ack" and note.about == partner.name:
            said = f", {note.outcome}," if note.outcome else ""
            yield note.day, f"it acknowledged{said} on"


FIGURES = (
    PartnerFigure(
        "partner-changes",
        "What moved for a partner",
        "issues",
        "The milestones that match the partner, themselves or by what they stand under, and their "
        "children at T: those that were created or changed in the month; beside them each report "
        "issued to the partner, and what it acknowledged.",
        "design.md 7, partner-not-told; [partners.match] of cadence.toml",
        changes_value,
    ),
)
