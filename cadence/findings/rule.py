"""What a finding is, and what a rule is that finds it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cadence.snapshot import Snapshot


class Severity(StrEnum):
    """How much a finding matters."""

    RISK = "risk"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule saw: a problem, its evidence, and the question it puts to the team."""

    subject: str
    summary: str
    evidence: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that the data shows, as it is told: what was seen, by which rule."""

    code: str
    severity: Severity
    subject: str
    summary: str
    evidence: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding's code, severity and default threshold, and the function that looks for it.

    `thresholds` is empty where there is nothing to set; such a rule can still be switched off.
    """

    code: str
    severity: Severity
    find: Callable[[Snapshot, tuple[float, ...]], Iterator[Seen]]
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
        for seen in self.find(snapshot, limits):
            yield Finding(
                self.code,
                self.severity,
                seen.subject,
                seen.summary,
                seen.evidence,
                seen.question,
            )
