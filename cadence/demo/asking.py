"""Who asks a JQL question, of which world, and what all its parts compile to."""

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from cadence.demo.index import Found
from cadence.demo.jql import Clause, JqlError
from cadence.demo.records import Issue, IssueState
from cadence.demo.world import World

Test = Callable[[Issue, IssueState], bool]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Asking:
    """Who asks, and of what: date literals are read in the caller's zone.

    The index is `lag_ms` behind the world, and by so many states of each issue in `behind`, except
    for the issues whose ids are `reconciled`. After a reindex at `reindexed` (epoch ms) it takes
    every issue of before for updated then, whatever the field says.
    """

    world: World
    zone: ZoneInfo
    cloud: bool = True
    lag_ms: int = 0
    reconciled: frozenset[int] = frozenset()
    behind: Mapping[int, int] = field(default_factory=dict)
    reindexed: int | None = None
    ties: int | None = None
    """What sorts alike comes in an order of this number's; None: the youngest first."""

    def state(self, issue: Issue) -> IssueState | None:
        """Return the state of an issue that the index knows."""
        if issue.id in self.reconciled:
            return self.world.shown(issue, self.world.instant)
        states = issue.states
        known = states.index(self.world.instant - self.lag_ms)
        if issue.id in self.behind:
            known = min(known, len(states.values) - self.behind[issue.id])
        return self.world.seen(states.values[known - 1]) if known > 0 else None

    def known(self) -> Sequence[Found]:
        """Return all issues that the index knows, by ascending id; not to be changed."""
        found = self.world.index.shown(self.world, self.world.instant - self.lag_ms)
        odd = self.reconciled | self.behind.keys()
        if not odd:
            return found
        issues = (self.world.issues[id] for id in odd if id in self.world.issues)
        own = [(issue, state) for issue in issues if (state := self.state(issue))]
        rest = [pair for pair in found if pair[0].id not in odd]
        return sorted(rest + own, key=lambda pair: pair[0].id)

    def updated(self, issue: Issue, state: IssueState) -> int:
        """Return when the index takes an issue for updated."""
        if self.reindexed is None or issue.created > self.reindexed:
            return state.updated
        return max(state.updated, self.reindexed)


@dataclass
class SearchLog:
    """How far the world's log was at each search, for an index that is behind by searches."""

    marks: list[int] = field(default_factory=list)

    def behind(self, world: World, searches: int) -> Mapping[int, int]:
        """Note a search; returns how many of its latest states each issue does not show yet."""
        if not searches:
            return {}
        self.marks.append(len(world.log))
        known = self.marks[max(0, len(self.marks) - 1 - searches)]
        return Counter(world.log[known:])


def operator_refused(clause: Clause) -> JqlError:
    """Return the refusal of an operator that the field does not have."""
    return JqlError(
        f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
    )
