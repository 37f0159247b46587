"""Instants as the store writes them: UTC text such as `2021-02-03T18:11:12.123Z`."""

from datetime import UTC, datetime


def instant_text(instant: datetime) -> str:
    """Return an aware instant as UTC text with milliseconds; texts sort as instants do."""
    moment = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return moment.removesuffix("+00:00") + "Z"


def read_instant(text: str) -> datetime:
    """Return the instant that a text of the store stands for, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
