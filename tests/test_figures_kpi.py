import pytest
from boards import Board, day

from cadence.figures.followthrough import carried, follow_through
from cadence.figures.kpi import kpi, on_track, readings


@pytest.mark.parametrize(
    ("on", "value", "expected"),
    [
        # the line falls from 90 on 1 January to 30 on 30 June (180 days); 6 behind is allowed
        ("2021-01-01", 96.0, True),
        ("2021-01-01", 96.1, False),
        ("2021-04-01", 66.0, True),  # half of the way: 60 expected
        ("2021-04-01", 66.1, False),
        ("2021-04-01", 20.0, True),
        ("2021-09-01", 36.0, True),  # after the end: the target
        ("2021-09-01", 36.1, False),
    ],
)
def test_on_track_is_at_most_ten_percent_of_the_way_behind_the_line(on, value, expected):
    board = Board()
    board.goal()
    goal = board.config.goals[0]
    assert on_track(goal, goal.kpi, day(on), value) is expected


def test_before_it_was_agreed_a_goal_has_no_kpi():
    from dataclasses import replace

    board = Board()
    board.goal()
    goal = board.config.goals[0]
    later = replace(goal, kpi=replace(goal.kpi, agreed=day("2021-02-01")))
    assert kpi(board.month("2021-01"), later) is None
    assert kpi(board.month("2021-02"), later) == later.kpi


def test_readings_are_those_dated_in_time_of_the_same_definition_latest_last():
    from dataclasses import replace

    board = Board()
    board.goal()
    board.reading("2021-02-26", 85)
    board.reading("2021-02-26", 74)
    board.reading("2021-01-29", 88)
    board.reading("2021-03-01", 70)
    goal = board.config.goals[0]
    snapshot = board.month("2021-02")
    assert [r.value for r in readings(snapshot, goal)] == [88, 85, 74]
    renamed = replace(goal, kpi=replace(goal.kpi, name="another"))
    assert readings(snapshot, renamed) == ()


def test_follow_through_is_done_of_agreed_less_dropped_over_three_reflections():
    board = Board()
    for month in ("2021-01", "2021-02", "2021-03", "2021-04"):
        board.reflection(month, closed=f"{month}-28")
        board.action(month, on=f"{month}-28", due="2021-06-01", done="2021-04-30")
    board.action("2021-02", on="2021-02-28", due="2021-06-01", done="2021-05-01")
    board.action("2021-03", on="2021-03-28", due="2021-06-01", dropped="2021-04-02")
    board.action("2021-04", on="2021-05-02", due="2021-06-01", done="2021-05-03")
    seen = follow_through(board.month("2021-04"))
    assert (seen.done, seen.agreed) == (3, 4)
    assert follow_through(board.month("2020-12")).share is None


def test_an_action_is_carried_by_each_later_reflection_that_found_it_open():
    board = Board()
    board.action("2021-01", on="2021-01-28", due="2021-09-01")
    for month in ("2021-01", "2021-02", "2021-03"):
        board.reflection(month, closed=f"{month}-28")
    action = board.filed.actions[0]
    assert [carried(action, board.month(f"2021-{m:02d}")) for m in (1, 2, 3)] == [0, 1, 2]
