"""The content of the month: the records that templates and `--format json` get (design.md 8)."""

from dataclasses import dataclass
from datetime import date

from cadence.findings import RULES, Finding, Quiet, dismissed, findings
from cadence.reports.done import DoneContent, done_content
from cadence.reports.executive import ExecutiveContent, executive_content
from cadence.reports.focus import FocusContent, focus_content
from cadence.reports.frame import Frame, frame
from cadence.reports.partner import PartnerContent, partners_content
from cadence.reports.quality import LimitContent, quality_content
from cadence.reports.reflection import ReflectionContent, reflection_content
from cadence.reports.trends import TrendsContent, trends_content
from cadence.reports.why import called
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class DismissedContent:
    """A finding that the team has dismissed: what it rests on now, and did then."""

    code: str
    subject: str
    subject_name: str
    why: str
    on: date
    number: float | None
    number_then: float | None


@dataclass(frozen=True)
class MonthContent(Frame):
    """All that is told about a month."""

    focus: FocusContent
    done: DoneContent
    reflection: ReflectionContent
    findings: tuple[Finding, ...]
    dismissed: tuple[DismissedContent, ...]
    trends: TrendsContent
    data_quality: tuple[LimitContent, ...]
    partners: tuple[PartnerContent, ...]
    executive: ExecutiveContent


def month_content(snapshot: Snapshot) -> MonthContent:
    """Return the content of a month's reports."""
    focus, done = focus_content(snapshot), done_content(snapshot)
    return MonthContent(
        **vars(frame(snapshot)),
        focus=focus,
        done=done,
        reflection=reflection_content(snapshot),
        findings=findings(snapshot),
        dismissed=tuple(_dismissed(snapshot, one) for one in dismissed(snapshot)),
        trends=trends_content(snapshot),
        data_quality=quality_content(snapshot),
        partners=partners_content(snapshot, done.milestones),
        executive=executive_content(snapshot, focus, done),
    )


def _dismissed(snapshot: Snapshot, quiet: Quiet) -> DismissedContent:
    held, finding = quiet.dismissal, quiet.finding
    rule = next(rule for rule in RULES if rule.code == finding.code)
    return DismissedContent(
        held.code,
        finding.subject,
        called(snapshot, rule, finding.subject) or finding.subject,
        held.why,
        held.day,
        finding.number,
        held.number,
    )
