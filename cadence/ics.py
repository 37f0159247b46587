"""The team's meetings as an iCalendar file (RFC 5545), with the time zone that they are in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cadence.errors import ConfigError
from cadence.markup import clean

PRODUCT = "-//cadence//ceremonies//EN"
_STEP = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """One event of the file."""

    uid: str
    sequence: int
    changed: datetime
    start: datetime
    end: datetime
    summary: str
    description: str
    cancelled: bool


@dataclass(frozen=True)
class Offset:
    """From when on a zone has another offset; `at` is the local time before the change."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


def write(name: str, zone: ZoneInfo, entries: Iterable[Entry]) -> str:
    """Return the file's text. Raises ConfigError where the extra is not installed."""
    icalendar = _library()
    listed = sorted(entries, key=lambda entry: (entry.start, entry.uid))
    calendar = icalendar.Calendar()
    for key, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", icalendar.vText(clean(name))),  # else the library does not escape it
        ("x-wr-timezone", zone.key),
    ):
        calendar.add(key, value)
    if listed and not _is_utc(zone):
        calendar.add_component(_zone(zone, listed[0].start, listed[-1].end))
    for entry in listed:
        calendar.add_component(_event(entry, zone))
    text: str = calendar.to_ical().decode()
    return text


def _library() -> Any:
    try:
        import icalendar
    except ImportError:
        raise ConfigError(
            "The calendar needs a library that is not installed",
            where="icalendar",
            remedy="In the checkout: pip install '.[calendar]'",
        ) from None
    return icalendar


def _is_utc(zone: ZoneInfo) -> bool:
    return zone.key in ("UTC", "Etc/UTC", "Etc/UCT", "Zulu")


def _event(entry: Entry, zone: ZoneInfo) -> Any:
    icalendar = _library()
    event = icalendar.Event()
    at = (UTC if _is_utc(zone) else zone,)
    values: Mapping[str, Any] = {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "dtstamp": entry.changed.astimezone(UTC).replace(microsecond=0),
        "last-modified": entry.changed.astimezone(UTC).replace(microsecond=0),
        "dtstart": entry.start.astimezone(*at),
        "dtend": entry.end.astimezone(*at),
        "summary": clean(entry.summary),
        "description": clean(entry.description),
        "status": "CANCELLED" if entry.cancelled else "CONFIRMED",
        "transp": "TRANSPARENT" if entry.cancelled else "OPAQUE",
    }
    for key, value in values.items():
        if value not in ("", None):
            event.add(key, value)
    return event


def _zone(zone: ZoneInfo, first: datetime, last: datetime) -> Any:
    """Return the zone's definition for the time of the events, and a year around it."""
    icalendar = _library()
    told = icalendar.Timezone()
    told.add("tzid", zone.key)
    year = timedelta(days=366)
    for change in offsets(zone, first - year, last + year):
        part = icalendar.TimezoneDaylight() if change.summer else icalendar.TimezoneStandard()
        part.add("dtstart", change.at)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", change.name)
        told.add_component(part)
    return told


def offsets(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[Offset]:
    """Yield the offset that a zone has at an instant, then each change up to another."""
    at = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    yield _offset(zone, at, _utcoffset(zone, at))
    while at < last:
        before, after = _utcoffset(zone, at), _utcoffset(zone, at + _STEP)
        if before != after or _name(zone, at) != _name(zone, at + _STEP):
            yield _offset(zone, _change(zone, at), before)
        at += _STEP


def _change(zone: ZoneInfo, start: datetime) -> datetime:
    """Return the instant at which the offset changes within a day."""
    old = _utcoffset(zone, start), _name(zone, start)
    low, high = start, start + _STEP
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        same = (_utcoffset(zone, middle), _name(zone, middle)) == old
        low, high = (middle, high) if same else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: datetime, before: timedelta) -> Offset:
    local = at.astimezone(zone)
    # RFC 5545: the onset is told in the local time that was valid until then.
    onset = (at + before).replace(tzinfo=None)
    return Offset(onset, before, _utcoffset(zone, at), local.tzname() or "", bool(local.dst()))


def _utcoffset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _name(zone: ZoneInfo, at: datetime) -> str | None:
    return at.astimezone(zone).tzname()
