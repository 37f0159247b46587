"""What findings say of what they rest on: where a line is, and what a stall is counted from."""

from boards import Board
from planted import Local, grew, no_way_out, untold

from cadence.findings import findings
from cadence.findings.rule import Finding
from cadence.findings.words import quantity


def told(board: Board, code: str) -> Finding:
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == code]
    return one


def test_a_kpi_off_track_says_where_the_line_is_on_the_day_of_its_reading():
    board = Local()
    board.read("2021-03-31", 74)  # 90 - 60 x 89 / 180
    said = told(board, "kpi-off-track")
    assert said.summary == (
        "'share of step time' stands at 74 %, where the line to 30 % is at 60.33 %"
    )
    assert said.evidence == ("reading 74 on 2021-03-31",)


def test_a_stall_says_whether_a_child_ever_moved():
    board = Local()
    board.add("A-1", type="Epic")
    board.move("A-1", "2021-03-02 active")
    assert told(board, "milestone-stalled").evidence == (
        "no child has moved since the start on 2021-03-02",
    )
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-03-03 active")
    assert told(board, "milestone-stalled").evidence == ("last change of a child, A-2, 2021-03-03",)


def test_growth_from_nothing_and_growth_on_top_of_something():
    for before, said in ((0, "where there were none"), (4, "on top of 4")):
        board = Local()
        grew(board, (before, 3, "2021-03-10"))
        assert told(board, "scope-growth").summary == f"3 issues came {said} in 'A-1'"


def test_a_partner_who_never_heard_a_word_and_one_who_did():
    for word, said in ((None, "no word so far"), ("2021-02-10", "last word 2021-02-10")):
        board = Local()
        untold(board, ("2021-03-10", word))
        assert told(board, "partner-not-told").evidence == (said, "A-2")


def test_no_path_to_production_says_what_was_looked_for():
    board = Local()
    no_way_out(board, {})
    assert told(board, "no-path-to-production").evidence == (
        "started 2021-01-30",
        "no issue of it is marked deploy or Support",
    )


def test_a_number_without_a_unit_has_no_space_after_it():
    assert (quantity(3.5, "%"), quantity(3.5, "")) == ("3.5 %", "3.5")
