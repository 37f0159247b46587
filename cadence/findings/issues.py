"""Findings about single issues: work done twice, and work that comes back."""

import re
from collections.abc import Iterator

from cadence.figures.effort import unowned_days
from cadence.figures.flow import age, percentile, usual
from cadence.figures.gaps import Gap, gaps
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day, listed
from cadence.history import Kind
from cadence.model import HistoryState
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


def possible_duplicates(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
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


def _duplicates(snapshot: Snapshot, younger: IssueAt, like: list[IssueAt]) -> Seen:
    keys = [issue.key for issue in like]
    people = snapshot.world.names
    held = [
        f"{issue.key} '{issue.summary}': {people.get(issue.assignee or '', issue.assignee)}"
        for issue in (*like, younger)
    ]
    return Seen(
        younger.key,
        f"{younger.key} reads like {listed(keys)}, and they are with different people",
        tuple(held),
        "Is this the same work, and who takes it?",
        len(like),
    )


def reopened(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
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
            yield Seen(
                issue.key,
                f"'{issue.summary}' was done and was reopened{times}",
                tuple(f"reopened {when}" for when in days),
                "What did 'done' miss, and how would we notice it earlier?",
                len(back),
            )


def back_and_forth(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the issues that moved backwards between status categories, again and again."""
    for issue in snapshot.moment.issues:
        steps = issue.history.category.steps(snapshot.moment.instant)
        back = [
            snapshot.world.day(at)
            for at, old, new in steps
            if _ORDER.get(new, 0) < _ORDER.get(old, 0) and snapshot.in_month(at)
        ]
        if issue.is_issue and len(back) >= limits[0]:
            yield Seen(
                issue.key,
                f"'{issue.summary}' moved backwards {count(len(back), 'time')}",
                tuple(f"moved back {day(on)}" for on in back),
                "What was not clear when it started?",
                len(back),
            )


def handed_over(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the issues that changed hands again and again."""
    for issue in snapshot.moment.issues:
        steps = issue.history.assignee.steps(snapshot.moment.instant)
        hands = [at for at, old, new in steps if old and new and snapshot.in_month(at)]
        if issue.is_issue and len(hands) >= limits[0]:
            yield Seen(
                issue.key,
                f"'{issue.summary}' changed hands {count(len(hands), 'time')}",
                tuple(f"handed over {day(snapshot.world.day(at))}" for at in hands),
                "Who has what it takes to finish it, and what stops them?",
                len(hands),
            )


def unowned(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the issues, sub-tasks too, in progress for days with no assignee."""
    for issue_id, days in sorted(unowned_days(snapshot).items()):
        issue = snapshot.moment.issue(issue_id)
        if issue and len(days) > limits[0]:
            yield Seen(
                issue.key,
                f"'{issue.summary}' was in progress for {count(len(days), 'day')} with no assignee",
                (f"from {day(days[0])} to {day(days[-1])}",),
                "Who works on it, or is it waiting?",
                len(days),
            )


def aging(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the issues in progress that are older than most finished ones ever were."""
    past = usual(snapshot)
    limit = percentile(past, 85) if past else limits[0]
    told = "85 % are finished within" if past else "too few are finished to compare; the limit is"
    for issue in snapshot.moment.issues:
        old = age(snapshot, issue)
        if issue.is_issue and issue.kind is Kind.ACTIVE and old is not None and old > limit:
            yield Seen(
                issue.key,
                f"'{issue.summary}' has been under way for {count(old, 'day')}",
                (f"{told} {count(int(limit), 'day')}",),
                "What is the smallest step that would finish it?",
                old,
            )


def history_incomplete(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the issues whose history is cut or contradicts itself or the present.

    A contradiction that arose only after T says nothing about this month, and a milestone that
    was dropped has no findings of its own.
    """
    moment = snapshot.moment
    for issue in moment.issues:
        state = issue.history.issue.history
        if state is HistoryState.COMPLETE or (issue.dropped and moment.is_milestone(issue)):
            continue
        found = list(gaps(issue.history))
        known = [gap for gap in found if gap.after < moment.instant]
        if state is HistoryState.CONTRADICTORY and found and not known:
            continue
        yield Seen(
            issue.key,
            f"The history of {issue.key} is {state}; its past may be told wrongly",
            (f"history {state}", *(_gap(snapshot, gap) for gap in known)),
            "Does what we say about it rest on its history?",
        )


def _gap(snapshot: Snapshot, gap: Gap) -> str:
    after = day(snapshot.world.day(gap.after))
    if gap.before is None:
        return f"{gap.field}: after {after} it differs from what Jira shows"
    return f"{gap.field}: it jumps between {after} and {day(snapshot.world.day(gap.before))}"


_ORDER = {"new": 0, "indeterminate": 1, "done": 2}

RULES = (
    Rule(
        "possible-duplicates",
        Severity.WARN,
        possible_duplicates,
        (0.6,),
        about="issue",
        says="Two open issues, at least one of them created or active in the month, are assigned "
        "to different people and have like summaries: the Jaccard similarity of their word "
        "sets, common words left out, is at least {0}. The subject is the younger.",
        figure="history",
    ),
    Rule(
        "reopened",
        Severity.WARN,
        reopened,
        about="issue",
        says="The issue (or sub-task) moved in the month from done, not dropped, to a status of "
        "another category.",
        figure="history",
    ),
    Rule(
        "back-and-forth",
        Severity.WARN,
        back_and_forth,
        (3,),
        about="issue",
        says="The issue moved backwards between status categories at least {0} times in the month.",
        figure="history",
    ),
    Rule(
        "handed-over",
        Severity.WARN,
        handed_over,
        (3,),
        about="issue",
        says="The issue changed from one assignee to another at least {0} times in the month.",
        figure="history",
    ),
    Rule(
        "unowned",
        Severity.WARN,
        unowned,
        (3,),
        about="issue",
        says="The issue (or sub-task) was active on more than {0} working days of the month with "
        "no assignee.",
        figure="unassigned",
    ),
    Rule(
        "aging",
        Severity.INFO,
        aging,
        (14,),
        about="issue",
        says="The issue is active and older than the 85th percentile of the cycle times of the 90 "
        "days up to the last day covered (at least 10 of them), else than {0} days.",
        figure="age",
    ),
    Rule(
        "history-incomplete",
        Severity.INFO,
        history_incomplete,
        about="issue",
        says="Its history is known to be cut, or two successive changes of status, resolution, "
        "type or assignee do not chain, or the last differs from the field. Silent for a dropped "
        "milestone.",
        figure="history",
    ),
)
