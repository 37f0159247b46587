from itertools import product

import pytest
from boards import Board, day, milestone
from hypothesis import given
from hypothesis import strategies as st

from cadence.figures.forecast import _chances, forecast, weekly_supply
from cadence.figures.milestones import growth, started


def epic(finished=(), open_=2, start="2021-03-01", due=None):
    """Work started on the first of March; the 28 days to the 28th are four spans."""
    board = Board()
    board.add("A-1", type="Epic", due=due)
    board.move("A-1", f"{start} active")
    for number, when in enumerate(finished, 10):
        board.add(f"A-{number}", "2021-02-01", parent="A-1")
        board.move(f"A-{number}", f"{when} done")
    for number in range(open_):
        board.add(f"A-{100 + number}", "2021-02-01", parent="A-1")
    return board


FIVE = ("2021-03-02", "2021-03-03", "2021-03-10", "2021-03-17", "2021-03-24")


def at_28th(board):
    snapshot = board.month("2021-03", now="2021-03-28 18:00")
    it = milestone(snapshot, "A-1")
    return weekly_supply(snapshot, it), forecast(snapshot, it)


def test_a_forecast_draws_weeks_from_the_milestones_own_past():
    supply, seen = at_28th(epic(FIVE))
    assert supply == (1, 1, 1, 2)  # the last seven days first
    # two open: one week with 1/4, two weeks for certain
    assert (seen.p50, seen.p85, seen.p95) == (day("2021-04-11"),) * 3


def test_fewer_than_four_whole_weeks_are_not_enough_history():
    assert at_28th(epic(FIVE, start="2021-03-02"))[1] is None


def test_fewer_than_five_days_with_a_finish_are_not_enough_history():
    same_day = (*FIVE[:4], "2021-03-17")
    assert at_28th(epic(same_day))[1] is None


def test_nothing_open_or_a_closed_milestone_has_no_forecast():
    assert at_28th(epic(FIVE, open_=0))[1] is None
    board = epic(FIVE)
    board.move("A-1", "2021-03-27 done")
    assert at_28th(board)[1] is None


def test_dropped_children_are_no_supply():
    board = epic(FIVE[:4])
    board.add("A-50", "2021-02-01", parent="A-1")
    board.move("A-50", "2021-03-24 done", resolution="Won't Do")
    assert at_28th(board)[1] is None


def test_the_chance_to_meet_the_date_counts_whole_weeks():
    assert at_28th(epic(FIVE, due="2021-04-04"))[1].chance == 0.25
    assert at_28th(epic(FIVE, due="2021-04-10"))[1].chance == 0.25
    assert at_28th(epic(FIVE, due="2021-04-11"))[1].chance == 1
    assert at_28th(epic(FIVE, due="2021-03-27"))[1].chance == 0


def test_a_closed_months_forecast_counts_from_the_next_months_first():
    board = epic((*FIVE, "2021-03-30", "2021-03-31"), start="2021-03-01")
    snapshot = board.month("2021-03")
    seen = forecast(snapshot, milestone(snapshot, "A-1"))
    assert (seen.p50 - day("2021-04-01")).days % 7 == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.integers(1, 5))
def test_the_distribution_equals_counting_every_sequence_of_weeks(supply, remaining):
    exact = list(zip(range(5), _chances(remaining, supply), strict=False))
    for weeks, chance in exact:
        draws = list(product(supply, repeat=weeks))
        done = sum(sum(draw) >= remaining for draw in draws) / len(draws)
        assert chance == pytest.approx(done)


def test_a_milestone_starts_with_its_first_child_and_with_the_first_child_finished():
    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.add("A-3", parent="A-2", type="Sub-task")
    board.move("A-3", "2021-02-02 active")
    snapshot = board.month("2021-03")
    assert started(snapshot.moment, milestone(snapshot, "A-1")) is None  # sub-tasks start nothing
    board.move("A-2", "2021-03-05 done")
    snapshot = board.month("2021-03")
    assert started(snapshot.moment, milestone(snapshot, "A-1")).day == 5


def test_growth_counts_from_the_later_of_the_months_start_and_the_milestones_own():
    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2", "2021-02-01", parent="A-1")
    board.add("A-3", "2021-03-03", parent="A-1")
    board.move("A-1", "2021-03-04 active")
    board.add("A-4", "2021-03-05", parent="A-1")
    board.add("A-5", "2021-02-01")
    board.set("A-5", "2021-03-06", "parent", "A-1")
    snapshot = board.month("2021-03")
    added, before = growth(snapshot, milestone(snapshot, "A-1"))
    assert ([c.key for c in added], before) == (["A-4", "A-5"], 2)
