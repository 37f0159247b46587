"""Findings about where the days went, and about load that is a risk to a person."""

from collections.abc import Iterator

from cadence.figures.buckets import SUPPORT
from cadence.figures.capacity import people
from cadence.figures.effort import effort, focus, personal_wip
from cadence.figures.milestones import started
from cadence.findings.rule import Finding, Rule, Severity
from cadence.findings.words import listed, number, percent
from cadence.snapshot import IssueAt, Snapshot


def off_goal(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the team if even the high end of its focus is below the limit."""
    seen = focus(snapshot)
    if seen.low is None or seen.high is None or seen.high >= limits[0]:
        return
    yield Finding(
        "team",
        f"At most {percent(seen.high)} of the team's days went to its goals",
        (f"focus between {percent(seen.low)} and {percent(seen.high)}",),
        "What did the other days serve, and what of it can wait or stop?",
    )


def support_heavy(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the team if more than the limit of its effort went into support."""
    share = focus(snapshot).support_share
    if share is None or share <= limits[0]:
        return
    spent = [s for s in effort(snapshot).shares if s.bucket == SUPPORT]
    keys = sorted({(s.issue.id, s.issue.key) for s in spent})
    yield Finding(
        "team",
        f"Support took {percent(share)} of the team's effort",
        (f"{number(sum(s.person_days for s in spent))} person-days", *(key for _, key in keys)),
        "Which support comes back, and what would make it unnecessary?",
    )


def overload(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Finding]:
    """Yield people with a high WIP, or with too many milestones started and still open."""
    wip_limit, milestone_limit = limits
    for account, member in people(snapshot).items():
        wip = personal_wip(snapshot, account) or 0.0
        owned = [m.key for m in _owned(snapshot, account)]
        seen = []
        if wip > wip_limit:
            seen.append(f"{number(wip)} issues in progress on an average day")
        if len(owned) > milestone_limit:
            seen.append(f"{len(owned)} started milestones at once")
        if seen:
            yield Finding(
                member.account or account,
                f"{member.name} carries {listed(seen)}",
                (f"WIP {number(wip)}", *owned),
                "What can we take off these shoulders, finish together, or leave?",
            )


def _owned(snapshot: Snapshot, account: str) -> list[IssueAt]:
    return [
        milestone
        for milestone in snapshot.moment.milestones
        if milestone.assignee == account
        and milestone.is_open
        and started(snapshot.moment, milestone)
    ]


RULES = (
    Rule("off-goal", Severity.RISK, off_goal, (0.5,)),
    Rule("support-heavy", Severity.WARN, support_heavy, (0.3,)),
    Rule("overload", Severity.RISK, overload, (4, 2)),
)
