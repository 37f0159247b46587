"""Pulling a part of the scope: which issues are stale, fetched many at a time, stored group by
group with the cursor in the same transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.jira import jql
from cadence.jira.answers import JiraRefused
from cadence.jira.changelog import Changelog
from cadence.jira.connect import Connection
from cadence.jira.decode import Decoded, decode_issue
from cadence.jira.flight import in_order
from cadence.jira.site import Site
from cadence.jira.values import instant
from cadence.jira.walk import Fetched, Walk, chunks, fetch_alone
from cadence.model import SetAside, State
from cadence.store import facts, runs
from cadence.store.database import writing
from cadence.store.instants import instant_text
from cadence.sync.scope import Part, save_part

SMALL_SCOPE = 1000
"""Of so many issues `updated` is compared by each sync: they fit on few pages."""

MOST_LOOKS = 100
"""So many issues are asked for alone by one sync, to see whether they are there."""

Progress = Callable[[int, int], None]
"""Told how many issues are fetched, of how many."""


@dataclass
class Pull:
    """One run: the store, the site, the clocks, and what has happened so far.

    `now` is ours and dates what is seen, `time` tells how late it is by then; `clock` is Jira's at
    the first answer and makes the watermark. `problems` are why the run is not complete.
    """

    db: Database
    connection: Connection
    site: Site
    now: datetime
    clock: datetime
    workers: int
    overlap: timedelta
    progress: Progress
    time: Callable[[], datetime]
    fetched: int = 0
    looks_left: int = field(default_factory=lambda: MOST_LOOKS)
    counts: dict[State, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def pull_part(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Bring the stored issues of a part up to date.

    Returns how far the part is now, and the walk through all issues that Jira shows of it.
    """
    return _load(pull, part) if part.cursor.loading else _refresh(pull, part)


Store = Callable[[Sequence[int], list[Decoded]], None]


def fetch_issues(pull: Pull, ids: Sequence[int], store: Store) -> list[int]:
    """Fetch issues in full and hand them over, group by group, within the group's transaction.

    Returns those that Jira does not serve, without a fault of its own: deleted, or hidden.
    """
    face = pull.connection.face
    fields = pull.site.fields.asked
    planned = [(group, face.fetches(group, fields)) for group in chunks(ids, face.batch)]
    results = in_order((task for _, tasks in planned for task in tasks), pull.workers)
    total, done = pull.fetched + len(ids), pull.fetched
    gone: list[int] = []
    for group, tasks in planned:
        fetched = Fetched()
        for _ in tasks:
            fetched.merge(next(results))
            # The last one counts when it is stored: histories may still be missing.
            pull.progress(min(done + len(fetched.issues), total - 1), total)
        done += len(group)
        gone += _stored(pull, group, fetched, store)
        pull.progress(done, total)
    return gone


def look_alone(pull: Pull, ids: Sequence[int], store: Store) -> tuple[list[int], list[int]]:
    """Ask for issues one by one, and store those that are there after all.

    Returns those that are not, and those that it was too many to ask for.
    """
    some, rest = ids[: pull.looks_left], ids[pull.looks_left :]
    pull.looks_left -= len(some)
    client, api = pull.connection.client, pull.connection.face.api
    gone: list[int] = []
    for number in some:
        fetched = fetch_alone(client, api, number, pull.site.fields.asked)
        gone += _stored(pull, [number], fetched or Fetched(), store)
    return gone, list(rest)


def _stored(pull: Pull, group: Sequence[int], fetched: Fetched, store: Store) -> list[int]:
    """Store a group of issues in one transaction; return those that were not served."""
    good, odd = _decoded(pull, group, fetched)
    unserved = [i for i in group if i not in fetched.issues and i not in fetched.odd]
    with writing(pull.db):
        _save(pull, good, odd)
        runs.clear_set_aside(pull.db, (f"issue:{i}" for i in unserved))
        store(group, good)
    pull.fetched += len(good)
    return unserved


def short_by(pull: Pull, condition: str, walk: Walk) -> tuple[int, int]:
    """Return by how many issues a walk falls short of the site's own count, and that count."""
    with explained(condition):
        count = pull.connection.face.count(condition, walk) or 0
    return max(count - len(walk.updated), 0), count


