"""What stands above the questions of a form: last month's actions, the facts, what they ask."""

from collections.abc import Iterator, Sequence
from datetime import date

from cadence.filters import is_key
from cadence.findings import Finding
from cadence.markup import Markdown, escape
from cadence.reports.content import MonthContent
from cadence.reports.reflection import ActionContent

MOST_FINDINGS = 6
"""More than a person reads before they write."""

MOST_EVIDENCE = 5


def form_facts(content: MonthContent, skipped: Sequence[MonthContent] = ()) -> list[str]:
    """Return what a form begins with, as lines of Markdown, in which Jira's text is only text.

    First what became of the actions, then the month's facts, then its findings as questions.
    `skipped` are the months before that went without a reflection: this one covers them, too.
    """
    lines = [*_actions(content)]
    for month in (*skipped, content):
        lines += [*([""] if lines else []), *_month(month)]
    return [str(escape(line)) for line in lines]


def _point(text: str) -> Markdown:
    return Markdown("- ") + text


def _actions(content: MonthContent) -> Iterator[str]:
    """Say what became of the actions of the reflection before, and which older ones are open."""
    reflection = content.reflection
    last = {action.id for action in reflection.last_actions}
    older = [action for action in reflection.carried_over if action.id not in last]
    if reflection.last_actions or older:
        yield "What became of our actions:"
    for action in (*reflection.last_actions, *older):
        yield _point(_became(action, content.date))
    if reflection.follow_through_text:
        told = reflection.follow_through_text
        yield ""
        be = "is" if told.startswith("1 of ") else "are"
        over = reflection.follow_through_reflections
        held = "reflection" if over == 1 else f"{over} reflections"
        yield f"Of the actions of the last {held}, {told} {be} done."


def _became(action: ActionContent, today: date) -> str:
    late = ", overdue" if action.state == "open" and action.due < today else ""
    told = f"{action.id}: {action.text} ({action.owner}, due {action.due}): {action.state}{late}"
    how = f"; we know by: {action.how}" if action.how else ""
    ended = "gone" if action.cured else "still there"
    return told + how + (f"; {action.cures} is {ended}" if action.cures else "")


def _month(content: MonthContent) -> Iterator[str]:
    """Tell a month's facts, and what they ask."""
    skipped = content.reflection.state == "skipped"
    yield (
        f"{content.team}, {content.month_name}: the facts, as of {content.date}"
        + (" (it went without a reflection, so that this one covers it, too)" if skipped else "")
    )
    if content.problem:
        yield f"(not complete: {content.problem})"
    yield ""
    yield from done_facts(content)
    yield from focus_facts(content)
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
        be = "is" if kept == 1 else "are"
        due = len(done.committed)
        yield f"Of the milestones due this month when it began, {kept} of {due} {be} delivered."


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
