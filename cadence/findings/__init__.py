"""The findings: pure functions of a snapshot, one file a subject; RULES lists them all."""

from cadence.findings import around, effort, goals, issues, milestones, outlook, stages, upkeep
from cadence.findings.rule import Finding, Rule, Severity
from cadence.snapshot import Snapshot

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

__all__ = ["RULES", "Finding", "Rule", "Severity", "findings"]


def findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return what the month's data shows, risks first."""
    found = [finding for rule in RULES for finding in rule.findings(snapshot)]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))
