"""Dates in JQL: literals of minute precision in the caller's zone, periods, epoch milliseconds."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cadence.demo.asking import COMPARE, Asking, Test, operator_refused
from cadence.demo.jql import EMPTY, Clause, JqlError, Value
from cadence.demo.records import Issue, IssueState, epoch_ms, from_ms

MOMENTS: dict[str, Callable[[Issue, IssueState], int | None]] = {
    "created": lambda issue, state: issue.created,
    "updated": lambda issue, state: state.updated,
    "resolved": lambda issue, state: state.resolved,
}
_LITERAL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"[+-]?(?:\d+[wdhm])(?: \d+[wdhm])*")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


def moment_clause(
    clause: Clause,
    held: Callable[[Issue, IssueState], Any],
    asking: Asking,
    read: Callable[[Value, str, Asking], Any],
) -> Test:
    """Compile a comparison of instants or days; a literal is the very start of its minute."""
    if clause.operator in ("~", "!~"):
        raise operator_refused(clause)
    if EMPTY in clause.values:
        wants_empty = clause.operator in ("is", "=", "in")
        return lambda issue, state: (held(issue, state) is None) is wants_empty
    bounds = [read(value, clause.field, asking) for value in clause.values]
    if clause.operator in ("in", "not in"):
        positive = clause.operator == "in"
        return lambda issue, state: (
            held(issue, state) is not None and (held(issue, state) in bounds) is positive
        )
    compare = COMPARE[clause.operator]
    bound = bounds[0]

    def test(issue: Issue, state: IssueState) -> bool:
        value = held(issue, state)
        return value is not None and compare(value, bound)

    return test


def instant(value: Value, field: str, asking: Asking) -> int:
    """Return the epoch ms that a literal means: a bare number is just that."""
    if value.number is not None and not value.text.startswith("-"):
        return value.number
    if _PERIOD.fullmatch(value.text):
        minute = asking.world.instant // 60_000 * 60_000
        return minute + int(_period(value.text) / timedelta(milliseconds=1))
    return epoch_ms(_literal(value, field).replace(tzinfo=asking.zone))


def day(value: Value, field: str, asking: Asking) -> str:
    """Return the day that a literal means, in the caller's zone."""
    if _LITERAL.fullmatch(value.text):
        return _literal(value, field).date().isoformat()
    moment = from_ms(instant(value, field, asking))
    return moment.astimezone(asking.zone).date().isoformat()


def _literal(value: Value, field: str) -> datetime:
    found = _LITERAL.fullmatch(value.text)
    try:
        if not found:
            raise ValueError
        return datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        raise JqlError(
            f"Date value '{value.text}' for field '{field}' is invalid. Valid formats include: "
            "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period "
            "format e.g. '-5d', '4w 2d'."
        ) from None


def _period(text: str) -> timedelta:
    sign = -1 if text.startswith("-") else 1
    parts = re.findall(r"(\d+)([wdhm])", text)
    return sign * sum((timedelta(**{_UNITS[u]: int(n)}) for n, u in parts), timedelta())
