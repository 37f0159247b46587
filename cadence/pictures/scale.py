"""From values and days to pixels, and the round values and months at which an axis is marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from cadence.pictures.shapes import Line, Words

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_MONTHS = 12
_SIZES = ((1e12, 1e12, "T"), (1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k"))


@dataclass(frozen=True)
class Scale:
    """Maps `low` to the pixel `start` and `high` to `end`; what lies beyond is put at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        whole = self.high - self.low
        part = (value - self.low) / whole if whole else 0.5
        return round(self.start + (self.end - self.start) * min(max(part, 0.0), 1.0), 1)


@dataclass(frozen=True)
class Plot:
    """The frame that values are drawn in: its edges, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def ticks(low: float, high: float, about: int = 4) -> tuple[float, ...]:
    """Return round values, evenly spaced, the first not above `low`, the last not below `high`."""
    if not high > low:
        room = abs(low) / 2 or 1.0
        low, high = low - room, high + room
    raw = (high - low) / about
    size = 10.0 ** floor(log10(raw))
    step = next(size * s for s in _STEPS if size * s >= raw * 0.999)
    first = floor(low / step + 1e-9)
    found = [first * step]
    while found[-1] < high - step * 1e-9:
        found.append((first + len(found)) * step)
    return tuple(float(f"{value:.12g}") for value in found)


def short(value: float) -> str:
    """Write a value so that an axis can hold it: `0.25`, `90`, `12k`, `−3.4M`."""
    for least, size, letter in _SIZES:
        if abs(value) >= least:
            return f"{value / size:.3g}{letter}".replace("-", "−")
    text = f"{value:.4g}" if value == 0 or abs(value) >= 0.001 else f"{value:.1e}"
    return text.replace("-", "−")


def with_unit(value: float, unit: str) -> str:
    """Write a value with its unit: `38 %`."""
    return f"{short(value)} {unit}".strip()


def months(first: date, last: date) -> tuple[date, ...]:
    """Return first days of months between two days, at most twelve of them, evenly spaced."""
    found = []
    year, month = first.year, first.month
    while (start := date(year, month, 1)) <= last:
        if start >= first:
            found.append(start)
        if (year, month) == (9999, 12):
            break
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    every = -(-len(found) // _MOST_MONTHS) or 1
    return tuple(found[::every])


def days_scale(first: date, last: date, plot: Plot) -> Scale:
    """Return the scale of an axis of days; one day alone stands in the middle."""
    return Scale(first.toordinal(), last.toordinal(), plot.left, plot.right)


def value_axis(scale: Scale, marks: Iterable[float], plot: Plot) -> tuple[list[Line], list[Words]]:
    """Return a faint line and a label for each mark of the values' axis."""
    lines = [Line(plot.left, scale(m), plot.right, scale(m), "grid") for m in marks]
    words = [Words(plot.left - 8, scale(m) + 4, short(m), "tick", "end") for m in marks]
    return lines, words


def days_axis(scale: Scale, plot: Plot) -> tuple[list[Line], list[Words]]:
    """Return the axis of days: a line below, and a mark with its name for each month."""
    first, last = date.fromordinal(int(scale.low)), date.fromordinal(int(scale.high))
    lines = [Line(plot.left, plot.bottom, plot.right, plot.bottom, "axis")]
    words = []
    for count, start in enumerate(months(first, last)):
        x = scale(start.toordinal())
        lines.append(Line(x, plot.bottom, x, plot.bottom + 4, "axis"))
        year = f" {start.year}" if count == 0 or start.month == 1 else ""
        words.append(Words(x, plot.bottom + 18, f"{start:%b}{year}", "tick", "middle"))
    return lines, words


def today(scale: Scale, on: date, plot: Plot) -> tuple[Line, Words]:
    """Return the line of the last day covered, with its name above the frame."""
    x = scale(on.toordinal())
    return Line(x, plot.top, x, plot.bottom, "today"), Words(
        x, plot.top - 6, f"{on.day} {on:%b}", "tick", "middle"
    )
