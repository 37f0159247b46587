"""The search index: which issues Jira shows at an instant, kept so that a search is one pass."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from cadence.demo.records import Issue, IssueState, Project

if TYPE_CHECKING:
    from cadence.demo.world import World

Found = tuple[Issue, IssueState]

FIRST_ID = 10_000
"""The id of a site's first issue; the others follow without a gap."""
_KEPT = 4


class Index:
    """What is shown, by ascending id; only what has changed since the last look is looked at.

    The latest states are kept in step with the world's log; for the past (a lagging index, a
    clock that was set back) the last few instants asked for are remembered.
    """

    def __init__(self) -> None:
        self._latest: list[Found | None] = []
        self._shown: list[Found] = []
        self._read = 0
        self._dead: frozenset[str] = frozenset()
        self._past: dict[tuple[int, int, frozenset[str]], list[Found]] = {}
        self._lock = Lock()

    def shown(self, world: "World", instant: int) -> Sequence[Found]:
        """Return the issues that Jira shows at an instant, by ascending id; not to be changed."""
        with self._lock:
            return self._seen(world, instant, _dead(world.projects))

    def _seen(self, world: "World", instant: int, dead: frozenset[str]) -> Sequence[Found]:
        if instant >= world.last:
            return self._current(world, dead)
        key = (instant, len(world.log), dead)
        if key not in self._past:
            while len(self._past) >= _KEPT:
                del self._past[next(iter(self._past))]
            self._past[key] = [
                (issue, state)
                for issue in tuple(world.issues.values())
                if (state := issue.visible(instant)) and state.project not in dead
            ]
        return self._past[key]

    def _current(self, world: "World", dead: frozenset[str]) -> list[Found]:
        read = len(world.log)  # now: somebody may write on meanwhile
        if dead != self._dead or not self._latest:
            self._dead = dead
            self._latest = [_latest(issue, dead) for issue in tuple(world.issues.values())]
        elif self._read < read:
            self._latest += [None] * (len(world.issues) - len(self._latest))
            for id in set(world.log[self._read : read]):
                self._latest[id - FIRST_ID] = _latest(world.issues[id], dead)
        else:
            return self._shown
        self._read = read
        self._shown = [found for found in self._latest if found]
        return self._shown


def _dead(projects: Mapping[str, Project]) -> frozenset[str]:
    """Return the projects whose issues are not shown."""
    return frozenset(key for key, project in projects.items() if not project.live)


def _latest(issue: Issue, dead: frozenset[str]) -> Found | None:
    state = issue.states.values[-1]
    gone = state.deleted or state.hidden or state.project in dead
    return None if gone else (issue, state)
