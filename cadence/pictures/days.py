"""Where the team's days went, month by month: a column a month, a colour a bucket."""

from collections.abc import Iterator
from typing import Any

from cadence.pictures.mermaid import chart
from cadence.pictures.scale import Plot, Scale, short, ticks, value_axis
from cadence.pictures.shapes import Box, Drawing, Line, Words, cut

Plain = dict[str, Any]
_WIDTH, _HEIGHT = 720, 320
_PLOT = Plot(56, 60, 500, 276)
_LOOKS = {"support": "support", "other": "other", "not-visible": "unseen"}
_GOALS = ("one", "two", "three", "four")
_TALL_ENOUGH = 15


def draw(values: Plain) -> Iterator[Drawing]:
    """Yield the picture of the last months; none if no day of the team lies in them."""
    months, rows = values["trends"]["months"], values["trends"]["days"]
    totals = [sum(row["person_days"][n] for row in rows) for n in range(len(months))]
    if not any(totals):
        return
    looks = _looks(rows)
    marks = ticks(0, max(totals))
    scale = Scale(0, marks[-1], _PLOT.bottom, _PLOT.top)
    lines, words = value_axis(scale, marks, _PLOT)
    yield Drawing(
        name="days",
        kind="days",
        title="Where the days went",
        says=_says(months, rows),
        width=_WIDTH,
        height=max(_HEIGHT, 96 + 22 * len(rows)),
        lines=(*lines, Line(_PLOT.left, _PLOT.bottom, _PLOT.right, _PLOT.bottom, "axis")),
        boxes=(*_columns(months, rows, looks, scale), *_keys(rows, looks)),
        words=(*words, *_names(months, totals, scale), *_legend(rows), *_inside(rows, scale)),
        mermaid=_mermaid(months, rows, totals),
    )


def _looks(rows: list[Plain]) -> dict[str, str]:
    goals = [row["id"] for row in rows if row["id"] not in _LOOKS]
    return _LOOKS | {name: _GOALS[n % len(_GOALS)] for n, name in enumerate(goals)}


def _place(month: int, count: int) -> tuple[float, float]:
    """Return the left edge and the width of a month's column."""
    room = (_PLOT.right - _PLOT.left) / count
    width = min(56.0, room * 0.7)
    return round(_PLOT.left + room * month + (room - width) / 2, 1), round(width, 1)


def _pieces(rows: list[Plain], scale: Scale) -> Iterator[tuple[Plain, int, float, float]]:
    """Yield each bucket of each month with the top and the height of its piece of the column."""
    for month in range(len(rows[0]["person_days"])):
        below = 0.0
        for row in rows:
            days = max(0.0, row["person_days"][month])
            bottom, top = scale(below), scale(below + days)
            below += days
            if days:
                yield row, month, top, round(bottom - top, 1)


def _columns(
    months: list[str], rows: list[Plain], looks: dict[str, str], scale: Scale
) -> Iterator[Box]:
    for row, month, top, height in _pieces(rows, scale):
        left, width = _place(month, len(months))
        said = f"{months[month]}, {row['title']}: {short(row['person_days'][month])} person-days"
        yield Box(left, top, width, height, f"fill {looks[row['id']]}", said)


def _inside(rows: list[Plain], scale: Scale) -> Iterator[Words]:
    for row, month, top, height in _pieces(rows, scale):
        if height >= _TALL_ENOUGH:
            left, width = _place(month, len(row["person_days"]))
            days = f"{row['person_days'][month]:.0f}"
            look = "inside dark" if row["id"] == "not-visible" else "inside"
            yield Words(left + width / 2, top + height / 2 + 4, days, look, "middle")


def _names(months: list[str], totals: list[float], scale: Scale) -> Iterator[Words]:
    yield Words(16, 26, "Where the days went", "title")
    yield Words(16, 44, "person-days a month", "note")
    for n, month in enumerate(months):
        left, width = _place(n, len(months))
        yield Words(left + width / 2, _PLOT.bottom + 18, month, "tick", "middle")
        total = f"{totals[n]:.0f}"
        yield Words(left + width / 2, scale(totals[n]) - 5, total, "label", "middle")


def _keys(rows: list[Plain], looks: dict[str, str]) -> Iterator[Box]:
    for n, row in enumerate(reversed(rows)):
        yield Box(_PLOT.right + 24, 66 + 22 * n, 12, 12, f"fill {looks[row['id']]}")


def _legend(rows: list[Plain]) -> Iterator[Words]:
    for n, row in enumerate(reversed(rows)):
        yield Words(_PLOT.right + 42, 76 + 22 * n, cut(row["title"], 26), "label")


def _says(months: list[str], rows: list[Plain]) -> str:
    told = []
    for n, month in enumerate(months):
        parts = [f"{row['title']} {short(round(row['person_days'][n], 1))}" for row in rows]
        told.append(f"{month}: {', '.join(parts)}")
    return f"Person-days. {'; '.join(told)}."


def _mermaid(months: list[str], rows: list[Plain], totals: list[float]) -> str:
    goals = [row for row in rows if row["id"] not in _LOOKS]
    served = [sum(row["person_days"][n] for row in goals) for n in range(len(months))]
    title = "Person-days on the goals (bars) and in all (line)"
    return chart(title, months, "person-days", [("bar", served), ("line", totals)])
