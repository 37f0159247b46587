"""Single values of Jira's JSON: instants, days, texts, as odd as real sites serve them."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_NUMBER = re.compile(r"-?\d{6,}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MILLISECONDS = 10**11  # epoch numbers above are milliseconds: as seconds it is the year 5138
_LONGEST_TEXT = 2000
_LARGEST_ID, _LONGEST_ID = 2**63 - 1, 19
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def instant(value: object) -> datetime:
    """Return an instant in UTC, from epoch milliseconds or seconds, or from ISO 8601 text.

    Raises ValueError for anything else, for years that cannot be meant included.
    """
    if isinstance(value, bool) or value is None:
        raise ValueError("no time")
    try:
        if isinstance(value, int):
            at = _EPOCH + timedelta(milliseconds=value * (1 if value > _MILLISECONDS else 1000))
        elif isinstance(value, str) and not _EPOCH_NUMBER.fullmatch(value.strip()):
            at = datetime.fromisoformat(value.strip())
        else:
            number = float(shown(value))
            at = datetime.fromtimestamp(number / (1000 if number > _MILLISECONDS else 1), UTC)
        if at.tzinfo is not UTC:
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise ValueError(f"no time: {shown(value)[:40]!r}") from fault
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(f"no time: {shown(value)[:40]!r}")
    odd = at.microsecond % 1000
    return at - timedelta(microseconds=odd) if odd else at


def instant_or_none(value: object) -> datetime | None:
    """Return an instant, or None if the value is empty."""
    return instant(value) if value else None


def day(value: object) -> date | None:
    """Return a day from `2021-03-15`, `2021-03-15 00:00:00.0` or `15/Mar/21`; None if empty.

    Raises ValueError for anything else.
    """
    told = text(value).strip()
    return _day(told) if told else None


@lru_cache(maxsize=4096)
def _day(told: str) -> date:
    """Return a day from its text: a few thousand days come up again and again."""
    if found := re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", told):
        year, month, number = (int(part) for part in found.groups())
    elif found := re.match(r"(\d{1,2})[/ -]([A-Za-z]{3})[a-z]*[/ -](\d{4}|\d\d)(?!\d)", told):
        number, year = int(found[1]), int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        name = found[2].lower()
        month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
    else:
        raise ValueError(f"no day: {told[:40]!r}")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"no day: {told[:40]!r}")
    return date(year, month, number)


def text(value: object) -> str:
    """Return a text that SQLite takes: no lone surrogates, no NUL; empty for null."""
    if value is None:
        return ""
    told = value if isinstance(value, str) else shown(value)
    if told.isascii() and "\0" not in told:
        return told  # nearly every text, and there are a hundred in an issue
    return told.encode("utf-8", "replace").decode().replace("\0", "")


def shown(value: object) -> str:
    """Return any value as a text; JSON may be so deep that there is none for it."""
    try:
        return str(value)
    except RecursionError:
        return "…"


def is_storable(value: object) -> bool:
    """Tell whether a text is kept as it is: see `text`; what is no text always is."""
    return not isinstance(value, str) or text(value) == value


def text_or_none(value: object) -> str | None:
    """Return a text of bounded length, or None for null and the empty one."""
    return text(value)[:_LONGEST_TEXT] or None


def number_id(value: object) -> int:
    """Return one of Jira's numeric ids; ValueError if it is none."""
    told = shown(value)
    if not (told.isdecimal() and len(told) <= _LONGEST_ID and int(told) <= _LARGEST_ID):
        raise ValueError(f"no id: {told[:40]!r}")
    return int(told)


def number_or_none(value: object) -> int | None:
    """Return one of Jira's numeric ids, or None if it is none."""
    try:
        return number_id(value)
    except ValueError:
        return None


def by_id(served: Iterable[Any]) -> tuple[dict[int, dict[str, Any]], int]:
    """Return objects by their id, and how many of them have none that is usable."""
    found: dict[int, dict[str, Any]] = {}
    unnamed = 0
    for one in map(mapping, served):
        number = number_or_none(one.get("id"))
        if number is None:
            unnamed += 1
        else:
            found[number] = one
    return found, unnamed


def count_or_none(value: object) -> int | None:
    """Return how many there are, or None if the value is no number of things."""
    return value if type(value) is int and 0 <= value <= _LARGEST_ID else None


def points(value: object) -> float | None:
    """Return story points, or None if the field holds no usable number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def mapping(value: Any) -> dict[str, Any]:
    """Return a JSON object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return a JSON array, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def has_text(description: Any) -> bool:
    """Tell whether a description says anything, as wiki text (v2) or as a document (v3)."""
    if isinstance(description, str):
        return bool(description.strip())
    return bool(sequence(mapping(description).get("content")))
