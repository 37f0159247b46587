"""What stands above the questions of a form: the month's facts, and last month's actions."""

from collections.abc import Iterator

from cadence.filters import is_key
from cadence.findings import Finding
from cadence.markup import Markdown, escape
from cadence.reports.content import MonthContent

MOST_FINDINGS = 6
"""More than a person reads before they write."""

MOST_EVIDENCE = 5


def form_facts(content: MonthContent) -> list[str]:
    """Return the facts of a month as lines of Markdown, in which Jira's text stands for itself."""
    return [str(escape(line)) for line in _lines(content)]


def _point(text: str) -> Markdown:
    return Markdown("- ") + text


def _lines(content: MonthContent) -> Iterator[str]:
    yield f"{content.team}, {content.month_name}: the facts, as of {content.date}"
    if content.problem:
        yield f"(not complete: {content.problem})"
    yield ""
    yield from done_facts(content)
    yield from focus_facts(content)
    reflection = content.reflection
    if reflection.carried_over:
        yield from ("", "Actions of earlier months that are open:")
        for action in reflection.carried_over:
            yield _point(f"{action.id}: {action.text} ({action.owner}, due {action.due})")
    if reflection.follow_through_text:
        told = reflection.follow_through_text
        yield f"Of the actions of the last three reflections, {told} are done."
    if content.findings:
        yield from ("", "What the data asks:")
    for finding in content.findings[:MOST_FINDINGS]:
        yield _point(_asked(finding))


def _asked(finding: Finding) -> str:
    """Return a finding with what it is about and what it rests on."""
    told = finding.subject in finding.summary or not is_key(finding.subject)
    about = "" if told else f"{finding.subject}: "  # others than issues are named in the summary
    shown = finding.evidence[:MOST_EVIDENCE]
    left = len(finding.evidence) - len(shown)
    rest = [f"and {left} more"] if left else []
    evidence = f" ({'; '.join([*shown, *rest])})" if shown else ""
    return f"{about}{finding.summary}{evidence}. {finding.question}"


def done_facts(content: MonthContent) -> Iterator[str]:
    """Yield what is DONE and what was due, each as a sentence."""
    done = content.done
    titles = {milestone.key: milestone.title for milestone in done.milestones}
    if not done.delivered:
        yield "Nothing is DONE this month."
    for key in done.delivered:
        yield f"DONE, DONE, DONE: {key} {titles.get(key, '')}"
    if done.committed:
        kept = len(done.delivered_of_committed)
        yield f"Of the milestones due this month {kept} of {len(done.committed)} are delivered."


def focus_facts(content: MonthContent) -> Iterator[str]:
    """Yield where the effort went and what the KPIs say, each as a sentence."""
    focus = content.focus
    spent = [f"{b.title} {b.share:.0%}" for b in focus.buckets if b.share]
    if focus.focus is not None and spent:
        yield f"Where the effort went: {', '.join(spent)}."
    for goal in focus.goals:
        if goal.kpi is None:
            yield f"{goal.title}: no KPI."
        elif goal.kpi.latest is None:
            yield f"{goal.kpi.name}: not measured."
        else:
            kpi = goal.kpi
            yield f"{kpi.name}: {kpi.latest:g} {kpi.unit} on {kpi.measured_on}."
