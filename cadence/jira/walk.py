"""What a walk through a search and a fetch of issues bring back, on either kind of Jira."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from cadence.errors import SyncIncomplete
from cadence.jira import values
from cadence.jira.answers import JiraFailed, JiraRefused
from cadence.jira.changelog import Changelog, changelog_of, expanded, joined
from cadence.jira.client import Client
from cadence.jira.values import mapping, sequence, text

_BARREN_PAGES = 20
"""So many pages in a row without a new issue: the walk goes in a circle."""

_MOST_CHANGELOG_PAGES = 1000
"""A longer history of one issue is a server that never ends."""


@dataclass
class Walk:
    """The issues a search found: id to `updated` (empty if not asked for), key to id.

    `expected` is how many the site says there are; `warnings` are its own words: with any of them
    the walk may not be whole. `hidden` were listed, but are not served: an index that lags.
    """

    updated: dict[int, str] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    expected: int | None = None
    warnings: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    barren: int = 0

    @property
    def shown(self) -> set[int]:
        """The issues that are there to be seen."""
        return self.updated.keys() - self.hidden

    def add(self, issues: Sequence[Any]) -> int | None:
        """Take a page; return its highest id. Raises SyncIncomplete if pages bring nothing new."""
        known = len(self.updated)
        highest = None
        for issue in map(mapping, issues):
            number = values.number_or_none(issue.get("id"))
            if number is None:
                self.warnings.append("an issue is listed without a usable id")
                continue
            self.updated[number] = text(mapping(issue.get("fields")).get("updated"))
            if key := text(issue.get("key")):
                self.keys[key] = number
            highest = max(number, highest or 0)
        self.barren = 0 if len(self.updated) > known else self.barren + 1
        if self.barren > _BARREN_PAGES:
            raise SyncIncomplete("Jira's search goes in a circle: page after page brings nothing")
        return highest


@dataclass
class Fetched:
    """Issues in full, by id, with their histories; `odd` says why one was not served."""

    issues: dict[int, Any] = field(default_factory=dict)
    changelogs: dict[int, Changelog] = field(default_factory=dict)
    odd: dict[int, str] = field(default_factory=dict)

    def merge(self, other: "Fetched") -> None:
        """Take over what another task fetched."""
        self.issues |= other.issues
        self.changelogs |= other.changelogs
        self.odd |= other.odd


Task = Callable[[], Fetched]


class Face(Protocol):
    """What Cloud and Data Center do in their own ways."""

    api: str
    batch: int
    """How many issues one group holds: it is stored in one transaction."""

    def walk(self, jql: str, field: str = "id") -> Walk:
        """Return the issues of a bounded JQL; `field` is `id` or `updated`."""
        ...

    def count(self, jql: str, walk: Walk) -> int | None:
        """Return how many issues the site says there are; None if it does not say."""
        ...

    def fetches(self, ids: Sequence[int], fields: Sequence[str]) -> list[Task]:
        """Return the requests that fetch a group of issues in full, to be begun in this order."""
        ...

    def id_of(self, key: str) -> int | None:
        """Return the id behind a key, an old one too; None if Jira shows no such issue."""
        ...


def fetch_alone(client: Client, api: str, number: int, fields: Sequence[str]) -> Fetched | None:
    """Fetch one issue from its own resource; None if Jira says that it is not there.

    A search, and on Cloud even a bulk fetch, may miss what is there to be seen.
    """
    path = f"{api}/issue/{number}"
    found = Fetched()
    try:
        issue = client.get(path, {"fields": ",".join(fields), "expand": "changelog"})
        found.issues[values.number_id(issue.get("id"))] = issue
        found.changelogs[number] = _whole_changelog(client, api, number, issue)
    except JiraFailed as fault:
        found.odd[number] = f"Jira fails to serve it: {fault.what}"
    except JiraRefused as fault:
        if fault.status != 404:
            raise
        return None
    except ValueError as fault:
        found.odd[number] = f"left out: {fault}"
    return found


def _whole_changelog(client: Client, api: str, number: int, issue: dict[str, Any]) -> Changelog:
    try:
        return joined(issue, paged_changelog(client, api, number))
    except JiraRefused as fault:
        if fault.status not in (404, 405):
            raise
    return expanded(issue)


def paged_changelog(client: Client, api: str, number: int) -> Changelog:
    """Return one issue's history by its own resource, oldest first; cut if it ends too early."""
    histories: list[Any] = []
    pages = _changelog_pages(client, f"{api}/issue/{number}/changelog")
    for page in islice(pages, _MOST_CHANGELOG_PAGES):
        served = sequence(page.get("values")) or sequence(page.get("histories"))
        histories += served
        total = page.get("total")
        if isinstance(total, int) and len(histories) >= total:
            return changelog_of(histories, total)
        if not served:
            return Changelog(histories, cut=isinstance(total, int))
        if page.get("isLast") is True:
            return Changelog(histories, cut=isinstance(total, int) and total > len(histories))
    return Changelog(histories, cut=True)


def _changelog_pages(client: Client, path: str) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        page = client.get(path, {"startAt": start, "maxResults": 100})
        yield page
        start += len(sequence(page.get("values")) or sequence(page.get("histories")))


def chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Return the ids in runs of at most `size`."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
