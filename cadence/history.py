"""One issue's life: each of its fields as a value over time, replayed from its changes."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from cadence.model import Change, Issue

V = TypeVar("V")
W = TypeVar("W")

EVER = datetime.max.replace(tzinfo=UTC)
"""Later than any instant: the state "before" it is the last known one."""


class Kind(StrEnum):
    """What an issue is at a moment; dropped work is never done."""

    NEW = "new"
    ACTIVE = "active"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Track(Generic[V]):
    """A value over time: `values[0]` before the first instant, `values[i + 1]` from `at[i]` on."""

    at: tuple[datetime, ...]
    values: tuple[V, ...]

    def before(self, instant: datetime) -> V:
        """The value just before an instant: what happens at its stroke is not yet true."""
        return self.values[bisect_left(self.at, instant)]

    def upto(self, instant: datetime) -> V:
        """The value at an instant, what happens at its stroke included."""
        return self.values[bisect_right(self.at, instant)]

    def set_at(self, instant: datetime) -> datetime | None:
        """The instant since which the value `before(instant)` holds; None if from the first."""
        index = bisect_left(self.at, instant)
        return self.at[index - 1] if index else None

    def steps(self, until: datetime) -> Iterable[tuple[datetime, V, V]]:
        """Each change before `until`: its instant, the old value and the new one."""
        for index, instant in enumerate(self.at[: bisect_left(self.at, until)]):
            yield instant, self.values[index], self.values[index + 1]


def track(first: V, steps: Iterable[tuple[datetime, V]]) -> Track[V]:
    """Build a track: of several steps at one instant the last counts; only real changes stay."""
    at: list[datetime] = []
    values: list[V] = [first]
    for instant, value in steps:
        if at and at[-1] == instant:
            values[-1] = value
        else:
            at.append(instant)
            values.append(value)
    kept = [i for i in range(len(at)) if values[i + 1] != values[i]]
    return Track(tuple(at[i] for i in kept), (first, *(values[i + 1] for i in kept)))


def mapped(source: Track[V], meaning: Callable[[V], W]) -> Track[W]:
    """Return the track of what a track's values mean."""
    first, *rest = (meaning(value) for value in source.values)
    return track(first, zip(source.at, rest, strict=True))


def merged(left: Track[V], right: Track[W]) -> Track[tuple[V, W]]:
    """Return both tracks as one of pairs."""
    instants = sorted({*left.at, *right.at})
    first = (left.values[0], right.values[0])
    return track(first, ((at, (left.upto(at), right.upto(at))) for at in instants))


@dataclass(frozen=True)
class Meanings:
    """What ids and names mean on this site; some histories hold only a name or a key."""

    category: dict[str, str]
    status_name: dict[str, str]
    status_id: dict[str, str]
    level: dict[str, int]
    type_name: dict[str, str]
    issue_id: dict[str, int]
    dropped: frozenset[str]


