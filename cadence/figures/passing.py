"""How far a milestone is, as figures: start, children, gates, stage, effort. See design.md 6."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from cadence.figures.effort import effort, milestones_of
from cadence.figures.figure import Evidence, MilestoneFigure, Value
from cadence.figures.gates import Sign, gates, proofs_of, signs_of
from cadence.figures.milestones import growth, started
from cadence.figures.stages import missing, passed_stages, recorded, stage_of, stage_since
from cadence.model import Gate
from cadence.snapshot import IssueAt, Snapshot


def started_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the day on which work on a milestone started."""
    day, start = snapshot.world.day, started(snapshot.moment, milestone)
    evidence = [Evidence(milestone.key, "itself in progress first", _day(snapshot, milestone))]
    for child in snapshot.moment.children(milestone):
        if child.started or child.finished:
            first = min(at for at in (child.started, child.finished) if at)
            evidence.append(Evidence(child.key, "child started, or finished first", day(first)))
    waiting = (c for c in snapshot.moment.children(milestone) if not (c.started or c.finished))
    left_out = tuple(Evidence(child.key, "child not started") for child in waiting)
    return Value(day(start) if start else None, tuple(e for e in evidence if e.on), left_out)


def _day(snapshot: Snapshot, issue: IssueAt) -> date | None:
    return snapshot.world.day(issue.started) if issue.started else None


def children_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return how many children are open, and where each one is."""
    told = [(one.is_open, _state(snapshot, one)) for one in snapshot.moment.children(milestone)]
    waiting = tuple(one for is_open, one in told if is_open)
    ended = (one for is_open, one in told if not is_open)
    subs = Evidence(milestone.key, "sub-tasks count through their parents only")
    return Value(len(waiting), waiting, (*ended, subs))


def _state(snapshot: Snapshot, issue: IssueAt) -> Evidence:
    """Return where an issue is at T, and since when."""
    moves = list(issue.history.category.steps(snapshot.moment.instant))
    since = snapshot.world.day(moves[-1][0] if moves else issue.created)
    status = f", status {issue.status}" if issue.status else ""
    return Evidence(issue.key, f"{issue.kind}{status}, since", since)


def scope_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return how many children were added in the month."""
    added, before = growth(snapshot, milestone)
    day = snapshot.world.day
    evidence = tuple(Evidence(c.key, "added; created", day(c.created)) for c in added)
    known = Evidence(milestone.key, "children it had before", None, before, "issues")
    return Value(len(added), evidence, (known,))


def built_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the day on which a milestone and each of its children was finished or dropped."""
    children = snapshot.moment.children(milestone)
    evidence = tuple(_end(snapshot, issue) for issue in (milestone, *children))
    subs = Evidence(milestone.key, "sub-tasks count through their parents only")
    return Value(gates(snapshot, snapshot.moment, milestone).built, evidence, (subs,))


def _end(snapshot: Snapshot, issue: IssueAt) -> Evidence:
    end = issue.finished or issue.dropped
    if end is None:
        return Evidence(issue.key, f"still open: {issue.kind}")
    return Evidence(issue.key, str(issue.kind), snapshot.world.day(end))


def shipped_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the day on which a milestone was built, with a sign of shipping."""
    moment, done = snapshot.moment, snapshot.config.done
    passed = gates(snapshot, moment, milestone)
    signs = tuple(signs_of(snapshot.filed, moment, milestone, Gate.SHIPPED, done))
    return _gate(milestone, "built", passed.built, signs, passed.shipped)


def proven_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the day on which a milestone was shipped, with a sign of proof."""
    moment, done = snapshot.moment, snapshot.config.done
    passed = gates(snapshot, moment, milestone)
    if passed.shipped:
        signs = proofs_of(snapshot, moment, milestone, passed.shipped)
    else:
        signs = tuple(signs_of(snapshot.filed, moment, milestone, Gate.PROVEN, done))
    return _gate(milestone, "shipped", passed.shipped, signs, passed.proven)


def _gate(
    milestone: IssueAt, gate: str, before: date | None, signs: tuple[Sign, ...], on: date | None
) -> Value:
    """Return a gate's day, its signs, and how the gate before stands."""
    key = milestone.key
    told = Evidence(key, gate if before else f"not {gate}, so no sign counts yet", before)
    seen = tuple(Evidence(key, f"sign: {s.what}", s.on) for s in sorted(signs, key=_on))
    none = () if signs else (Evidence(key, "no configured sign was seen"),)
    return Value(on, (told, *seen, *none))