def _load(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Fetch all issues by ascending id; an interrupted load goes on where it was.

    What was loaded before the interruption may have changed since: that is compared first.
    """
    if part.cursor.since is None:
        part = part.at(part.cursor.begun(pull.clock))
        with writing(pull.db):
            save_part(pull.db, part, pull.now)
    after = part.cursor.after
    walk = _walk(pull, part.jql, "updated" if after else "id")
    passed = {number: told for number, told in walk.updated.items() if number <= after}
    _fetch_listed(pull, walk, _stale(pull, passed), _no_cursor)

    def advance(group: Sequence[int], good: list[Decoded]) -> None:
        save_part(pull.db, part.at(replace(part.cursor, after=group[-1])), pull.now)

    ahead = sorted(number for number in walk.updated if number > after)
    _fetch_listed(pull, walk, ahead, advance)
    end = max([after, *ahead[-1:]])
    return part.at(replace(part.cursor, after=end, swept=pull.clock)), walk


def _refresh(pull: Pull, part: Part) -> tuple[Part, Walk]:
    """Fetch the issues that are new, and those that have changed since the watermark.

    From time to time `updated` of all is compared: what was indexed later than the overlap allows
    for is found then. So it is when the search for changes ends before the site's own count, and
    in a small scope always: it costs a request less.
    """
    cursor = part.cursor
    known = len(facts.present_issues(pull.db, part.projects))
    sweep = known <= SMALL_SCOPE or cursor.sweep_due(pull.clock)
    walk = None if sweep else _changed(pull, part)
    if walk is None:
        walk = _walk(pull, part.jql, "updated")
        cursor = replace(cursor, swept=pull.clock)
    _fetch_listed(pull, walk, _stale(pull, walk.updated), _no_cursor)
    return part.at(cursor), walk


def _fetch_listed(pull: Pull, walk: Walk, ids: Sequence[int], store: Store) -> None:
    """Fetch issues that a walk listed; one that is not there when asked for alone is no problem.

    The index of the search lags behind what was deleted or hidden.
    """
    unserved = fetch_issues(pull, ids, store)
    gone, unknown = look_alone(pull, unserved, _no_cursor)
    walk.hidden.update(gone)
    why = "listed by Jira's search, but not served"
    with writing(pull.db):
        odd = (SetAside(f"issue:{number}", why, pull.now) for number in unknown)
        runs.save_set_aside(pull.db, odd)


def _no_cursor(group: Sequence[int], good: list[Decoded]) -> None:
    """Store nothing beside the rows: the cursor moves when all of them are there."""


def _walk(pull: Pull, condition: str, field_: str = "id") -> Walk:
    with explained(condition):
        walk = pull.connection.face.walk(condition, field_)
    pull.problems += [f"Jira warns: {warning}" for warning in dict.fromkeys(walk.warnings)]
    pull.site.issue_ids.update(walk.keys)
    return walk


def _changed(pull: Pull, part: Part) -> Walk | None:
    """Walk through all issues, with `updated` of those that have changed since the watermark.

    None if the search for the changes has not shown all of them.
    """
    watermark = part.cursor.watermark
    assert watermark is not None
    since = jql.updated_since(watermark - pull.overlap, pull.connection.zone)
    condition = f"{part.jql} AND {since}"
    changed = _walk(pull, condition, "updated")
    missing, _ = short_by(pull, condition, changed)
    if missing:
        return None
    walk = _walk(pull, part.jql)
    walk.updated |= changed.updated
    walk.warnings += changed.warnings
    return walk


def _stale(pull: Pull, told: dict[int, str]) -> list[int]:
    """Return the issues to fetch: those not stored, told to be newer, lost before, or set aside."""
    stored = facts.updated_of(pull.db, told)
    lost = set(facts.lost_of(pull.db, told))
    aside = runs.odd_issues(pull.db)
    return sorted(
        number
        for number, updated in told.items()
        if number not in stored
        or number in lost
        or number in aside
        or _newer(updated, stored[number])
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


def _decoded(
    pull: Pull, group: Sequence[int], fetched: Fetched
) -> tuple[list[Decoded], dict[int, str]]:
    """Return the issues of a group that can be stored, and why others, or parts, cannot."""
    good: list[Decoded] = []
    odd: dict[int, str] = {}
    for number in group:
        raw = fetched.issues.get(number)
        if raw is None:
            if number in fetched.odd:
                odd[number] = fetched.odd[number]
            continue
        try:
            changelog = fetched.changelogs.get(number, Changelog(cut=True))
            one = decode_issue(raw, changelog, pull.site)
        except ValueError as fault:
            odd[number] = f"left out: {fault}"
            continue
        good.append(_with_parent(pull, one))
        if why := [*one.odd, *filter(None, [fetched.odd.get(number)])]:
            odd[number] = "; ".join(why)
    return good, odd


def _with_parent(pull: Pull, one: Decoded) -> Decoded:
    """Resolve a parent that is named by a key, asking Jira once for each that is not in scope."""
    key = one.parent_key
    if key is None:
        return one
    if key not in pull.site.issue_ids:
        pull.site.issue_ids[key] = pull.connection.face.id_of(key) or 0
    return replace(one, issue=replace(one.issue, parent_id=pull.site.issue_ids[key] or None))


def _save(pull: Pull, good: list[Decoded], odd: dict[int, str]) -> None:
    """Store a group of issues, and what they tell of people, statuses, types and projects."""
    db = pull.db
    facts.save_people(db, {p.account: p for one in good for p in one.people}.values())
    facts.save_names(db, {p.account: p for one in good for p in one.mentioned}.values())
    statuses = {one.status.id: one.status for one in good if one.status}
    facts.save_statuses(db, (s for s in statuses.values() if s.id not in pull.site.categories))
    types = {one.type.id: one.type for one in good}
    facts.save_types(
        db, (t for t in types.values() if pull.site.levels.get(t.id, t.level - 1) < t.level)
    )
    facts.save_projects(db, {one.project.id: one.project for one in good if one.project}.values())
    facts.save_state(db, facts.lost_of(db, [one.issue.id for one in good]), State.PRESENT, pull.now)
    facts.save_issues(db, [(one.issue, one.changes) for one in good])
    runs.clear_set_aside(db, [f"issue:{one.issue.id}" for one in good])
    runs.save_set_aside(db, (SetAside(f"issue:{i}", why, pull.now) for i, why in odd.items()))
    partly = {f"issue:{one.issue.id}:values": "; ".join(one.unread) for one in good if one.unread}
    runs.save_set_aside(db, (SetAside(what, why, pull.now) for what, why in partly.items()))
