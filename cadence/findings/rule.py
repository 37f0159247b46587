"""What a finding is, and what a rule is that finds it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from cadence.snapshot import Snapshot


class Severity(StrEnum):
    """How much a finding matters."""

    RISK = "risk"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule saw: a problem, its evidence, and the question it puts to the team.

    `number` is what it rests on, larger where it is worse: a dismissed finding is told again
    when this has doubled. None where there is no such number.
    """

    subject: str
    summary: str
    evidence: tuple[str, ...]
    question: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that the data shows, as it is told: what was seen, by which rule."""

    code: str
    severity: Severity
    subject: str
    summary: str
    evidence: tuple[str, ...]
    question: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding's code, severity and default threshold, and the function that looks for it.

    `thresholds` is empty where there is nothing to set; such a rule can still be switched off.
    `about` is what its subject is, `says` the rule in words ({0} is its first threshold),
    `figure` the figure whose derivation it rests on, if one is.
    """

    code: str
    severity: Severity
    find: Callable[[Snapshot, tuple[float, ...]], Iterator[Seen]]
    thresholds: tuple[float, ...] = ()
    about: str = field(default="team", kw_only=True)
    says: str = field(kw_only=True)
    figure: str = field(default="", kw_only=True)

    def limits(self, snapshot: Snapshot) -> tuple[float, ...] | None:
        """Return the team's own thresholds, else the defaults; None where it is switched off."""
        told = snapshot.config.findings.get(self.code, True)
        if told is False:
            return None
        own: tuple[float, ...] = ()
        if told is not True:
            own = told if isinstance(told, tuple) else (float(told),)
        return (*own, *self.thresholds[len(own) :])

    def findings(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Yield what the rule finds in a month, by the team's own threshold."""
        limits = self.limits(snapshot)
        for seen in self.find(snapshot, limits) if limits is not None else ():
            yield Finding(
                self.code,
                self.severity,
                seen.subject,
                seen.summary,
                seen.evidence,
                seen.question,
                seen.number,
            )

    def in_words(self, limits: tuple[float, ...]) -> str:
        """Return what the rule says, with these thresholds."""
        return self.says.format(*(f"{limit:g}" for limit in limits))
