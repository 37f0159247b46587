"""The content of a member's own report: their own months, for their own eyes, compared with none.

It is built for the one person who is named, is part of no other report, and is never archived.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cadence.config import Member
from cadence.figures.buckets import OTHER, SUPPORT, month_goals
from cadence.figures.capacity import capacity, month_days
from cadence.figures.effort import attention, effort, personal_wip
from cadence.figures.followthrough import actions
from cadence.figures.trends import told_months
from cadence.model import Gate, Prompt
from cadence.reports.done import MilestoneContent, done_content
from cadence.reports.frame import Frame, frame
from cadence.reports.reflection import ActionContent, action_content
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True)
class OwnMonthContent:
    """One of the person's own months, in person-days; `not_visible` has no fresh issue."""

    month: str
    capacity_days: float
    goals_days: float
    support_days: float
    other_days: float
    not_visible_days: float


@dataclass(frozen=True)
class OwnIssueContent:
    """An issue the person worked on: its share of their days, and when it was finished, if so."""

    key: str
    title: str
    person_days: float
    finished: date | None


@dataclass(frozen=True)
class OwnSignOffContent:
    """A gate that the person signed in the month."""

    key: str
    gate: Gate
    evidence: str
    on: date


@dataclass(frozen=True)
class OwnEntryContent:
    """What the person wrote in the month's reflection under their own name."""

    prompt: str
    text: str


@dataclass(frozen=True)
class OwnContent:
    """A member's own month: their days, their milestones, what they signed, wrote and promised."""

    name: str
    months: tuple[OwnMonthContent, ...]
    issues: tuple[OwnIssueContent, ...]
    in_progress: tuple[OwnIssueContent, ...]
    wip: float | None
    milestones: tuple[MilestoneContent, ...]
    sign_offs: tuple[OwnSignOffContent, ...]
    entries: tuple[OwnEntryContent, ...]
    actions: tuple[ActionContent, ...]


@dataclass(frozen=True)
class PersonContent(Frame):
    """All that a person's own report tells."""

    person: OwnContent


def person_content(snapshot: Snapshot, account: str, member: Member) -> PersonContent:
    """Return the content of a person's own report."""
    owned = {m.key for m in snapshot.moment.milestones if m.assignee == account}
    listed = done_content(snapshot).milestones
    own = OwnContent(
        name=member.name,
        months=tuple(_month(one, account, member) for one in told_months(snapshot)),
        issues=_worked_on(snapshot, account),
        in_progress=_in_progress(snapshot, account),
        wip=personal_wip(snapshot, account),
        milestones=tuple(m for m in listed if m.key in owned and not m.dropped),
        sign_offs=_sign_offs(snapshot, member.name),
        entries=_entries(snapshot, member.name),
        actions=tuple(
            action_content(snapshot, action)
            for action in actions(snapshot)
            if action.owner == member.name and _is_current(snapshot, action.month.first)
        ),
    )
    return PersonContent(**vars(frame(snapshot)), person=own)


def _is_current(snapshot: Snapshot, agreed: date) -> bool:
    return agreed >= snapshot.month.back(2).first


def _month(snapshot: Snapshot, account: str, member: Member) -> OwnMonthContent:
    spent = effort(snapshot)
    own = [share for share in spent.shares if share.account == account]
    goals = {goal.id for goal in month_goals(snapshot)}
    days = {"goals": 0.0, SUPPORT: 0.0, OTHER: 0.0}
    for share in own:
        days["goals" if share.bucket in goals else share.bucket] += share.person_days
    idle = [
        d for held in (spent.stale, spent.unallocated) for (a, _), d in held.items() if a == account
    ]
    return OwnMonthContent(
        month=str(snapshot.month),
        capacity_days=sum((capacity(member, day) for day in month_days(snapshot)), 0.0),
        goals_days=days["goals"],
        support_days=days[SUPPORT],
        other_days=days[OTHER],
        not_visible_days=sum(idle, 0.0),
    )


def _worked_on(snapshot: Snapshot, account: str) -> tuple[OwnIssueContent, ...]:
    """Return what the person's days went to in the month, the most first."""
    days: dict[int, float] = defaultdict(float)
    seen: dict[int, IssueAt] = {}
    for share in effort(snapshot).shares:
        if share.account == account:
            days[share.issue.id] += share.person_days
            seen[share.issue.id] = snapshot.moment.issue(share.issue.id) or share.issue
    order = sorted(days, key=lambda issue_id: (-round(days[issue_id], 6), seen[issue_id].key))
    return tuple(_issue(snapshot, seen[issue_id], days[issue_id]) for issue_id in order)


def _in_progress(snapshot: Snapshot, account: str) -> tuple[OwnIssueContent, ...]:
    """Return what the person had in progress on the last working day of the month."""
    held = attention(snapshot)
    last = held[max(held)] if held else {}
    issues = (last.get(account, {}) if last else {}).values()
    return tuple(_issue(snapshot, one, 0.0) for one in sorted(issues, key=lambda i: i.key))


def _issue(snapshot: Snapshot, issue: IssueAt, days: float) -> OwnIssueContent:
    end = snapshot.world.day(issue.finished) if issue.finished else None
    return OwnIssueContent(issue.key, issue.summary, days, end)


def _sign_offs(snapshot: Snapshot, name: str) -> tuple[OwnSignOffContent, ...]:
    return tuple(
        OwnSignOffContent(sign.key, sign.gate, sign.evidence, sign.day)
        for sign in sorted(snapshot.filed.sign_offs, key=lambda sign: (sign.day, sign.id or 0))
        if sign.by == name
        and snapshot.month.first <= sign.day <= snapshot.day
        and (sign.withdrawn is None or sign.withdrawn > snapshot.day)
    )


def _entries(snapshot: Snapshot, name: str) -> tuple[OwnEntryContent, ...]:
    """Return what bears the person's name; an anonymous entry has none and cannot be found."""
    mine = [e for e in snapshot.filed.entries if e.month == snapshot.month and e.author == name]
    mine.sort(key=lambda entry: (list(Prompt).index(entry.prompt), entry.text))
    return tuple(OwnEntryContent(entry.prompt, entry.text) for entry in mine)
