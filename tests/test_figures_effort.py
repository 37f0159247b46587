import pytest
from boards import Board, day
from hypothesis import given, settings
from hypothesis import strategies as st

from cadence.config import Member
from cadence.figures.capacity import (
    capacity,
    capacity_days,
    effective_weeks,
    month_days,
    nth_last_working_day,
    people,
    working_days,
)
from cadence.figures.effort import attention, effort, focus, personal_wip, wip

# March 2021 has 23 working days and begins on a Monday.


def shares(snapshot):
    return {(s.issue.key, s.day.day): s.person_days for s in effort(snapshot).shares}


def test_capacity_counts_working_days_part_time_and_days_off():
    off = (day("2021-03-01"), day("2021-03-06"))  # the 6th is a Saturday: nothing to take off
    board = Board(
        members=(Member("ada", "ada", days_off=off), Member("ben", "ben", part_time=0.5)),
        holidays=(day("2021-03-31"),),
    )
    snapshot = board.month("2021-03")
    assert capacity_days(snapshot) == 21 + 11  # 22 working days: 21 for Ada, 22 halves for Ben
    assert effective_weeks(snapshot) == pytest.approx(3.2)


def test_the_tenth_last_working_day_counts_the_day_itself_and_skips_weekends_and_holidays():
    team = Board(holidays=(day("2021-03-05"),)).config.team
    # back from Monday 15: 15, 12, 11, 10, 9, 8, 4, 3, 2, 1
    assert nth_last_working_day(team, day("2021-03-15"), 10) == day("2021-03-01")


def test_a_day_is_shared_equally_among_what_was_active_on_it_even_for_an_hour():
    board = Board()
    board.add("A-1", "2021-03-01", assignee="ada")
    board.add("A-2", "2021-03-01", assignee="ada")
    board.move("A-1", "2021-03-01 09:00 active", "2021-03-02 10:00 done")
    board.move("A-2", "2021-03-02 15:00 active", "2021-03-03 09:00 done")
    snapshot = board.month("2021-03")
    # both were active on the 2nd, though never at the same time
    assert shares(snapshot) == {
        ("A-1", 1): 1.0, ("A-1", 2): 0.5, ("A-2", 2): 0.5, ("A-2", 3): 1.0,
    }  # fmt: skip
    assert sum(effort(snapshot).unallocated.values()) == 20


def test_being_active_until_midnight_does_not_touch_the_next_day():
    board = Board()
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.move("A-1", "2021-03-02 00:00 done")
    assert shares(board.month("2021-03")) == {("A-1", 1): 1.0}


def test_active_and_assigned_must_hold_at_one_same_moment():
    board = Board()
    board.add("A-1", "2021-03-01")
    board.move("A-1", "2021-03-02 09:00 active", "2021-03-02 10:00 new")
    board.set("A-1", "2021-03-02 11:00", "assignee", "ada")
    assert shares(board.month("2021-03")) == {}
    assert effort(board.month("2021-03")).unassigned_days == 1


def test_a_parent_earns_nothing_while_its_own_sub_task_is_active():
    board = Board()
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.add("A-2", "2021-03-01", type="Sub-task", parent="A-1", assignee="ada")
    board.move("A-2", "2021-03-02 09:00 active", "2021-03-03 12:00 done")
    board.move("A-1", "2021-03-04 12:00 done")
    assert shares(board.month("2021-03")) == {
        ("A-1", 1): 1.0, ("A-2", 2): 1.0, ("A-2", 3): 1.0, ("A-1", 4): 1.0,
    }  # fmt: skip


def test_an_issue_that_no_person_touched_for_ten_working_days_is_stale():
    board = Board()
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.set("A-1", "2021-03-10", "comment", "touched by an app", by="bot")
    seen = effort(board.month("2021-03"))
    # created on the 1st: fresh until the 12th, the tenth working day; then 13 stale days
    assert sum(s.person_days for s in seen.shares) == 10
    assert min(d for _, d in seen.stale) == day("2021-03-15")
    assert sum(seen.stale.values()) == 13


def test_a_stale_issue_earns_nothing_beside_a_fresh_one():
    board = Board()
    board.add("A-1", "2021-02-01", assignee="ada", status="active")
    board.add("A-2", "2021-03-01", assignee="ada", status="active")
    board.move("A-2", "2021-03-02 17:00 done")
    seen = effort(board.month("2021-03"))
    assert [(s.issue.key, s.day.day) for s in seen.shares] == [("A-2", 1), ("A-2", 2)]
    assert len(seen.stale) == 21


def test_a_robot_named_in_the_configuration_keeps_nothing_fresh():
    from dataclasses import replace

    board = Board()
    board.config = replace(board.config, jira=replace(board.config.jira, robots=("zed",)))
    board.add("A-1", "2021-02-01", assignee="ada", status="active")
    board.set("A-1", "2021-03-01", "comment", "", by="zed")
    assert not effort(board.month("2021-03")).shares


def test_without_configured_members_everyone_ever_assigned_counts():
    board = Board(members=())
    board.add("A-1", "2021-03-01", assignee="zoe")
    board.set("A-1", "2021-03-02", "assignee", "kim")
    board.set("A-1", "2021-05-02", "assignee", "later")
    assert sorted(people(board.month("2021-03"))) == ["kim", "zoe"]


