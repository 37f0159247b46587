"""Records as plain values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from cadence.markup import Markdown
from cadence.month import Month
from cadence.plain import plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    continue_: tuple[str, ...]
    from_: date | None = None


@dataclass(frozen=True)
class Outer:
    month: Month
    at: datetime
    share: float
    colour: Colour
    inner: Inner
    by_day: dict[date, int]
    flag: bool = True


def test_a_record_becomes_plain_values_and_nothing_else():
    record = Outer(
        month=Month(2021, 2),
        at=datetime(2021, 3, 1, tzinfo=ZoneInfo("America/Los_Angeles")),
        share=0.1 + 0.2,
        colour=Colour.RED,
        inner=Inner(("a", "b"), date(2021, 2, 3)),
        by_day={date(2021, 2, 3): 1},
    )
    assert plain(record) == {
        "month": "2021-02",
        "at": "2021-03-01T00:00:00-08:00",
        "share": 0.3,
        "colour": "red",
        "inner": {"continue": ["a", "b"], "from": "2021-02-03"},
        "by_day": {"2021-02-03": 1},
        "flag": True,
    }


def test_text_that_claims_to_be_markup_is_text_again():
    for value in (Markdown("*x*"), Colour.RED):
        assert type(plain(value)) is str


def test_four_decimals_and_more_are_kept():
    assert plain(0.76875) == 0.76875
    assert plain(1 / 3) == pytest.approx(1 / 3, abs=1e-9)


@pytest.mark.parametrize("value", [object(), {1, 2}, datetime(2021, 3, 1), b"x", Outer])
def test_anything_else_is_refused(value):
    with pytest.raises(TypeError):
        plain(value)


def test_instants_keep_their_offset():
    assert plain(datetime(2021, 3, 1, 8, tzinfo=UTC)) == "2021-03-01T08:00:00+00:00"
