"""Findings about where the days went, and about load that is a risk to a person."""

from collections import defaultdict
from collections.abc import Iterator

from cadence.figures.buckets import SUPPORT
from cadence.figures.capacity import people
from cadence.figures.effort import effort, focus, milestones_of, personal_wip
from cadence.figures.milestones import started
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import amount, listed, number, percent
from cadence.snapshot import IssueAt, Snapshot

NOISE = 1e-9
"""Sums of binary fractions that should be equal differ by less."""


def off_goal(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if even the high end of its focus is below the limit."""
    seen = focus(snapshot)
    if seen.low is None or seen.high is None or seen.high >= limits[0] - NOISE:
        return
    yield Seen(
        "team",
        f"At most {percent(seen.high)} of the team's days went to its goals",
        (f"focus between {percent(seen.low)} and {percent(seen.high)}",),
        "What did the other days serve, and what of it can wait or stop?",
        1 - seen.high,
    )


def support_heavy(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if more than the limit of its effort went into support."""
    share = focus(snapshot).support_share
    if share is None or share <= limits[0] + NOISE:
        return
    spent = [s for s in effort(snapshot).shares if s.bucket == SUPPORT]
    keys = sorted({(s.issue.id, s.issue.key) for s in spent})
    yield Seen(
        "team",
        f"Support took {percent(share)} of the team's effort",
        (amount(sum(s.person_days for s in spent), "person-day"), *(key for _, key in keys)),
        "Which support comes back, and what would make it unnecessary?",
        share,
    )


def overload(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield people with a high WIP, or with too many milestones started and still open."""
    wip_limit, milestone_limit = limits
    for account, member in people(snapshot).items():
        wip = personal_wip(snapshot, account) or 0.0
        owned = [m.key for m in _owned(snapshot, account)]
        seen = []
        if wip > wip_limit + NOISE:
            seen.append(f"{amount(wip, 'issue')} in progress on an average day")
        if len(owned) > milestone_limit:
            seen.append(f"{len(owned)} started milestones at once")
        if seen:
            yield Seen(
                member.account or account,
                f"{member.name} carries {listed(seen)}",
                (f"WIP {number(wip)}", *owned),
                "What can we take off these shoulders, finish together, or leave?",
                wip if wip > wip_limit + NOISE else len(owned),
            )


def _owned(snapshot: Snapshot, account: str) -> list[IssueAt]:
    return [
        milestone
        for milestone in snapshot.moment.milestones
        if milestone.assignee == account
        and milestone.is_open
        and started(snapshot.moment, milestone)
    ]


def low_coverage(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if too few of its days are explained by work in Jira."""
    seen = focus(snapshot)
    if seen.coverage is None or seen.coverage >= limits[0] - NOISE:
        return
    spent = effort(snapshot)
    idle = (sum(spent.stale.values()), sum(spent.unallocated.values()))
    yield Seen(
        "team",
        f"Jira explains {percent(seen.coverage)} of the team's days",
        (
            amount(idle[0], "stale day"),
            f"{amount(idle[1], 'day')} without any issue in progress",
        ),
        "Which work does not show, and does it need to?",
        1 - seen.coverage,
    )


def orphan_work(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if too much of its effort went into issues under no milestone."""
    spent = effort(snapshot)
    orphans = [s for s in spent.shares if not milestones_of(snapshot, s)]
    days = sum(share.person_days for share in orphans)
    if spent.days and days * 100 > limits[0] * spent.days + NOISE:
        keys = sorted({(share.issue.id, share.issue.key) for share in orphans})
        yield Seen(
            "team",
            f"{percent(days / spent.days)} of the effort went into issues under no milestone",
            (amount(days, "person-day"), *(key for _, key in keys)),
            "Which milestone does this serve, or what does it tell us about our milestones?",
            days / spent.days,
        )


def single_point(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones whose month rests on one person, in a team of three or more."""
    part, needed = limits
    if len(people(snapshot)) < SMALLEST_TEAM:
        return
    by_milestone: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for share in effort(snapshot).shares:
        for above in milestones_of(snapshot, share):
            by_milestone[above.id][share.account] += share.person_days
    for milestone in snapshot.moment.milestones:
        spent = by_milestone[milestone.id]
        whole = sum(spent.values())
        if milestone.dropped or whole < max(needed, 1e-6) - NOISE:
            continue
        largest = max(spent.values()) / whole
        if largest * 100 >= part - NOISE:
            yield Seen(
                milestone.key,
                f"{percent(largest)} of the work on '{milestone.summary}' rests on one person",
                (f"{amount(whole, 'person-day')} in all",),
                "Who could pair on the next issue of it?",
                whole,
            )


SMALLEST_TEAM = 3
"""In a smaller team much rests on one person by nature."""

RULES = (
    Rule(
        "off-goal",
        Severity.RISK,
        off_goal,
        (0.5,),
        says="The high end of focus, (goals + unallocated + stale) / capacity, is below {0}.",
        figure="focus",
    ),
    Rule(
        "support-heavy",
        Severity.WARN,
        support_heavy,
        (0.3,),
        says="The share of the bucket support in all effort is above {0}.",
        figure="share",
    ),
    Rule(
        "low-coverage",
        Severity.INFO,
        low_coverage,
        (0.6,),
        says="Coverage, effort / capacity, is below {0}.",
        figure="coverage",
    ),
    Rule(
        "orphan-work",
        Severity.INFO,
        orphan_work,
        (25,),
        says="More than {0} % of the effort went into issues under no milestone.",
        figure="effort",
    ),
    Rule(
        "single-point",
        Severity.WARN,
        single_point,
        (80, 10),
        about="milestone",
        says="One person did at least {0} % of its effort in the month, that effort was at least "
        "{1} person-days in all, and the team has 3 members or more.",
        figure="milestone-effort",
    ),
    Rule(
        "overload",
        Severity.RISK,
        overload,
        (4, 2),
        about="account",
        says="The person's WIP is above {0}, or the person is assignee of more than {1} "
        "milestones that are started and neither done nor dropped.",
        figure="wip",
    ),
)
