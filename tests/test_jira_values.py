"""Instants and days in every form that Jira tells them in."""

from datetime import UTC, date, datetime

import pytest

from cadence.jira import values


@pytest.mark.parametrize(
    "told",
    [
        1612346400123,
        " 1612346400123 ",
        "2021-02-03T10:00:00.123+0000",
        "2021-02-03T11:00:00.123+0100",
        "2021-02-03T10:00:00.123+00:00",
        "2021-02-03T10:00:00.123Z",
        "2021-02-03T15:45:00.123+0545",
    ],
)
def test_an_instant_is_read_in_every_form(told):
    assert values.instant(told) == datetime(2021, 2, 3, 10, 0, 0, 123000, UTC)


def test_a_small_number_is_seconds():
    assert values.instant(1612346400) == datetime(2021, 2, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "told", ["51502-01-01T00:00:00.000+0000", 10**17, "soon", None, True, "", [], "0001-01-01"]
)
def test_what_is_no_instant_is_told(told):
    with pytest.raises(ValueError, match="no time"):
        values.instant(told)


@pytest.mark.parametrize(
    "told", ["2021-03-15", "2021-03-15 00:00:00.0", "15/Mar/21", "15/Mar/2021", "15-mar-2021"]
)
def test_a_day_is_read_in_every_form(told):
    assert values.day(told) == date(2021, 3, 15)


@pytest.mark.parametrize("told", ["51502-03-15", "2021-13-01", "31/Feb/21", "soon", "15/Xyz/21"])
def test_what_is_no_day_is_told(told):
    with pytest.raises(ValueError):  # noqa: PT011 - the words are Python's for some
        values.day(told)
