"""Pictures of a month: plain values in, shapes out; one module a picture. No file, no clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cadence.files import file_name
from cadence.pictures import burnup, days, kpi, slips
from cadence.pictures.shapes import Drawing

__all__ = ["PICTURES", "Drawing", "Picture", "drawings"]


@dataclass(frozen=True)
class Picture:
    """A kind of picture: what it shows, which kinds of report show it, and how it is drawn."""

    kind: str
    shows: str
    reports: tuple[str, ...]
    draw: Callable[[dict[str, Any]], Iterator[Drawing]]


PICTURES: dict[str, Picture] = {
    picture.kind: picture
    for picture in (
        Picture(
            "kpi",
            "each goal's KPI with its target",
            ("month", "focus", "executive"),
            kpi.draw,
        ),
        Picture("days", "where the days went over six months", ("month", "focus"), days.draw),
        Picture(
            "burnup",
            "burn-up with the forecast's fan and the first date",
            ("month", "done"),
            burnup.draw,
        ),
        Picture("slips", "the slip ledger as a timeline", ("month", "done"), slips.draw),
    )
}
"""Each kind by its name; `templates/pictures/KIND.svg.j2` draws it."""


def drawings(values: dict[str, Any], report: str = "month") -> tuple[Drawing, ...]:
    """Return the pictures of a month that a kind of report shows, each with a file name of its own.

    Names are made of `[a-z0-9-]`; two that would be the same get a number.
    """
    found: list[Drawing] = []
    for picture in PICTURES.values():
        if report in picture.reports:
            for one in picture.draw(values):
                name, taken = file_name(one.name), {other.name for other in found}
                names = [name, *(f"{name}-{n}" for n in range(2, len(taken) + 3))]
                found.append(replace(one, name=next(n for n in names if n not in taken)))
    return tuple(found)
