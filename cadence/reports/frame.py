"""What every content begins with: whose month it is, as of when, and how whole its data is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from cadence.model import SyncRun
from cadence.snapshot import Snapshot

SCHEMA = 1


@dataclass(frozen=True)
class Frame:
    """The team, the month, the moment, and the syncs that its data rests on."""

    schema: int
    team: str
    month: str
    month_name: str
    as_of: str
    date: date
    running: bool
    timezone: str
    complete: bool
    synced_at: str | None
    problem: str | None
    site_url: str


def frame(snapshot: Snapshot) -> Frame:
    """Return what every content of a month begins with."""
    config = snapshot.config
    last, good = _syncs(snapshot)
    return Frame(
        schema=SCHEMA,
        team=config.team.name,
        month=str(snapshot.month),
        month_name=snapshot.month.name,
        as_of=snapshot.as_of.isoformat(timespec="seconds"),
        date=snapshot.day,
        running=snapshot.running,
        timezone=config.team.timezone,
        complete=_problem(snapshot, last, good) is None,
        synced_at=_utc(good.finished) if good and good.finished else None,
        problem=_problem(snapshot, last, good),
        site_url=config.jira.url.rstrip("/"),
    )


def _utc(instant: datetime) -> str:
    """Return an instant as `2021-06-02T16:00:00.000Z`, as the store does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _syncs(snapshot: Snapshot) -> tuple[SyncRun | None, SyncRun | None]:
    """Return the last run that got as far as touching the store, and the last complete one."""
    begun = (run for run in snapshot.world.facts.syncs if run.begun)
    runs = sorted(begun, key=lambda run: run.started)
    complete = [run for run in runs if run.complete]
    return (runs[-1] if runs else None), (complete[-1] if complete else None)


def _problem(snapshot: Snapshot, last: SyncRun | None, good: SyncRun | None) -> str | None:
    """Say why the data is not complete for this month; None if it is."""
    if last is None:
        return "never synced"
    if last is not good:
        return (last.problem or "the last sync did not finish").rstrip(".")  # others go on from it
    if snapshot.running and good.started < snapshot.before.instant:
        return "the last sync was before the month began"
    if not snapshot.running and good.started < snapshot.as_of:
        return "the last sync was before the month's end"
    return None
