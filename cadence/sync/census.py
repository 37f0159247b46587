"""What Jira no longer shows: deleted, moved out of the scope, or merely out of sight."""

from collections import Counter
from collections.abc import Iterable, Sequence

from cadence.jira.connect import fetch_project
from cadence.jira.decode import Decoded
from cadence.jira.walk import Walk
from cadence.model import State
from cadence.store import facts, runs
from cadence.store.database import writing
from cadence.sync.pull import Pull, explained, fetch_issues
from cadence.sync.scope import Part

_SLACK = 5
"""By so many issues, or one in fifty, a count may differ: it is approximate, and Jira lives on."""


def settle(pull: Pull, part: Part, walk: Walk, *, allow_deletions: bool) -> bool:
    """Find out what became of stored issues that a walk did not meet; tell if the walk is whole.

    Each is asked for by its id: it may have moved, or the search may have lost it. What Jira does
    not serve either counts as deleted, unless it is half of a project or more: then nothing is.
    """
    if _short(pull, part, walk):
        return False
    stored = facts.present_issues(pull.db, part.projects)
    missing = [number for number in stored if number not in walk.updated]
    served: set[int] = set()

    def note(group: Sequence[int], good: list[Decoded]) -> None:
        served.update(one.issue.id for one in good)
        outside = [one.issue.id for one in good if not _inside(part, one)]
        _set_state(pull, outside, State.MOVED)
        # Not to be served is an answer here, not an oddity.
        runs.clear_set_aside(pull.db, (f"issue:{i}" for i in group if i not in served))

    fetch_issues(pull, missing, note)
    gone = [number for number in missing if number not in served]
    for project in sorted({stored[number] for number in gone}):
        of_it = [number for number in gone if stored[number] == project]
        known = Counter(stored.values())[project]
        _settle_project(
            pull, project, of_it, refuse=len(of_it) * 2 >= known and not allow_deletions
        )
    return True


def hide(pull: Pull, projects: Iterable[str]) -> int:
    """Mark the issues of projects that are not pulled, or not shown, as unseen; count them."""
    stored = facts.present_issues(pull.db)
    wanted = set(projects)
    ids = [number for number, project in stored.items() if project in wanted]
    if ids:
        with writing(pull.db):
            _set_state(pull, ids, State.UNSEEN)
    return len(ids)


def _settle_project(pull: Pull, project: str, gone: Sequence[int], *, refuse: bool) -> None:
    shown = fetch_project(pull.connection, project)
    if shown is None or not shown.live:
        with writing(pull.db):
            _set_state(pull, gone, State.UNSEEN)
        return
    if refuse:
        pull.refused.append(f"{len(gone)} issues of {project} have vanished from Jira at once")
        return
    with writing(pull.db):
        _set_state(pull, gone, State.DELETED)


def _set_state(pull: Pull, ids: Sequence[int], state: State) -> None:
    facts.save_state(pull.db, ids, state, pull.now)
    if ids:
        pull.counts[state] = pull.counts.get(state, 0) + len(ids)


def _inside(part: Part, one: Decoded) -> bool:
    """Tell whether an issue that the search did not meet belongs to the part all the same."""
    return bool(part.projects) and not part.own and one.issue.project in part.projects


def _short(pull: Pull, part: Part, walk: Walk) -> bool:
    """Tell whether the walk ended early, by the site's own count; it is a problem if so."""
    with explained(part.jql):
        count = pull.connection.face.count(part.jql, walk)
    met = len(walk.updated)
    if count is None or met >= count - max(_SLACK, count // 50):
        return False
    pull.problems.append(f"Jira's search ended early: it showed {met} of about {count} issues")
    return True
