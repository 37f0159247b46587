"""What a finding is, and what a rule is that finds it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from cadence.snapshot import Snapshot


class Severity(StrEnum):
    """How much a finding matters."""

    RISK = "risk"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that the data shows, its evidence, and the question it puts to the team."""

    subject: str
    summary: str
    evidence: tuple[str, ...]
    question: str
    code: str = ""
    severity: Severity = Severity.WARN


Threshold = float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding's code, severity and default threshold, and the function that looks for it.

    `threshold` is None where there is nothing to set; such a rule can still be switched off.
    """

    code: str
    severity: Severity
    find: Callable[[Snapshot, tuple[float, ...]], Iterator[Finding]]
    thresholds: tuple[float, ...] = ()

    def findings(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Yield what the rule finds in a month, by the team's own threshold."""
        told = snapshot.config.findings.get(self.code, True)
        if told is False:
            return
        limits = self.thresholds
        if told is not True:
            own = told if isinstance(told, tuple) else (float(told),)
            limits = (*own, *self.thresholds[len(own) :])
        for finding in self.find(snapshot, limits):
            yield replace(finding, code=self.code, severity=self.severity)
