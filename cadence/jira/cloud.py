"""Jira Cloud: search by page token, issues and histories in bulk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

from cadence.errors import SyncIncomplete
from cadence.jira import values
from cadence.jira.answers import JiraFailed, JiraRefused, listed, plain
from cadence.jira.body import Packed
from cadence.jira.changelog import Changelog, expanded, joined, told_total
from cadence.jira.client import Client
from cadence.jira.fetched import (
    NO_SUCH_RESOURCE,
    Fetched,
    Task,
    chunks,
    lighten,
    one_id,
    paged_changelog,
)
from cadence.jira.fields import FieldMap
from cadence.jira.halving import in_halves
from cadence.jira.histories import HistoryPage, history_page, take
from cadence.jira.jql import BY_ID
from cadence.jira.reader import WORTH_A_PROCESS, Reader
from cadence.jira.values import mapping, sequence, text
from cadence.jira.walk import Page, Place, Walk, pages

_SEARCH_PAGE = 5000  # granted for ids; the site lowers it by itself for more
_BULK_ISSUES = 100
_BULK_HISTORIES = (200, 300, 500, 1000)
"""So many issues' histories are asked for at once: first fewer, then as many as Jira grants."""

_HISTORY_PAGE = 10_000  # the most that Jira grants
_MOST_ONE_BY_ONE = 5000
"""So many requests ask for histories alone in one run; the next one goes on."""

_BARREN_PAGES = 20
"""So many pages in a row without a new entry: the histories go in a circle."""


class _Search:
    """Cloud's search: pages by token, which are a chain; see walk.Search."""

    largest = _SEARCH_PAGE

    def __init__(self, client: Client, path: str, jql: str, field: str) -> None:
        self._client, self._path = client, path
        self._jql, self._field = jql, field
        self._seen: set[str] = set()

    def begin(self) -> None:
        """Ask already for the first page."""
        self._client.ask_already(self._path, self._body(Place(), self.largest))

    def ask(self, place: Place, size: int, once: bool) -> dict[str, Any]:
        """Return a page."""
        page = self._client.post(self._path, self._body(place, size), once=once)
        told = sequence(page.get("warnings"))
        return {**page, "warnings": [plain(mapping(w).get("message") or w) for w in told]}

    def _body(self, place: Place, size: int) -> dict[str, Any]:
        beyond = f" AND id > {place.after}" if place.after else ""
        return {
            "jql": f"{self._jql}{beyond} {BY_ID}",
            "fields": [self._field],
            "maxResults": size,
            **({"nextPageToken": place.token} if place.token else {}),
        }

    def beyond(self, place: Place, page: dict[str, Any], highest: int) -> Place | None:
        """Return the place of the next token: a short or an empty page does not end a walk."""
        token = text(page.get("nextPageToken"))
        return replace(place, token=token) if _is_new(token, self._seen) else None


