"""A month of oddities, worked out by hand from the words of the contract, day by day.

March 2021 in Amman, where Friday the 26th has no midnight: 23 weekdays, less a holiday on the 8th.
Ada works whole days, Ben half ones, Cy is off on the 10th: 22 + 11 + 21 = 54 person-days.
"""

from datetime import date

import pytest
from planted import Local

from cadence.config import Member
from cadence.findings import findings
from cadence.plain import plain
from cadence.reports.content import month_content


@pytest.fixture(scope="module")
def board():
    """
    A-2  Ada's story below the epic A-1 of the goal. On the 11th it goes to project B, out of the
         epic, and is labelled as support; nobody touches it from then to the 26th, 01:05.
    A-3  Ben's sub-task of Ada's A-2, 1st to 5th; A-4 his story, created and begun on the 3rd.
    A-5  Cy's, from the 9th to the 11th; open again on the 15th at 23:30, until 00:30.
    A-6  Cy's, from the 22nd; a sync misses it on the 24th.
    """
    members = (
        Member("Ada", "ada"),
        Member("Ben", "ben", part_time=0.5),
        Member("Cy", "cy", days_off=(date(2021, 3, 10),)),
    )
    b = Local("Asia/Amman", members=members, holidays=(date(2021, 3, 8),))
    b.support(labels=("help",))
    b.add("A-1", "2021-02-01", type="Epic", labels=("io",))
    b.move("A-1", "2021-03-01 10:00 active")
    b.add("A-2", "2021-03-01 08:00", parent="A-1", assignee="ada")
    b.move("A-2", "2021-03-01 09:00 active")
    b.set("A-2", "2021-03-11 15:00", "parent", None)
    b.set("A-2", "2021-03-11 15:00", "key", "B-7")
    b.set("A-2", "2021-03-11 15:01", "labels", ("help",))
    b.set("A-2", "2021-03-26 01:05", "comment", "x")
    b.add("A-3", "2021-03-01 08:30", type="Sub-task", parent="A-2", assignee="ben")
    b.move("A-3", "2021-03-01 09:00 active", "2021-03-05 17:00 done")
    b.add("A-4", "2021-03-03 08:00", parent="A-1", assignee="ben")
    b.move("A-4", "2021-03-03 09:00 active", "2021-03-05 17:00 done")
    b.add("A-5", "2021-03-09 09:00", assignee="cy")
    b.move("A-5", "2021-03-09 10:00 active", "2021-03-11 17:00 done")
    b.move("A-5", "2021-03-15 23:30 active", "2021-03-16 00:30 done")
    b.add("A-6", "2021-03-22 09:00", assignee="cy", status="active")
    b.gone("A-6", "2021-03-24 12:00")
    return b


@pytest.fixture(scope="module")
def report(board):
    return plain(month_content(board.month("2021-03")))


def test_every_persons_days_are_told_to_the_last(report):
    """
    Ada   io on 7 days to the 10th, support on 10 from the 11th to the 24th (the tenth working day
          with the 11th), stale on the 25th, support on the 26th, 29th, 30th, 31st
    Ben   io on 5 half days; none on 17
    Cy    other on the 9th, 11th, 15th, 16th, and on the 22nd to the 24th; none on 14
    """
    focus = report["focus"]
    assert focus["capacity_days"] == 54
    assert focus["effective_weeks"] == pytest.approx(3.6)
    spent = {one["id"]: one["person_days"] for one in focus["buckets"]}
    assert spent == pytest.approx({"io": 7 + 2.5, "support": 14, "other": 7})
    assert focus["stale_days"] == 1
    assert focus["unallocated_days"] == 17 / 2 + 14
    assert focus["unassigned_days"] == 0
    assert focus["coverage"] == pytest.approx(30.5 / 54, abs=1e-4)
    assert focus["focus"] is None
    assert focus["focus_low"] == pytest.approx(9.5 / 54, abs=1e-4)
    assert focus["focus_high"] == pytest.approx((9.5 + 1 + 22.5) / 54, abs=1e-4)


def test_the_flow_counts_what_was_there_on_each_day(report):
    """
    1, 2: A-3 (its parent left out); 3 to 5: A-3, A-4; 9 to 11: A-2, A-5; 12: A-2; 15, 16: A-2, A-5;
    17 to 19: A-2; 22 to 24: A-2, A-6; five more days: A-2. 33 in 22 days.
    """
    flow = report["focus"]["flow"]
    assert flow["wip"] == pytest.approx(33 / 22)
    assert flow["throughput"] == 2
    assert sorted(flow["cycle_times"]) == [3, 8]
    assert flow["cycle_time_p50"] is None


def test_a_milestone_keeps_the_children_it_has_at_the_end(report):
    (epic,) = report["done"]["milestones"]
    assert epic["started"] == "2021-03-01"
    assert epic["children"] == {"open": 0, "done": 1, "added": 1}
    assert epic["built"] is None


def test_findings_name_what_was_moved_by_its_key_of_then(board):
    told = {f.code: f.subject for f in findings(board.month("2021-03"))}
    assert told["reopened"] == "A-5"
    assert told["low-coverage"] == "team"
    assert told["aging"] == "B-7"
    assert "orphan-work" in told  # 14 + 7 of 30.5 days
    assert "A-6" not in told.values()
