"""The content of the DONE-DONE-DONE update: milestones, their gates and their commitments."""

import re
from dataclasses import dataclass
from datetime import date

from cadence.figures.buckets import bucket
from cadence.figures.burnup import burn_up
from cadence.figures.commitment import committed, predictability, slip
from cadence.figures.forecast import forecast
from cadence.figures.gates import (
    Gates,
    claimed_not_done,
    delivered_before,
    delivered_in_month,
    delivered_now,
    gates,
    is_late,
    retracted,
    valid_sign_offs,
)
from cadence.figures.ledger import Entry, ledger
from cadence.figures.milestones import finished_children, growth, open_children, started
from cadence.figures.stages import stage_of
from cadence.findings.outlook import in_doubt
from cadence.reports.track_record import (
    AccuracyContent,
    CalledDoneContent,
    KeptContent,
    RecentContent,
    ShotsContent,
    accuracy_content,
    called_done,
    kept_content,
    recent_content,
    shots_content,
)
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True)
class ChildrenContent:
    """How many children are open and done at T, and were added in the month."""

    open: int
    done: int
    added: int


@dataclass(frozen=True)
class ForecastContent:
    """The days by which the open work is finished with 50, 85 and 95 %."""

    p50: date
    p85: date
    p95: date


@dataclass(frozen=True)
class MoveContent:
    """A commitment that moved, when, and whether it was told in time and with a reason."""

    on: date
    from_: date
    to: date
    late_notice: bool
    explained: bool
    reason: str | None


@dataclass(frozen=True)
class SignOffContent:
    """A sign-off; late if it came in a later month than the gate before."""

    gate: str
    evidence: str
    by: str | None
    on: date
    late: bool


@dataclass(frozen=True)
class MilestoneContent:
    """A milestone at T. `chance` is that of meeting the due date, 0 to 1.

    `due_deleted`: when its due date was deleted after the start, if none is set since.
    `doubtful`: it is not built, and its own pace puts the due date in doubt.
    `weeks`: its children at the end of each week since the start, `[day, done, known]`.
    """

    key: str
    title: str
    owner: str | None
    goal: str | None
    stage: str | None
    started: date | None
    first_due: date | None
    due: date | None
    due_at_month_start: date | None
    slip_in_month_days: int | None
    slip_days: int | None
    late_days: int
    moves: tuple[MoveContent, ...]
    due_deleted: date | None
    built: date | None
    shipped: date | None
    proven: date | None
    late_gates: tuple[str, ...]
    children: ChildrenContent
    forecast: ForecastContent | None
    chance: float | None
    doubtful: bool
    delivered: bool
    committed: bool
    closed: bool
    dropped: bool
    claimed: bool
    retracted: bool
    sign_offs: tuple[SignOffContent, ...]
    weeks: tuple[tuple[date, int, int], ...]


@dataclass(frozen=True)
class DoneContent:
    """What is done, what was promised, and what is not done yet."""

    delivered: tuple[str, ...]
    committed: tuple[str, ...]
    delivered_of_committed: tuple[str, ...]
    predictability: float | None
    milestones: tuple[MilestoneContent, ...]
    retracted: tuple[str, ...]
    claimed_not_done: tuple[str, ...]
    retracted_milestones: tuple[CalledDoneContent, ...]
    claimed_milestones: tuple[CalledDoneContent, ...]
    predictability_months: tuple[KeptContent, ...]
    predictability_recent: RecentContent
    forecast_accuracy: AccuracyContent
    shots_on_goal: ShotsContent


def done_content(snapshot: Snapshot) -> DoneContent:
    """Return the content of the DONE-DONE-DONE update."""
    promised = committed(snapshot)
    kept = [milestone for milestone in promised if milestone.id in delivered_now(snapshot)]
    return DoneContent(
        delivered=_keys(snapshot, delivered_in_month(snapshot)),
        committed=_keys(snapshot, promised),
        delivered_of_committed=_keys(snapshot, kept),
        predictability=predictability(snapshot),
        milestones=tuple(_milestone(snapshot, m) for m in listed_milestones(snapshot)),
        retracted=_keys(snapshot, retracted(snapshot)),
        claimed_not_done=_keys(snapshot, claimed_not_done(snapshot)),
        retracted_milestones=called_done(snapshot, retracted(snapshot)),
        claimed_milestones=called_done(snapshot, claimed_not_done(snapshot)),
        predictability_months=kept_content(snapshot),
        predictability_recent=recent_content(snapshot),
        forecast_accuracy=accuracy_content(snapshot),
        shots_on_goal=shots_content(snapshot),
    )