@dataclass(frozen=True)
class IssueHistory:
    """An issue and its changes in their order, read as tracks.

    Where history and the present disagree the present wins from the last known change on.
    """

    issue: Issue
    changes: tuple[Change, ...]
    meanings: Meanings

    @cached_property
    def by_field(self) -> dict[str, list[Change]]:
        """The changes of each field, in their order."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.field, []).append(change)
        return found

    @cached_property
    def turns(self) -> Sequence[datetime]:
        """The instants at which anything that is told of it may change, in order."""
        resolved = {self.issue.resolved} if self.issue.resolved else set()
        return sorted({change.at for change in self.changes} | resolved)

    def _replayed(
        self, field: str, now: V, old: Callable[[Change], V], new: Callable[[Change], V]
    ) -> Track[V]:
        changes = self.by_field.get(field, [])
        if not changes:
            return Track((), (now,))
        values = [new(change) for change in changes[:-1]] + [now]
        return track(old(changes[0]), zip((c.at for c in changes), values, strict=True))

    def _set(
        self,
        field: str,
        now: Sequence[str],
        old: Callable[[Change], str | None],
        new: Callable[[Change], str | None],
    ) -> Track[frozenset[str]]:
        """A set whose changes each add or remove one member: undone from the present."""
        held = frozenset(now)
        after: list[tuple[datetime, frozenset[str]]] = []
        for change in reversed(self.by_field.get(field, [])):
            after.append((change.at, held))
            held = held - {new(change) or ""} | {value for value in [old(change)] if value}
        return track(held, reversed(after))

    @cached_property
    def status(self) -> Track[str]:
        """The status id. Done without any history: open until the resolution date, if any."""
        issue = self.issue
        dated = issue.resolved and not {"status", "resolution"} & self.by_field.keys()
        if issue.resolved and dated and self._category(issue.status_id) == "done":
            return track("", [(issue.resolved, issue.status_id)])

        def known(status_id: str | None, name: str | None) -> str:
            return status_id or self.meanings.status_id.get(name or "", "")

        return self._replayed(
            "status",
            issue.status_id,
            lambda c: known(c.from_id, c.from_text),
            lambda c: known(c.to_id, c.to_text),
        )

    def unknown_statuses(self, since: datetime, until: datetime) -> list[str]:
        """Return the ids of the statuses it had in this time that the site no longer lists.

        They count as not begun: nothing tells what they meant.
        """
        ends = (*self.status.at, None)
        starts = (None, *self.status.at)
        return [
            status
            for status, start, end in zip(self.status.values, starts, ends, strict=True)
            if (start is None or start < until) and (end is None or end > since)
            if status not in ("", self.issue.status_id, *self.meanings.category)
        ]

    def _category(self, status_id: str) -> str:
        known = self.meanings.category.get(status_id)
        return known or (self.issue.category if status_id == self.issue.status_id else "new")

    @cached_property
    def category(self) -> Track[str]:
        """The status category: `new`, `indeterminate` or `done`."""
        return mapped(self.status, self._category)

    @cached_property
    def resolution(self) -> Track[str | None]:
        """The name of the resolution."""
        return self._replayed(
            "resolution", self.issue.resolution, lambda c: c.from_text, lambda c: c.to_text
        )

    @cached_property
    def kind(self) -> Track[Kind]:
        """New, active, done or dropped: category and resolution together."""

        def meaning(pair: tuple[str, str | None]) -> Kind:
            return kind_of(*pair, self.meanings.dropped)

        return mapped(merged(self.category, self.resolution), meaning)

    def stay_began(self, instant: datetime) -> datetime:
        """Return when the stay in the kind just before an instant began.

        Done without any status history: the resolution date as it stood, else the creation.
        """
        began = self.kind.set_at(instant)
        moved = any(change.at < instant for change in self.by_field.get("status", ()))
        if not moved and self.resolution.before(instant):
            began = self.resolution.set_at(instant) or began or self._resolved_before(instant)
        return began or self.issue.created

    def _resolved_before(self, instant: datetime) -> datetime | None:
        """Return the date of the last known change of the resolution, else Jira's own date."""
        if self.kind.before(instant) is not Kind.DONE:
            return None
        told = [change.at for change in self.by_field.get("resolution", ())]
        if not told and self.issue.resolved:
            told = [self.issue.resolved]
        return max((at for at in told if at < instant), default=None)

    def first_started(self, until: datetime) -> datetime | None:
        """Return the first entry into `indeterminate` before an instant, creation included."""
        if self.kind.values[0] is Kind.ACTIVE:
            return self.issue.created
        entries = (at for at, _, kind in self.kind.steps(until) if kind is Kind.ACTIVE)
        return next(entries, None)

    def active_between(self, first: datetime, last: datetime) -> bool:
        """Tell whether it was in progress at some moment from `first` to just before `last`."""
        entries = (at for at, _, kind in self.kind.steps(last) if kind is Kind.ACTIVE)
        return self.kind.upto(first) is Kind.ACTIVE or any(at >= first for at in entries)

    @cached_property
    def assignee(self) -> Track[str | None]:
        """The account of the assignee."""
        return self._replayed(
            "assignee", self.issue.assignee, lambda c: c.from_id, lambda c: c.to_id
        )

    @property
    def tells_owner(self) -> bool:
        """Whether Jira has a place for its owner."""
        return True

    @cached_property
    def parent(self) -> Track[int | None]:
        """The id of the parent."""

        def known(issue_id: str | None, key: str | None) -> int | None:
            return (
                int(issue_id)
                if issue_id and issue_id.isdigit()
                else self.meanings.issue_id.get(key or "")
            )

        return self._replayed(
            "parent",
            self.issue.parent_id,
            lambda c: known(c.from_id, c.from_text),
            lambda c: known(c.to_id, c.to_text),
        )

    @cached_property
    def due(self) -> Track[date | None]:
        """The due date."""
        return self._replayed(
            "due", self.issue.due, lambda c: _day(c.from_id), lambda c: _day(c.to_id)
        )

    @cached_property
    def labels(self) -> Track[frozenset[str]]:
        """The labels; each change holds them all, separated by spaces."""
        return self._replayed(
            "labels",
            frozenset(self.issue.labels),
            lambda c: _words(c.from_text),
            lambda c: _words(c.to_text),
        )

    @cached_property
    def components(self) -> Track[frozenset[str]]:
        """The names of the components."""
        return self._set(
            "components", self.issue.components, lambda c: c.from_text, lambda c: c.to_text
        )

    @cached_property
    def fix_versions(self) -> Track[frozenset[str]]:
        """The ids of the fix versions."""
        return self._set(
            "fix_versions", self.issue.fix_versions, lambda c: c.from_id, lambda c: c.to_id
        )

    @cached_property
    def type(self) -> Track[str]:
        """The id of the issue type."""
        return self._replayed(
            "type", self.issue.type_id, lambda c: c.from_id or "", lambda c: c.to_id or ""
        )

    @cached_property
    def level(self) -> Track[int]:
        """The level: 1 and above a milestone, 0 an issue, -1 a sub-task."""
        now = self.issue
        known = {**self.meanings.level, now.type_id: now.level}
        return mapped(self.type, lambda type_id: known.get(type_id, now.level))

    @cached_property
    def summary(self) -> Track[str]:
        """The summary."""
        return self._replayed(
            "summary", self.issue.summary, lambda c: c.from_text or "", lambda c: c.to_text or ""
        )

    @cached_property
    def key(self) -> Track[str]:
        """The key: a move changes it."""
        return self._replayed(
            "key", self.issue.key, lambda c: c.from_text or "", lambda c: c.to_text or ""
        )

    @cached_property
    def project(self) -> Track[str]:
        """The key of the project: a move changes it."""
        return mapped(self.key, lambda key: key.rpartition("-")[0])

    @cached_property
    def described(self) -> Track[bool]:
        """Whether it has a description."""
        return self._replayed(
            "description",
            self.issue.described,
            lambda c: bool(c.from_text),
            lambda c: bool(c.to_text),
        )


def kind_of(category: str, resolution: str | None, dropped: frozenset[str]) -> Kind:
    """Return the kind that a status category and a resolution make together."""
    if category == "indeterminate":
        return Kind.ACTIVE
    if category != "done":
        return Kind.NEW
    is_dropped = resolution is not None and resolution.lower() in dropped
    return Kind.DROPPED if is_dropped else Kind.DONE


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _words(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split())
