"""How findings say numbers, days and lists of names: plain text, escaped where it is rendered."""

from collections.abc import Sequence
from datetime import date


def count(number: int, noun: str) -> str:
    """Return `1 day`, `2 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def percent(share: float) -> str:
    """Return a share as a whole percentage; 0 and 100 only when it is exactly that."""
    whole = round(share * 100)
    if whole in (0, 100) and share * 100 != whole:
        return "under 1 %" if whole == 0 else "over 99 %"
    return f"{whole} %"


def day(value: date | None) -> str:
    """Return a day as text, or a word for none."""
    return value.isoformat() if value else "no date"


def number(value: float) -> str:
    """Return a number with at most two decimals, none needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def amount(value: float, noun: str) -> str:
    """Return `1 person-day`, `0.5 person-days`."""
    told = number(value)
    return f"{told} {noun}" if told == "1" else f"{told} {noun}s"


def so_far(running: bool) -> str:
    """Return what a sentence on a month that is not over yet adds."""
    return " so far" if running else ""


def quantity(value: float, unit: str) -> str:
    """Return a number with its unit, if it has one."""
    return f"{number(value)} {unit}".rstrip()