def listed_milestones(snapshot: Snapshot) -> list[IssueAt]:
    """Return the milestones known at T, but those delivered or dropped before M and still so."""

    def ended_before(milestone: IssueAt) -> bool:
        then = snapshot.before.issue(milestone.id)
        dropped = bool(then and then.dropped and milestone.dropped)
        return dropped or milestone.id in delivered_now(snapshot) & delivered_before(snapshot)

    found = [m for m in snapshot.moment.milestones if not ended_before(m)]
    return sorted(found, key=lambda m: (m.due or date.max, _natural(m.key)))


def _milestone(snapshot: Snapshot, milestone: IssueAt) -> MilestoneContent:
    moment, day = snapshot.moment, snapshot.world.day
    start, moved, passed = (
        started(moment, milestone),
        slip(snapshot, milestone),
        gates(snapshot, moment, milestone),
    )
    then, where, ahead = (
        snapshot.before.issue(milestone.id),
        bucket(moment, milestone),
        forecast(snapshot, milestone),
    )
    signs, stage = _sign_offs(snapshot, milestone, passed), stage_of(snapshot, milestone)
    return MilestoneContent(
        key=milestone.key,
        title=milestone.summary,
        owner=_owner(snapshot, milestone),
        goal=where if where in {goal.id for goal in snapshot.config.goals} else None,
        stage=stage.name if stage else None,
        started=day(start) if start else None,
        first_due=moved.first_due,
        due=milestone.due,
        due_at_month_start=then.due if then else None,
        slip_in_month_days=moved.in_month,
        slip_days=moved.days,
        late_days=moved.late_days,
        moves=tuple(_move(entry) for entry in ledger(snapshot, milestone)),
        due_deleted=day(moved.deleted) if moved.deleted else None,
        built=passed.built,
        shipped=passed.shipped,
        proven=passed.proven,
        late_gates=tuple(dict.fromkeys(sign.gate for sign in signs if sign.late)),
        children=ChildrenContent(
            open=len(open_children(moment, milestone)),
            done=len(finished_children(moment, milestone)),
            added=len(growth(snapshot, milestone)[0]),
        ),
        forecast=ForecastContent(ahead.p50, ahead.p85, ahead.p95) if ahead else None,
        chance=ahead.chance if ahead else None,
        doubtful=passed.built is None and in_doubt(snapshot, milestone),
        delivered=passed.proven is not None,
        committed=milestone.id in {promised.id for promised in committed(snapshot)},
        closed=not milestone.is_open,
        dropped=milestone.dropped is not None,
        claimed=milestone in claimed_not_done(snapshot),
        retracted=milestone in retracted(snapshot),
        sign_offs=signs,
        weeks=tuple((w.day, w.done, w.known) for w in burn_up(snapshot, milestone)),
    )


def _owner(snapshot: Snapshot, milestone: IssueAt) -> str | None:
    account = milestone.assignee
    return snapshot.world.names.get(account, account) if account else None


def _move(entry: Entry) -> MoveContent:
    move, why = entry.move, entry.why
    return MoveContent(move.on, move.old, move.new, move.late_notice, why is not None, why)


def _sign_offs(snapshot: Snapshot, milestone: IssueAt, passed: Gates) -> tuple[SignOffContent, ...]:
    signs = valid_sign_offs(snapshot.filed, snapshot.moment, milestone)
    return tuple(
        SignOffContent(sign.gate, sign.evidence, sign.by, sign.day, is_late(sign, passed))
        for sign in sorted(signs, key=lambda sign: (sign.day, sign.id or 0))
    )


def _keys(snapshot: Snapshot, milestones: list[IssueAt] | tuple[IssueAt, ...]) -> tuple[str, ...]:
    """Return the keys as they are at T."""
    now = (snapshot.moment.issue(milestone.id) or milestone for milestone in milestones)
    return tuple(sorted((milestone.key for milestone in now), key=_natural))


def _natural(key: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", key))
