"""What Jira no longer shows: deleted, moved out of the scope, or merely out of sight."""

from collections import Counter
from collections.abc import Iterable, Sequence

from cadence.jira.connect import fetch_project
from cadence.jira.decode import Decoded
from cadence.jira.walk import Walk
from cadence.model import State
from cadence.store import facts, runs
from cadence.store.database import writing
from cadence.sync.pull import Pull, fetch_issues, short_by
from cadence.sync.scope import Part

_SLACK = 5
"""By so many issues, or one in fifty, a count may differ: it is approximate, and Jira lives on."""


def settle(pull: Pull, part: Part, walk: Walk, *, allow_deletions: bool) -> bool:
    """Find out what became of stored issues that a walk did not meet; tell if the walk is whole.

    Each is asked for by its id: it may have moved, or the search may have lost it. What Jira does
    not serve either counts as deleted, unless it is half of a project or more: then nothing is.
    """
    if walk.warnings:
        return False
    stored = facts.present_issues(pull.db, part.projects)
    shown = walk.shown
    missing = [number for number in stored if number not in shown]
    # A count costs a request on Cloud: it is spared where all that is stored was met.
    counted = missing or part.cursor.loading or walk.expected is not None
    if counted and _short(pull, part, walk):
        return False

    def note(group: Sequence[int], good: list[Decoded]) -> None:
        outside = [one.issue.id for one in good if not _inside(part, one)]
        _set_state(pull, outside, State.MOVED)

    gone = fetch_issues(pull, missing, note)
    for project in sorted({stored[number] for number in gone}):
        of_it = [number for number in gone if stored[number] == project]
        known = Counter(stored.values())[project]
        _settle_project(
            pull, project, of_it, refuse=len(of_it) * 2 >= known and not allow_deletions
        )
    return True


def forget_unlisted(pull: Pull, listed: set[int]) -> None:
    """Forget the oddities of issues that no walk lists, and of which none is stored as present.

    They were deleted, or have left the scope, before they could be read.
    """
    known = listed | facts.present_issues(pull.db).keys()
    subjects = [one.subject for one in runs.load_set_aside(pull.db)]
    with writing(pull.db):
        runs.clear_set_aside(
            pull.db, (s for s in subjects if int(s.removeprefix("issue:")) not in known)
        )


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
    missing, count = short_by(pull, part.jql, walk)
    if missing <= max(_SLACK, count // 50):
        return False
    met = count - missing
    pull.problems.append(f"Jira's search ended early: it showed {met} of about {count} issues")
    return True
