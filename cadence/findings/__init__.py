"""The findings: pure functions of a snapshot, one file a subject; RULES lists them all."""

from cadence.findings import around, effort, goals, issues, milestones, outlook, stages, upkeep
from cadence.findings.dismissals import Quiet, sorted_out
from cadence.findings.rule import Finding, Rule, Severity
from cadence.snapshot import Snapshot, once

RULES: tuple[Rule, ...] = (
    *goals.RULES,
    *effort.RULES,
    *milestones.RULES,
    *outlook.RULES,
    *stages.RULES,
    *issues.RULES,
    *around.RULES,
    *upkeep.RULES,
)

__all__ = ["RULES", "Finding", "Quiet", "Rule", "Severity", "dismissed", "findings"]


def findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return what the month's data shows, risks first; without what the team has dismissed."""
    return _sorted_out(snapshot)[0]


def dismissed(snapshot: Snapshot) -> tuple[Quiet, ...]:
    """Return what the month's data shows and the team has dismissed, risks first."""
    return _sorted_out(snapshot)[1]


@once
def _sorted_out(snapshot: Snapshot) -> tuple[tuple[Finding, ...], tuple[Quiet, ...]]:
    found = [finding for rule in RULES for finding in rule.findings(snapshot)]
    order = list(Severity)
    return sorted_out(snapshot, sorted(found, key=lambda one: order.index(one.severity)))
