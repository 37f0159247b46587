"""Worked out by hand: part-time and days off, levels above epics, retraction, shares apart."""

from dataclasses import replace

import pytest
from boards import FAR, Board, at, day, milestone

from cadence.config import Member, Signs
from cadence.figures.buckets import goal_milestones
from cadence.figures.capacity import capacity_days, effective_weeks
from cadence.figures.counted import count_shares, told_apart
from cadence.figures.effort import effort, focus
from cadence.figures.forecast import forecast
from cadence.figures.gates import built_day, claimed_not_done, delivered_in_month, retracted
from cadence.figures.milestones import growth, open_children, started
from cadence.figures.trends import trends
from cadence.findings import findings
from cadence.model import Dismissal

# March 2021 has 23 working days and begins on a Monday.


def codes(board: Board, month: str = "2021-03") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in findings(board.month(month)):
        found.setdefault(one.code, []).append(one.subject)
    return found


# ---- days off and part-time ------------------------------------------------------------------


def team_of_two() -> Board:
    """Ada has the 2nd and the 3rd off; Ben works four days in ten, and has the 4th off."""
    ada = Member("ada", "ada", days_off=(day("2021-03-02"), day("2021-03-03")))
    ben = Member("ben", "ben", part_time=0.4, days_off=(day("2021-03-04"),))
    board = Board(members=(ada, ben), holidays=(day("2021-03-05"),))
    board.goal(labels=("io",))
    return board


def test_effort_of_a_part_time_member_with_days_off():
    """
    ada: 22 working days less 2 = 20; ben: (22 - 1) x 0.4 = 8.4; in all 28.4 = 2.84 weeks of two.
    A-1 is ada's from the 1st to the 4th: days 1 and 4 count, on her days off nothing does.
    A-2 and A-3 are ben's from the 1st to the 4th: 0.2 a day each on three days, nothing on the 4th.
    """
    board = team_of_two()
    board.add("A-1", "2021-03-01", assignee="ada", labels=("io",), status="active")
    board.move("A-1", "2021-03-04 17:00 done")
    for key, labels in (("A-2", ("io",)), ("A-3", ())):
        board.add(key, "2021-03-01", assignee="ben", labels=labels, status="active")
        board.move(key, "2021-03-04 17:00 done")
    snapshot = board.month("2021-03")
    seen = effort(snapshot)
    by_issue: dict[str, float] = {}
    for share in seen.shares:
        by_issue[share.issue.key] = by_issue.get(share.issue.key, 0.0) + share.person_days
    assert by_issue == {"A-1": 2.0, "A-2": pytest.approx(0.6), "A-3": pytest.approx(0.6)}
    assert capacity_days(snapshot) == pytest.approx(28.4)
    assert effective_weeks(snapshot) == pytest.approx(2.84)
    assert sum(seen.stale.values()) == 0
    assert sum(seen.unallocated.values()) == pytest.approx(28.4 - 3.2)
    assert focus(snapshot).coverage == pytest.approx(3.2 / 28.4)
    assert focus(snapshot).low == pytest.approx(2.6 / 28.4)
    assert focus(snapshot).high == pytest.approx((2.6 + 25.2) / 28.4)


def test_a_stale_day_of_a_part_time_member_counts_its_part_and_a_day_off_none():
    """Touched last on 1 February, A-1 is stale all through March: 21 of Ben's days at 0.4."""
    board = team_of_two()
    board.add("A-1", "2021-02-01", assignee="ben", status="active")
    seen = effort(board.month("2021-03"))
    assert not seen.shares
    assert sum(n for (who, _), n in seen.stale.items() if who == "ben") == pytest.approx(8.4)
    assert seen.stale["ben", day("2021-03-04")] == 0
    assert sum(n for (who, _), n in seen.unallocated.items() if who == "ada") == 20


