"""The slip ledger as a timeline: per milestone the first date, each move, the date now, the end."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cadence.pictures.mermaid import timeline
from cadence.pictures.scale import Plot, days_axis, days_scale, today
from cadence.pictures.scale import Scale as Days
from cadence.pictures.shapes import Dot, Drawing, Line, Words, cut

Plain = dict[str, Any]
MOST = 12
_WIDTH, _ROW, _TOP = 720, 30, 82
_LEFT, _RIGHT = 250, 690
_FARTHEST = 730


def draw(values: Plain) -> Iterator[Drawing]:
    """Yield the picture of the milestones that work began on and that had a date."""
    told = values["done"]["milestones"]
    rows = [m for m in told if m["started"] and m["first_due"] and not m["dropped"]][:MOST]
    if rows:
        yield _drawing(rows, date.fromisoformat(values["date"]))


def _drawing(rows: list[Plain], until: date) -> Drawing:
    plot = Plot(_LEFT, _TOP, _RIGHT, _TOP + _ROW * len(rows))
    x = _scale(rows, until, plot)
    lines, names = days_axis(x, plot)
    now, named = today(x, until, plot)
    lines.append(now)
    dots: list[Dot] = []
    words = [Words(16, 26, "Slip ledger", "title"), *_legend()]
    for n, m in enumerate(rows):
        y = _TOP + _ROW * n + _ROW / 2
        words.append(Words(16, y + 4, cut(m["title"], 36), "label"))
        lines += _row_lines(m, x, y, until)
        dots += _row_dots(m, x, y)
    return Drawing(
        name="slips",
        kind="slips",
        title="Slip ledger",
        says=" ".join(_says(m) for m in rows),
        width=_WIDTH,
        height=int(plot.bottom) + 36,
        lines=tuple(lines),
        dots=tuple(dots),
        words=(*words, *names, named),
        mermaid=timeline("Slip ledger", [(m["title"], list(_marks(m))) for m in rows]),
    )


def _scale(rows: list[Plain], until: date, plot: Plot) -> Days:
    days = [until, *(day for m in rows for day in _days(m))]
    near = [d for d in days if abs((d - until).days) <= _FARTHEST]
    return days_scale(min(near), max(near), plot)


def _days(m: Plain) -> Iterator[date]:
    moves = [day for move in m["moves"] for day in (move["from"], move["to"])]
    for day in (m["started"], m["first_due"], m["due"], m["proven"], *moves):
        if day:
            yield date.fromisoformat(day)


def _at(x: Days, day: str) -> float:
    return x(date.fromisoformat(day).toordinal())


def _row_lines(m: Plain, x: Days, y: float, until: date) -> Iterator[Line]:
    start, first = _at(x, m["started"]), _at(x, m["first_due"])
    yield Line(_LEFT, y + _ROW / 2, _RIGHT, y + _ROW / 2, "grid")
    yield Line(min(start, first), y, max(start, first), y, "work")
    if m["due"]:
        yield Line(first, y, _at(x, m["due"]), y, "slip")
    if m["due"] and m["late_days"]:
        end = m["built"] or until.isoformat()
        yield Line(_at(x, m["due"]), y, _at(x, end), y, "late")


def _row_dots(m: Plain, x: Days, y: float) -> Iterator[Dot]:
    yield Dot(_at(x, m["first_due"]), y, 5, "dot hollow", f"first date {m['first_due']}")
    for move in m["moves"]:
        said = f"{move['on']}: date moved from {move['from']} to {move['to']}"
        yield Dot(_at(x, move["to"]), y, 3, "dot slip-dot", said)
    if m["due"]:
        yield Dot(_at(x, m["due"]), y, 5, "dot one", f"due {m['due']}")
    if m["proven"]:
        yield Dot(_at(x, m["proven"]), y, 6, "dot done", f"DONE on {m['proven']}")


def _legend() -> Iterator[Words]:
    told = "ring: first date · blue: date now · amber: moved · red: passed, not built · green: DONE"
    yield Words(16, 46, told, "note")


def _says(m: Plain) -> str:
    told = f"{m['title']}: first date {m['first_due']}, "
    told += f"due {m['due']}" if m["due"] else "no date now"
    if m["slip_days"]:
        told += f", {m['slip_days']:+d} days"
    return f"{told}, DONE on {m['proven']}." if m["proven"] else f"{told}."


def _marks(m: Plain) -> Iterator[tuple[str, str, bool]]:
    yield "first date", m["first_due"], False
    if m["due"] and m["due"] != m["first_due"]:
        yield "date now", m["due"], True
    if m["proven"]:
        yield "DONE", m["proven"], False
