"""Built, shipped, proven: the three gates of a milestone. Definition: design.md 6, "Built"."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cadence.config import Done
from cadence.figures.buckets import bucket
from cadence.figures.milestones import TICK
from cadence.history import Kind, Track, mapped
from cadence.model import Filed, Gate, SignOff
from cadence.month import Month
from cadence.snapshot import IssueAt, Moment, Snapshot, once


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that a gate is passed, and its day."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Gates:
    """The days on which a milestone passed its gates; None: not passed."""

    built: date | None = None
    shipped: date | None = None
    proven: date | None = None

    def before(self, gate: Gate) -> date | None:
        """The day of the gate before this one; built has none before it."""
        return {Gate.BUILT: None, Gate.SHIPPED: self.built, Gate.PROVEN: self.shipped}[gate]


def gates(snapshot: Snapshot, moment: Moment, milestone: IssueAt) -> Gates:
    """Return the gates that a milestone had passed at a moment.

    A gate is dated by its earliest sign, never before the gate before it.
    """
    built = built_day(moment, milestone)
    if built is None:
        return Gates()
    done = snapshot.config.done
    shipped = _passed(built, signs_of(snapshot.filed, moment, milestone, Gate.SHIPPED, done))
    if shipped is None:
        return Gates(built)
    proofs = proofs_of(snapshot, moment, milestone, shipped)
    return Gates(built, shipped, _passed(shipped, proofs))


def proofs_of(
    snapshot: Snapshot, moment: Moment, milestone: IssueAt, shipped: date
) -> tuple[Sign, ...]:
    """Return the signs of proof that hold at a moment, of a milestone shipped on a day."""
    filed, done = snapshot.filed, snapshot.config.done
    signs = signs_of(filed, moment, milestone, Gate.PROVEN, done)
    readings = _readings_after(filed, moment, milestone, shipped) if done.proven.kpi else ()
    return (*signs, *readings)


def built_day(moment: Moment, milestone: IssueAt) -> date | None:
    """Return the day when the milestone and each of its children was finished or dropped."""
    children = moment.children(milestone)
    if milestone.finished is None or any(child.is_open for child in children):
        return None
    ends = [child.finished or child.dropped for child in children]
    return moment.world.day(max([milestone.finished, *(end for end in ends if end)]))


def first_built(snapshot: Snapshot, milestone: IssueAt) -> datetime | None:
    """Return the instant at which a milestone was built for the first time, up to T."""
    world, until = snapshot.world, snapshot.moment.instant
    below = [world.histories[i] for i in world.ever_below.get(milestone.id, ())]
    instants = {milestone.created}
    for history in (milestone.history, *below):
        family = (history.kind.at, history.parent.at, history.type.at, history.fix_versions.at)
        instants = instants.union(world.shown(history).at, *family)
    for instant in sorted(at for at in instants if at < until):
        moment = snapshot.at(instant + TICK)
        then = moment.issue(milestone.id)
        if then and moment.is_milestone(then) and built_day(moment, then):
            return instant
    return None


def valid_sign_offs(filed: Filed, moment: Moment, milestone: IssueAt) -> tuple[SignOff, ...]:
    """Return a milestone's sign-offs that are dated by the moment's day and not withdrawn by it."""
    day = moment.day
    return tuple(
        sign
        for sign in filed.sign_offs
        if sign.milestone_id == milestone.id
        and sign.day <= day
        and (sign.withdrawn is None or sign.withdrawn > day)
    )


def is_late(sign: SignOff, passed: Gates) -> bool:
    """Tell whether a sign-off came in a later month than the gate before."""
    before = passed.before(sign.gate)
    return before is not None and Month.of(sign.day) > Month.of(before)


def delivered(snapshot: Snapshot, moment: Moment) -> frozenset[int]:
    """Return the ids of the milestones that were delivered, that is proven, at a moment."""
    return frozenset(
        milestone.id for milestone in moment.milestones if is_delivered(snapshot, moment, milestone)
    )


def is_delivered(snapshot: Snapshot, moment: Moment, milestone: IssueAt) -> bool:
    """Tell whether a milestone had passed all gates; most are told by having no sign of one."""
    if not milestone.finished:
        return False
    filed, done = snapshot.filed, snapshot.config.done
    shipped = signs_of(filed, moment, milestone, Gate.SHIPPED, done)
    proven = signs_of(filed, moment, milestone, Gate.PROVEN, done)
    signed = any(shipped) and (done.proven.kpi or any(proven))
    return signed and gates(snapshot, moment, milestone).proven is not None


@once
def delivered_now(snapshot: Snapshot) -> frozenset[int]:
    """Return the milestones delivered at T."""
    return delivered(snapshot, snapshot.moment)


@once
def delivered_before(snapshot: Snapshot) -> frozenset[int]:
    """Return the milestones delivered at the month's start."""
    return delivered(snapshot, snapshot.before)


