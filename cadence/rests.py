"""When an issue moved, when it rested and as what: so that a month need not read it all again.

An issue moves in a month in which it is created, changed or resolved. It rests while it does not:
what it is then, its face, is the same on every day. A month's report looks at what moved in the
months it looks back to, and at the faces of all else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cadence.history import EVER, IssueHistory, Meanings
from cadence.model import Change, Issue

FOREVER = "9999-12"
"""The month until which an issue rests that has not moved since."""

SHORTEST = 6
"""Rests of fewer months than this are not told: every report looks back further."""

_UNREAD = Meanings({}, {}, {}, {}, {}, {}, frozenset())
"""Faces hold Jira's own ids, never their meaning: that a site may change on any day."""


@dataclass(frozen=True, slots=True)
class Face:
    """What an issue is while it rests, in Jira's own ids.

    `past` holds each (status id, resolution) it ever had before. Of what is no milestone only type,
    level and status are told: nobody asks for more, and so few faces stand for many issues.
    """

    type_id: str
    level: int
    status_id: str
    resolution: str | None = None
    project: str = ""
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    past: tuple[tuple[str, str | None], ...] = ()
    detailed: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """What a report looks back to and up to: `[first, last)`; rests that span it are whole."""

    first: datetime
    last: datetime

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month of it, in UTC."""
        return month_text(self.first), month_text(self.last - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class Rest:
    """A time in which an issue did not move: it did in the months `since` and `until`."""

    since: str
    until: str
    face: Face


def month_text(instant: datetime) -> str:
    """Return the month of an instant in UTC, such as `2021-02`."""
    utc = instant.astimezone(UTC)
    return f"{utc.year:04d}-{utc.month:02d}"


def moved_months(issue: Issue, changes: Sequence[Change]) -> list[str]:
    """Return the months in which an issue moved, in order."""
    dated = [issue.created, *(change.at for change in changes)]
    return sorted({month_text(at) for at in (*dated, issue.resolved) if at})


def rests(issue: Issue, changes: Sequence[Change], months: Sequence[str]) -> Iterator[Rest]:
    """Yield the rests of an issue between the months in which it moved; the last is still on."""
    history = IssueHistory(issue, tuple(changes), _UNREAD)
    for since, until in zip(months, (*months[1:], FOREVER), strict=True):
        if _count(until) - _count(since) > SHORTEST:
            yield Rest(since, until, _face(history, until))


def names_above(issue: Issue, changes: Sequence[Change]) -> set[str]:
    """Return all that an issue was ever under: ids or keys of parents, and fix versions.

    A parent goes by its id, or by its key where the history has no more; a version as `version:ID`.
    """
    named = {str(issue.parent_id)} if issue.parent_id else set()
    held = set(issue.fix_versions)
    for change in changes:
        if change.field == "parent":
            named |= {
                issue_id if issue_id and issue_id.isdigit() else key or ""
                for issue_id, key in (
                    (change.from_id, change.from_text),
                    (change.to_id, change.to_text),
                )
            }
        elif change.field == "fix_versions":
            held |= {value for value in (change.from_id, change.to_id) if value}
    return (named | {f"version:{number}" for number in held}) - {""}


def assigned_since(issue: Issue, changes: Sequence[Change]) -> dict[str, datetime]:
    """Return everybody who ever had an issue, and when they first did: not before its creation."""
    held = IssueHistory(issue, tuple(changes), _UNREAD).assignee
    begins = (issue.created, *(max(at, issue.created) for at in held.at))
    found: dict[str, datetime] = {}
    for account, at in zip(held.values, begins, strict=True):
        if account:
            found[account] = min(at, found.get(account, at))
    return found


def _count(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def _face(history: IssueHistory, until: str) -> Face:
    """Return the face of an issue before it moved in the month `until`."""
    at = EVER if until == FOREVER else datetime(int(until[:4]), int(until[5:]), 1, tzinfo=UTC)
    issue = history.issue
    status_id, type_id = history.status.before(at), history.type.before(at)
    if issue.level < 1 and "type" not in history.by_field:
        return Face(type_id, issue.level, status_id)
    return Face(
        type_id=type_id,
        level=issue.level,
        status_id=status_id,
        resolution=history.resolution.before(at),
        project=history.project.before(at),
        labels=tuple(sorted(history.labels.before(at))),
        components=tuple(sorted(history.components.before(at))),
        fix_versions=tuple(sorted(history.fix_versions.before(at))),
        past=tuple(sorted(_past(history, at), key=str)),
        detailed=True,
    )


def _past(history: IssueHistory, until: datetime) -> set[tuple[str, str | None]]:
    """Return each pair of status and resolution that an issue had at some instant before."""
    instants = [*history.status.at, *history.resolution.at]
    first = (history.status.values[0], history.resolution.values[0])
    later = (at for at in instants if at < until)
    return {first, *((history.status.upto(at), history.resolution.upto(at)) for at in later)}
