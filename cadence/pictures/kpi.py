"""The line of a goal's KPI: its readings, the straight line to its target, and the target."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cadence.pictures.mermaid import chart
from cadence.pictures.scale import (
    Plot,
    Scale,
    days_axis,
    days_scale,
    ticks,
    today,
    value_axis,
    with_unit,
)
from cadence.pictures.shapes import Dot, Drawing, Line, Words, cut, path

Plain = dict[str, Any]
_WIDTH, _HEIGHT = 720, 300
_PLOT = Plot(64, 68, 590, 256)
_MOST_DOTS = 60


def draw(values: Plain) -> Iterator[Drawing]:
    """Yield a picture for each goal of the month that has a KPI."""
    for goal in values["focus"]["goals"]:
        if goal["kpi"]:
            yield _drawing(goal, date.fromisoformat(values["date"]))


def _drawing(goal: Plain, until: date) -> Drawing:
    kpi = goal["kpi"]
    series = [(date.fromisoformat(day), float(value)) for day, value in kpi["series"]]
    start, end = date.fromisoformat(goal["start"]), date.fromisoformat(goal["end"])
    days = [start, end, until, *(day for day, _ in series)]
    numbers = [kpi["baseline"], kpi["target"], *(value for _, value in series)]
    marks = ticks(min(numbers), max(numbers))
    x, y = (
        days_scale(min(days), max(days), _PLOT),
        Scale(marks[0], marks[-1], _PLOT.bottom, _PLOT.top),
    )
    lines, words = value_axis(y, marks, _PLOT)
    below, names = days_axis(x, _PLOT)
    now, named = today(x, until, _PLOT)
    goal_line = y(kpi["target"])
    lines += [*below, now, Line(_PLOT.left, goal_line, _PLOT.right, goal_line, "target")]
    points = [(x(day.toordinal()), y(value)) for day, value in series]
    way = [(x(start.toordinal()), y(kpi["baseline"])), (x(end.toordinal()), goal_line)]
    return Drawing(
        name=f"kpi-{goal['id']}",
        kind="kpi",
        title=f"{kpi['name']}: {goal['title']}",
        says=_says(goal),
        width=_WIDTH,
        height=_HEIGHT,
        lines=tuple(lines),
        paths=(path(way, "way"), *([path(points, "line one")] if len(points) > 1 else [])),
        dots=tuple(_dots(series, points, kpi["unit"])),
        words=(*words, *names, named, *_labels(kpi, points, goal_line)),
        mermaid=_mermaid(goal),
    )


def _dots(
    series: list[tuple[date, float]], points: list[tuple[float, float]], unit: str
) -> Iterator[Dot]:
    """Yield a mark for each reading; of very many only the last ones are marked."""
    for (day, value), (x, y) in list(zip(series, points, strict=True))[-_MOST_DOTS:]:
        yield Dot(x, y, 4, "dot one", f"{day}: {with_unit(value, unit)}")


def _labels(kpi: Plain, points: list[tuple[float, float]], goal_line: float) -> Iterator[Words]:
    unit = kpi["unit"]
    name = f"{kpi['name'][:1].upper()}{kpi['name'][1:]}"
    yield Words(16, 26, cut(name, 62), "title")
    note = (
        f"from {with_unit(kpi['baseline'], unit)}, {_state(kpi)} · dotted: straight to the target"
    )
    yield Words(16, 44, cut(note, 96), "note")
    told = cut(f"target {with_unit(kpi['target'], unit)}", 18)
    yield Words(_PLOT.right + 8, goal_line + 4, told, "label target-label")
    if points:
        x, y = points[-1]
        told, up = cut(with_unit(kpi["latest"], unit), 18), y - 10 if y > _PLOT.top + 12 else y + 18
        near_end = x > _PLOT.right - 70
        yield Words(
            x if near_end else x + 9, up, told, "label strong", "end" if near_end else "start"
        )
    else:
        middle = (_PLOT.left + _PLOT.right) / 2
        yield Words(middle, (_PLOT.top + _PLOT.bottom) / 2, "no reading yet", "note", "middle")


def _state(kpi: Plain) -> str:
    if kpi["latest"] is None:
        return "no reading yet"
    return "on track" if kpi["on_track"] else "not on track"


def _says(goal: Plain) -> str:
    kpi, series = goal["kpi"], goal["kpi"]["series"]
    unit = kpi["unit"]
    way = f"Baseline {with_unit(kpi['baseline'], unit)}, target {with_unit(kpi['target'], unit)}"
    told = f"{way} by {goal['end']}; {_state(kpi)}."
    if not series:
        return told
    last = f"{with_unit(series[-1][1], unit)} on {series[-1][0]}"
    if len(series) == 1:
        return f"{told} One reading: {last}."
    first = f"{with_unit(series[0][1], unit)} on {series[0][0]}"
    return f"{told} {len(series)} readings, from {first} to {last}."


def _mermaid(goal: Plain) -> str:
    kpi = goal["kpi"]
    series = kpi["series"][-12:]
    if not series:
        return ""
    readings = [float(value) for _, value in series]
    target = [float(kpi["target"])] * len(series)
    return chart(
        f"{kpi['name']}, target {with_unit(kpi['target'], kpi['unit'])}",
        [day[5:] for day, _ in series],
        kpi["unit"],
        [("line", readings), ("line", target)],
    )
