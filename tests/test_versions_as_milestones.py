"""A fix version as a milestone: done from its release date on, as the syncs saw it."""

from dataclasses import replace

from boards import Board, at

from cadence.config import Config, Milestones, MilestoneSource, Team
from cadence.findings import findings
from cadence.model import Observation
from cadence.reports.done import done_content


def board_of(*seen: tuple[bool, str | None, str]) -> Board:
    """A version with one open issue, and what each sync saw of its release."""
    board = Board()
    board.config = Config(team=Team(), milestones=Milestones(MilestoneSource.VERSIONS))
    for released, release, on in seen:
        board.version("7", released, release, on)
    board.add("A-1", fix_versions=("7",), assignee="ada")
    return board


def closed(board: Board, *months: str) -> list[bool]:
    return [done_content(board.month(month)).milestones[0].closed for month in months]


def test_one_that_was_released_before_the_first_look_was_open_until_its_release_date():
    board = board_of((True, "2021-03-10", "2021-06-01"))
    assert closed(board, "2021-01", "2021-02", "2021-03") == [False, False, True]
    told = {m: [f.code for f in findings(board.month(m))] for m in ("2021-02", "2021-03")}
    assert "claimed-not-done" not in told["2021-02"]
    assert "claimed-not-done" in told["2021-03"]


def test_a_description_that_comes_later_does_not_change_the_month_of_the_start():
    board = board_of((False, "2021-05-01", "2021-01-05"))
    board.move("A-1", "2021-02-10 active")
    board.observations += [
        Observation("version:7", "described", flag, at(on))
        for flag, on in (("0", "2021-01-05"), ("1", "2021-03-05"))
    ]
    board.versions[0] = replace(board.versions[0], description="What is in it")
    told = [f for f in findings(board.month("2021-02")) if f.code == "milestone-unclear-start"]
    assert [f.evidence[1:] for f in told] == [("no description",)]


def test_a_release_that_was_taken_back_before_its_date_never_was_one():
    board = board_of(
        (False, "2021-01-20", "2021-01-05"),
        (True, "2021-04-20", "2021-02-02"),
        (False, "2021-05-20", "2021-03-02"),
    )
    assert closed(board, "2021-02", "2021-03", "2021-04", "2021-05") == [False] * 4
    board = board_of((True, "2021-04-20", "2021-02-02"), (False, "2021-05-20", "2021-03-02"))
    assert closed(board, "2021-02", "2021-04", "2021-05") == [False] * 3


def test_a_release_dated_anew_is_one_from_the_later_date():
    board = board_of(
        (False, None, "2021-01-05"),
        (True, "2021-02-01", "2021-02-01"),
        (True, "2021-04-10", "2021-03-02"),
    )
    assert closed(board, "2021-02", "2021-03", "2021-04") == [True, False, True]
