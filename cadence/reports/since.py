"""What has changed since a month was last told, in plain words."""

from collections.abc import Iterator
from typing import Any

from cadence.reports.since_words import heading, share, shown

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
    "weeks",
    "days",
    "before",
    "doubt",
    "doubtful",
}
"""What is told in words of its own, or says nothing."""

_NAMES = ("key", "id", "name", "on")
"""What tells the records of a list apart, the first that they all have."""

_GATES = ("built", "shipped", "proven")


def changes_since(told: Plain, now: Plain) -> list[str]:
    """Return a line for each thing that differs between two reports' plain data of one month."""
    lines = [*_delivered(told, now), *_findings(told, now), *_partners(told, now)]
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


def _partners(told: Plain, now: Plain) -> Iterator[str]:
    """Yield what we need of a partner, and what it answered; its dates are its milestones'."""
    before = {one["name"]: one for one in told.get("partners") or []}
    for partner in now.get("partners") or []:
        was = before.get(partner["name"])
        if was is None:
            yield f"Partner {partner['name']} is new"
            continue
        known, needed = ({one["text"] for one in p.get("needs") or []} for p in (was, partner))
        yield from (
            f"{partner['name']}: what we need, '{one['text']}', came in after the month was told"
            for one in partner.get("needs") or []
            if one["text"] not in known
        )
        yield from (
            f"{partner['name']}: what we need, '{one['text']}', no longer counts"
            for one in was.get("needs") or []
            if one["text"] not in needed
        )
        if _answer(partner) != _answer(was):
            yield f"{partner['name']}: last answer now {_answer(partner)}, told as {_answer(was)}"
    names = {one["name"] for one in now.get("partners") or []}
    yield from (f"Partner {name} is gone" for name in before if name not in names)


def _answer(partner: Plain) -> str:
    if not partner.get("answered_on"):
        return "none"
    return f"{partner.get('answer') or 'given'}, on {partner['answered_on']}"


def _said(finding: Plain) -> str:
    return f"{finding['code']} {finding['subject']}: {finding['summary']}"


def _records(
    path: str, told: Plain, now: Plain, skip: frozenset[str] = frozenset()
) -> Iterator[str]:
    for name in (name for name in now if name in told):  # else only another release's cadence
        if name in _SILENT or name in skip:
            continue
        where = f"{path}.{name}" if path else name
        yield from _values(where, told.get(name), now.get(name))


def _values(path: str, told: Any, now: Any) -> Iterator[str]:
    if told == now:
        return
    if isinstance(told, dict) and isinstance(now, dict):
        yield from _OWN_WORDS.get(path, _records)(path, told, now)
    elif isinstance(told, list) and isinstance(now, list):
        yield from _lists(path, told, now)
    elif isinstance(told, dict) or isinstance(now, dict):
        yield f"{heading(path)}: {'is there now' if now else 'is gone'}"
    else:
        yield f"{heading(path)}: now {shown(path, now)}, told as {shown(path, told)}"


def _lists(path: str, told: list[Any], now: list[Any]) -> Iterator[str]:
    name = _name([*told, *now])
    if name is None:
        yield from (f"{heading(path)}: {shown(path, one)} is new" for one in now if one not in told)
        yield from (
            f"{heading(path)}: {shown(path, one)} is gone" for one in told if one not in now
        )
        if sorted(map(repr, told)) == sorted(map(repr, now)):
            yield f"{heading(path)}: in another order"
        return
    before, after = ({one[name]: one for one in found} for found in (told, now))
    for key, record in after.items():
        if key not in before:
            yield f"{heading(path)}: {_title(record, name)} is new"
        elif record != before[key]:
            yield from _OWN_WORDS.get(path, _plain_record)(path, before[key], record)
    yield from (
        f"{heading(path)}: {_title(one, name)} is gone"
        for key, one in before.items()
        if key not in after
    )


def _plain_record(path: str, told: Plain, now: Plain) -> Iterator[str]:
    name = _name([told, now]) or "name"
    return _about(_title(now, name), _records(path, told, now))


def _about(subject: str, lines: Iterator[str]) -> Iterator[str]:
    """Say of whom each line is told."""
    return (f"{subject}: {line[:1].lower()}{line[1:]}" for line in lines)


def _name(records: list[Any]) -> str | None:
    """Return the field that tells records apart; None for what are no such records."""
    if not all(isinstance(one, dict) for one in records):
        return None
    return next((name for name in _NAMES if all(name in one for one in records)), None)


