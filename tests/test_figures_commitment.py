from boards import Board, milestone
from hypothesis import given
from hypothesis import strategies as st

from cadence.figures.commitment import committed, predictability, slip


def started_epic(due="2021-03-15"):
    board = Board()
    board.add("A-1", type="Epic", due=due)
    board.move("A-1", "2021-01-11 active")
    return board


def slips(board, *months):
    snapshots = [board.month(m) for m in months]
    found = [slip(s, milestone(s, "A-1")) for s in snapshots]
    return [(f.days, f.in_month) for f in found]


def test_a_promise_is_the_due_date_as_it_stood_at_the_months_start():
    board = started_epic()
    board.set("A-1", "2021-03-10", "due", "2021-04-30")
    assert [m.key for m in committed(board.month("2021-03"))] == ["A-1"]
    assert [m.key for m in committed(board.month("2021-04"))] == ["A-1"]
    assert committed(board.month("2021-05")) == ()


def test_what_is_created_or_dated_in_the_month_was_not_promised_for_it():
    board = Board()
    board.add("A-1", "2021-03-01 00:00", type="Epic", due="2021-03-20")
    board.add("A-2", type="Epic")
    board.set("A-2", "2021-03-02", "due", "2021-03-20")
    snapshot = board.month("2021-03")
    assert committed(snapshot) == ()
    assert predictability(snapshot) is None


def test_predictability_is_delivered_of_committed():
    board = started_epic()
    board.add("A-2", type="Epic", due="2021-03-31")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-11")
    board.sign("A-1", "proven", "2021-03-11")
    assert predictability(board.month("2021-03")) == 0.5


def test_slip_counts_from_the_date_when_work_started_and_planning_before_is_free():
    board = Board()
    board.add("A-1", type="Epic", due="2021-02-01")
    board.set("A-1", "2021-01-05", "due", "2021-03-15")
    board.move("A-1", "2021-01-11 active")
    board.set("A-1", "2021-03-10", "due", "2021-05-15")
    assert slips(board, "2021-02", "2021-03", "2021-04") == [(0, 0), (61, 61), (61, 0)]


def test_days_passed_after_the_date_are_slip_of_the_month_they_fall_in():
    board = started_epic()
    # 16 late days in March, all of April, then moved on 10 May: 20 May - 30 April = 20
    board.set("A-1", "2021-05-10", "due", "2021-05-20")
    board.move("A-1", "2021-05-18 done")
    assert slips(board, "2021-03", "2021-04", "2021-05", "2021-06") == [
        (16, 16), (46, 30), (66, 20), (66, 0),
    ]  # fmt: skip


def test_a_date_set_only_after_the_start_is_the_first_date():
    board = started_epic(due=None)
    board.set("A-1", "2021-02-10", "due", "2021-04-15")
    board.set("A-1", "2021-03-10", "due", "2021-04-25")
    assert slips(board, "2021-01", "2021-02", "2021-03") == [(None, None), (0, 0), (10, 10)]


def test_a_deleted_date_is_a_slip_of_unknown_size_until_one_is_set_again():
    board = started_epic()
    board.set("A-1", "2021-02-10", "due", None)
    board.set("A-1", "2021-03-10", "due", "2021-04-15")
    assert slips(board, "2021-02", "2021-03") == [(None, None), (31, 31)]
    snapshot = board.month("2021-02")
    assert slip(snapshot, milestone(snapshot, "A-1")).deleted


def test_a_move_after_the_old_date_had_passed_is_late_notice():
    board = started_epic()
    board.set("A-1", "2021-03-15", "due", "2021-03-20")
    board.set("A-1", "2021-03-21", "due", "2021-03-30")
    snapshot = board.month("2021-03")
    moves = slip(snapshot, milestone(snapshot, "A-1")).moves
    assert [move.late_notice for move in moves] == [False, True]


def test_an_unstarted_milestone_slips_only_by_passing_its_date():
    board = Board()
    board.add("A-1", type="Epic", due="2021-02-01")
    board.set("A-1", "2021-02-10", "due", "2021-03-15")
    assert slips(board, "2021-02", "2021-03") == [(0, 0), (16, 16)]


def test_a_gain_is_negative():
    board = started_epic()
    board.set("A-1", "2021-02-10", "due", "2021-03-01")
    assert slips(board, "2021-02") == [(-14, 0)]


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(2, 6), st.integers(0, 60)), max_size=5))
def test_the_months_add_up_to_the_whole_while_dates_only_move_forward(moves):
    board = started_epic("2021-02-15")
    due = 0
    for on_day, on_month, days in sorted(moves, key=lambda m: (m[1], m[0])):
        due += days
        from datetime import date, timedelta

        later = date(2021, 2, 15) + timedelta(days=due)
        board.set("A-1", f"2021-{on_month:02d}-{on_day:02d}", "due", later.isoformat())
    board.move("A-1", "2021-07-10 done")
    names = [f"2021-{m:02d}" for m in range(1, 8)]
    found = slips(board, *names)
    assert sum(in_month for _, in_month in found) == found[-1][0]
