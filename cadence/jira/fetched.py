"""Issues in full: what a fetch brings back on either kind of Jira, many at a time or alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol
from urllib.parse import quote

from cadence.jira import values
from cadence.jira.answers import Forbidden, JiraFailed, JiraRefused
from cadence.jira.changelog import PRESENT, Changelog, changelog_of, expanded, joined, told_total
from cadence.jira.client import Client
from cadence.jira.fields import FieldMap
from cadence.jira.values import has_text, mapping, sequence
from cadence.jira.walk import Page, Walk

_MOST_PAGES = 1000
"""A longer history of one issue is a server that never ends."""

NO_SUCH_RESOURCE = (404, 405)
"""What a Jira answers that does not have a resource; older ones lack some."""


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

    def batch(self, left: int) -> int:
        """Return how many issues the next group holds, of about so many that are left.

        A group is stored in one transaction.
        """
        ...

    def begin(self, jql: str) -> None:
        """Ask already what a walk through the ids of a JQL begins with, and takes the answers of.

        It saves the time of a question where that walk will surely be asked for.
        """
        ...

    def walk(self, jql: str, field: str, walk: Walk) -> Iterator[Page]:
        """Yield the issues of a bounded JQL, page by page; `field` is `id` or `updated`."""
        ...

    def count(self, jql: str, walk: Walk) -> int | None:
        """Return how many issues the site says there are; None if it does not say."""
        ...

    def fetches(self, ids: Sequence[int], fields: FieldMap) -> list[Task]:
        """Return the requests that fetch a group of issues in full, to be begun in this order."""
        ...

    def second_look(self, ids: Sequence[int], fields: FieldMap) -> dict[int, Changelog]:
        """Return what another resource tells of histories that cannot be all; empty if none can."""
        ...

    def close(self) -> None:
        """End what helps it with its work: nothing is fetched from now on."""
        ...

    def id_of(self, key: str) -> int | None:
        """Return the id behind a key, an old one too; None if Jira shows no such issue."""
        ...


def fetch_alone(client: Client, api: str, number: int, fields: FieldMap) -> Fetched | None:
    """Fetch one issue from its own resource; None if Jira says that it is not there to be seen.

    A search, and on Cloud even a bulk fetch, may miss what is there to be seen.
    """
    found = Fetched()
    try:
        asked = {"fields": ",".join(fields.asked), "expand": "changelog"}
        issue = _seen(client, api, str(number), asked)
        if issue is None:
            return None
        found.issues[values.number_id(issue.get("id"))] = issue
        found.changelogs[number] = _whole_changelog(client, api, issue, fields)
    except JiraFailed as fault:
        found.odd[number] = f"Jira fails to serve it: {fault.what}"
    except ValueError as fault:
        found.odd[number] = f"left out: {fault}"
    return found


def one_id(client: Client, api: str, key: str) -> int | None:
    """Return the id of the issue behind a key, an old one too; None if there is none to see."""
    told = _seen(client, api, key, {"fields": "id"})
    return None if told is None else values.number_id(told.get("id"))


def _seen(client: Client, api: str, name: str, asked: dict[str, str]) -> dict[str, Any] | None:
    """Return an issue's own resource, by id or key; None if it is not there to be seen."""
    try:
        return client.get(f"{api}/issue/{quote(name, safe='')}", asked)
    except JiraRefused as fault:
        if fault.status != 404:
            raise
    except Forbidden:
        client.get(f"{api}/myself")  # raises if it is more that we may not see
    return None


def _whole_changelog(
    client: Client, api: str, issue: dict[str, Any], fields: FieldMap
) -> Changelog:
    served = expanded(issue, fields)
    try:
        paged = paged_changelog(client, api, values.number_id(issue.get("id")), fields)
    except JiraRefused as fault:
        if fault.status not in NO_SUCH_RESOURCE:
            raise
        return served
    return joined(served, paged, told_total(issue))


def paged_changelog(client: Client, api: str, number: int, fields: FieldMap) -> Changelog:
    """Return one issue's history by its own resource, oldest first; cut if it ends too early."""
    histories: list[Any] = []
    known: set[str] = set()
    for page in islice(_changelog_pages(client, f"{api}/issue/{number}/changelog"), _MOST_PAGES):
        served = sequence(page.get("values")) or sequence(page.get("histories"))
        histories += served
        total, last = page.get("total"), page.get("isLast")
        enough = isinstance(total, int) and len(histories) >= total and last is not False
        if enough or not served or last is True:
            return changelog_of(histories, fields, total)
        ids = {values.shown(mapping(one).get("id")) for one in served}
        if ids <= known:
            break  # a page that comes again, and so may all that follow
        known |= ids
    return replace(changelog_of(histories, fields), cut=True)


def _changelog_pages(client: Client, path: str) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        page = client.get(path, {"startAt": start, "maxResults": 100})
        yield page
        start += len(sequence(page.get("values")) or sequence(page.get("histories")))


def lighten(issues: Iterable[dict[str, Any]]) -> None:
    """Let the issues of an answer weigh less: thousands wait in memory to be stored.

    Most of what an issue weighs is its description, of which only stays that there is one, and
    what it has in common with others, such as its project: that is kept once.
    """
    common: dict[tuple[Any, ...], dict[str, Any]] = {}
    for issue in issues:
        fields = values.mapping(issue.get("fields"))
        if fields.get("description"):
            fields["description"] = PRESENT if has_text(fields["description"]) else None
        for name, value in fields.items():
            if isinstance(value, dict):
                told = value.get("id") or value.get("accountId") or value.get("key")
                kinds = map(type, value.values())  # 1 equals True, and is not read as it is
                known = common.setdefault((name, values.shown(told), *kinds), value)
                if known == value:
                    fields[name] = known


def chunks(ids: Iterable[int], size: Callable[[], int]) -> Iterator[list[int]]:
    """Yield the ids, as they come, in runs of at most `size`, which may change meanwhile."""
    waiting = iter(ids)
    for first in waiting:
        yield [first, *islice(waiting, size() - 1)]
