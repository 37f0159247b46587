"""The content of the month: the records that templates and `--format json` get (design.md 8)."""

from dataclasses import dataclass

from cadence.findings import Finding, findings
from cadence.reports.done import DoneContent, done_content
from cadence.reports.focus import FocusContent, focus_content
from cadence.reports.frame import Frame, frame
from cadence.reports.reflection import ReflectionContent, reflection_content
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class MonthContent(Frame):
    """All that is told about a month."""

    focus: FocusContent
    done: DoneContent
    reflection: ReflectionContent
    findings: tuple[Finding, ...]


def month_content(snapshot: Snapshot) -> MonthContent:
    """Return the content of a month's reports."""
    return MonthContent(
        **vars(frame(snapshot)),
        focus=focus_content(snapshot),
        done=done_content(snapshot),
        reflection=reflection_content(snapshot),
        findings=findings(snapshot),
    )
