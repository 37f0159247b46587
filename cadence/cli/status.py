"""`cadence status`: the month at a glance."""

from collections import Counter
from datetime import timedelta

import click

from cadence.ceremonies import next_meetings
from cadence.cli.app import App
from cadence.cli.calendar import changes_of
from cadence.cli.command import Command
from cadence.cli.reading import read_months
from cadence.cli.terminal import counted
from cadence.findings import findings
from cadence.model import Action, Anonymity, Filed, SyncRun
from cadence.month import Month
from cadence.notes import is_due
from cadence.snapshot import snapshot_at

_SOON = timedelta(days=14)


@click.command(
    cls=Command,
    examples=("cadence status",),
)
@click.pass_obj
def command(app: App) -> None:
    """Show the last sync, the month, the reflection, actions due and findings."""
    month = Month.of(app.today)
    facts, filed = read_months(app, month)
    app.write(f"Synced      {_sync(app, facts.syncs[-1])}")
    app.write(f"Month       {month.name}, {counted((month.last - app.today).days, 'day')} left")
    for one in (month.back(1), month):
        app.write(f"Reflection  {_reflection(app, filed, one)}")
    for action in sorted(_due(app, filed), key=lambda a: a.due):
        late = "overdue" if action.due < app.today else "due"
        app.write(f"Action      {action.id}: {action.text} ({action.owner}, {late} {action.due})")
    if due := [note for note in filed.notes if is_due(note, app.today)]:
        again = counted(len(due), "note")
        app.write(f"Log         {again} to be looked at again ('cadence log list --due')")
    for meeting in next_meetings(app.config, changes_of(app), app.now):
        leads = f", {meeting.facilitator} leads" if meeting.facilitator else ""
        app.write(
            f"Ceremony    {meeting.start:%a %Y-%m-%d %H:%M}: {meeting.ceremony}, "
            f"{meeting.minutes} min{leads}"
        )
    snapshot = snapshot_at(facts, filed, app.config, month, app.now)
    counts = Counter(str(finding.severity) for finding in findings(snapshot))
    told = ", ".join(f"{count} {severity}" for severity, count in counts.items()) or "none"
    app.write(f"Findings    {told} so far this month ('cadence findings --month this')")


def _sync(app: App, last: SyncRun) -> str:
    at = last.started.astimezone(app.config.team.zone)
    state = "complete" if last.complete else f"not complete: {last.problem or 'stopped'}"
    return f"{at:%Y-%m-%d %H:%M %Z}, {state}"


def _reflection(app: App, filed: Filed, month: Month) -> str:
    held = next((one for one in filed.reflections if one.month == month), None)
    if held is None:
        return f"{month}: not opened yet ('cadence reflect open --month {month}')"
    if held.skipped:
        return f"{month}: skipped, {held.why}"
    invited = len(app.config.team.members)
    if held.closed:
        return f"{month}: closed {held.closed}, answered by {held.answered} of {invited}"
    missing = max(invited - held.answered, 0)
    names = ""
    if held.anonymity is Anonymity.NAMED and missing:
        wrote = {entry.author for entry in filed.entries if entry.month == month}
        silent = [one.name for one in app.config.team.members if one.name not in wrote]
        names = f" ({', '.join(silent)})" if len(silent) == missing else ""
    return (
        f"{month}: open since {held.opened}, {counted(held.answered, 'form')} in,"
        f" {missing} missing{names}"
    )


def _due(app: App, filed: Filed) -> list[Action]:
    """Return the open actions that are overdue, or due soon."""
    latest = app.today + _SOON
    return [a for a in filed.actions if not (a.done or a.dropped) and a.due <= latest]
