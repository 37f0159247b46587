"""What Jira no longer shows: deleted, moved out of the scope, or merely out of sight."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from cadence.jira.connect import fetch_project
from cadence.jira.decode import Decoded
from cadence.jira.fields import Flavor
from cadence.jira.walk import Walk
from cadence.model import State
from cadence.store import facts, held, runs
from cadence.store.database import writing
from cadence.sync.fetching import Store, fetch_issues, look_alone
from cadence.sync.pull import short_by
from cadence.sync.run_state import Pull
from cadence.sync.scope import Part

_SLACK = 5
"""By so many issues, or one in fifty, Cloud's count may differ: it is approximate."""

_HANDFUL = 10
"""So many issues a team may delete in one go, whatever share of a small project they are."""


def settle(pull: Pull, part: Part, walk: Walk, *, allow_deletions: bool) -> bool:
    """Find out what became of stored issues that a walk did not meet; tell if the walk is whole.

    Each is asked for by its id: it may have moved, or the search may have lost it. What Jira then
    says is not there counts as deleted, unless it is much of a project: then nothing is. Where the
    search has lost much of what is there, it may have lost new issues, too.
    """
    if walk.warnings:
        return False
    known = held.present_counts(pull.db, part.projects)
    shown = walk.shown
    present = held.present_issues(pull.db, part.projects)
    missing = {number: project for number, project in present if number not in shown}
    # A count costs a request on Cloud: it is spared where all that is stored was met.
    counted = missing or part.cursor.loading or walk.expected is not None
    if counted and _short(pull, part, walk):
        return False
    there: list[int] = []

    def note(group: Sequence[int], good: list[Decoded]) -> None:
        there.extend(one.issue.id for one in good if _inside(part, one))
        outside = [one.issue.id for one in good if not _inside(part, one)]
        _set_state(pull, outside, State.MOVED)

    gone = fetch_issues(pull, _of_live_projects(pull, missing, known), note)
    vanished = _by_project(missing, gone)
    _settle_gone(pull, vanished, known, note, believed=allow_deletions)
    stored = sum(known.values())
    if _is_much(there, stored):
        pull.problems.append(f"Jira's search does not list {len(there)} of {stored} issues")
        return False
    return True


def _of_live_projects(pull: Pull, missing: dict[int, str], known: Mapping[str, int]) -> list[int]:
    """Return the missing issues but those of projects that are out of sight, which are unseen.

    `known` is how many issues of each project are stored.
    """
    unseen = set[int]()
    for project, ids in _by_project(missing, missing).items():
        if _is_much(ids, known[project]) and not _live(pull, project):
            unseen.update(ids)
    with writing(pull.db):
        _set_state(pull, sorted(unseen), State.UNSEEN)
    return [number for number in missing if number not in unseen]


def _settle_gone(
    pull: Pull,
    vanished: Mapping[str, Sequence[int]],
    known: Mapping[str, int],
    store: Store,
    *,
    believed: bool,
) -> None:
    """Mark what Jira no longer shows as deleted; nothing if it is much, unless it is believed."""
    for project, ids in vanished.items():
        if not _live(pull, project):
            with writing(pull.db):
                _set_state(pull, ids, State.UNSEEN)
        elif _is_much(ids, known[project]) and not believed:
            pull.refused.append(f"{len(ids)} issues of {project} have vanished from Jira at once")
        else:
            _delete(pull, ids, store, believed=believed)


def _by_project(projects: Mapping[int, str], ids: Iterable[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number in ids:
        found.setdefault(projects[number], []).append(number)
    return found


def _is_much(ids: Sequence[int], known: int) -> bool:
    """Tell whether so many of the known issues do not vanish by what people do.

    Half is, and beyond a handful a fifth.
    """
    return len(ids) > 0 and (len(ids) * 2 >= known or len(ids) > max(_HANDFUL, known // 5))


def _live(pull: Pull, project: str) -> bool:
    """Tell whether a project is shown, and neither archived nor in the bin."""
    shown = fetch_project(pull.connection, project)
    return shown is not None and shown.live


def _delete(pull: Pull, ids: Sequence[int], store: Store, *, believed: bool) -> None:
    """Mark issues as deleted, once Jira has said of each that it is not there.

    The index may have lost them. With very many the next syncs go on, unless they are believed.
    """
    gone, unknown = look_alone(pull, ids, store)
    if believed:
        gone, unknown = gone + unknown, []
    with writing(pull.db):
        _set_state(pull, gone, State.DELETED)
    if unknown:
        pull.problems.append(f"{len(unknown)} vanished issues are still to be looked at")


def forget_unlisted(pull: Pull, listed: Iterable[AbstractSet[int]]) -> None:
    """Forget the oddities of issues that no walk lists, and of which none is stored as present.

    They were deleted, or have left the scope, before they could be read.
    """
    forgotten = runs.odd_issues(pull.db).difference(*listed)
    if forgotten:
        forgotten.difference_update(number for number, _ in held.present_issues(pull.db))
    with writing(pull.db):
        runs.clear_set_aside(pull.db, (f"issue:{number}" for number in forgotten))


def hide(pull: Pull, projects: Iterable[str]) -> int:
    """Mark the issues of projects that are not pulled, or not shown, as unseen; count them."""
    wanted = list(projects)
    ids = [number for number, _ in held.present_issues(pull.db, wanted)] if wanted else []
    if ids:
        with writing(pull.db):
            _set_state(pull, ids, State.UNSEEN)
    return len(ids)


def _set_state(pull: Pull, ids: Sequence[int], state: State) -> None:
    facts.save_state(pull.db, ids, state, pull.now)
    if ids:
        pull.counts[state] = pull.counts.get(state, 0) + len(ids)


def _inside(part: Part, one: Decoded) -> bool:
    """Tell whether an issue that the search did not meet belongs to the part all the same."""
    return bool(part.projects) and not part.own and one.issue.project in part.projects


def _short(pull: Pull, part: Part, walk: Walk) -> bool:
    """Tell whether the walk ended early, by the site's own count; it is a problem if so."""
    missing, count = short_by(pull, part.jql, walk)
    approximate = pull.connection.flavor is Flavor.CLOUD and walk.shown
    if missing <= (max(_SLACK, count // 50) if approximate else 0):
        return False
    met, about = count - missing, "about " if approximate else ""
    pull.problems.append(f"Jira's search ended early: it showed {met} of {about}{count} issues")
    return True
