"""The words of a calendar stay words: no title makes a property, a line or an event of its own."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from cadence.ics import Entry, write
from cadence.markup import clean
from tests.hostile import CONTROL, titles

NOW = datetime(2021, 3, 1, 18, tzinfo=UTC)
INJECTED = "x\r\nATTENDEE:mailto:a@b.example\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nURL:http://e.example"
PROPERTIES = {"UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY"} | {
    "DESCRIPTION", "STATUS", "TRANSP"
}  # fmt: skip


def words(text: str) -> str:
    """Return a text without blanks; the library takes a written `\\N` for a line break, a blank."""
    return re.sub(r"\s|\\[Nn]", "", str(text))


def test_hostile_titles_are_the_words_of_their_events_and_nothing_else():
    told = [INJECTED, f"{INJECTED}\n ;,:\\N", *titles(1, 500)]
    entries = [
        Entry(f"{n}@cadence", 0, NOW, NOW + timedelta(days=n), NOW + timedelta(days=n, hours=1),
              f"T {title}", f"D {title}", False)
        for n, title in enumerate(told)
    ]  # fmt: skip
    text = write(INJECTED, ZoneInfo("Europe/Zurich"), entries)
    assert not CONTROL.search(text.replace("\r\n", "\n"))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    assert str(calendar["X-WR-CALNAME"]) == clean(INJECTED)
    events = calendar.walk("VEVENT")
    assert len(events) == len(told)
    assert not calendar.walk("VALARM")
    for event, title in zip(events, told, strict=True):
        assert set(event) <= PROPERTIES
        assert words(event["SUMMARY"]) == words(clean(f"T {title}"))
        assert words(event["DESCRIPTION"]) == words(clean(f"D {title}"))
