"""A walk through a search: which issues it listed, page by page, however the site pages.

A page may be short, empty, repeated or refused; one issue that Jira cannot list hides no other.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Protocol

from cadence.errors import SyncIncomplete
from cadence.jira import values
from cadence.jira.answers import JiraFailed, listed
from cadence.jira.values import mapping, text

_BARREN_PAGES = 20
"""So many pages in a row without a new issue: the walk goes in a circle."""

_SHRINK = 4
"""Where Jira fails on a page, one of a quarter of its size is asked for."""

_MOST_FAILED = 20
"""So many issues that Jira cannot list are passed over; with more it is Jira that is ill."""

_LARGEST_ID = 2**62


@dataclass(frozen=True)
class Page:
    """What a page lists: what no page before it did, and all of which it tells when it changed.

    `updated` is by id, and empty if it was not asked for; `ids` are by key, where it is told.
    """

    updated: dict[int, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


@dataclass
class Walk:
    """What a search has listed so far.

    `granted` is the largest page that was not the last. `expected` is how many issues the site says
    there are; `warnings` are its own words: with any of them the walk may not be whole. `hidden`
    were listed, but are not served: an index that lags. `failed` could not be listed, though they
    are there.
    """

    ids: set[int] = field(default_factory=set)
    granted: int = 0
    expected: int | None = None
    warnings: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    _pages: int = 0
    _barren: int = 0

    @property
    def shown(self) -> AbstractSet[int]:
        """The issues that are there to be seen."""
        if not self.failed and not self.hidden:
            return self.ids  # not a copy: it is large
        return (self.ids | self.failed.keys()) - self.hidden

    @property
    def highest(self) -> int:
        """The highest id so far; a walk goes by ascending id."""
        return max(self.ids, default=0)

    def add(self, issues: Sequence[Any]) -> tuple[Page, int]:
        """Take a page; return what is new on it, and the highest id on it (0: there is none).

        Raises SyncIncomplete if page after page brings nothing new.
        """
        new = Page()
        highest, known = 0, len(self.ids)
        for issue in map(mapping, issues):
            number = values.number_or_none(issue.get("id"))
            if number is None:
                self.warnings.append("an issue is listed without a usable id")
                continue
            highest = max(number, highest)
            updated = text(mapping(issue.get("fields")).get("updated"))
            if number in self.ids and not updated:
                continue
            self.ids.add(number)
            new.updated[number] = updated  # a page may repeat it, changed since
            if key := text(issue.get("key")):
                new.ids[key] = number
        self._pages += 1
        self._barren = 0 if len(self.ids) > known else self._barren + 1
        if self._barren > _BARREN_PAGES:
            raise SyncIncomplete("Jira's search goes in a circle: page after page brings nothing")
        return new, highest

    def begin_again(self) -> None:
        """Bear with pages that bring nothing new: those that were listed already come again."""
        self._barren = -self._pages

    def take(self, other: "Walk") -> None:
        """Take over what another walk through the same issues has listed."""
        self.ids |= other.ids
        self.hidden |= other.hidden
        self.failed |= other.failed
        self.warnings += other.warnings


@dataclass(frozen=True)
class Place:
    """Where a walk goes on: beyond an id, or at a page token."""

    after: int = 0
    token: str = ""


class Search(Protocol):
    """How a kind of Jira lists the issues of a JQL by ascending id."""

    largest: int
    """The page to ask for; the site may grant less."""

    def ask(self, place: Place, size: int, once: bool) -> dict[str, Any]:
        """Return a page; with `once` Jira is not asked again if it fails on it."""
        ...

    def beyond(self, place: Place, page: dict[str, Any], highest: int) -> Place | None:
        """Return where the walk goes on after a page; None if that was the last."""
        ...


def pages(search: Search, walk: Walk) -> Iterator[Page]:
    """Yield what is new on each page of a search, and note it in the walk.

    Raises JiraFailed if Jira fails on everything, and what `ask` raises otherwise.
    """
    place: Place | None = Place()
    size = search.largest
    while place is not None:
        try:
            page, size = _served(search, place, size)
        except JiraFailed as fault:
            passed = _unlisted(search, max(walk.highest, *walk.failed, 0), fault)
            walk.failed[passed] = f"Jira fails to list it: {fault.what}"
            if len(walk.failed) > _MOST_FAILED:
                raise
            place = Place(after=passed)
            continue
        issues = listed(page, "issues")
        new, highest = walk.add(issues)
        walk.warnings += _warnings(page.get("warnings"))
        place = search.beyond(place, page, highest)
        if place is not None:
            walk.granted = max(walk.granted, len(issues))
        yield new
        size = min(size * _SHRINK, search.largest)


def _warnings(told: object) -> list[str]:
    """Return what a page warns of; anything but nothing is a warning."""
    return [text(one) for one in (told if isinstance(told, list) else [told]) if one]


def _served(search: Search, place: Place, size: int) -> tuple[dict[str, Any], int]:
    """Return a page and its size: where Jira fails smaller ones are asked for, down to one issue.

    Only the first and the smallest are asked for more than once.
    """
    once = False
    while True:
        try:
            return search.ask(place, size, once and size > 1), size
        except JiraFailed:
            if size == 1:
                raise
            size, once = max(size // _SHRINK, 1), True


def _unlisted(search: Search, after: int, fault: JiraFailed) -> int:
    """Return the id of the next issue, which Jira fails to list: beyond it pages come again."""

    def comes(beyond: int) -> bool:
        try:
            search.ask(Place(after=beyond), 1, True)
        except JiraFailed:
            return False
        return True

    if not comes(_LARGEST_ID):
        raise fault
    low, high = after, after + 1
    while not comes(high):
        low, high = high, high + 2 * (high - after)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if comes(middle) else (middle, high)
    return high
