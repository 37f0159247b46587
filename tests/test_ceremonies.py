"""Meetings by RFC 5545 rules, and a rotation that is fair and the same however far one looks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadence.ceremonies import meetings, next_meetings
from cadence.config import Ceremony, Config, Member, Team
from cadence.config.checks import rule_mistake
from cadence.model import CeremonyChange

FILED = datetime(2021, 1, 1, tzinfo=UTC)
NAMES = ("Ada", "Ben", "Chloé", "Dev")
WEEKLY = "FREQ=WEEKLY;BYDAY=TH"


def config(rule=WEEKLY, *, zone="Europe/Zurich", absent=(), holidays=(), **more):
    members = [Member(n, days_off=tuple(d for who, d in absent if who == n)) for n in NAMES]
    ceremony = Ceremony("Deep dive", rule, "15:00", 45, NAMES, **more)
    team = Team("Squad", zone, holidays=tuple(holidays), members=tuple(members))
    return Config(team=team, ceremonies=(ceremony,))


def held(config, start=date(2021, 3, 1), end=date(2021, 6, 1), changes=()):
    return meetings(config, changes, start, end)


def leaders(*args, **more):
    return [one.facilitator for one in held(*args, **more)]


def test_a_rule_says_the_days_and_the_time_is_local_across_the_change_of_the_clocks():
    found = held(config(), end=date(2021, 4, 16))
    assert [one.day.day for one in found] == [4, 11, 18, 25, 1, 8, 15]
    assert {one.start.strftime("%H:%M") for one in found} == {"15:00"}
    assert [one.start.astimezone(UTC).hour for one in found] == [14, 14, 14, 14, 13, 13, 13]


def test_a_meeting_over_the_change_lasts_as_long_as_it_says():
    night = Config(
        team=Team("Squad", "Europe/Zurich"),
        ceremonies=(Ceremony("Night", "FREQ=DAILY", "01:30", 60),),
    )
    (one,) = held(night, date(2021, 3, 28), date(2021, 3, 29))
    assert one.end - one.start.astimezone(UTC) == timedelta(minutes=60)
    assert one.end.strftime("%H:%M") == "03:30"


def test_each_leads_once_before_anyone_leads_twice():
    names = leaders(config(), end=date(2021, 12, 31))
    for start in range(0, len(names) - 3, 4):
        assert set(names[start : start + 4]) == set(NAMES)


def test_the_rotation_is_the_same_however_far_one_looks():
    whole = held(config(), date(2020, 1, 1), date(2023, 1, 1))
    for start, end in ((date(2021, 3, 1), date(2021, 4, 1)), (date(2022, 12, 1), date(2023, 1, 1))):
        part = held(config(), start, end)
        assert list(part) == [one for one in whole if start <= one.day < end]


def test_who_is_absent_is_passed_over_and_leads_the_next():
    usual = leaders(config())
    first, second = held(config())[:2]
    away = leaders(config(absent=[(first.facilitator, first.day)]))
    assert away[:2] == [second.facilitator, first.facilitator]
    assert away[2:] == usual[2:]


def test_where_all_are_absent_nobody_is_named():
    day = held(config())[0].day
    assert leaders(config(absent=[(name, day) for name in NAMES]))[0] is None


def test_a_swap_lets_somebody_else_lead_and_the_turn_is_made_up_for_at_once():
    usual = leaders(config())
    one = held(config())[0]
    change = CeremonyChange("Deep dive", one.day, FILED, facilitator=usual[3])
    assert leaders(config(), changes=[change])[:4] == [usual[3], usual[0], usual[1], usual[2]]


def test_a_skipped_meeting_costs_nobody_the_turn_and_can_be_taken_back():
    usual = leaders(config())
    one = held(config())[0]
    skip = CeremonyChange("Deep dive", one.day, FILED, skipped=True, why="Offsite")
    found = held(config(), changes=[skip])
    assert found[0].skipped == "Offsite"
    assert [one.facilitator for one in found][:3] == [None, usual[0], usual[1]]
    back = CeremonyChange("Deep dive", one.day, FILED)
    assert leaders(config(), changes=[skip, back]) == usual


def test_on_a_holiday_nothing_is_held_unless_somebody_takes_it():
    day = held(config())[0].day
    off = config(holidays=[day])
    assert held(off)[0].skipped == "holiday"
    taken = CeremonyChange("Deep dive", day, FILED, facilitator="Ada")
    assert held(off, changes=[taken])[0].facilitator == "Ada"


def test_the_next_meeting_is_one_that_is_held():
    first, second = held(config())[:2]
    now = first.start - timedelta(hours=1)
    assert next_meetings(config(), (), now)[0].day == first.day
    assert next_meetings(config(), (), first.start)[0].day == second.day
    assert next_meetings(config(holidays=[first.day]), (), now)[0].day == second.day


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2", ["03-02", "04-02", "05-04"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-3", ["03-29", "04-28", "05-27"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20210401T120000Z", ["03-11", "03-25"]),
        ("freq=monthly;bymonthday=31", ["03-31", "05-31"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=2WE", ["05-12"]),
    ],
)
def test_rules_are_read_as_rfc_5545_says(rule, days):
    assert [f"{one.day:%m-%d}" for one in held(config(rule))] == days
    assert rule_mistake(config(rule).ceremonies[0]) == ""


def test_a_start_says_which_of_two_weeks_it_is():
    rule = "FREQ=WEEKLY;INTERVAL=2;COUNT=3"
    found = held(config(rule, start=date(2021, 3, 4)))
    assert [f"{one.day:%m-%d}" for one in found] == ["03-04", "03-18", "04-01"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every Monday",
        "FREQ=NEVER",
        "FREQ=HOURLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;COUNT=3",
        "FREQ=WEEKLY;UNTIL=soon",
        "FREQ=WEEKLY;;",
        "FREQ=WEEKLY\nDTSTART:20210101",
        "FREQ=MONTHLY;BYSETPOS=1;BYSETPOS",
    ],
)
def test_a_rule_that_cannot_be_held_is_a_mistake_in_the_configuration(rule):
    assert rule_mistake(Ceremony("X", rule))


DAYS_2021 = st.dates(date(2021, 1, 1), date(2021, 12, 31))


@settings(deadline=None)
@given(
    absent=st.lists(st.tuples(st.sampled_from(NAMES), DAYS_2021), max_size=40),
    holidays=st.lists(DAYS_2021, max_size=20),
    swaps=st.lists(st.tuples(DAYS_2021, st.sampled_from(NAMES)), max_size=5),
)
def test_nobody_leads_much_more_than_others_whoever_is_away(absent, holidays, swaps):
    team = config("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", absent=absent, holidays=holidays)
    changes = [CeremonyChange("Deep dive", d, FILED, facilitator=n) for d, n in swaps]
    found = held(team, date(2021, 1, 1), date(2022, 1, 1), changes)
    counts = Counter(one.facilitator for one in found if one.facilitator)
    assert max(counts.values()) - min(counts.values()) <= 2 + len(swaps)
    for one in found:
        swapped = any(d == one.day for d, _ in swaps)
        assert swapped or (one.facilitator, one.day) not in absent
