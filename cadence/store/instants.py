"""How the store writes instants: UTC, milliseconds, so that the order of texts is that of time."""

from datetime import UTC, datetime


def instant_text(instant: datetime) -> str:
    """Return an instant as the store writes it."""
    # Not strftime: on some systems its years have fewer than four digits.
    at = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return at.isoformat("T", "milliseconds")[: -len("+00:00")] + "Z"


def instant_of(text: str) -> datetime:
    """Return the instant that the store wrote."""
    return datetime.fromisoformat(text)


def text_or_none(instant: datetime | None) -> str | None:
    """Return an instant as the store writes it, None as NULL."""
    return instant_text(instant) if instant else None


def instant_or_none(text: str | None) -> datetime | None:
    """Return the instant that the store wrote, None for NULL."""
    return instant_of(text) if text else None
