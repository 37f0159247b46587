"""`cadence calendar`: the ceremonies as .ics, who leads them, and what is swapped or skipped."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from cadence.ceremonies import Meeting, meetings
from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import people
from cadence.cli.options import json_option, parse_day
from cadence.cli.subjects import member_name
from cadence.cli.terminal import counted
from cadence.errors import ConfigError, did_you_mean
from cadence.files import write_whole
from cadence.model import CeremonyChange
from cadence.month import Month

FILE_NAME = "calendar.ics"
_MONTHS = 6
F = TypeVar("F", bound=Callable[..., object])


@click.group(
    invoke_without_command=True,
    cls=Group,
    examples=(
        "cadence calendar",
        "cadence calendar --months 12 --output team.ics",
    ),
)
@click.option("--months", type=click.IntRange(1, 60), default=_MONTHS, help="How far to look.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write.")
@click.option("--stdout", "raw", is_flag=True, help="Print the text itself; write no file.")
@click.pass_context
def command(ctx: click.Context, months: int, output: Path | None, raw: bool) -> None:
    """Write the ceremonies as an .ics file, from the first of this month on.

    Import it again whenever something has changed: calendars update the meetings they know.
    """
    if ctx.invoked_subcommand is not None:
        return
    app = ctx.find_object(App)
    assert app is not None
    from cadence.ics import write

    entries = list(_entries(app, months))
    text = write(app.config.team.name, app.config.team.zone, entries)
    if raw:
        app.write(text.rstrip())
        return
    path = output or app.workspace.root / FILE_NAME
    write_whole(path, text)
    held = [entry for entry in entries if not entry.cancelled]
    cancelled = len(entries) - len(held)
    more = f", {cancelled} cancelled" if cancelled else ""
    app.say(f"Wrote {path}: {counted(len(held), 'meeting')}{more}.")


@command.command(
    "list",
    examples=("cadence calendar list --months 2",),
)
@click.option("--months", type=click.IntRange(1, 60), default=_MONTHS, help="How far to look.")
@json_option
@click.pass_obj
def list_(app: App, months: int, form: str) -> None:
    """Print the meetings to come, and who leads them."""
    ahead = [one for one in _meetings(app, months) if one.end > app.now]
    if form == "json":
        app.write_json([_plain(one) for one in ahead])
        return
    for one in ahead:
        leads = f"not held: {one.skipped}" if one.skipped else _leads(one)
        app.write(f"{one.start:%a %Y-%m-%d %H:%M}  {one.ceremony}, {one.minutes} min: {leads}")
    if not ahead:
        app.say("There are no meetings: add [[ceremonies]] to cadence.toml.")


def _ceremony_option(function: F) -> F:
    help_ = "Which, if several are on that day."
    return click.option("--ceremony", metavar="NAME", help=help_)(function)


@command.command(
    examples=("cadence calendar swap 2026-10-08 Ben",),
)
@click.argument("day", metavar="DATE")
@click.argument("name", metavar="NAME", shell_complete=people)
@_ceremony_option
@click.pass_obj
def swap(app: App, day: str, name: str, ceremony: str | None) -> None:
    """Let somebody else lead a meeting; who would have led it leads the next one."""
    meeting = _meeting_on(app, day, ceremony)
    leads = member_name(app.config.team, name, "NAME")
    if leads == meeting.facilitator:
        app.say(f"{leads} leads {meeting.ceremony} on {meeting.day} already.")
        return
    _save(app, CeremonyChange(meeting.ceremony, meeting.day, app.now, facilitator=leads))
    told = f", instead of {meeting.facilitator}" if meeting.facilitator else ""
    if meeting.skipped:
        told = f"; it is held after all (it was not: {meeting.skipped})"
    app.say(f"{leads} leads {meeting.ceremony} on {meeting.day}{told}.")


@command.command(
    examples=("cadence calendar skip 2026-10-15 --why 'Off-site'",),
)
@click.argument("day", metavar="DATE")
@click.option("--why", required=True, help="Why it is not held.")
@_ceremony_option
@click.pass_obj
def skip(app: App, day: str, why: str, ceremony: str | None) -> None:
    """Do not hold a meeting; who would have led it leads the next one."""
    reason = " ".join(why.split())
    if not reason:
        raise ConfigError("A reason is missing", where="--why")
    meeting = _meeting_on(app, day, ceremony)
    change = CeremonyChange(meeting.ceremony, meeting.day, app.now, skipped=True, why=reason)
    _save(app, change)
    before = f" (it was not, already: {meeting.skipped})" if meeting.skipped else ""
    app.say(f"{meeting.ceremony} on {meeting.day} is not held: {reason}{before}.")


@command.command(
    examples=("cadence calendar restore 2026-10-15 --ceremony 'Deep dive'",),
)
@click.argument("day", metavar="DATE")
@_ceremony_option
@click.pass_obj
def restore(app: App, day: str, ceremony: str | None) -> None:
    """Take back a swap or a skip: the meeting is as by the rule again."""
    meeting = _meeting_on(app, day, ceremony)
    _save(app, CeremonyChange(meeting.ceremony, meeting.day, app.now))
    again = _meeting_on(app, day, meeting.ceremony)
    told = f"not held: {again.skipped}" if again.skipped else _leads(again)
    app.say(f"{again.ceremony} on {again.day}, {told}.")


def changes_of(app: App) -> tuple[CeremonyChange, ...]:
    """Return what was changed about the ceremonies; looking makes no store."""
    from cadence.store.calendar import load_ceremony_changes

    if not app.workspace.store_path.exists():
        return ()
    with app.store(create=False) as db:
        return load_ceremony_changes(db)


def _save(app: App, change: CeremonyChange) -> None:
    from cadence.store.calendar import save_ceremony_change

    with app.store() as db:
        save_ceremony_change(db, change)


def _window(app: App, months: int) -> tuple[date, date]:
    first = Month.of(app.today)
    return first.first, first.back(-months).first


def _meetings(app: App, months: int) -> tuple[Meeting, ...]:
    return meetings(app.config, changes_of(app), *_window(app, months))


def _meeting_on(app: App, text: str, ceremony: str | None) -> Meeting:
    """Return the meeting of a day. Raises ConfigError if there is none, or if it is not clear."""
    names = [one.name for one in app.config.ceremonies]
    if ceremony and ceremony.casefold() not in map(str.casefold, names):
        known = f"Ceremonies: {', '.join(names)}" if names else "Add [[ceremonies]] to cadence.toml"
        remedy = did_you_mean(ceremony, names, known)
        raise ConfigError(f"There is no ceremony '{ceremony}'", where="--ceremony", remedy=remedy)
    day = parse_day(text, app.today, "DATE")
    around = meetings(app.config, changes_of(app), day - timedelta(62), day + timedelta(63))
    wanted = [m for m in around if not ceremony or m.ceremony.casefold() == ceremony.casefold()]
    found = [meeting for meeting in wanted if meeting.day == day]
    if len(found) == 1:
        return found[0]
    if found:
        told = ", ".join(meeting.ceremony for meeting in found)
        raise ConfigError(f"There are {len(found)} on {day}: {told}", remedy="Add --ceremony NAME")
    near = sorted(wanted, key=lambda meeting: abs(meeting.day - day))[:1]
    remedy = f"The nearest is {near[0].ceremony} on {near[0].day}" if near else ""
    raise ConfigError(f"No ceremony is held on {day}", where="DATE", remedy=remedy)


def _leads(meeting: Meeting) -> str:
    return f"{meeting.facilitator} leads" if meeting.facilitator else "nobody leads yet"


def _plain(meeting: Meeting) -> dict[str, Any]:
    return {
        "ceremony": meeting.ceremony,
        "day": meeting.day.isoformat(),
        "start": meeting.start.isoformat(),
        "end": meeting.end.isoformat(),
        "facilitator": meeting.facilitator,
        "skipped": meeting.skipped,
    }


# ---- what calendars are told -----------------------------------------------------------------


def _entries(app: App, months: int) -> Iterator[Any]:
    """Yield the events of the file; each change since the last one raises its sequence.

    What was written before and is not held any more is told as cancelled: a meeting that is just
    missing would stay in the calendars.
    """
    from cadence.store.calendar import Event, load_events, save_events

    first, end = _window(app, months)
    current = {_uid(app, one): one for one in meetings(app.config, changes_of(app), first, end)}
    with app.store() as db:
        known = load_events(db)
        told = {uid: _plain(one) for uid, one in current.items() if not one.skipped or uid in known}
        gone = {u for u, event in known.items() if first <= event.day < end and u not in current}
        told |= {uid: {**known[uid].content, "skipped": "no longer planned"} for uid in gone}
        events = []
        for uid, content in told.items():
            old = known.get(uid)
            day = date.fromisoformat(content["day"])
            if old and old.content == content:
                events.append(old)
            else:
                number = old.sequence + 1 if old else 0
                events.append(Event(uid, day, content, number, app.now))
        save_events(db, [event for event in events if known.get(event.uid) != event])
    for event in events:
        yield _entry(app, event)


def _uid(app: App, meeting: Meeting) -> str:
    """Return what a date of a ceremony is known by for ever: its name and its day by the rule."""
    named = f"{app.config.team.name}\n{meeting.ceremony}"
    return f"{meeting.day:%Y%m%d}-{hashlib.sha256(named.encode()).hexdigest()[:16]}@cadence"


def _entry(app: App, event: Any) -> Any:
    from cadence.ics import Entry

    content, zone = event.content, app.config.team.zone
    leads, skipped = content["facilitator"], content["skipped"]
    text = f"{content['ceremony']} ({leads} leads)" if leads else content["ceremony"]
    return Entry(
        event.uid,
        event.sequence,
        event.changed,
        datetime.fromisoformat(content["start"]).astimezone(zone),
        datetime.fromisoformat(content["end"]).astimezone(zone),
        content["ceremony"] if skipped else text,
        f"Not held: {skipped}" if skipped else "",
        bool(skipped),
    )
