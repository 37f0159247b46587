"""What stands beside the questions: what became of the actions, and what the month shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cadence.errors import ConfigError
from cadence.month import Month
from cadence.reports.content import MonthContent
from cadence.reports.form_facts import MOST_EVIDENCE, MOST_FINDINGS, done_facts, focus_facts
from cadence.reports.reflection import ActionContent, skipped_before
from cadence.web.site import Site


@dataclass(frozen=True)
class FormFacts:
    """The facts of a reflection; `months` are the skipped ones that it covers, and its own."""

    actions: tuple[dict[str, Any], ...] = ()
    follow_through: str | None = None
    reflections: int = 0
    months: tuple[dict[str, Any], ...] = ()
    problem: str | None = None

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of all its months."""
        return [finding for month in self.months for finding in month["findings"]]


def facts(site: Site, month: Month) -> FormFacts:
    """Return the facts of a month; only the reason where there are none."""
    try:
        content = site.content(month, answers=False)
        before = [site.content(one, answers=False) for one in skipped_before(site.filed(), month)]
    except ConfigError as fault:
        return FormFacts(problem=f"{fault.what}, so that no facts stand here")
    return FormFacts(
        actions=tuple(_actions(content)),
        follow_through=content.reflection.follow_through_text,
        reflections=content.reflection.follow_through_reflections,
        months=tuple(_month(one) for one in (*before, content)),
        problem=f"The data is not complete: {content.problem}" if content.problem else None,
    )


def _actions(content: MonthContent) -> Iterator[dict[str, Any]]:
    """Yield the actions of the reflection before, then older ones that are still open."""
    last = content.reflection.last_actions
    known = {action.id for action in last}
    for action in last:
        yield _action(action, content.date)
    for action in content.reflection.carried_over:
        if action.id not in known:
            yield _action(action, content.date)


def _action(action: ActionContent, today: date) -> dict[str, Any]:
    late = action.state == "open" and action.due < today
    return {
        "text": action.text,
        "owner": action.owner,
        "due": said_day(action.due),
        "state": "overdue" if late else action.state,
        "how": action.how,
        "cured": action.cured,
    }


def _month(content: MonthContent) -> dict[str, Any]:
    lines = [*done_facts(content), *focus_facts(content)]
    return {
        "name": content.month_name,
        "skipped": content.reflection.state == "skipped",
        "date": f"{said_day(content.date)} {content.date.year}",
        "lines": [f"{line[:1].upper()}{line[1:]}" for line in lines],
        "findings": list(_findings(content)),
    }


def _findings(content: MonthContent) -> Iterator[dict[str, Any]]:
    for finding in content.findings[:MOST_FINDINGS]:
        yield {
            "code": f"{finding.code} {finding.subject}",
            "summary": finding.summary,
            "question": finding.question,
            "severity": finding.severity.value,
            "evidence": list(finding.evidence[:MOST_EVIDENCE]),
            "left": max(len(finding.evidence) - MOST_EVIDENCE, 0),
        }


def said_day(day: date) -> str:
    """Return a day as people say it: `25 June`."""
    return f"{day.day} {day:%B}"
