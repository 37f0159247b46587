"""Who asks a JQL question, of which world, and what all its parts compile to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cadence.demo.jql import Clause, JqlError
from cadence.demo.records import Issue, IssueState
from cadence.demo.world import World

Test = Callable[[Issue, IssueState], bool]
Found = tuple[Issue, IssueState]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class Asking:
    """Who asks, and of what: date literals are read in the caller's zone.

    The index is `lag_ms` behind the world, except for the issues whose ids are `reconciled`.
    """

    world: World
    zone: ZoneInfo
    cloud: bool = True
    lag_ms: int = 0
    reconciled: frozenset[int] = frozenset()

    def state(self, issue: Issue) -> IssueState | None:
        """Return the state of an issue that the index knows."""
        lag = 0 if issue.id in self.reconciled else self.lag_ms
        return self.world.shown(issue, self.world.instant - lag)


def operator_refused(clause: Clause) -> JqlError:
    """Return the refusal of an operator that the field does not have."""
    return JqlError(
        f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
    )