def test_focus_is_a_range_and_one_number_only_from_60_percent_coverage():
    board = Board()
    board.goal(labels=("io",))
    board.support(types=("Support",))
    board.add("A-1", "2021-03-01", assignee="ada", labels=("io",), status="active")
    board.add("A-2", "2021-03-09", assignee="ada", type="Support", status="active")
    board.move("A-1", "2021-03-10 17:00 done")  # 6 whole days, then 2 halves with A-2
    board.move("A-2", "2021-03-12 17:00 done")  # 2 halves, 2 whole days
    low = focus(board.month("2021-03"))
    assert low.coverage == pytest.approx(10 / 23)
    assert low.focus is None
    assert (low.low, low.high) == (pytest.approx(7 / 23), pytest.approx(20 / 23))
    assert low.support_share == pytest.approx(0.3)
    running = focus(board.month("2021-03", now="2021-03-12 18:00"))
    assert running.coverage == 1
    assert running.focus == running.low == running.high == pytest.approx(0.7)


def test_the_nearest_matching_level_decides_the_bucket():
    board = Board()
    board.goal(epics=("A-1",))
    board.support(labels=("support",))
    board.add("A-1", type="Epic")
    board.add("A-2", "2021-03-01", parent="A-1", assignee="ada", status="active")
    board.add(
        "A-3", "2021-03-01", parent="A-1", assignee="ada", labels=("support",), status="active"
    )
    board.add("A-4", "2021-03-01", parent="A-3", type="Sub-task", assignee="ada", status="active")
    board.add("A-5", "2021-03-01", assignee="ada", status="active")
    seen = {s.issue.key: s.bucket for s in effort(board.month("2021-03")).shares}
    assert seen == {"A-2": "io", "A-4": "support", "A-5": "other"}


def test_a_goal_takes_nothing_before_its_start_nor_after_its_end():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", "2021-06-29", assignee="ada", labels=("io",), status="active")
    june, july = (effort(board.month(m)).shares for m in ("2021-06", "2021-07"))
    assert {s.bucket for s in june} == {"io"}
    assert {s.bucket for s in july} == {"other"}


def test_labels_and_parents_count_as_at_each_days_end():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.set("A-1", "2021-03-03 16:00", "labels", ("io",))
    board.move("A-1", "2021-03-04 17:00 done")
    by_day = {s.day.day: s.bucket for s in effort(board.month("2021-03")).shares}
    assert by_day == {1: "other", 2: "other", 3: "io", 4: "io"}


def test_wip_counts_all_work_and_a_parent_only_through_its_sub_task():
    board = Board()
    board.add("A-1", "2021-03-01", status="active")
    board.add("A-2", "2021-03-01", type="Sub-task", parent="A-1", assignee="ada", status="active")
    board.add("A-3", "2021-03-01", assignee="zoe", status="active")
    board.add("A-4", "2021-03-01", type="Epic", assignee="ada", status="active")
    snapshot = board.month("2021-03")
    assert wip(snapshot) == 2
    assert personal_wip(snapshot, "ada") == 1


def test_an_issue_counts_up_to_the_sync_that_missed_it():
    board = Board()
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.gone("A-1", "2021-03-04 06:00")
    assert sorted(d for _, d in shares(board.month("2021-03"))) == [1, 2, 3, 4]


moments = st.integers(1, 31).map(lambda d: f"2021-03-{d:02d}")
steps = st.lists(
    st.tuples(
        moments,
        st.integers(0, 23),
        st.sampled_from(["active", "done", "new", "review"]),
        st.sampled_from(["ada", "ben", None]),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Story", "Sub-task", "Epic"]), steps), max_size=6))
def test_for_every_person_and_day_effort_stale_and_unallocated_add_up_to_capacity(issues):
    board = Board(members=("ada", Member("ben", "ben", part_time=0.5)), timezone="America/New_York")
    for number, (kind, life) in enumerate(issues):
        key = f"A-{number}"
        parent = "A-0" if kind == "Sub-task" and number else None
        board.add(key, "2021-02-01", type=kind, parent=parent)
        for when, hour, status, assignee in life:
            board.set(key, f"{when} {hour:02d}:15", "status", status)
            board.set(key, f"{when} {hour:02d}:30", "assignee", assignee)
    snapshot = board.month("2021-03")
    seen = effort(snapshot)
    for account, member in people(snapshot).items():
        for when in month_days(snapshot):
            spent = sum(s.person_days for s in seen.shares if (s.account, s.day) == (account, when))
            idle = seen.stale.get((account, when), 0) + seen.unallocated.get((account, when), 0)
            assert spent + idle == pytest.approx(capacity(member, when))
    assert set(attention(snapshot)) == set(
        working_days(snapshot.config.team, day("2021-03-01"), day("2021-03-31"))
    )


def test_members_without_an_account_are_known_by_their_names_and_all_count():
    from cadence.model import Person

    members = (Member("Ada Park"), Member("Ben Ito"), Member("Chloé Martin"))
    board = Board(members=members)
    board.people = [Person("5b1", "Ada Park")]
    board.add("A-1", "2021-03-01", assignee="5b1", status="active")
    board.move("A-1", "2021-03-02 17:00 done")
    snapshot = board.month("2021-03")
    assert capacity_days(snapshot) == 3 * 23
    assert effective_weeks(snapshot) == pytest.approx(4.6)
    assert {s.account for s in effort(snapshot).shares} == {"5b1"}
