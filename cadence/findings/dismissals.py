"""Findings that the team has looked at and wants quiet, unless what they rest on doubles."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cadence.findings.rule import Finding
from cadence.findings.words import number
from cadence.model import Dismissal
from cadence.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Quiet:
    """A finding that is not told, and the dismissal that keeps it quiet."""

    finding: Finding
    dismissal: Dismissal


def sorted_out(
    snapshot: Snapshot, found: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Quiet, ...]]:
    """Return the findings that are told, and those that a dismissal keeps quiet at T."""
    told: list[Finding] = []
    quiet: list[Quiet] = []
    for finding in found:
        dismissal = dismissal_of(snapshot, finding.code, finding.subject)
        if dismissal is None:
            told.append(finding)
        elif has_doubled(dismissal, finding):
            told.append(_again(finding, dismissal))
        else:
            quiet.append(Quiet(finding, dismissal))
    return tuple(told), tuple(quiet)


def dismissal_of(snapshot: Snapshot, code: str, subject: str) -> Dismissal | None:
    """Return the dismissal of a finding that stands at date(T): dated by then, not undone."""
    day, ids = snapshot.day, snapshot.world.meanings.issue_id
    issue = ids.get(subject)
    standing = (
        one
        for one in snapshot.filed.dismissals
        if one.code == code
        and (one.subject == subject or (issue is not None and ids.get(one.subject) == issue))
        and one.day <= day
        and (one.undone is None or one.undone > day)
    )
    return max(standing, key=lambda one: (one.day, one.id or 0), default=None)


def has_doubled(dismissal: Dismissal, finding: Finding) -> bool:
    """Tell whether the number that a finding rests on is at least twice what it was."""
    was, now = dismissal.number, finding.number
    if was is None or now is None:
        return False
    return now > was and now >= 2 * was - 1e-9


def _again(finding: Finding, dismissal: Dismissal) -> Finding:
    was, now = number(dismissal.number or 0.0), number(finding.number or 0.0)
    word = f"dismissed {dismissal.day}; then {was}, now {now}"
    return replace(finding, evidence=(*finding.evidence, word))
