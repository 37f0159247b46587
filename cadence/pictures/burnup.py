"""A milestone's burn-up: what is known and done, its forecast as a fan, first and due date."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cadence.files import file_name
from cadence.pictures.mermaid import chart
from cadence.pictures.scale import Plot, Scale, days_axis, days_scale, ticks, today, value_axis
from cadence.pictures.shapes import Dot, Drawing, Line, Path, Words, cut, path

Plain = dict[str, Any]
MOST = 3
"""So many milestones get a picture: the first that are due."""

_WIDTH, _HEIGHT = 720, 306
_PLOT = Plot(56, 98, 690, 262)
_FARTHEST = 366
"""The days after T that are drawn; a forecast may end years later, which is told in words."""


def draw(values: Plain) -> Iterator[Drawing]:
    """Yield a picture for each milestone in progress that has children, the first due first."""
    told = values["done"]["milestones"]
    for milestone in [m for m in told if m["weeks"] and not (m["dropped"] or m["built"])][:MOST]:
        yield _drawing(milestone, date.fromisoformat(values["date"]))


def _drawing(m: Plain, until: date) -> Drawing:
    weeks = [(date.fromisoformat(day), done, known) for day, done, known in m["weeks"]]
    days = [weeks[0][0], until, *_dates(m).values()]
    last = min(max(days), date.fromordinal(until.toordinal() + _FARTHEST))
    marks = [mark for mark in ticks(0, max(known for _, _, known in weeks)) if mark == int(mark)]
    x = days_scale(min(min(days), last), last, _PLOT)
    y = Scale(0, max(marks[-1], 1), _PLOT.bottom, _PLOT.top)
    lines, words = value_axis(y, marks, _PLOT)
    below, names = days_axis(x, _PLOT)
    now, named = today(x, until, _PLOT)
    done = [(x(day.toordinal()), y(count)) for day, count, _ in weeks]
    known = [(x(day.toordinal()), y(count)) for day, _, count in weeks]
    return Drawing(
        name=f"burnup-{file_name(m['key'])}",
        kind="burnup",
        title=f"{m['key']} {m['title']}",
        says=_says(m),
        width=_WIDTH,
        height=_HEIGHT,
        lines=(*lines, *below, now, *_due_lines(m, x)),
        areas=(path([(done[0][0], y(0)), *done, (done[-1][0], y(0))], "area"), *_fan(m, x, y)),
        paths=(path(known, "scope"), path(done, "line one")),
        dots=(Dot(*done[-1], 4, "dot one", f"{weeks[-1][1]} of {weeks[-1][2]} done"),),
        words=(*words, *names, named, *_labels(m), *_due_words(m, x)),
        mermaid=_mermaid(m),
    )


def _dates(m: Plain) -> dict[str, date]:
    """Return the days that the picture must hold, by what they are."""
    found = {"first date": m["first_due"], "due now": m["due"]}
    if m["forecast"]:
        found |= {"50 %": m["forecast"]["p50"], "95 %": m["forecast"]["p95"]}
    return {what: date.fromisoformat(day) for what, day in found.items() if day}


def _due_lines(m: Plain, x: Scale) -> Iterator[Line]:
    for what, day in _dates(m).items():
        if what in ("first date", "due now") and x.low <= day.toordinal() <= x.high:
            at = x(day.toordinal())
            yield Line(at, _PLOT.top, at, _PLOT.bottom, "first" if what == "first date" else "due")


def _due_words(m: Plain, x: Scale) -> Iterator[Words]:
    """Yield the names of the dates; both are one where they are the same day."""
    dates = _dates(m)
    first, due = dates.get("first date"), dates.get("due now")
    if first and first != due:
        yield _above(x, first, "first date", 64)
    if due:
        yield _above(x, due, "due" if first == due else "due now", 64 if first == due else 78)


def _above(x: Scale, day: date, what: str, y: float) -> Words:
    at = x(day.toordinal())
    anchor = "start" if at < _PLOT.left + 60 else "end" if at > _PLOT.right - 60 else "middle"
    return Words(at, y, f"{what} {day.day} {day:%b}", "tick strong", anchor)


def _fan(m: Plain, x: Scale, y: Scale) -> Iterator[Path]:
    """Yield the fan from what is done now to all that is known, finished with 50 to 95 %."""
    if not m["forecast"]:
        return
    day, done, known = m["weeks"][-1]
    start = (date.fromisoformat(day).toordinal(), float(done))
    ends = [date.fromisoformat(m["forecast"][p]).toordinal() for p in ("p50", "p95")]
    tips = [_cut_off(start, (end, float(known)), x.high) for end in ends]
    corner = [(x.high, float(known))] if tips[0][1] == known and tips[1][1] < known else []
    points = [start, tips[0], *corner, tips[1]]
    yield path([(x(day_), y(count)) for day_, count in points], "fan")


def _cut_off(
    start: tuple[float, float], end: tuple[float, float], last: float
) -> tuple[float, float]:
    """Return the end of a line, or where it leaves the picture."""
    if end[0] <= last or end[0] <= start[0]:
        return end
    part = (last - start[0]) / (end[0] - start[0])
    return last, start[1] + (end[1] - start[1]) * part


def _labels(m: Plain) -> Iterator[Words]:
    yield Words(16, 26, cut(f"{m['key']} {m['title']}", 44), "title")
    told = (
        "grey: known · blue: done · violet: forecast"
        if m["forecast"]
        else "grey: known · blue: done"
    )
    yield Words(704, 26, told, "tick", "end")
    yield Words(16, 44, _forecast(m), "note")


def _forecast(m: Plain) -> str:
    _, done, known = m["weeks"][-1]
    count = f"{done} of {known} issues done"
    if m["forecast"]:
        return f"{count}; at its own pace finished {m['forecast']['p50']} to {m['forecast']['p95']}"
    if m["built"]:
        return f"{count}; built on {m['built']}"
    return f"{count}; no forecast"


def _says(m: Plain) -> str:
    dates = f"First date {m['first_due'] or 'none'}, due {m['due'] or 'without a date'}."
    return f"{_forecast(m)}. {dates} Since {m['weeks'][0][0]}, when {m['weeks'][0][1]} were done."


def _mermaid(m: Plain) -> str:
    weeks = m["weeks"][-12:]
    return chart(
        f"{m['key']} {m['title']}",
        [day[5:] for day, _, _ in weeks],
        "issues known and done",
        [("line", [known for _, _, known in weeks]), ("line", [done for _, done, _ in weeks])],
    )