def _title(record: Plain, name: str) -> str:
    title = record.get("title") or record.get("text") or record.get("what")
    return f"{record[name]} '{title}'" if title else str(record[name])


def _goal(path: str, told: Plain, now: Plain) -> Iterator[str]:
    """Yield what a goal says now; people know it by its title."""
    return _about(f"Goal '{now.get('title') or now['id']}'", _records(path, told, now))


def _milestone(path: str, told: Plain, now: Plain) -> Iterator[str]:
    """Yield what a milestone's gates, sign-offs and dates say now."""
    subject = _title(now, "key")
    for gate in _GATES:
        before, after = told.get(gate), now.get(gate)
        if before != after:
            yield f"{subject}: {_passed(gate, before, after)}"
    yield from _sign_offs(subject, told.get("sign_offs") or [], now.get("sign_offs") or [])
    skip = frozenset((*_GATES, "sign_offs"))
    yield from _about(subject, _records(path, told, now, skip))


def _passed(gate: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"{gate} on {after}; this was not yet so when the month was told"
    if after is None:
        return f"no longer {gate}; the month was told with {gate} on {before}"
    return f"{gate} on {after}; the month was told with {before}"


def _sign_offs(subject: str, told: list[Plain], now: list[Plain]) -> Iterator[str]:
    for sign in now:
        if sign not in told:
            yield f"{subject}: a sign-off {_signed(sign)} came in after the month was told"
    for sign in told:
        if sign not in now:
            yield f"{subject}: the sign-off {_signed(sign)} no longer counts as it was told"


def _signed(sign: Plain) -> str:
    by = f" by {sign['by']}" if sign.get("by") else ""
    return f"for '{sign['gate']}'{by}, dated {sign['on']},"


def _kpi(path: str, told: Plain, now: Plain) -> Iterator[str]:
    """Yield the readings that came in or went, and what they make of the KPI."""
    if (told.get("name"), told.get("unit")) != (now.get("name"), now.get("unit")):
        yield from _records(path, told, now)
        return
    unit, before, after = now.get("unit") or "", told.get("series") or [], now.get("series") or []
    for day, value in after:
        if [day, value] not in before:
            reading = f"a reading of {_measured(value, unit)}, dated {day},"
            yield f"{reading} came in after the month was told"
    for day, value in before:
        if [day, value] not in after:
            yield f"the reading of {_measured(value, unit)}, dated {day}, no longer counts"
    if told.get("latest") != now.get("latest"):
        latest, was = (_measured(one.get("latest"), unit) for one in (now, told))
        yield f"the latest reading is now {latest}, told as {was}"
    if told.get("on_track") != now.get("on_track"):
        yield f"now {_on_track(now)}, told as {_on_track(told)}"
    skip = frozenset(("series", "latest", "measured_on", "on_track"))
    yield from _records(path, told, now, skip)


def _measured(value: Any, unit: str) -> str:
    return f"{shown('', value)} {unit}".strip() if value is not None else "none"


def _on_track(kpi: Plain) -> str:
    words = {True: "on track", False: "not on track", None: "without a reading to tell by"}
    return words[kpi.get("on_track")]


def _trends(path: str, told: Plain, now: Plain) -> Iterator[str]:
    """Yield the months of which a trend says something else."""
    months = dict.fromkeys((*told.get("months", ()), *now.get("months", ())))
    before, after = _by_month(told), _by_month(now)
    for name in dict.fromkeys((*before, *after)):
        title, unit, was = before.get(name, after.get(name, ("", "", {})))
        title, unit, is_ = after.get(name, (title, unit, {}))
        for month in months:
            if was.get(month) != is_.get(month):
                new, old = (share(unit, one.get(month)) for one in (is_, was))
                yield f"Trend of '{title}', {month}: now {new}, told as {old}"


def _by_month(trends: Plain) -> dict[str, tuple[str, str, dict[str, Any]]]:
    months = trends.get("months", ())
    return {
        one["name"]: (one["title"], one["unit"], dict(zip(months, one["values"], strict=False)))
        for one in trends.get("figures", ())
    }


_OWN_WORDS = {
    "done.milestones": _milestone,
    "focus.goals": _goal,
    "focus.goals.kpi": _kpi,
    "trends": _trends,
}
"""What has sentences of its own, by its place in the report's data."""
