"""Fetching issues in full, many at a time, and storing them group by group."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cadence.jira.changelog import Changelog, joined
from cadence.jira.decode import Decoded, decode_issue
from cadence.jira.fetched import Fetched, Task, chunks, fetch_alone
from cadence.jira.flight import in_order
from cadence.jira.keepsake import keepsake
from cadence.model import HistoryState, SetAside, State
from cadence.store import facts, held, runs
from cadence.store.database import writing
from cadence.sync.drift import no_longer_served
from cadence.sync.parents import put_off, with_parent
from cadence.sync.run_state import Pull

Store = Callable[[Sequence[int], list[Decoded]], None]
"""Stores what belongs to a group of issues, within the group's transaction."""


def fetch_issues(pull: Pull, ids: Iterable[int], store: Store) -> list[int]:
    """Fetch issues in full as their ids come, and store them, group by group.

    Returns those that Jira does not serve, without a fault of its own: deleted, or hidden.
    """
    face = pull.connection.face
    fields = pull.site.fields
    planned: deque[tuple[list[int], int]] = deque()

    def tasks() -> Iterator[Task]:
        for listed in chunks(ids, lambda: face.batch(pull.expected - pull.due)):
            group = list(dict.fromkeys(listed))  # a walk may list an issue twice
            some = face.fetches(group, fields)
            planned.append((group, len(some)))
            pull.due += len(group)
            yield from some

    results = in_order(tasks(), pull.workers)
    gone: list[int] = []
    for fetched in results:
        group, count = planned.popleft()
        for _ in range(count - 1):
            _tell(pull, len(fetched.issues))
            fetched.merge(next(results))
        gone += _stored(pull, group, fetched, store)
        _tell(pull)
    return gone


def look_alone(pull: Pull, ids: Sequence[int], store: Store) -> tuple[list[int], list[int]]:
    """Ask for issues one by one, and store those that are there after all.

    Returns those that are not, and those that it was too many to ask for.
    """
    some, rest = ids[: pull.looks_left], ids[pull.looks_left :]
    pull.looks_left -= len(some)
    client, api = pull.connection.client, pull.connection.face.api
    fields = pull.site.fields

    def look(number: int) -> Task:
        return lambda: fetch_alone(client, api, number, fields) or Fetched()

    gone: list[int] = []
    looked = in_order(map(look, some), pull.workers)
    for number, fetched in zip(some, looked, strict=True):
        gone += _stored(pull, [number], fetched, store)
    return gone, list(rest)


def _tell(pull: Pull, waiting: int = 0) -> None:
    """Tell how far the run is: what is fetched counts as the last one only when it is stored."""
    total = max(pull.expected, pull.due, pull.fetched + waiting)
    done = pull.fetched + waiting
    pull.progress(min(done, total - 1) if waiting else done, total)


def _stored(pull: Pull, group: Sequence[int], fetched: Fetched, store: Store) -> list[int]:
    """Store a group of issues in one transaction; return those that were not served."""
    good, odd = _decoded(pull, group, fetched)
    unserved = [i for i in group if i not in fetched.issues and i not in fetched.odd]
    with writing(pull.db):
        _save(pull, good)
        _save_oddities(pull, good, odd, fetched)
        runs.clear_set_aside(pull.db, (f"issue:{i}" for i in unserved))
        store(group, good)
    pull.fetched += len(good)
    pull.odd.difference_update(one.issue.id for one in good)
    return unserved


def _decoded(
    pull: Pull, group: Sequence[int], fetched: Fetched
) -> tuple[list[Decoded], dict[int, str]]:
    """Return the issues of a group that can be stored, and why others, or parts, cannot."""
    good: list[Decoded] = []
    odd = {i: why for i, why in fetched.odd.items() if i not in fetched.issues}
    for number in group:
        raw = fetched.issues.get(number)
        if raw is None:
            continue
        try:
            changelog = fetched.changelogs.get(number, Changelog(cut=True))
            good.append(decode_issue(raw, changelog, pull.site))
        except ValueError as fault:
            odd[number] = f"left out: {fault}"
    gone = no_longer_served(pull.db, fetched.issues)
    good = [
        with_parent(pull, _with_drift(one, gone.get(one.issue.id, ())))
        for one in _looked_at_again(pull, good, fetched)
    ]
    for one in good:
        if why := [*one.odd, *filter(None, [fetched.odd.get(one.issue.id)])]:
            odd[one.issue.id] = "; ".join(why)
    return good, odd


def _with_drift(one: Decoded, gone: Sequence[str]) -> Decoded:
    told = tuple(f"{name} is no longer served" for name in gone)
    return replace(one, unread=(*one.unread, *told)) if told else one


def _looked_at_again(pull: Pull, good: list[Decoded], fetched: Fetched) -> list[Decoded]:
    """Return the issues with the histories that another resource makes whole, where one can.

    One that even then lacks what is stored of it is cut: nothing that was known is given up.
    """
    stored = held.entries_of(pull.db, [one.issue.id for one in good])
    doubtful = [one.issue.id for one in good if _is_doubtful(pull, one, stored)]
    if not doubtful:
        return good
    again = pull.connection.face.second_look(doubtful, pull.site.fields)

    def whole(one: Decoded) -> Decoded:
        number = one.issue.id
        known, more = fetched.changelogs[number], again.get(number)
        both = replace(joined(known, more), cut=more.cut) if more else known
        short = not stored.get(number, set()) <= both.entries.keys()
        if both is known and not short:
            return one
        both = replace(both, cut=both.cut or short)
        return decode_issue(fetched.issues[number], both, pull.site)

    return [whole(one) if one.issue.id in doubtful else one for one in good]


def _is_doubtful(pull: Pull, one: Decoded, stored: Mapping[int, set[int]]) -> bool:
    """Tell whether a history cannot be all.

    It contradicts, or lacks what was known of it, or nothing led to where the issue is now.
    """
    issue, state = one.issue, one.issue.history
    if state is HistoryState.CUT:
        return False
    if state is HistoryState.CONTRADICTORY:
        return True
    if stored.get(issue.id, set()) - {change.history_id for change in one.changes}:
        return True
    unled = issue.category != "new" or (not pull.loading and issue.updated > issue.created)
    return unled and not one.changes


def _save(pull: Pull, good: list[Decoded]) -> None:
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
    sprints = {sprint.id: sprint for one in good for sprint in one.sprints}
    facts.save_sprints(db, (s for s in sprints.values() if pull.is_new(s)), pull.now)
    facts.save_projects(db, {one.project.id: one.project for one in good if one.project}.values())
    facts.save_state(db, held.lost_of(db, [one.issue.id for one in good]), State.PRESENT, pull.now)
    facts.save_issues(db, [(one.issue, one.changes) for one in good], pull.latest)


def _save_oddities(pull: Pull, good: list[Decoded], odd: dict[int, str], fetched: Fetched) -> None:
    """Note what could not be stored as told, and forget what was noted of issues now whole."""
    partly = {one.issue.id: "; ".join(one.unread) for one in good if one.unread}
    told = {
        i: keepsake(fetched.issues[i]) for i in (odd.keys() | partly.keys()) & fetched.issues.keys()
    }
    aside = [SetAside(f"issue:{i}", why, pull.now, told.get(i)) for i, why in odd.items()]
    aside += [SetAside(f"issue:{i}:values", w, pull.now, told.get(i)) for i, w in partly.items()]
    runs.clear_set_aside(pull.db, (f"issue:{one.issue.id}" for one in good))
    runs.save_set_aside(pull.db, [*aside, *put_off(pull, good)])