class Cloud:
    """The Cloud's own ways; see fetched.Face."""

    api = "rest/api/3"

    def __init__(self, client: Client) -> None:
        self._batches = iter(_BULK_HISTORIES)
        self._client = client
        self._histories_in_bulk = True
        self._one_by_one_left = _MOST_ONE_BY_ONE
        self._aside = Reader(history_page.__module__)

    def batch(self, left: int) -> int:
        """Return how many issues the next group holds: the first and the last groups are small.

        So the storing begins early, and little is to be done when the last answer has come.
        """
        largest = _BULK_HISTORIES[-1]
        if left <= largest // 2:
            return largest
        size = next(self._batches, largest)
        if size < largest or left > largest:
            return size
        return _BULK_ISSUES * -(-left * 3 // (5 * _BULK_ISSUES))

    def begin(self, jql: str) -> None:
        """Ask already for the first page of ids, and for the count."""
        self._search(jql, "id").begin()
        self._client.ask_already(*self._question_of_count(jql))

    def walk(self, jql: str, field: str, walk: Walk) -> Iterator[Page]:
        """Yield the issues of a JQL. A page token that expires restarts the walk, once."""
        for restarted in (False, True):
            begun = False
            try:
                for page in pages(self._search(jql, field), walk):
                    begun = True
                    yield page
                return
            except JiraRefused as fault:
                if fault.status != 400 or not begun:
                    raise
                if restarted:
                    told = "Jira's page tokens expire: the walk cannot go on"
                    raise SyncIncomplete(told) from fault
                walk.begin_again()

    def _search(self, jql: str, field: str) -> _Search:
        return _Search(self._client, f"{self.api}/search/jql", jql, field)

    def count(self, jql: str, walk: Walk) -> int | None:
        """Return the site's own, approximate count."""
        return values.count_or_none(self._client.post(*self._question_of_count(jql)).get("count"))

    def _question_of_count(self, jql: str) -> tuple[str, dict[str, str]]:
        return f"{self.api}/search/approximate-count", {"jql": jql}

    def fetches(self, ids: Sequence[int], fields: FieldMap) -> list[Task]:
        """Return the requests for a group: the issues by the hundred, then their histories.

        The histories must not be older than the issues: an issue that is edited in between would
        be stored as up to date without its last change. The other way round it is fetched again.
        """
        if len(ids) >= WORTH_A_PROCESS:
            self._aside.begin()
        batches = [(some, Event()) for some in chunks(ids, lambda: _BULK_ISSUES)]
        issues: list[Task] = [partial(self._issues, some, fields, done) for some, done in batches]
        return [*issues, partial(self._histories, ids, fields, [done for _, done in batches])]

    def _issues(self, ids: Sequence[int], fields: FieldMap, done: Event) -> Fetched:
        """Fetch issues by id; those that are gone or hidden are silently not served."""
        found = Fetched()
        try:
            failed = in_halves(ids, lambda some, once: self._some(found, some, fields.asked, once))
        finally:
            done.set()
        found.odd |= {i: f"Jira fails to serve it: {fault.what}" for i, fault in failed.items()}
        return found

    def _some(
        self, found: Fetched, ids: Sequence[int], fields: Sequence[str], once: bool = False
    ) -> None:
        """Take over what Jira serves of these issues; its errors are asked about once more."""
        left: Sequence[int] = ids
        for _ in range(2):
            body = {"issueIdsOrKeys": [str(i) for i in left], "fields": list(fields)}
            answer = self._client.post(f"{self.api}/issue/bulkfetch", body, once=once)
            served, unnamed = values.by_id(listed(answer, "issues"))
            lighten(served.values())
            found.issues |= served
            errors = map(mapping, sequence(answer.get("issueErrors")))
            told = {number for error in errors for number in _numbers(error)}
            # Of an entry without an id nobody knows whose it is: perhaps of one that is missing.
            left = [i for i in left if (i in told or unnamed) and i not in found.issues]
            if not left:
                return
        found.odd |= dict.fromkeys(left, "Jira fails to serve it")

    def _histories(self, ids: Sequence[int], fields: FieldMap, after: Iterable[Event]) -> Fetched:
        """Fetch whole histories; what search and bulkfetch expand is cut at 40."""
        for done in after:
            done.wait()
        if not self._histories_in_bulk:
            return self._histories_one_by_one(ids, fields)
        found: dict[int | None, Changelog] = {}
        ask = partial(self._bulk_of_histories, found, fields)
        try:
            failed = in_halves(ids, ask)
        except JiraRefused as fault:
            if fault.status not in NO_SUCH_RESOURCE:
                raise
            self._histories_in_bulk = False
            return self._histories_one_by_one(ids, fields)
        # An entry that says not whose it is may be of any issue, also of one that has others.
        unnamed = found.keys() - set(ids)
        if unnamed:
            found |= self._looked_at_again(found, [i for i in ids if i in found], fields)
        alone = {i for i in ids if i in failed or (unnamed and i not in found)}
        fetched = self._histories_one_by_one(sorted(alone), fields)
        fetched.changelogs |= {i: found.get(i, Changelog()) for i in ids if i not in alone}
        return fetched

    def _looked_at_again(
        self, found: Mapping[int | None, Changelog], ids: Sequence[int], fields: FieldMap
    ) -> dict[int | None, Changelog]:
        """Return histories with what another resource tells of them; cut where that does not."""
        again = self.second_look(ids, fields)

        def both(number: int) -> Changelog:
            more = again.get(number, Changelog(cut=True))
            return replace(joined(found[number], more), cut=more.cut)

        return {number: both(number) for number in ids}

    def _bulk_of_histories(
        self,
        found: dict[int | None, Changelog],
        fields: FieldMap,
        ids: Sequence[int],
        once: bool,
    ) -> None:
        """Take over the histories of these issues. A page token that expires restarts, once."""
        body = {"issueIdsOrKeys": [str(i) for i in ids], "maxResults": _HISTORY_PAGE}
        again = 0
        for restarted in (False, True):
            came = 0
            barren = 0
            try:
                for page in self._history_pages(body, fields, once):
                    came += 1
                    new = [take(found, number, more) for number, more in page.changelogs.items()]
                    barren = 0 if any(new) else barren + 1
                    if barren > _BARREN_PAGES + again:
                        raise SyncIncomplete("Jira's histories go in a circle: nothing new comes")
                return
            except JiraRefused as fault:
                if restarted or not came or fault.status != 400:
                    raise
                again = came  # those that were listed already come again

    def _history_pages(
        self, body: dict[str, Any], fields: FieldMap, once: bool
    ) -> Iterator[HistoryPage]:
        """Yield pages until there is no token; they are read aside, where that is possible."""
        seen: set[str] = set()
        path = f"{self.api}/changelog/bulkfetch"

        def read(packed: Packed) -> HistoryPage:
            page: HistoryPage = self._aside.call(history_page, packed, fields)
            return page

        while True:
            page = self._client.read_packed(path, body, read, once=once)
            yield page
            if not _is_new(page.token, seen):
                return
            body = {**body, "nextPageToken": page.token}

    def _histories_one_by_one(self, ids: Sequence[int], fields: FieldMap) -> Fetched:
        """Fetch histories from each issue's own resource; those that are not served are cut."""
        found = Fetched()
        for number in ids:
            found.changelogs[number] = Changelog(cut=True)
            if self._one_by_one_left <= 0:
                found.odd[number] = "its history was not asked for yet: too many requests"
                continue
            self._one_by_one_left -= 1
            try:
                told = paged_changelog(self._client, self.api, number, fields)
                found.changelogs[number] = told
                self._one_by_one_left -= len(told.entries) // 100  # so many more requests
            except JiraFailed as fault:
                found.odd[number] = f"its history was not served: {fault.what}"
            except JiraRefused as fault:
                if fault.status not in NO_SUCH_RESOURCE:
                    raise
                found.odd[number] = "its history was not served"
        return found

    def second_look(self, ids: Sequence[int], fields: FieldMap) -> dict[int, Changelog]:
        """Return what is expanded of the histories of a few issues, with what is cut of it.

        Bulk histories may lack what this tells, and the other way round.
        """
        found: dict[int, Changelog] = {}
        for some in chunks(ids, lambda: _BULK_ISSUES):
            body = {
                "issueIdsOrKeys": [str(i) for i in some],
                "fields": ["updated"],
                "expand": ["changelog"],
            }
            try:
                answer = self._client.post(f"{self.api}/issue/bulkfetch", body, once=True)
            except JiraFailed:
                continue
            served, _ = values.by_id(sequence(answer.get("issues")))
            found |= {i: self._expanded(i, issue, fields) for i, issue in served.items()}
        return found

    def _expanded(self, number: int, issue: dict[str, Any], fields: FieldMap) -> Changelog:
        told = expanded(issue, fields)
        if not told.cut:
            return told
        alone = self._histories_one_by_one([number], fields).changelogs[number]
        return joined(told, alone, told_total(issue))

    def close(self) -> None:
        """End the process that reads histories."""
        self._aside.close()

    def id_of(self, key: str) -> int | None:
        """Return the id behind a key."""
        return one_id(self._client, self.api, key)


def _is_new(token: str, seen: set[str]) -> bool:
    """Tell whether there is a next page; SyncIncomplete if its token repeats."""
    if token and token in seen:
        raise SyncIncomplete("Jira repeats a page token: the walk cannot go on")
    seen.add(token)
    return bool(token)


def _numbers(error: dict[str, Any]) -> list[int]:
    """Return the ids that an error of a bulk fetch is about."""
    named = sequence(error.get("issueIdsOrKeys")) or [error.get("id"), error.get("issueIdOrKey")]
    return [number for number in map(values.number_or_none, named) if number is not None]
