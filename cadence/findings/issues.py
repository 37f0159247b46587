"""Findings about single issues: work done twice, and work that comes back."""

import re
from collections.abc import Iterator

from cadence.findings.rule import Finding, Rule, Severity
from cadence.findings.words import count, day, listed
from cadence.history import Kind
from cadence.snapshot import IssueAt, Snapshot

_WORD = re.compile(r"\w+")
COMMON_WORDS = frozenset(
    _WORD.findall(
        "a an and are as at be but by can do does for from has have how if in into is it its new "
        "no not of on or our so that the their then there this to too up us was we when which "
        "while will with without"
    )
)
"""Words that say nothing about what an issue is about."""


def words(summary: str) -> frozenset[str]:
    """Return the words of a summary, without case and without the common ones."""
    return frozenset(_WORD.findall(summary.lower())) - COMMON_WORDS


def possible_duplicates(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Finding]:
    """Yield open issues of different people with like summaries; the younger is the subject."""
    first, last = snapshot.before.instant, snapshot.moment.instant
    issues = [i for i in snapshot.moment.issues if i.is_issue and i.is_open and i.assignee]
    told = sorted(((i, words(i.summary)) for i in issues), key=lambda it: (it[0].created, it[0].id))
    current = {
        i.id
        for i in issues
        if snapshot.in_month(i.created) or i.history.active_between(first, last)
    }
    for index, (younger, own) in enumerate(told):
        like = [
            older
            for older, other in told[:index]
            if (younger.id in current or older.id in current)
            and older.assignee != younger.assignee
            and own | other
            and len(own & other) / len(own | other) >= limits[0] - 1e-12
        ]
        if like:
            yield _duplicates(snapshot, younger, like)


def _duplicates(snapshot: Snapshot, younger: IssueAt, like: list[IssueAt]) -> Finding:
    keys = [issue.key for issue in like]
    people = snapshot.world.names
    held = [
        f"{issue.key} '{issue.summary}': {people.get(issue.assignee or '', issue.assignee)}"
        for issue in (*like, younger)
    ]
    return Finding(
        younger.key,
        f"{younger.key} reads like {listed(keys)}, and different people work on them",
        tuple(held),
        "Is this the same work, and who takes it?",
    )


def reopened(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Finding]:
    """Yield the issues, sub-tasks too, that were done and moved back in the month."""
    for issue in snapshot.moment.issues:
        if not (issue.is_issue or issue.is_sub_task):
            continue
        back = [
            at
            for at, old, new in issue.history.kind.steps(snapshot.moment.instant)
            if old is Kind.DONE and new in (Kind.NEW, Kind.ACTIVE) and snapshot.in_month(at)
        ]
        if back:
            days = [day(snapshot.world.day(at)) for at in back]
            times = "" if len(back) == 1 else f" {count(len(back), 'time')}"
            yield Finding(
                issue.key,
                f"'{issue.summary}' was done and was reopened{times}",
                tuple(f"reopened {when}" for when in days),
                "What did 'done' miss, and how would we notice it earlier?",
            )


RULES = (
    Rule("possible-duplicates", Severity.WARN, possible_duplicates, (0.6,)),
    Rule("reopened", Severity.WARN, reopened),
)
