"""Problems planted in small worlds, each beside its near misses one unit below the threshold.

Every threshold is worked out here from the words of the contract, in the team's own days: each row
is told in local time, for a team on UTC, for one whose day ends 13 hours before that of UTC, and
for three whose clocks change within the month: forward in St. John's (14 March) and in Amman, where
Friday 26 March has no midnight; back in Asunción, where Saturday 27 March has its last hour twice.
The month is March 2021: 31 days, 23 working days, it begins on a Monday; date(T) is the 31st.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import planted as p
import pytest
from boards import at, day
from planted import AFTER, EVE, FIRST, LAST, TEAM, Local

from cadence.config import Match, Partner, Stage
from cadence.findings import RULES, findings
from cadence.model import HistoryState, Note

ZONES = ("UTC", "Pacific/Auckland", "America/St_Johns", "Asia/Amman", "America/Asuncion")

# ---- the table -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plant:
    """A way to plant a problem, the amounts that must be found, and those that must not."""

    code: str
    subject: str
    plant: Callable[[Local, Any], None]
    fires: tuple[Any, ...]
    near: tuple[Any, ...]


STATE = HistoryState
PLANTS = (
    Plant("goal-without-kpi", "io", p.agreed, ("2021-04-01",), ("2021-03-31",)),
    Plant("goal-without-kpi", "io", p.ends_without, ("2021-03-31",), ("2021-03-30",)),
    Plant("kpi-not-measured", "io", p.read_on, ("2021-02-28", "2021-04-01"),
          ("2021-03-01", "2021-03-31")),
    Plant("kpi-unreliable", "io", p.two_readings, ((100, 89.99), (-100, -89.99)), ((100, 90.0),)),
    Plant("kpi-unreliable", "io", p.by_hand, (("2021-01-29", "manual", "manual"),),  # 61 days
          (("2021-01-30", "manual"), ("2021-01-29", "manual", "automatic"), ("2021-01-29",))),
    # the line falls by 60 in 180 days, after 89 of them it stands at 60.333; 10 % of 60 is 6
    Plant("kpi-off-track", "io", p.stands_at, (66.34,), (66.33, 12.0)),
    Plant("kpi-off-track", "io", p.climbs_to, (53.66,), (53.67, 99.0)),
    Plant("kpi-off-track", "io", p.nothing, (), (None,)),
    # 2 % of the range of 60 is 1.2
    Plant("wins-without-kpi", "io", p.won, (("2021-02-01 00:00", 80, 78.81), (LAST, 80, 78.81),
          (LAST, None, 88.81), (LAST, 80, 85)),
          (("2021-01-31 23:59", 80, 78.81), (LAST, 80, 78.8), (LAST, None, 88.8),
           (AFTER, 80, 78.81))),
    Plant("goal-unexamined", "io", p.read_on, ("2021-03-01",), ("2021-03-02",)),
    Plant("goal-unexamined", "io", p.child_finished, ("2021-03-01 23:59",), ("2021-03-02 00:00",)),
    Plant("goal-unexamined", "io", p.first_goal, ("2021-03-01",), ("2021-03-02",)),
    # 22 working days: 12 for other work leave at most 10/22, 11 leave exactly a half
    Plant("off-goal", "team", p.other_work, (16,), (15,)),
    Plant("support-heavy", "team", p.support, (6,), (3,)),  # 4 of 11 days; 3 of 10 are 30 %
    Plant("support-repeats", "loader", p.returning,
          (("2021-01-05 00:00", "2021-02-02", "2021-03-06 23:59", "Support"),  # 60 days
           ("2021-02-27", "2021-02-28", FIRST, "Support")),
          (("2021-01-04 23:59", "2021-02-02", "2021-03-06 00:00", "Support"),  # 61 days
           ("2021-02-27", "2021-02-28", EVE, "Support"), ("2021-03-05", "2021-03-06", "Support"),
           ("2021-01-05", "2021-02-02", "2021-03-06", "Sub-task"))),
    Plant("low-coverage", "team", p.explained, (15,), (16,)),  # 11 and 12 of 20 days
    Plant("nothing-delivered", "io", p.itself_active,
          ((f"{LAST} active",), ("2021-02-01 active", "2021-03-01 00:01 new")),
          ((f"{AFTER} active",), ("2021-02-01 active", f"{EVE} new"),
           ("2021-02-01 active", f"{FIRST} new"))),
    Plant("nothing-delivered", "io", p.delivered_beside, (EVE, AFTER), (FIRST, LAST)),
    Plant("milestone-slipped", "A-1", p.due_on, ("2021-03-30", "2021-01-05"), ("2021-03-31",)),
    Plant("milestone-slipped", "A-1", p.moved_by_a_day, (LAST, FIRST), (AFTER, EVE)),
    Plant("milestone-slipped", "A-1", p.moved_before_its_start, ("2021-03-10 11:59",),
          ("2021-03-10 12:01",)),
    Plant("milestone-slipped", "A-1", p.date_deleted, (LAST, FIRST), (AFTER, EVE)),
    Plant("forecast-late", "A-1", p.one_a_week, (("2021-04-01", 5),),
          (("2021-04-02", 5), ("2021-04-01", 4))),
    Plant("milestone-stalled", "A-1", p.child_moved, ("2021-03-17 23:59",), ("2021-03-18 00:00",)),
    Plant("milestone-stalled", "A-1", p.began, ("2021-03-17 23:59",), ("2021-03-18 00:00",)),
    Plant("milestone-unclear-start", "A-1", p.begins_with,
          ({"given": {"assignee": None}, "owner": AFTER}, {"given": {"due": None}},
           {"given": {"described": False}}, {"child": False},
           {"given": {"due": None}, "start": FIRST},
           {"start": "2021-03-10 09:00", "given": {"assignee": None}, "owner": "2021-03-10 09:01"}),
          ({}, {"given": {"due": None}, "start": AFTER}, {"given": {"due": None}, "start": EVE},
           {"start": "2021-03-10 09:00", "given": {"assignee": None},
            "owner": "2021-03-10 08:59"})),
    Plant("claimed-not-done", "A-1", p.closed, ((LAST, AFTER),), ((AFTER, AFTER), (LAST, LAST))),
    Plant("done-retracted", "A-1", p.reopened_milestone,
          (("2021-02-10", LAST), ("2021-02-10", FIRST), (EVE, "2021-03-02"), ("2020-12-31", LAST)),
          (("2021-02-10", AFTER), ("2021-02-10", EVE), (FIRST, LAST), ("2021-01-31", EVE))),
    Plant("scope-growth", "A-1", p.grew, ((14, 3, LAST), (14, 3, FIRST), (0, 3, LAST)),
          ((15, 3, LAST), (9, 2, LAST), (0, 2, LAST), (14, 3, AFTER), (14, 3, EVE))),
    Plant("defects-after-done", "A-1", p.bugs,
          (("2021-02-20 23:59", "2021-02-21", "2021-03-10", "2021-03-22 23:59"),
           ("2021-02-20 00:00", "2021-02-20 12:00", "2021-02-28", FIRST)),
          (("2021-02-20 23:59", "2021-02-21", "2021-03-10", "2021-03-23 00:00"),
           ("2021-02-20 00:00", "2021-02-20 12:00", "2021-02-28", EVE),
           ("2021-02-20 12:00", "2021-02-20 11:59", "2021-03-10", "2021-03-22"),
           ("2021-02-20", "2021-02-21", "2021-03-22"))),
    Plant("overload", "ada", p.carries, (5,), (4,)),
    Plant("overload", "ada", p.owns, (("2021-01-05", "2021-02-05", LAST),),
          (("2021-01-05", LAST), ("2021-01-05", LAST, AFTER))),
    # 80 % of 10 days; 72.7 % of 11; 7 of 9 days; 15 of 19 are 78.9 %; a team of two
    Plant("single-point", "A-9", p.pair, ((8, 2, 3), (16, 4, 3)),
          ((8, 3, 3), (7, 2, 3), (15, 4, 3), (8, 2, 2))),
    Plant("possible-duplicates", "A-2", p.alike, ({}, {"young": FIRST}),  # 3 of 5 words
          ({"young": EVE}, {"young": AFTER}, {"who": "ada"}, {"done": LAST},
           {"summary": "alpha beta gamma epsilon zeta eta"},  # 3 of 7
           {"summary": "alpha beta gamma epsilon zeta"})),  # 3 of 6
    Plant("reopened", "A-1", p.came_back, (("A-1", LAST),), (("A-1", AFTER), ("A-3", LAST))),
    Plant("reopened", "A-2", p.came_back, (("A-2", LAST),), (("A-2", AFTER),)),
    Plant("reopened", "A-1", p.came_back_dropped, ("Fixed",), ("won't fix", "Cannot Reproduce")),
    Plant("back-and-forth", "A-1", p.to_and_fro, (("2021-03-01", "2021-03-03", LAST),),
          (("2021-03-03", LAST), ("2021-03-03", "2021-03-05", AFTER), (EVE, "2021-03-03", LAST))),
    Plant("handed-over", "A-1", p.hands, (("ben", "zoe", "ada"),),
          (("ben", "zoe"), ("ben", None, "zoe", None, "ada"))),
    # from Thursday: Thursday, Friday, Monday; one minute of Tuesday is the fourth day
    Plant("unowned", "A-1", p.nobodys, (("A-1", "2021-03-04 23:59", "2021-03-09 00:01"),),
          (("A-1", "2021-03-04 00:00", "2021-03-09 00:00"),)),
    # from Thursday the 25th to Tuesday, over the days on which some clocks change
    Plant("unowned", "A-1", p.nobodys, (("A-1", "2021-03-25 23:59", "2021-03-30 00:01"),),
          (("A-1", "2021-03-26 00:00", "2021-03-31 00:00"),)),
    Plant("unowned", "A-2", p.nobodys, (("A-2", "2021-03-04 23:59", "2021-03-09 00:01"),),
          (("A-2", "2021-03-05 00:00", "2021-03-10 00:00"),)),
    Plant("aging", "A-1", p.under_way, ("2021-03-17 23:59",), ("2021-03-18 00:00",)),
    # the 85th of ten by nearest rank is the ninth, 20 days; with nine there is no past to go by
    Plant("aging", "A-1", p.with_a_past, (("2021-01-01 00:01", "2021-03-11 23:59"),
          ("2020-12-31 23:59", "2021-03-17 23:59")),
          (("2021-01-01 00:01", "2021-03-12 00:00"), ("2020-12-31 23:59", "2021-03-18 00:00"))),
    Plant("orphan-work", "team", p.orphans, (2,), (1,)),  # 2 of 5 days; 1 of 4 is 25 %
    Plant("predictability-low", "team", p.promised, (((3, 4), (3, 4)), ((0, 2), (0, 2))),
          (((3, 4), (4, 5)), ((4, 5), (3, 4)), ((0, 1), (0, 2)), ((0, 2), (0, 1)))),
    Plant("stage-overrun", "A-1", p.in_stage, ({"since": EVE}, {"since": EVE, "decided": "2021-02-27"},
          {"since": EVE, "built": AFTER}, {"since": EVE, "next": AFTER}),
          ({"since": FIRST}, {"since": EVE, "decided": "2021-02-28"},
           {"since": EVE, "built": LAST}, {"since": EVE, "next": LAST})),
    Plant("stage-overrun", "A-1", p.set_again, (EVE,), (FIRST,)),
    Plant("stage-evidence-missing", "A-1", p.left_the_poc,
          ((LAST, None, ("poc",)), (LAST, "2021-04-01", ("poc",))),
          ((AFTER, None, ("poc",)), (LAST, "2021-03-31", ("poc",)), (LAST, None, ()))),
    Plant("no-path-to-production", "A-1", p.no_way_out, ({}, {"label": AFTER}, {"built": AFTER}),
          ({"start": "2021-01-31 00:00"}, {"label": LAST}, {"type": "Support"}, {"built": LAST})),
    Plant("partner-not-told", "Ads", p.untold, ((LAST, None), (FIRST, "2021-03-01")),
          ((AFTER, None), (EVE, None), (LAST, "2021-03-02"))),
    Plant("partner-not-told", "Ads", p.issued,
          ((LAST, "2021-03-01 23:59", "Ads"), (LAST, "2021-03-20", "Maps"), (LAST, AFTER, "Ads")),
          ((LAST, "2021-03-02 00:00", "Ads"), (LAST, LAST, "Ads"))),
    Plant("actions-overdue", "1", p.action, ({"due": "2021-03-30"},
          {"due": "2021-03-30", "done": "2021-04-01"}),
          ({"due": "2021-03-31"}, {"due": "2021-03-30", "done": "2021-03-31"},
           {"due": "2021-03-30", "dropped": "2021-03-31"})),
    Plant("actions-overdue", "1", p.carried, (("2021-02-28", "2021-03-31"),),
          (("2021-02-28", "2021-04-01"), ("2021-02-28", "2021-03-31", "2021-03-31"))),
    Plant("reflection-missing", "team", p.reflected, ({"closed": "2021-04-01"},
          {"month": "2021-01", "closed": "2021-03-02"}, {"skipped": "2021-04-01"}),
          ({"closed": "2021-03-31"}, {"skipped": "2021-03-31"})),
    Plant("reflection-missing", "team", p.first_goal, ("2021-02-28",), ("2021-03-01", "2021-03-31")),
    Plant("history-incomplete", "A-1", p.known_history,
          ((STATE.CUT, "Story", ""), (STATE.CONTRADICTORY, "Epic", ""),
           (STATE.CUT, "Story", "Won't Do")),
          ((STATE.COMPLETE, "Story", ""), (STATE.CUT, "Epic", "Won't Do"))),
)  # fmt: skip


def _cases(which: str) -> list[Any]:
    return [
        pytest.param(
            zone,
            plant,
            amount,
            id=f"{plant.code}-{plant.plant.__name__}-{row}.{n}-{zone}",
        )
        for zone in ZONES
        for row, plant in enumerate(PLANTS)
        for n, amount in enumerate(getattr(plant, which))
    ]


def seen(zone: str, plant: Plant, amount: Any) -> list[str]:
    board = Local(zone, members=TEAM[:1])
    plant.plant(board, dict(amount) if isinstance(amount, dict) else amount)
    return [f.subject for f in findings(board.month("2021-03")) if f.code == plant.code]


def test_all_rules_are_planted_and_each_has_a_near_miss():
    assert len(RULES) == 36
    told = {rule.code for rule in RULES}
    assert {p.code for p in PLANTS if p.fires} == {p.code for p in PLANTS if p.near} == told


@pytest.mark.parametrize(("zone", "plant", "amount"), _cases("fires"))
def test_a_planted_problem_is_found_with_its_subject(zone, plant, amount):
    assert seen(zone, plant, amount) == [plant.subject]


@pytest.mark.parametrize(("zone", "plant", "amount"), _cases("near"))
def test_a_near_miss_is_silent(zone, plant, amount):
    assert seen(zone, plant, amount) == []


@pytest.mark.parametrize("zone", ZONES)
def test_a_month_in_which_all_is_well_has_no_finding_at_all(zone):
    b = Local(zone, members=TEAM)
    b.config = replace(
        b.config,
        stages=(Stage("PoC", "poc", 90, ("metric",)),),
        production=Match(labels=("deploy",)),
        partners=(Partner("Ads", Match(labels=("io",))),),
    )
    b.support(labels=("help",))
    b.read("2021-02-26", 72)
    b.read("2021-03-26", 60)
    b.reflection("2021-02", closed="2021-03-02")
    b.action("2021-02", on="2021-03-02", due="2021-03-31", done="2021-03-30")
    ack = Note("partner-ack", day("2021-03-05"), "ok", at("2021-06-01"), "Ads", "ok")
    b.filed = replace(b.filed, notes=(ack,))
    b.add("A-1", type="Epic", labels=("io", "poc"), due="2021-03-31", assignee="ada")
    b.set("A-1", "2021-02-01 09:00", "description", "x")
    b.move("A-1", "2021-02-01 10:00 active")
    b.add("A-2", type="Epic", labels=("io",), due="2021-04-30", assignee="ben", described=True)
    for number, who in enumerate(TEAM, 10):
        b.add(f"A-{number}", "2021-02-01 09:00", parent="A-1", assignee=who, labels=("deploy",))
        b.move(f"A-{number}", "2021-02-02 active", "2021-02-25 17:00 done")
        for key, first, last in ((f"A-1{number}", 1, 12), (f"A-2{number}", 15, 31)):
            b.add(key, "2021-02-01", parent="A-2", assignee=who, summary=f"work of {who} {first}")
            b.move(key, f"2021-03-{first:02d} 09:00 active", f"2021-03-{last} 17:00 done")
            b.set(key, f"2021-03-{(first + last) // 2:02d}", "comment", "x")
    b.deliver("A-1", "2021-03-31 18:00")
    assert findings(b.month("2021-03")) == ()
