"""Findings about milestones: their commitments, their progress, how they start and end."""

from collections.abc import Iterator

from cadence.figures.commitment import Move, Slip, reason, slip
from cadence.figures.gates import built_day
from cadence.figures.milestones import TICK, started
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day
from cadence.snapshot import IssueAt, Moment, Snapshot


def live(snapshot: Snapshot) -> Iterator[IssueAt]:
    """Yield the milestones at T that are not dropped."""
    return (milestone for milestone in snapshot.moment.milestones if not milestone.dropped)


def milestone_slipped(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that slipped in the month, or lost their date in it."""
    for milestone in live(snapshot):
        moved = slip(snapshot, milestone)
        lost = moved.deleted is not None and snapshot.in_month(moved.deleted)
        if lost or (moved.in_month is not None and moved.in_month > limits[0]):
            first = f"its first date was {day(moved.first_due)}"
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' {_slipped(snapshot, moved)}; {first}",
                (f"due {day(milestone.due)}", *_told(snapshot, milestone, moved.moves)),
                "What did we learn about this date, and who needs to hear it from us?",
                moved.in_month,
            )


def _slipped(snapshot: Snapshot, moved: Slip) -> str:
    """Say how a milestone slipped: its date deleted, moved, or passed."""
    if moved.deleted:
        return f"lost its due date on {day(snapshot.world.day(moved.deleted))}"
    days = count(moved.in_month or 0, "day")
    if any(snapshot.in_month(move.made) for move in moved.moves):
        return f"slipped {days} this month"
    return f"passed its due date, by {days} this month"


def _told(snapshot: Snapshot, milestone: IssueAt, moves: tuple[Move, ...]) -> Iterator[str]:
    """Yield each move made in the month: from when to when, in time or not, explained or not."""
    for move in moves:
        if snapshot.in_month(move.made):
            late = "late notice" if move.late_notice else "before the old date passed"
            why = "explained" if reason(snapshot, milestone, move, moves) else "unexplained"
            yield f"moved from {day(move.old)} to {day(move.new)} on {day(move.on)}: {late}, {why}"


def milestone_stalled(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the started, unbuilt milestones whose children have not moved for days."""
    moment = snapshot.moment
    for milestone in live(snapshot):
        start = started(moment, milestone)
        if not start or built_day(moment, milestone):
            continue
        moves = [
            (at, child.key)
            for child in moment.children(milestone)
            for at, *_ in child.history.category.steps(moment.instant)
            if at > child.created
        ]
        latest, key = max([(start, ""), *moves])
        last = snapshot.world.day(latest)
        since = (
            f"last change of a child, {key}," if key else "no child has moved since the start on"
        )
        days = (snapshot.day - last).days
        if days >= limits[0]:
            yield Seen(
                milestone.key,
                f"No issue of '{milestone.summary}' has moved for {count(days, 'day')}",
                (f"{since} {day(last)}",),
                "Is it blocked, waiting, or no longer wanted?",
                days,
            )


def milestone_unclear_start(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones started in the month without what makes a start clear."""
    for milestone in live(snapshot):
        start = started(snapshot.moment, milestone)
        if not start or not snapshot.in_month(start):
            continue
        missing = _missing(snapshot.at(max(start, milestone.created) + TICK), milestone)
        if missing:
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' started before it was clear",
                (f"started {day(snapshot.world.day(start))}", *(f"no {name}" for name in missing)),
                "Who owns it, until when, and what belongs to it?",
                len(missing),
            )


def _missing(moment: Moment, milestone: IssueAt) -> list[str]:
    then = moment.issue(milestone.id) or milestone
    there = {
        "owner": then.assignee or not then.history.tells_owner,
        "due date": then.due,
        "description": then.described,
        "children": moment.children(then),
    }
    return [name for name, value in there.items() if not value]


RULES = (
    Rule(
        "milestone-slipped",
        Severity.RISK,
        milestone_slipped,
        (0,),
        about="milestone",
        says="Its slip in the month is above {0} days, or its due date was deleted in the month.",
        figure="slip",
    ),
    Rule(
        "milestone-stalled",
        Severity.WARN,
        milestone_stalled,
        (14,),
        about="milestone",
        says="It is started and not built, and {0} days have passed since the later of its start "
        "and the last change of the status category of a child.",
        figure="children",
    ),
    Rule(
        "milestone-unclear-start",
        Severity.WARN,
        milestone_unclear_start,
        about="milestone",
        says="It started in the month without an owner, a due date, a description or children, as "
        "they were at that moment.",
        figure="started",
    ),
)
