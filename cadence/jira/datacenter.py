"""Jira Data Center: search by id, as offsets shift under the walk; histories by expansion."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from cadence.jira import values
from cadence.jira.answers import JiraFailed, JiraRefused
from cadence.jira.body import Packed
from cadence.jira.changelog import Changelog, joined
from cadence.jira.client import Client
from cadence.jira.fetched import NO_SUCH_RESOURCE, Fetched, Task, one_id, paged_changelog
from cadence.jira.fields import FieldMap
from cadence.jira.halving import in_halves
from cadence.jira.histories import IssuePage, issue_page
from cadence.jira.jql import BY_ID
from cadence.jira.reader import WORTH_A_PROCESS, Reader
from cadence.jira.walk import Page, Place, Walk, pages

_SEARCH_PAGE = 1000  # the site lowers it by itself, and says so
_LARGEST_BATCH = 100
_USUAL_CAPS = (40, 100)
"""Where a history has just so many entries it may have been cut, whatever total is told."""

_UNNAMED = "Jira serves it without a usable id"


class _Search:
    """A search from the last id on, always from offset 0: offsets shift with edits."""

    largest = _SEARCH_PAGE

    def __init__(self, face: "DataCenter", jql: str, field: str, walk: Walk) -> None:
        self._face, self._walk = face, walk
        self._jql, self._field = jql, field

    def ask(self, place: Place, size: int, once: bool) -> dict[str, Any]:
        """Return a page; the first one tells how many issues there are."""
        jql = _beyond(self._jql, place.after)
        page = self._face.search(jql, [self._field], size, once=once)
        granted = page.get("maxResults")
        if isinstance(granted, int) and 0 < granted < size:
            self._face.learn(granted)
        if self._walk.expected is None:
            self._walk.expected = values.count_or_none(page.get("total"))
        return page

    def beyond(self, place: Place, page: dict[str, Any], highest: int) -> Place | None:
        """Return the place behind the highest id; None after a page that holds none beyond.

        A total may be wrong and a page may be short: nothing else tells the end for sure.
        """
        return Place(after=highest) if highest > place.after else None


class DataCenter:
    """Data Center's own ways; see fetched.Face."""

    api = "rest/api/2"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._batch = _LARGEST_BATCH
        self._paged = True
        self._asked_for = 0
        self._aside = Reader(issue_page.__module__)

    def begin(self, jql: str) -> None:
        """Ask already for the first page of ids, which tells the count."""
        body = _body(_beyond(jql, 0), ["id"], _SEARCH_PAGE)
        self._client.ask_already(f"{self.api}/search", body)

    def walk(self, jql: str, field: str, walk: Walk) -> Iterator[Page]:
        """Yield the issues of a JQL, each page from the last id on."""
        return pages(_Search(self, jql, field, walk), walk)

    def learn(self, granted: int) -> None:
        """Ask for no more issues at once than the site grants: the rest would cost a request."""
        self._batch = max(1, min(granted, self._batch))

    def batch(self, left: int) -> int:
        """Return how many issues one group holds, however many are left."""
        return self._batch

    def count(self, jql: str, walk: Walk) -> int | None:
        """Return the total that the first page of the walk told; before it, that of a search."""
        if walk.expected is None:
            return values.count_or_none(self.search(jql, ["id"], 1).get("total"))
        return walk.expected

    def fetches(self, ids: Sequence[int], fields: FieldMap) -> list[Task]:
        """Return the one request for a group."""
        self._asked_for += len(ids)
        if self._asked_for >= WORTH_A_PROCESS:
            self._aside.begin()
        return [partial(self._issues, ids, fields)]

    def _issues(self, ids: Sequence[int], fields: FieldMap) -> Fetched:
        """Fetch issues with their histories; ids that Jira no longer knows are left out."""
        found = Fetched()
        failed = in_halves(ids, lambda some, once: self._all(found, some, fields, once))
        found.odd |= {i: f"Jira fails to serve it: {fault.what}" for i, fault in failed.items()}
        return found

    def _all(self, found: Fetched, ids: Sequence[int], fields: FieldMap, once: bool) -> None:
        left = list(ids)
        while left:
            pages = self._some(left, fields, once)
            for page in pages:
                found.issues |= page.issues
                found.changelogs |= {
                    i: self._whole(i, served, total, fields)
                    for i, (served, total) in page.histories.items()
                }
            # The site may serve fewer than asked for: what is left is asked for again.
            asked, left = left, [i for i in left if i not in found.issues]
            if len(left) == len(asked):
                unnamed = any(page.unnamed for page in pages)
                found.odd |= dict.fromkeys(left, _UNNAMED) if unnamed else {}
                return

    def _some(self, ids: Sequence[int], fields: FieldMap, once: bool) -> list[IssuePage]:
        """Search for issues by id. One unknown id refuses them all: halve until it stands alone."""
        jql = f"id in ({', '.join(map(str, ids))}) {BY_ID}"
        body = _body(jql, fields.asked, len(ids)) | {"expand": ["changelog"]}

        def read(packed: Packed) -> IssuePage:
            page: IssuePage = self._aside.call(issue_page, packed, fields)
            return page

        try:
            return [self._client.read_packed(f"{self.api}/search", body, read, once=once)]
        except JiraRefused as fault:
            if fault.status != 400 or len(ids) == 1:
                if fault.status != 400:
                    raise
                return []
            named = {int(n) for told in fault.messages for n in re.findall(r"\d+", told)}
        if named & set(ids) and (rest := [i for i in ids if i not in named]):
            return self._some(rest, fields, once)
        half = len(ids) // 2
        return self._some(ids[:half], fields, once) + self._some(ids[half:], fields, once)

    def _whole(self, number: int, served: Changelog, total: object, fields: FieldMap) -> Changelog:
        """Return the history that came with an issue; if short, with the issue's own resource."""
        if not (served.cut or (self._paged and len(served.entries) in _USUAL_CAPS)):
            return served
        try:
            paged = paged_changelog(self._client, self.api, number, fields)
            return joined(served, paged, total)
        except JiraFailed:
            return served
        except JiraRefused as fault:
            if fault.status not in NO_SUCH_RESOURCE:
                raise
            self._paged = False
            return served

    def search(
        self, jql: str, fields: Sequence[str], size: int, *, once: bool = False
    ) -> dict[str, Any]:
        """Return a page of a search from its beginning."""
        return self._client.post(f"{self.api}/search", _body(jql, fields, size), once=once)

    def second_look(self, ids: Sequence[int], fields: FieldMap) -> dict[int, Changelog]:
        """Return nothing: a history was expanded with its total, there is no better one."""
        return {}

    def close(self) -> None:
        """End the process that reads issues."""
        self._aside.close()

    def id_of(self, key: str) -> int | None:
        """Return the id behind a key."""
        return one_id(self._client, self.api, key)


def _beyond(jql: str, after: int) -> str:
    return f"{jql} AND id > {after} {BY_ID}"


def _body(jql: str, fields: Sequence[str], size: int) -> dict[str, Any]:
    return {"jql": jql, "startAt": 0, "maxResults": size, "fields": list(fields)}