def _on(sign: Sign) -> date:
    return sign.on


def stage_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the days in the stage, its time box, and what evidence is recorded."""
    stage = stage_of(snapshot, milestone)
    if stage is None:
        return Value(None, (Evidence(milestone.key, "no label of a configured stage is set"),))
    since, key = stage_since(snapshot, milestone, stage), milestone.key
    evidence = [Evidence(key, f"in stage {stage.name}, label {stage.label} last set", since)]
    if stage.timebox_days:
        evidence.append(Evidence(key, "time box", None, stage.timebox_days, "days"))
    for one in (*passed_stages(snapshot, milestone), stage):
        links = recorded(snapshot, milestone, one)
        evidence += [Evidence(key, f"{one.name}, {what}: {link}") for what, link in links.items()]
    left = [
        Evidence(key, f"{one.name}, {need}: not recorded")
        for one in (*passed_stages(snapshot, milestone), stage)
        for need in missing(snapshot, milestone, one)
    ]
    return Value((snapshot.day - since).days, tuple(evidence), tuple(left))


def milestone_effort_value(snapshot: Snapshot, milestone: IssueAt) -> Value:
    """Return the person-days under a milestone, by issue; nobody is named."""
    by_issue: dict[str, float] = defaultdict(float)
    by_person: dict[str, float] = defaultdict(float)
    for share in effort(snapshot).shares:
        if milestone.id in {above.id for above in milestones_of(snapshot, share)}:
            by_issue[share.issue.key] += share.person_days
            by_person[share.account] += share.person_days
    evidence = [*_most_first(by_issue)]
    if by_person:
        most, key = max(by_person.values()), milestone.key
        evidence.append(Evidence(key, "the largest part of one person", None, most, "person-days"))
    return Value(sum(by_issue.values(), 0.0), tuple(evidence))


def _most_first(by_issue: dict[str, float]) -> Iterator[Evidence]:
    for key, days in sorted(by_issue.items(), key=lambda one: (-one[1], one[0])):
        yield Evidence(key, "effort", None, days, "person-days")


_HISTORY = "status and resolution in the history"

FIGURES = (
    MilestoneFigure(
        "started",
        "Start",
        "date",
        "The earliest of its own first entry into a status in progress, its children's at T with "
        "their whole history, and the first child finished. Sub-tasks start no milestone.",
        f'design.md 6, "Started"; {_HISTORY}',
        started_value,
    ),
    MilestoneFigure(
        "children",
        "Open children",
        "issues",
        "The issues whose parent at T it is and that are neither done nor dropped.",
        f'design.md 6, "Children"; parent, {_HISTORY}',
        children_value,
    ),
    MilestoneFigure(
        "scope",
        "Scope growth",
        "issues",
        "The children at T that were added after the later of the month's start and its own. Not "
        "started: 0.",
        'design.md 6, "Scope growth"; parent in the history',
        scope_value,
    ),
    MilestoneFigure(
        "built",
        "Built",
        "date",
        "The milestone is finished and every child is finished or dropped; dated by the last of "
        "these moments.",
        f'design.md 6, "Built"; {_HISTORY}',
        built_value,
    ),
    MilestoneFigure(
        "shipped",
        "Shipped",
        "date",
        "Built, and a configured sign of shipping; dated by its earliest sign, never before the "
        "gate before it.",
        'design.md 6, "Built"; [done.shipped] of cadence.toml',
        shipped_value,
    ),
    MilestoneFigure(
        "proven",
        "Proven (delivered)",
        "date",
        "Shipped, and a configured sign of proof; dated by its earliest sign, never before the "
        "gate before it. Delivered = proven.",
        'design.md 6, "Built"; [done.proven] of cadence.toml',
        proven_value,
    ),
    MilestoneFigure(
        "stage",
        "Days in the stage",
        "days",
        "The last configured stage whose label is set is the stage; its days count since its "
        "label was last set.",
        "design.md 7, stage-overrun; [[stages]] of cadence.toml, labels in the history",
        stage_value,
    ),
    MilestoneFigure(
        "milestone-effort",
        "Effort on a milestone",
        "person-days",
        "The effort of the month on issues that lay under the milestone at that day's end.",
        'design.md 6, "Effort", and 7, single-point',
        milestone_effort_value,
    ),
)
