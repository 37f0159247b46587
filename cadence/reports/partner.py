"""The content of the partner report: what changed for a partner, what we need, and the dates."""

from dataclasses import dataclass
from datetime import date

from cadence.config import Partner
from cadence.figures.gates import delivered_before, delivered_now
from cadence.figures.ledger import ledger
from cadence.figures.partners import Answer, last_answer, last_word, needs, partner_milestones
from cadence.month import Month
from cadence.reports.done import ForecastContent, MilestoneContent
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True)
class PartnerMilestoneContent:
    """A milestone that concerns a partner.

    `due_before` is the due date at the month's start; `moved` tells that the two differ, `new`
    that the milestone was not there yet. `passed` is the last gate that was passed in the month.
    `explained`: the reason of the move is on record; its words stay with the team. `doubtful`: its
    own pace puts the due date in doubt. `awaits_answer`: its date moved in the month, and the
    partner has not answered since.
    """

    key: str
    title: str
    new: bool
    begun: bool
    started: date | None
    first_due: date | None
    due_before: date | None
    due: date | None
    moved: bool
    explained: bool
    late_days: int
    built: date | None
    shipped: date | None
    proven: date | None
    passed: str | None
    passed_on: date | None
    delivered: bool
    reopened: bool
    dropped: bool
    forecast: ForecastContent | None
    doubtful: bool
    awaits_answer: bool


@dataclass(frozen=True)
class NeedContent:
    """What the team needs of the partner, as somebody noted it, and since when."""

    text: str
    since: date


@dataclass(frozen=True)
class PartnerContent:
    """A partner: what it heard and answered last, its milestones, and what we need of it."""

    name: str
    last_word: date | None
    answered_on: date | None
    answer: str | None
    milestones: tuple[PartnerMilestoneContent, ...]
    needs: tuple[NeedContent, ...]


def partners_content(
    snapshot: Snapshot, milestones: tuple[MilestoneContent, ...]
) -> tuple[PartnerContent, ...]:
    """Return the content for each configured partner, from the milestones that the month lists."""
    listed = {milestone.key: milestone for milestone in milestones}
    return tuple(_partner(snapshot, one, listed) for one in snapshot.config.partners)


def _partner(
    snapshot: Snapshot, partner: Partner, listed: dict[str, MilestoneContent]
) -> PartnerContent:
    answer = last_answer(snapshot, partner)
    mine = {milestone.key: milestone for milestone in partner_milestones(snapshot, partner)}
    return PartnerContent(
        name=partner.name,
        last_word=last_word(snapshot, partner),
        answered_on=answer.on if answer else None,
        answer=answer.outcome if answer else None,
        milestones=tuple(
            _milestone(snapshot, mine[key], told, answer)
            for key, told in listed.items()
            if key in mine
        ),
        needs=tuple(NeedContent(note.text, note.day) for note in needs(snapshot, partner)),
    )


def _milestone(
    snapshot: Snapshot, milestone: IssueAt, told: MilestoneContent, answer: Answer | None
) -> PartnerMilestoneContent:
    then = snapshot.before.issue(milestone.id)
    gate, on = _passed(snapshot, told)
    moved = then is not None and then.due != milestone.due and not milestone.dropped
    return PartnerMilestoneContent(
        key=told.key,
        title=told.title,
        new=then is None,
        begun=told.started is not None and snapshot.month.contains(told.started),
        started=told.started,
        first_due=told.first_due,
        due_before=then.due if then else None,
        due=told.due,
        moved=moved,
        explained=moved and _explained(snapshot, milestone),
        late_days=told.late_days,
        built=told.built,
        shipped=told.shipped,
        proven=told.proven,
        passed=gate,
        passed_on=on,
        delivered=told.delivered,
        reopened=milestone.id in delivered_before(snapshot) - delivered_now(snapshot),
        dropped=told.dropped,
        forecast=told.forecast,
        doubtful=told.doubtful,
        awaits_answer=moved and not _answered(snapshot, milestone, answer),
    )


def _passed(snapshot: Snapshot, told: MilestoneContent) -> tuple[str | None, date | None]:
    """Return the last gate that the milestone has passed, if it was passed in the month."""
    passed = [("built", told.built), ("shipped", told.shipped), ("proven", told.proven)]
    gate, on = [step for step in [("", None), *passed] if step[0] == "" or step[1]][-1]
    inside = on is not None and Month.of(on) == snapshot.month
    return (gate, on) if inside else (None, None)


def _explained(snapshot: Snapshot, milestone: IssueAt) -> bool:
    """Tell whether the month's last move has a reason on record; its text is the team's own."""
    moves = [e for e in ledger(snapshot, milestone) if snapshot.in_month(e.move.made)]
    return bool(moves and moves[-1].why)


def _answered(snapshot: Snapshot, milestone: IssueAt, answer: Answer | None) -> bool:
    steps = [at for at, _, _ in milestone.history.due.steps(snapshot.moment.instant)]
    return bool(answer and steps and answer.on >= snapshot.world.day(steps[-1]))