@once
def delivered_in_month(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the milestones delivered at T and not at the month's start."""
    new = delivered_now(snapshot) - delivered_before(snapshot)
    return tuple(m for m in snapshot.moment.milestones if m.id in new)


@once
def retracted(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the milestones delivered at the end of some earlier month, and not at T."""
    return _retracted(snapshot, snapshot.moment, snapshot.month)


@once
def retracted_before(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the milestones that were already retracted at the month's start."""
    return _retracted(snapshot, snapshot.before, snapshot.month.back(1))


@once
def claimed_not_done(snapshot: Snapshot) -> tuple[IssueAt, ...]:
    """Return the milestones that are closed with open children."""
    moment = snapshot.moment
    return tuple(
        milestone
        for milestone in moment.milestones
        if not milestone.is_open and any(child.is_open for child in moment.children(milestone))
    )


def _retracted(snapshot: Snapshot, moment: Moment, month: Month) -> tuple[IssueAt, ...]:
    now = moment is snapshot.moment
    known = delivered_now(snapshot) if now else delivered_before(snapshot)
    return tuple(
        milestone
        for milestone in moment.milestones
        if milestone.id not in known
        and any(
            _was_delivered(snapshot, milestone, end) for end in _ends(snapshot, milestone, month)
        )
    )


def _ends(snapshot: Snapshot, milestone: IssueAt, month: Month) -> Iterator[datetime]:
    """Yield the ends of the months before `month` since it was first done, latest first."""
    kind = milestone.history.kind
    done = [
        at
        for at, value in zip((milestone.created, *kind.at), kind.values, strict=True)
        if value is Kind.DONE
    ]
    earlier = month.back(1)
    while done and earlier >= Month.of(snapshot.world.day(done[0])):
        yield earlier.end(snapshot.config.team.zone)
        earlier = earlier.back(1)


def _was_delivered(snapshot: Snapshot, milestone: IssueAt, end: datetime) -> bool:
    moment = snapshot.at(end)
    then = moment.issue(milestone.id)
    return bool(then and moment.is_milestone(then) and is_delivered(snapshot, moment, then))


def _passed(before: date, signs: Iterable[Sign]) -> date | None:
    earliest = min((sign.on for sign in signs), default=None)
    return None if earliest is None else max(before, earliest)


def signs_of(
    filed: Filed, moment: Moment, milestone: IssueAt, gate: Gate, done: Done
) -> Iterator[Sign]:
    """Yield each sign of shipping or of proof that holds at the moment."""
    world, history = moment.world, milestone.history
    signs = done.proven if gate is Gate.PROVEN else done.shipped
    if signs.versions:
        for version in milestone.fix_versions & world.versions.keys():
            day = world.versions[version].released.before(moment.instant)
            if day and day <= moment.day:
                yield Sign(day, f"version {world.versions[version].version.name} is released")
    names = world.meanings.status_name
    if milestone.status in signs.statuses:
        held = mapped(history.status, lambda s: names.get(s) in signs.statuses)
        yield Sign(_since(moment, milestone, held), f"status {milestone.status}")
    for label in milestone.labels.intersection(signs.labels):
        carried = mapped(history.labels, _holding(label))
        yield Sign(_since(moment, milestone, carried), f"label {label}")
    if signs.sign_offs:
        for one in valid_sign_offs(filed, moment, milestone):
            if one.gate is gate:
                yield Sign(one.day, f"signed, evidence {one.evidence}")


def _holding(label: str) -> Callable[[frozenset[str]], bool]:
    return lambda held: label in held


def _since(moment: Moment, milestone: IssueAt, sign: Track[bool]) -> date:
    return moment.world.day(sign.set_at(moment.instant) or milestone.created)


def _readings_after(filed: Filed, moment: Moment, milestone: IssueAt, shipped: date) -> list[Sign]:
    """Return the readings after the ship date, of the goal that it was shipped for."""
    goal = bucket(moment, milestone, shipped)
    return [
        Sign(reading.day, f"reading {reading.value:g} of goal {goal}")
        for reading in filed.readings
        if reading.goal == goal and shipped < reading.day <= moment.day
    ]
