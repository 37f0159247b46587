from boards import Board, at
from hypothesis import given
from hypothesis import strategies as st

from cadence.figures.flow import age, cycle_times, finished_issues, flow, percentile


def finished(*spans):
    board = Board()
    for number, (start, end) in enumerate(spans, 1):
        board.add(f"A-{number}", "2021-01-01")
        board.move(f"A-{number}", f"{start} 09:00 active", f"{end} 16:00 done")
    return board


def test_cycle_time_counts_both_ends():
    snapshot = finished(("2021-03-02", "2021-03-02"), ("2021-03-03", "2021-03-05")).month("2021-03")
    assert cycle_times(snapshot, finished_issues(snapshot)) == [1, 3]


def test_with_fewer_than_five_items_the_items_are_listed_instead_of_percentiles():
    seen = flow(
        finished(*[("2021-03-01", f"2021-03-{d:02d}") for d in (4, 2, 9, 3)]).month("2021-03")
    )
    assert (seen.throughput, seen.cycle_time_p50, seen.cycle_times) == (4, None, (2, 3, 4, 9))


def test_percentiles_are_real_items_by_nearest_rank():
    seen = flow(
        finished(*[("2021-03-01", f"2021-03-{d:02d}") for d in (4, 2, 9, 3, 20)]).month("2021-03")
    )
    assert (seen.cycle_time_p50, seen.cycle_time_p85, seen.cycle_times) == (4, 20, ())
    assert percentile([1, 2, 3, 4], 50) == 2
    assert percentile([7], 85) == 7


def test_straight_to_done_is_finished_but_has_no_cycle_time():
    board = Board()
    board.add("A-1")
    board.move("A-1", "2021-03-05 done")
    seen = flow(board.month("2021-03"))
    assert (seen.throughput, seen.cycle_times) == (1, ())


def test_a_reopened_issue_is_finished_only_by_its_last_unbroken_stay():
    board = Board()
    board.add("A-1")
    board.move(
        "A-1",
        "2021-03-01 active",
        "2021-03-03 done",
        "2021-03-10 active",
        "2021-04-05 done",
        "2021-04-06 closed",
    )
    assert [flow(board.month(m)).throughput for m in ("2021-03", "2021-04")] == [0, 1]
    assert flow(board.month("2021-04")).cycle_times == (36,)


def test_dropped_work_milestones_and_sub_tasks_are_no_throughput():
    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2")
    board.add("A-3", type="Sub-task", parent="A-2")
    for key in ("A-1", "A-3"):
        board.move(key, "2021-03-05 done")
    board.move("A-2", "2021-03-05 done", resolution="Cannot Reproduce")
    assert flow(board.month("2021-03")).throughput == 0


def test_a_resolution_set_later_ends_the_stay_in_done():
    board = Board()
    board.add("A-1")
    board.move("A-1", "2021-03-05 done")
    board.set("A-1", "2021-04-05", "resolution", "Duplicate")
    assert [flow(board.month(m)).throughput for m in ("2021-03", "2021-04")] == [1, 0]


def test_what_happens_at_the_stroke_of_midnight_belongs_to_the_next_month():
    board = Board()
    board.add("A-1")
    board.move("A-1", "2021-03-05 active", "2021-04-01 00:00 done")
    assert [flow(board.month(m)).throughput for m in ("2021-03", "2021-04")] == [0, 1]


def test_days_are_those_of_the_teams_zone():
    board = Board(timezone="Pacific/Auckland")  # 13 hours ahead of UTC in March
    board.add("A-1")
    board.move("A-1", "2021-03-01 10:30 active", "2021-03-01 11:30 done")
    assert flow(board.month("2021-03")).cycle_times == (2,)


def test_work_item_age_counts_both_ends():
    board = Board()
    board.add("A-1")
    board.move("A-1", "2021-03-30 active")
    snapshot = board.month("2021-03")
    assert age(snapshot, snapshot.moment.issues[0]) == 2


@given(st.lists(st.integers(1, 90), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_smallest_item_that_covers_its_share(values, percent):
    ordered = sorted(values)
    found = percentile(ordered, percent)
    assert sum(v <= found for v in ordered) * 100 >= percent * len(ordered)
    assert sum(v < found for v in ordered) * 100 < percent * len(ordered)


def test_done_without_a_status_history_up_to_t_is_dated_by_the_resolution_date():
    """Created done, resolved on the 8th, opened again in April: in March it was finished then."""
    board = Board()
    ends = {"resolution": "Done", "resolved": at("2021-03-08")}
    board.add("A-1", "2021-03-02", status="done", **ends)
    board.set("A-1", "2021-04-03", "status", "active")
    (issue,) = finished_issues(board.month("2021-03"))
    assert issue.finished == at("2021-03-08")
    assert finished_issues(board.month("2021-02")) == ()
