"""The content of `cadence why`: a figure or a finding with its rule, its evidence, what is out."""

from dataclasses import dataclass
from datetime import date

from cadence.config import Goal, Partner
from cadence.figures.capacity import people
from cadence.figures.figure import (
    ActionFigure,
    BucketFigure,
    DaysFigure,
    Evidence,
    Figure,
    GoalFigure,
    IssueFigure,
    MilestoneFigure,
    PartnerFigure,
    TeamFigure,
    Value,
    Whose,
)
from cadence.findings import Finding, Rule
from cadence.findings.dismissals import dismissal_of
from cadence.model import Action
from cadence.reports.frame import Frame, frame
from cadence.snapshot import IssueAt, Snapshot

Subject = IssueAt | Goal | Partner | Action | Whose | str | None
"""What a figure is asked about: a milestone or an issue, a goal, a partner, an action, days, a
bucket, the team."""


@dataclass(frozen=True)
class FigureContent:
    """A figure of a month, with all that it was made of."""

    name: str
    title: str
    subject: str | None
    unit: str
    rule: str
    source: str
    number: float | date | None
    evidence: tuple[Evidence, ...]
    left_out: tuple[Evidence, ...]


@dataclass(frozen=True)
class RuleContent:
    """A rule, by the team's thresholds, and what it finds about a subject in the month."""

    code: str
    severity: str
    about: str
    rule: str
    thresholds: tuple[float, ...]
    switched_off: bool
    findings: tuple[Finding, ...]
    dismissed_on: date | None
    dismissed_because: str | None


@dataclass(frozen=True)
class WhyContent(Frame):
    """Why a report says what it says: a finding's rule, if that was asked, and the figures."""

    what: str
    subject: str | None
    subject_name: str | None
    finding: RuleContent | None
    figures: tuple[FigureContent, ...]


def why_figure(snapshot: Snapshot, figure: Figure, subject: Subject) -> WhyContent:
    """Return the derivation of a figure."""
    content = figure_content(snapshot, figure, subject)
    return WhyContent(
        **vars(frame(snapshot)),
        what=figure.name,
        subject=content.subject,
        subject_name=content.subject,
        finding=None,
        figures=(content,),
    )


def why_finding(
    snapshot: Snapshot, rule: Rule, subject: str, figures: tuple[FigureContent, ...]
) -> WhyContent:
    """Return the derivation of a finding: what its rule saw, and the figures it rests on."""
    limits, dismissal = rule.limits(snapshot), dismissal_of(snapshot, rule.code, subject)
    content = RuleContent(
        code=rule.code,
        severity=rule.severity,
        about=rule.about,
        rule=rule.in_words(limits or rule.thresholds),
        thresholds=limits or rule.thresholds,
        switched_off=limits is None,
        findings=tuple(f for f in rule.findings(snapshot) if f.subject == subject),
        dismissed_on=dismissal.day if dismissal else None,
        dismissed_because=dismissal.why if dismissal else None,
    )
    return WhyContent(
        **vars(frame(snapshot)),
        what=rule.code,
        subject=subject,
        subject_name=called(snapshot, rule, subject),
        finding=content,
        figures=figures,
    )


def called(snapshot: Snapshot, rule: Rule, subject: str) -> str | None:
    """Return a finding's subject as people say it: a person by name, the team not at all."""
    if rule.about == "account":
        named = {m.account or account: m.name for account, m in people(snapshot).items()}
        return named.get(subject, subject)
    return None if rule.about == "team" else subject


def figure_content(snapshot: Snapshot, figure: Figure, subject: Subject) -> FigureContent:
    """Return a figure of a month with what it was made of."""
    value = computed(snapshot, figure, subject)
    return FigureContent(
        name=figure.name,
        title=figure.title,
        subject=_named(snapshot, subject),
        unit=subject.kpi.unit if isinstance(subject, Goal) and subject.kpi else figure.unit,
        rule=figure.rule,
        source=figure.source,
        number=value.number,
        evidence=value.evidence,
        left_out=value.left_out,
    )


def computed(snapshot: Snapshot, figure: Figure, subject: Subject) -> Value:
    """Return a figure's value: the same computation that fills the report.

    Raises TypeError if the figure is about something else.
    """
    match figure, subject:
        case DaysFigure(), Whose() | None:
            return figure.compute(snapshot, subject or Whose())
        case TeamFigure(), None:
            return figure.compute(snapshot)
        case GoalFigure(), Goal():
            return figure.compute(snapshot, subject)
        case PartnerFigure(), Partner():
            return figure.compute(snapshot, subject)
        case ActionFigure(), Action():
            return figure.compute(snapshot, subject)
        case MilestoneFigure() | IssueFigure(), IssueAt():
            return figure.compute(snapshot, subject)
        case BucketFigure(), str():
            return figure.compute(snapshot, subject)
    raise TypeError(f"{figure.name} is about a {figure.about}, not {type(subject).__name__}")


def _named(snapshot: Snapshot, subject: Subject) -> str | None:
    """Return a subject as a reader knows it."""
    match subject:
        case IssueAt():
            return subject.key
        case Goal():
            return subject.id
        case Partner():
            return subject.name
        case Action():
            return str(subject.id)
        case Whose():
            member = people(snapshot).get(subject.account or "")
            parts = (member.name if member else "", str(subject.day or ""))
            return ", ".join(part for part in parts if part) or None
    return subject
