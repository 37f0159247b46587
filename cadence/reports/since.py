"""What has changed since a month was last told, in plain words."""

from collections.abc import Iterator
from typing import Any

Plain = dict[str, Any]

_SILENT = {
    "schema",
    "synced_at",
    "month",
    "month_name",
    "findings",
    "delivered",
    "executive",
    "partners",
}
"""What is told in words of its own below, or says nothing."""

_NAMES = ("key", "id", "name", "on")
"""What tells the records of a list apart, the first that they all have."""


def changes_since(told: Plain, now: Plain) -> list[str]:
    """Return a line for each thing that differs between two reports' plain data of one month."""
    lines = [*_delivered(told, now), *_findings(told, now)]
    return lines + [line for line in _records("", told, now) if line not in lines]


def _delivered(told: Plain, now: Plain) -> Iterator[str]:
    titles = {
        one["key"]: one["title"] for data in (told, now) for one in data["done"]["milestones"]
    }
    before, after = told["done"]["delivered"], now["done"]["delivered"]
    for key in after:
        if key not in before:
            yield f"Delivered now: {_named(key, titles)}"
    for key in before:
        if key not in after:
            yield f"No longer delivered: {_named(key, titles)}"


def _named(key: str, titles: dict[str, str]) -> str:
    return f"{key} '{titles[key]}'" if titles.get(key) else key


def _findings(told: Plain, now: Plain) -> Iterator[str]:
    before, after = (
        {(one["code"], one["subject"]): one for one in data["findings"]} for data in (told, now)
    )
    for name, finding in after.items():
        if name not in before:
            yield f"New finding: {_said(finding)}"
        elif finding["summary"] != before[name]["summary"]:
            yield f"Finding that now says otherwise: {_said(finding)}"
        elif finding != before[name]:
            yield f"Finding with other evidence: {_said(finding)}"
    for name, finding in before.items():
        if name not in after:
            yield f"Finding gone: {_said(finding)}"


def _said(finding: Plain) -> str:
    return f"{finding['code']} {finding['subject']}: {finding['summary']}"


def _records(path: str, told: Plain, now: Plain) -> Iterator[str]:
    for name in dict.fromkeys((*told, *now)):
        if name not in _SILENT:
            where = f"{path}, {_words(name)}" if path else _words(name).capitalize()
            yield from _values(where, told.get(name), now.get(name))


def _values(path: str, told: Any, now: Any) -> Iterator[str]:
    if told == now:
        return
    if isinstance(told, dict) and isinstance(now, dict):
        yield from _records(path, told, now)
    elif isinstance(told, list) and isinstance(now, list):
        yield from _lists(path, told, now)
    elif isinstance(told, dict) or isinstance(now, dict):
        yield f"{path}: {'is there now' if now else 'is gone'}"
    else:
        yield f"{path}: from {_shown(told)} to {_shown(now)}"


def _lists(path: str, told: list[Any], now: list[Any]) -> Iterator[str]:
    name = _name([*told, *now])
    if name is None:
        yield from (f"{path}: {_shown(one)} is new" for one in now if one not in told)
        yield from (f"{path}: {_shown(one)} is gone" for one in told if one not in now)
        if sorted(map(repr, told)) == sorted(map(repr, now)):
            yield f"{path}: in another order"
        return
    before, after = ({one[name]: one for one in found} for found in (told, now))
    for key, record in after.items():
        if key in before:
            yield from _values(f"{path}, {key}", before[key], record)
        else:
            yield f"{path}: {key} is new"
    yield from (f"{path}: {key} is gone" for key in before if key not in after)


def _name(records: list[Any]) -> str | None:
    """Return the field that tells records apart; None for what are no such records."""
    if not all(isinstance(one, dict) for one in records):
        return None
    return next((name for name in _NAMES if all(name in one for one in records)), None)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return str(value.get("text") or ", ".join(map(_shown, value.values())))
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)
