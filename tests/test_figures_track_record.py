"""The slip ledger, commitments kept, forecasts that held, shots on goal, shares by count."""

from dataclasses import replace

from boards import FAR, Board, day, milestone

from cadence.config import Member, Signs
from cadence.figures.counted import count_shares, told_apart
from cadence.figures.delivery import kept_by_month
from cadence.figures.ledger import ledger
from cadence.figures.outlook import accuracy, past_forecasts
from cadence.figures.shots import days_between, shots_in_month
from cadence.model import Note
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content


def test_the_ledger_tells_each_move_its_day_its_notice_and_its_reason():
    board = Board()
    board.add("A-1", type="Epic", due="2021-02-15")
    board.move("A-1", "2021-01-05 active")
    board.set("A-1", "2021-02-10", "due", "2021-03-01")  # before the old date
    board.set("A-1", "2021-03-05", "due", "2021-03-20")  # four days after it
    board.decision("A-1", "2021-03-06")
    snapshot = board.month("2021-03")
    told = [
        (str(e.move.on), str(e.move.old), str(e.move.new), e.move.late_notice, e.why)
        for e in ledger(snapshot, milestone(snapshot, "A-1"))
    ]
    assert told == [
        ("2021-02-10", "2021-02-15", "2021-03-01", False, "because"),
        ("2021-03-05", "2021-03-01", "2021-03-20", True, "because"),
    ]
    (content,) = month_content(snapshot).done.milestones
    assert [move.reason for move in content.moves] == ["because", "because"]
    page = render("reports/done.md.j2", plain(month_content(snapshot)))
    assert "first due 2021-02-15, now 2021-03-20, 11 days past it" in page
    assert "2021-03-05: from 2021-03-01 to 2021-03-20, told after the old date had passed" in page


def signed(board: Board, key: str, on: str) -> None:
    board.move(key, f"{on} done")
    for gate in ("shipped", "proven"):
        board.sign(key, gate, on)


def test_predictability_is_told_for_each_of_six_months():
    board = Board()
    for number, due in enumerate(("2021-02-10", "2021-04-10", "2021-04-20", "2021-06-10"), 1):
        board.add(f"A-{number}", "2020-06-01", type="Epic", due=due)
    signed(board, "A-1", "2021-02-09")
    signed(board, "A-2", "2021-04-09")
    signed(board, "A-3", "2021-05-02")
    told = [(str(k.month), k.delivered, k.committed) for k in kept_by_month(board.month("2021-06"))]
    assert told == [
        ("2021-01", 0, 0),
        ("2021-02", 1, 1),
        ("2021-03", 0, 0),
        ("2021-04", 1, 2),
        ("2021-05", 0, 0),
        ("2021-06", 0, 1),
    ]
    recent = month_content(board.month("2021-06")).done.predictability_recent
    assert (recent.delivered, recent.committed, recent.share) == (2, 4, 0.5)


def steady(board: Board, key: str, finishes: int, left: int) -> None:
    """An epic whose children are finished one a week from 4 January on, with some left open."""
    board.add(key, type="Epic")
    board.move(key, "2021-01-01 13:00 active")
    for week in range(finishes + left):
        child = f"{key}{week}"
        board.add(child, "2021-01-01", parent=key)
        if week < finishes:
            on = day("2021-01-04").toordinal() + 7 * week
            board.move(child, f"{day('2021-01-01').fromordinal(on)} done")


def test_a_past_forecast_held_if_the_milestone_was_built_by_its_date():
    """Five finishes by the end of January, one a week: two left need two weeks, 15 February."""
    for built, held, share in (("2021-02-15", True, 1.0), ("2021-02-16", False, 0.0)):
        board = Board()
        steady(board, "A-1", finishes=4, left=3)
        board.move("A-14", "2021-01-28 done")
        for child in ("A-15", "A-16"):
            board.move(child, "2021-02-10 done")
        board.move("A-1", f"{built} done")
        snapshot = board.month("2021-02")
        (past,) = past_forecasts(snapshot)
        assert (str(past.month), past.held) == ("2021-01", held)
        assert accuracy(snapshot) == share
        dropped = replace(board.config.jira, dropped_resolutions=("Gone",))
        board.config = replace(board.config, jira=dropped)
        board.set("A-1", f"{built} 13:00", "resolution", "Gone")
        assert accuracy(board.month("2021-02")) is None


def test_a_forecast_whose_date_has_not_come_is_not_decided():
    board = Board()
    steady(board, "A-1", finishes=4, left=3)
    board.move("A-14", "2021-01-28 done")
    assert accuracy(board.month("2021-02", now="2021-02-10")) is None
    assert accuracy(board.month("2021-02")) == 0.0  # 15 February has passed


def note(board: Board, kind: str, on: str, outcome: str | None = None) -> None:
    one = Note(kind, day(on), "tried", FAR, "io", outcome)
    board.filed = replace(board.filed, notes=(*board.filed.notes, one))


def test_shots_on_goal_are_experiments_with_a_learning_and_milestones_in_production():
    board = Board()
    board.signs(Signs(), Signs())
    board.add("A-1", type="Epic")
    board.move("A-1", "2021-03-09 done")
    board.sign("A-1", "shipped", "2021-03-11")
    note(board, "experiment", "2021-03-01", "validated")
    assert len(shots_in_month(board.month("2021-03"))) == 1  # it has no learning
    note(board, "learning", "2021-03-02")
    note(board, "experiment", "2021-03-31")  # not concluded
    note(board, "experiment", "2021-04-30", "inconclusive")
    shots = shots_in_month(board.month("2021-03"))
    assert [(str(shot.day), shot.about) for shot in shots] == [
        ("2021-03-01", "io"),
        ("2021-03-11", "A-1"),
    ]
    assert days_between(board.month("2021-03")) == 10.0
    assert days_between(board.month("2021-02")) is None


def test_shares_by_effort_and_by_count_are_told_when_they_lie_more_than_15_points_apart():
    """
    ada, all March: A-1 (io) 19 of 23 days, then four support issues of a day each: 83 % and 20 %.
    """
    board = Board(members=(Member("Ada", "ada"),))
    board.goal(labels=("io",))
    board.support(labels=("support",))
    board.add("A-1", "2021-03-01", assignee="ada", labels=("io",), status="active")
    board.set("A-1", "2021-03-15", "comment", "x")
    board.move("A-1", "2021-03-25 17:00 done")
    for number, on in enumerate((26, 29, 30, 31), 2):
        at = f"2021-03-{on}"
        board.add(f"A-{number}", at, assignee="ada", labels=("support",), status="active")
        board.move(f"A-{number}", f"{at} 17:00 done")
    snapshot = board.month("2021-03")
    assert count_shares(snapshot) == {"io": 0.2, "support": 0.8}
    assert told_apart(snapshot) == ("io", "support")
    page = render("reports/focus.md.j2", plain(month_content(snapshot)))
    assert "Support took 17 % of the effort, with 80 % of the issues" in page
    assert told_apart(board.month("2021-02")) == ()