def test_a_team_that_is_away_all_month_has_no_shares_to_tell():
    everyday = tuple(day(f"2021-03-{number:02d}") for number in range(1, 32))
    board = Board(members=(Member("ada", "ada", days_off=everyday),))
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    snapshot = board.month("2021-03")
    seen = focus(snapshot)
    assert (seen.coverage, seen.focus, seen.low, seen.high) == (None,) * 4
    assert (count_shares(snapshot), told_apart(snapshot)) == ({}, ())
    assert not {"off-goal", "low-coverage", "orphan-work", "support-heavy"} & codes(board).keys()


# ---- shares by effort and by count -----------------------------------------------------------


@pytest.mark.parametrize(("io_days", "apart"), [(9, ()), (8, ("io", "support"))])
def test_shares_exactly_fifteen_points_apart_are_not_told(io_days, apart):
    """
    20 working days: 6 issues of the goal on 9 (8) days, 4 of support on 11 (12): by count 60 %,
    by effort 45 % (40 %).
    """
    off = tuple(day(f"2021-03-{number}") for number in (29, 30, 31))
    board = Board(holidays=off)
    board.goal(labels=("io",))
    board.support(types=("Support",))
    working = [n for n in range(1, 29) if day(f"2021-03-{n:02d}").weekday() < 5]
    lengths = [1] * 5 + [io_days - 5] + [1] * 3 + [20 - io_days - 3]
    first = 0
    for number, length in enumerate(lengths):
        given = {"labels": ("io",)} if number < 6 else {"type": "Support"}
        begin, end = working[first], working[first + length - 1]
        board.add(f"A-{number}", f"2021-03-{begin:02d} 09:00", assignee="ada", **given)
        board.move(f"A-{number}", f"2021-03-{begin:02d} 09:00 active")
        board.move(f"A-{number}", f"2021-03-{end:02d} 17:00 done")
        first += length
    snapshot = board.month("2021-03")
    assert count_shares(snapshot) == {"io": 0.6, "support": 0.4}
    assert effort(snapshot).days == 20
    assert focus(snapshot).focus == pytest.approx(io_days / 20)
    assert told_apart(snapshot) == apart


# ---- several levels above epics --------------------------------------------------------------


def levels() -> Board:
    """An initiative A-1 over the epics A-2 and A-3; a story A-4 under A-2, its sub-task A-5."""
    board = Board()
    board.goal(epics=("A-1",))
    board.add("A-1", type="Initiative")
    board.add("A-2", type="Epic", parent="A-1")
    board.add("A-3", type="Epic", parent="A-1")
    board.add("A-4", "2021-02-01", parent="A-2", assignee="ada")
    board.add("A-5", "2021-02-01", parent="A-4", type="Sub-task", assignee="ada")
    return board


def test_a_story_two_levels_below_starts_the_epic_and_the_initiative_and_a_sub_task_neither():
    board = levels()
    board.move("A-5", "2021-03-01 active")
    snapshot = board.month("2021-03")
    assert [started(snapshot.moment, milestone(snapshot, k)) for k in ("A-1", "A-2")] == [None] * 2
    board.move("A-4", "2021-03-03 active")
    snapshot = board.month("2021-03")
    days = [started(snapshot.moment, milestone(snapshot, key)) for key in ("A-1", "A-2", "A-3")]
    assert [when and when.date() for when in days] == [day("2021-03-03"), day("2021-03-03"), None]


def test_an_initiatives_children_are_its_epics_and_their_effort_counts_at_every_level():
    """A-4 has three days of ada; goal A-1 takes them through two levels."""
    board = levels()
    board.move("A-4", "2021-03-01 active", "2021-03-03 17:00 done")
    snapshot = board.month("2021-03")
    top = milestone(snapshot, "A-1")
    assert [c.key for c in open_children(snapshot.moment, top)] == ["A-2", "A-3"]
    assert effort(snapshot).of("io") == 3
    assert [m.key for m in goal_milestones(snapshot)["io"]] == ["A-1", "A-2", "A-3"]
    assert "orphan-work" not in codes(board)
    board.config = replace(
        board.config, team=replace(board.config.team, members=tuple(map(Member, "abc", "abc")))
    )
    board.issues["A-4"] = replace(board.issues["A-4"], assignee="a")
    board.set("A-4", "2021-03-02", "comment", "x")
    board.threshold("single-point", (80.0, 3.0))
    assert codes(board)["single-point"] == ["A-1", "A-2"]


