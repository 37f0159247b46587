"""An issue's month as a figure: what was done to it, day by day, and how old it is."""

from cadence.figures.figure import Evidence, IssueFigure, Value
from cadence.figures.flow import age, percentile, usual
from cadence.figures.gaps import gaps
from cadence.model import Change
from cadence.snapshot import IssueAt, Snapshot

TOLD = ("status", "resolution", "assignee", "type", "parent", "due", "labels", "key", "Link")
"""The fields whose changes definitions rest on."""


def history_value(snapshot: Snapshot, issue: IssueAt) -> Value:
    """Return how many changes of the month definitions rest on, and each of them."""
    inside = [c for c in issue.history.changes if snapshot.in_month(c.at)]
    told = [_told(snapshot, issue, change) for change in inside if change.field in TOLD]
    others = [change for change in inside if change.field not in TOLD]
    day = snapshot.world.day
    left_out = [
        Evidence(issue.key, f"its history is not whole after it: {gap.field}", day(gap.after))
        for gap in gaps(issue.history)
    ]
    if others:
        names = ", ".join(sorted({change.field for change in others}))
        left_out.append(
            Evidence(issue.key, f"changes of other fields: {names}", number=len(others))
        )
    return Value(len(told), tuple(_now(snapshot, issue)) + tuple(told), tuple(left_out))


def _now(snapshot: Snapshot, issue: IssueAt) -> list[Evidence]:
    day, key = snapshot.world.day, issue.key
    ends = (("started", issue.started), ("finished", issue.finished), ("dropped", issue.dropped))
    evidence = [Evidence(key, f"'{issue.summary}', created", day(issue.created))]
    evidence += [Evidence(key, name, day(at)) for name, at in ends if at]
    return evidence


def _told(snapshot: Snapshot, issue: IssueAt, change: Change) -> Evidence:
    names = snapshot.world.names
    meanings = snapshot.world.meanings

    def said(number: str | None, text: str | None) -> str:
        if change.field == "assignee":
            return names.get(number or "", text or number or "nobody")
        if change.field == "status":
            return text or meanings.status_name.get(number or "", number or "none")
        return text or number or "none"

    old, new = said(change.from_id, change.from_text), said(change.to_id, change.to_text)
    return Evidence(issue.key, f"{change.field}: {old} to {new}", snapshot.world.day(change.at))


def age_value(snapshot: Snapshot, issue: IssueAt) -> Value:
    """Return the work item age at T, in days; None if it is not started."""
    if issue.started is None:
        return Value(None, (Evidence(issue.key, "not started"),))
    started = Evidence(issue.key, "started", snapshot.world.day(issue.started))
    evidence = (started, Evidence(issue.key, "last day covered", snapshot.day))
    return Value(age(snapshot, issue), (*evidence, *_compared(snapshot)))


def _compared(snapshot: Snapshot) -> list[Evidence]:
    """Return what finished issues of the 90 days up to date(T) took, where enough were."""
    past = usual(snapshot)
    if not past:
        return [Evidence("team", "fewer than 10 issues were finished in the 90 days: no usual age")]
    return [
        Evidence("team", "issues finished in the 90 days before", None, len(past), "issues"),
        Evidence("team", "85 % of them were finished within", None, percentile(past, 85), "days"),
    ]


FIGURES = (
    IssueFigure(
        "history",
        "What was done to an issue",
        "changes",
        "The changes in the month of the fields that definitions rest on, as Jira's history tells.",
        'design.md 6, "Time"; the history',
        history_value,
    ),
    IssueFigure(
        "age",
        "Work item age",
        "days",
        "date(T) - date(started) + 1.",
        'design.md 6, "Cycle time"; the term as in the Kanban Guide',
        age_value,
    ),
)
