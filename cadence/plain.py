"""Records to plain values: what templates get and what `--format json` prints."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from cadence.month import Month

_NOISE = 10
"""Digits after the point that are kept: more are only noise of binary fractions."""


def plain(record: object) -> Any:
    """Return this record as dict, list, str, int, float, bool or None, and nothing else.

    A field whose name is a Python keyword bears a trailing underscore, which it loses here.
    """
    if isinstance(record, str):
        return str.__str__(record)  # no subclass: neither an enum nor text that claims to be safe
    if record is None or isinstance(record, bool | int):
        return record
    if isinstance(record, float):
        return round(record, _NOISE)
    if isinstance(record, Month):
        return str(record)
    if isinstance(record, date):
        return _day_or_instant(record)
    if is_dataclass(record) and not isinstance(record, type):
        return {f.name.rstrip("_"): plain(getattr(record, f.name)) for f in fields(record)}
    if isinstance(record, dict):
        return {str(plain(key)): plain(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [plain(value) for value in record]
    raise TypeError(f"{type(record).__name__} has no plain form")


def _day_or_instant(value: date) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError("an instant without its zone has no plain form")
    return value.isoformat()