def test_an_initiative_is_built_when_its_epics_are_closed_or_dropped_not_by_their_stories():
    board = levels()
    board.move("A-2", "2021-03-10 done")  # closed, with A-4 open: claimed, not done
    board.move("A-3", "2021-03-12 done", resolution="Won't Do")
    board.move("A-1", "2021-03-09 done")
    snapshot = board.month("2021-03")
    assert [m.key for m in claimed_not_done(snapshot)] == ["A-2"]
    days = [built_day(snapshot.moment, milestone(snapshot, key)) for key in ("A-1", "A-2", "A-3")]
    assert days == [day("2021-03-12"), None, None]


def test_an_epic_that_joins_an_initiative_is_growth_of_the_initiative_alone():
    board = levels()
    board.move("A-1", "2021-02-10 active")
    for key in ("A-6", "A-7", "A-8"):
        board.add(key, type="Epic")
        board.set(key, "2021-03-05", "parent", "A-1")
    snapshot = board.month("2021-03")
    added, before = growth(snapshot, milestone(snapshot, "A-1"))
    assert ([child.key for child in added], before) == (["A-6", "A-7", "A-8"], 2)
    assert codes(board)["scope-growth"] == ["A-1"]


# ---- delivered, and no longer ----------------------------------------------------------------


def delivered() -> Board:
    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-02-09 done")
    board.move("A-1", "2021-02-10 done")
    for gate in ("shipped", "proven"):
        board.sign("A-1", gate, "2021-02-12")
    return board


def open_child(board: Board) -> None:
    board.add("A-3", "2021-03-20", parent="A-1")


def child_reopened(board: Board) -> None:
    board.move("A-2", "2021-03-20 active")


def dropped(board: Board) -> None:
    board.set("A-1", "2021-03-20", "resolution", "Won't Fix")


def unsigned(board: Board) -> None:
    old, proof = board.filed.sign_offs
    proof = replace(proof, withdrawn=day("2021-03-20"))
    board.filed = replace(board.filed, sign_offs=(old, proof))


@pytest.mark.parametrize(
    ("happened", "claimed"),
    [(open_child, True), (child_reopened, True), (dropped, False), (unsigned, False)],
)
def test_a_delivery_is_retracted_by_whatever_takes_a_gate_back(happened, claimed):
    board = delivered()
    happened(board)
    months = [board.month(f"2021-{number:02d}") for number in (2, 3, 4)]
    assert [[m.key for m in delivered_in_month(month)] for month in months] == [["A-1"], [], []]
    assert [[m.key for m in retracted(month)] for month in months] == [[], ["A-1"], ["A-1"]]
    assert "done-retracted" not in codes(board, "2021-02")
    assert codes(board)["done-retracted"] == ["A-1"]
    assert "done-retracted" not in codes(board, "2021-04")
    assert ("claimed-not-done" in codes(board)) == claimed
    assert ("claimed-not-done" in codes(board, "2021-04")) == claimed


def test_a_release_that_is_taken_back_retracts_the_delivery():
    board = Board()
    board.signs(Signs(versions=True), Signs(labels=("proven",)))
    board.add("A-1", type="Epic", fix_versions=("7",), labels=("proven",))
    board.move("A-1", "2021-02-10 done")
    board.version("7", released=True, release="2021-02-11", seen="2021-02-11 20:00")
    assert [m.key for m in delivered_in_month(board.month("2021-02"))] == ["A-1"]
    board.version("7", released=False, release=None, seen="2021-03-20")
    assert [m.key for m in delivered_in_month(board.month("2021-02"))] == ["A-1"]
    assert codes(board)["done-retracted"] == ["A-1"]


# ---- a KPI that is defined anew --------------------------------------------------------------


