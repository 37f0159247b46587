"""A dismissed finding is quiet from its day on, unless what it rests on doubles."""

from dataclasses import replace

import pytest
from boards import FAR, Board, day

from cadence.findings import RULES, dismissed, findings
from cadence.model import Dismissal
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content


def board_with_a_slip(days: int) -> Board:
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", due="2021-02-15")
    board.move("A-1", "2021-01-05 active")
    board.set("A-1", "2021-02-10", "due", "2021-02-25")  # ten days in February
    board.set("A-1", "2021-03-01", "due", f"2021-03-{days:02d}")  # counted from 28 February
    board.move("A-1", "2021-03-02 done")
    return board


def dismiss(board: Board, on: str, number: float | None = 10, **given) -> None:
    subject = given.pop("subject", "A-1")
    one = Dismissal("milestone-slipped", subject, "agreed", day(on), FAR, number, **given)
    board.filed = replace(board.filed, dismissals=(*board.filed.dismissals, one))


def told(board: Board, month: str) -> list[str]:
    return [f.subject for f in findings(board.month(month)) if f.code == "milestone-slipped"]


def test_it_is_quiet_in_later_months_and_the_month_before_is_as_it_was():
    board = board_with_a_slip(days=13)
    assert told(board, "2021-02") == told(board, "2021-03") == ["A-1"]
    dismiss(board, "2021-03-03")
    assert told(board, "2021-02") == ["A-1"]
    assert told(board, "2021-03") == []
    (quiet,) = dismissed(board.month("2021-03"))
    assert (quiet.finding.subject, quiet.finding.number) == ("A-1", 13)


@pytest.mark.parametrize(("days", "expected"), [(19, []), (20, ["A-1"])])
def test_it_is_told_again_when_its_number_has_at_least_doubled(days, expected):
    board = board_with_a_slip(days)
    dismiss(board, "2021-03-03")
    assert told(board, "2021-03") == expected
    if expected:
        (one,) = [f for f in findings(board.month("2021-03")) if f.code == "milestone-slipped"]
        assert one.evidence[-1] == "dismissed 2021-03-03; then 10, now 20"


def test_one_without_a_number_stays_quiet():
    board = board_with_a_slip(days=28)
    dismiss(board, "2021-03-03", number=None)
    assert told(board, "2021-03") == []


def test_a_date_that_was_deleted_is_a_slip_of_unknown_size_and_has_not_doubled():
    board = board_with_a_slip(days=28)
    board.set("A-1", "2021-03-03", "due", None)
    assert told(board, "2021-03") == ["A-1"]
    dismiss(board, "2021-02-28", number=10)
    assert told(board, "2021-03") == []
    (quiet,) = dismissed(board.month("2021-03"))
    assert (quiet.finding.number, quiet.dismissal.number) == (None, 10)


def test_a_date_set_again_in_the_month_is_a_slip_of_known_size_and_may_have_doubled():
    board = board_with_a_slip(days=13)  # 13 days: from 28 February to 13 March
    board.set("A-1", "2021-03-03", "due", None)
    board.set("A-1", "2021-03-04", "due", "2021-03-20")  # a move from the last one: 7 more
    dismiss(board, "2021-02-28", number=10)
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "milestone-slipped"]
    assert one.number == 20
    assert one.evidence[-1] == "dismissed 2021-02-28; then 10, now 20"


def test_undone_it_is_told_again_from_that_day_on():
    board = board_with_a_slip(days=13)
    dismiss(board, "2021-02-20", undone=day("2021-03-10"))
    assert told(board, "2021-02") == []
    assert told(board, "2021-03") == ["A-1"]


def test_another_subject_or_another_code_is_told_all_the_same():
    board = board_with_a_slip(days=13)
    dismiss(board, "2021-03-03", subject="A-2")
    assert told(board, "2021-03") == ["A-1"]


def test_the_report_names_what_is_dismissed_with_its_reason():
    board = board_with_a_slip(days=13)
    dismiss(board, "2021-03-03")
    values = plain(month_content(board.month("2021-03")))
    assert values["dismissed"] == [
        {
            "code": "milestone-slipped",
            "subject": "A-1",
            "subject_name": "A-1",
            "why": "agreed",
            "on": "2021-03-03",
            "number": 13,
            "number_then": 10,
        }
    ]
    assert "- milestone-slipped, A-1: agreed. (2021-03-03)" in render("reports/month.md.j2", values)


def test_every_finding_of_the_story_that_can_grow_rests_on_a_number():
    silent = {
        "goal-without-kpi",
        "kpi-not-measured",
        "kpi-off-track",
        "wins-without-kpi",
        "done-retracted",
        "reflection-missing",
        "history-incomplete",
    }
    assert silent <= {rule.code for rule in RULES}
    board = board_with_a_slip(days=13)
    for number in range(1, 8):
        board.add(f"A-{number + 10}", "2021-03-01", assignee="ada", status="active")
    seen = [f for m in ("2021-02", "2021-03") for f in findings(board.month(m))]
    assert {f.code for f in seen if f.number is None} <= silent
    assert all(f.number > 0 for f in seen if f.number is not None)


# ---- the command -----------------------------------------------------------------------------


@pytest.fixture
def cadence(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-03-03T16:00:00Z")
    return lambda *args: run("--workspace", story, *args)


def fires(cadence, month: str) -> bool:
    return "stage-overrun  TFIO-97" in cadence("findings", "--month", month, "--format", "text").out


def test_a_finding_is_dismissed_and_undone(cadence):
    assert fires(cadence, "2021-02")
    assert fires(cadence, "2021-03")
    done = cadence("findings", "dismiss", "stage-overrun", "tfio-97", "--why", "Parity is last")
    assert done.err == (
        "stage-overrun is quiet for TFIO-97 from 2021-03-03 on; told again when 51 doubles.\n"
    )
    assert fires(cadence, "2021-02")  # as it was told
    assert not fires(cadence, "2021-03")
    assert "Parity is last" in cadence("findings", "--month", "2021-03").out
    assert "dismissed on 2021-03-03" in cadence("why", "stage-overrun", "--month", "this").out
    undone = cadence("findings", "undo", "stage-overrun", "TFIO-97")
    assert undone.err == "stage-overrun is told again for TFIO-97, from 2021-03-03 on.\n"
    assert fires(cadence, "2021-03")
    assert cadence("findings", "undo", "stage-overrun", "TFIO-97").code == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["stage-overun", "TFIO-97", "--why", "x"], "Did you mean 'stage-overrun'?"),
        (["stage-overrun", "TFIO-999", "--why", "x"], "There is no milestone 'TFIO-999'"),
        (["stage-overrun", "TFIO-1", "--why", "x"], "neither in 2021-03 nor in 2021-02"),
        (["stage-overrun", "TFIO-1", "--why", "x", "--month", "2021-01"], "in 2021-01"),
        (["stage-overrun", "TFIO-97", "--why", " "], "A reason is missing"),
        (["stage-overrun", "TFIO-97"], "--why"),
    ],
)
def test_what_cannot_be_dismissed_is_one_line(cadence, args, words):
    done = cadence("findings", "dismiss", *args)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert words in done.err
