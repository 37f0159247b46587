"""Pulling a part of the scope: the walk through it, what of it is stale, and how far that brings
the part.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain

from cadence.errors import ConfigError
from cadence.jira import jql
from cadence.jira.answers import JiraRefused
from cadence.jira.decode import Decoded
from cadence.jira.fields import Flavor
from cadence.jira.flight import ahead, begun
from cadence.jira.values import instant
from cadence.jira.walk import Page, Walk
from cadence.model import SetAside
from cadence.store import held, runs
from cadence.store.database import writing
from cadence.store.instants import instant_text
from cadence.sync.fetching import Store, fetch_issues, look_alone
from cadence.sync.granted import cheaper_to_compare_all, note_granted, pages_of_all
from cadence.sync.parents import settle_parents
from cadence.sync.run_state import Pull
from cadence.sync.scope import Part, save_part

_ABOUT = 50
"""Jira's count is approximate: it may differ by one in so many."""

_PAGES_AHEAD = 3
"""So many pages a walk may be ahead of the fetching of what it lists."""


def pull_part(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Bring the stored issues of a part up to date.

    Returns how far the part is now, and the walk through all issues that Jira shows of it.
    """
    pull.loading = part.cursor.loading
    part, walk = _load(pull, part) if pull.loading else _refresh(pull, part)
    settle_parents(pull)
    return part, walk


def short_by(pull: Pull, condition: str, walk: Walk) -> tuple[int, int]:
    """Return by how many issues a walk falls short of the site's own count, and that count."""
    count = _count(pull, condition, walk) if walk.expected is None else walk.expected
    if count > len(walk.shown) and pull.connection.flavor is Flavor.DATA_CENTER:
        count = _count(pull, condition, Walk())  # some may have been deleted since it was told
    return max(count - len(walk.shown), 0), count


def _count(pull: Pull, condition: str, walk: Walk) -> int:
    with explained(condition):
        walk.expected = pull.connection.face.count(condition, walk) or 0
    return walk.expected


def _counted(pull: Pull, condition: str, walk: Walk) -> Callable[[], int | None]:
    """Return what waits for the count that the walk is expected to reach, as far as it is known.

    Cloud counts while the walk begins, Data Center with each page of it.
    """
    if pull.connection.flavor is Flavor.CLOUD:
        return begun(partial(_count, pull, condition, walk)).result
    return lambda: walk.expected


def _load(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Fetch all issues by ascending id; an interrupted load goes on where it was.

    What was loaded before the interruption may have changed since: that is compared first.
    """
    if part.cursor.since is None:
        part = part.at(part.cursor.begun(pull.clock))
        with writing(pull.db):
            save_part(pull.db, part, pull.now)
    after = part.cursor.after
    walk = Walk()
    already = pull.fetched
    counted = _counted(pull, part.jql, walk)

    def due(page: Page) -> Iterable[int]:
        pull.expected = already + (counted() or 0)
        passed = {number: told for number, told in page.updated.items() if number <= after}
        again = _stale(pull, Page(passed, page.ids))
        return chain(again, sorted(page.updated.keys() - passed.keys()))

    reached = after

    def advance(group: Sequence[int], good: list[Decoded]) -> None:
        nonlocal reached
        reached = max(reached, *group)
        save_part(pull.db, part.at(replace(part.cursor, after=reached)), pull.now)

    pages = _listed(pull, part.jql, "updated" if after else "id", walk)
    _fetch_listed(pull, walk, (number for page in pages for number in due(page)), advance)
    counted()
    _again(pull, part, walk)
    cursor = replace(part.cursor, after=max(reached, after), swept=pull.clock)
    return part.at(cursor), walk


def _again(pull: Pull, part: Part, walk: Walk) -> None:
    """Walk once more where fewer issues were met than Jira counts; ids alone cost little.

    Where the pages of a walk follow what happens meanwhile, one that is deleted hides another.
    """
    if not short_by(pull, part.jql, walk)[0] or walk.warnings:
        return
    if len(walk.shown) >= _count(pull, part.jql, walk):
        return  # some were deleted since it was counted first
    more = Walk()
    _fetch_listed(pull, more, _all_stale(pull, _listed(pull, part.jql, "id", more)), _no_cursor)
    walk.take(more)


def _refresh(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Fetch the issues that are new, and those that have changed since the watermark.

    `updated` of all is compared where that costs little, and from time to time: what was indexed
    later than the overlap allows for is found then. So it is when the search for changes ends
    before the site's own count.
    """
    cursor = part.cursor
    known = held.count_present(pull.db, part.projects)
    flavor = pull.connection.flavor
    due = cursor.sweep_due(pull.clock, pages_of_all(pull.db, flavor, known))
    if due:
        pull.daily = True
        pull.odd |= set(held.cut_issues(pull.db))  # Jira may serve their histories by now
    compare = due or cheaper_to_compare_all(pull.db, flavor, known)
    walk, changed = Walk(), Walk()
    if not compare:
        compare = not _took_changes(pull, part, changed)
    pages = _listed(pull, part.jql, "updated" if compare else "id", walk)
    _fetch_listed(pull, walk, _all_stale(pull, pages), _no_cursor)
    walk.take(changed)
    if compare:
        cursor = replace(cursor, swept=pull.clock)
        note_granted(pull, walk)
    return part.at(cursor), walk


def _took_changes(pull: Pull, part: Part, walk: Walk) -> bool:
    """Fetch what has changed since the watermark; tell if the search has shown all of it.

    It reaches back to the last change that is known. A search that does not list that one reads
    the time in another zone than it says; one may also refuse the time at all.
    """
    watermark, known = part.cursor.watermark, held.last_updated(pull.db, part.projects)
    assert watermark is not None
    since = watermark - pull.overlap
    if known:
        since = min(since, instant(known[1]))
    condition = f"{part.jql} AND {jql.updated_since(since, pull.connection.zone)}"
    pages = _listed(pull, condition, "updated", walk)
    try:
        _fetch_listed(pull, walk, _all_stale(pull, pages), _no_cursor)
    except ConfigError:
        return False
    if known and known[0] not in walk.ids:
        return False
    missing, count = short_by(pull, condition, walk)
    return missing <= count // _ABOUT


def _listed(pull: Pull, condition: str, field: str, walk: Walk) -> Iterator[Page]:
    """Yield the pages of a walk, which goes on while what it lists is fetched."""
    pages = pull.connection.face.walk(condition, field, walk)
    with explained(condition), closing(ahead(pages, _PAGES_AHEAD)) as coming:
        for page in coming:
            if pull.connection.flavor is Flavor.DATA_CENTER:  # there, epics are linked by key
                pull.site.issue_ids.update(page.ids)
            yield page
    pull.problems += [f"Jira warns: {warning}" for warning in dict.fromkeys(walk.warnings)]


def _fetch_listed(pull: Pull, walk: Walk, ids: Iterable[int], store: Store) -> None:
    """Fetch issues that a walk lists; one that is not there when asked for alone is no problem.

    The index of the search lags behind what was deleted or hidden.
    """
    unserved = fetch_issues(pull, ids, store)
    gone, unknown = look_alone(pull, unserved, _no_cursor)
    walk.hidden.update(gone)
    odd = dict.fromkeys(unknown, "listed by Jira's search, but not served") | walk.failed
    with writing(pull.db):
        aside = (SetAside(f"issue:{number}", why, pull.now) for number, why in odd.items())
        runs.save_set_aside(pull.db, aside)


def _no_cursor(group: Sequence[int], good: list[Decoded]) -> None:
    """Store nothing beside the rows: the cursor moves when all of them are there."""


def _all_stale(pull: Pull, pages: Iterable[Page]) -> Iterator[int]:
    return (number for page in pages for number in _stale(pull, page))


def _stale(pull: Pull, page: Page) -> list[int]:
    """Return the issues to fetch: not stored, told to be newer or to bear another key, lost before,
    or set aside.
    """
    told = page.updated
    stored = held.updated_of(pull.db, told)
    again = {*held.lost_of(pull.db, told), *pull.odd, *held.renamed(pull.db, page.ids)}
    latest = instant_text(pull.latest)
    again |= {number for number, updated in stored.items() if updated > latest}
    return sorted(
        number
        for number, updated in told.items()
        if number not in stored or number in again or _newer(updated, stored[number])
    )


def _newer(told: str, stored: str) -> bool:
    if not told:
        return False
    try:
        return instant_text(instant(told)) > stored
    except ValueError:
        return True  # fetched, found odd and set aside


@contextmanager
def explained(condition: str) -> Iterator[None]:
    """Tell which JQL it was that Jira refused."""
    try:
        yield
    except JiraRefused as fault:
        if fault.status != 400:
            raise
        raise ConfigError(
            f"Jira refused the JQL: {'; '.join(fault.messages)}",
            where=condition,
            remedy="Check [jira] projects and jql",
        ) from fault