def test_nothing_is_told_across_a_change_of_the_kpis_definition():
    """
    Read at 60 and 50 as it was defined, at 95 as it is now: the trend has the 95 alone, the new
    definition is off its own line, and is held against its baseline and not against the 50.
    """
    board = Board()
    board.goal(labels=("io",))
    board.reading("2021-02-10", 60)
    board.reading("2021-03-10", 50)
    assert "kpi-off-track" not in codes(board)
    goal = board.config.goals[0]
    anew = replace(goal, kpi=replace(goal.kpi, name="share of wall time"))
    board.config = replace(board.config, goals=(anew,))
    assert "kpi-not-measured" in codes(board)  # as it is defined now it never was
    assert "kpi-off-track" not in codes(board)  # no reading: silent
    board.add("A-1", type="Epic", labels=("io",))
    board.move("A-1", "2021-03-10 done")
    for gate in ("shipped", "proven"):
        board.sign("A-1", gate, "2021-03-11")
    assert "wins-without-kpi" not in codes(board)
    board.reading("2021-03-20", 88.8)  # 1.2 of a way of 60 from the baseline: just enough
    assert "wins-without-kpi" not in codes(board)
    assert codes(board)["kpi-off-track"] == ["io"]
    (trend,) = [one for one in trends(board.month("2021-03")) if one.name == "kpi-io"]
    assert trend.title == "share of wall time"
    assert [value for value in trend.values if value is not None] == [88.8]


def test_two_readings_of_one_day_of_two_definitions_do_not_disagree():
    board = Board()
    board.goal(labels=("io",))
    board.threshold("kpi-unreliable", (10.0, 900.0))
    board.reading("2021-03-10", 60)
    old = replace(board.filed.readings[0], series="of old", value=10.0, id=2)
    board.filed = replace(board.filed, readings=(*board.filed.readings, old))
    assert "kpi-unreliable" not in codes(board)
    board.reading("2021-03-10", 53)
    assert codes(board)["kpi-unreliable"] == ["io"]


# ---- dismissed, until it doubles -------------------------------------------------------------


@pytest.mark.parametrize(("last", "expected"), [("2021-03-27", []), ("2021-03-28", ["A-1"])])
def test_a_dismissed_stall_speaks_again_when_its_days_have_doubled(last, expected):
    """No child moved since 28 February; dismissed on 14 March, at 14 days. On the 28th it is 28."""
    board = Board()
    board.add("A-1", type="Epic")
    board.move("A-1", "2021-02-01 active")
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-02-28 active")
    standing = Dismissal("milestone-stalled", "A-1", "waits", day("2021-03-14"), FAR, 14)
    board.filed = replace(board.filed, dismissals=(standing,))
    seen = findings(board.month("2021-03", now=f"{last} 18:00"))
    assert [one.subject for one in seen if one.code == "milestone-stalled"] == expected


def test_a_forecast_counts_children_and_no_points():
    """Five weeks of one child each, two left: two weeks, whatever points they carry."""
    for points in (1.0, 40.0):
        board = Board()
        board.add("A-1", type="Epic")
        board.move("A-1", "2021-02-20 active")
        for number, on in enumerate(("03-31", "03-24", "03-17", "03-10", "03-03"), 10):
            board.add(f"A-{number}", "2021-02-01", parent="A-1", points=1.0)
            board.move(f"A-{number}", f"2021-{on} done")
        for number in (30, 31):
            board.add(f"A-{number}", "2021-02-01", parent="A-1", points=points)
        snapshot = board.month("2021-03")
        ahead = forecast(snapshot, milestone(snapshot, "A-1"))
        assert ahead
        assert (ahead.p50, ahead.p85, ahead.p95) == (day("2021-04-15"),) * 3


def test_what_was_done_without_any_history_was_open_until_its_resolution_date():
    """Also where one look at the store tells the months before and after."""
    board = Board()
    board.add("A-1", status="done", resolution="Done", resolved=at("2021-03-10"))
    march = board.month("2021-03")
    assert [month.moment.issue(1).kind for month in (march.previous, march)] == ["new", "done"]
    assert march.moment.issue(1).finished == at("2021-03-10")
