"""Findings about what surrounds the team: support that returns, partners who wait for word."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from cadence.figures.buckets import SUPPORT, bucket
from cadence.figures.partners import last_word, partner_issues, touched
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day
from cadence.snapshot import IssueAt, Snapshot


def support_repeats(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the components and labels that support issues share, the last of them new in M."""
    fewest, days = limits
    told: set[str] = set()
    for (shared, _), issues in sorted(_support_by_mark(snapshot).items()):
        created = [snapshot.world.day(issue.created) for issue in issues]
        for newest in (i for i in issues if snapshot.in_month(i.created)):
            last = snapshot.world.day(newest.created)
            near = [
                i for i, on in zip(issues, created, strict=True) if 0 <= (last - on).days <= days
            ]
            if len(near) >= fewest and shared not in told:
                told.add(shared)
                yield Seen(
                    shared,
                    f"{count(len(near), 'support issue')} about '{shared}' within {int(days)} days",
                    tuple(issue.key for issue in near),
                    "What one change would make these unnecessary?",
                    len(near),
                )
                break


def _support_by_mark(snapshot: Snapshot) -> dict[tuple[str, str], list[IssueAt]]:
    """Return the support issues of each component and of each label, the youngest first."""
    rule = snapshot.config.support.match
    found: dict[tuple[str, str], list[IssueAt]] = defaultdict(list)
    for issue in snapshot.moment.issues:
        if issue.is_issue and bucket(snapshot.moment, issue) == SUPPORT:
            for mark in issue.components - {*rule.components}:
                found[mark, "component"].append(issue)
            for mark in issue.labels - {*rule.labels}:
                found[mark, "label"].append(issue)
    return {m: sorted(i, key=lambda issue: issue.created, reverse=True) for m, i in found.items()}


def partner_not_told(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the partners whose milestones moved in M and who have heard nothing for days."""
    for partner in snapshot.config.partners:
        issues = partner_issues(snapshot, partner)
        moved = [issue.key for issue in issues if touched(snapshot, issue)]
        last = last_word(snapshot, partner)
        if moved and (last is None or (snapshot.day - last).days >= limits[0]):
            yield Seen(
                partner.name,
                f"{partner.name} has had no word {_since(snapshot, last)}, while its work moved",
                (f"last word {day(last)}" if last else "no word so far", *moved),
                "Who tells them this week, and what would they want to know?",
                (snapshot.day - last).days if last else None,
            )


def _since(snapshot: Snapshot, last: date | None) -> str:
    return f"for {count((snapshot.day - last).days, 'day')}" if last else "so far"


RULES = (
    Rule(
        "support-repeats",
        Severity.INFO,
        support_repeats,
        (3, 60),
        about="component or label",
        says="At least {0} support issues (no sub-tasks) created within {1} days share it, the "
        "last of them in the month; what makes them support does not count as shared.",
        figure="share",
    ),
    Rule(
        "partner-not-told",
        Severity.WARN,
        partner_not_told,
        (30,),
        about="partner",
        says="Its milestones or their children were created or changed in the month, and the last "
        "partner report issued to it, or acknowledged by it, is {0} days old or more.",
        figure="partner-changes",
    ),
)
