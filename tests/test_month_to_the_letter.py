"""Sentences of a month's page that must be true for none, one and many; worked out by hand."""

from dataclasses import replace

import pytest
from boards import FAR, Board, day, milestone
from test_findings import quiet_board

from cadence.config import Match, Partner, Signs
from cadence.figures import FIGURES
from cadence.figures.commitment import slip
from cadence.figures.outlook import forecast_value
from cadence.figures.trends import trends
from cadence.findings import findings
from cadence.findings.words import amount
from cadence.model import Note
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content
from cadence.reports.done import done_content
from cadence.reports.since_words import shown
from cadence.reports.why import why_figure


def page(board: Board, month: str, kind: str = "month", now: str = "2030-01-01") -> str:
    return render(f"reports/{kind}.md.j2", plain(month_content(board.month(month, now))))


def part(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one."""
    return text.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0].strip()


def proving() -> Board:
    """Return a board on which labels ship and prove."""
    board = Board()
    board.signs(Signs(labels=("shipped",)), Signs(labels=("proven",)))
    return board


def deliver(board: Board, key: str, on: str) -> None:
    board.move(key, f"{on} 09:00 active", f"{on} 10:00 done")
    board.set(key, f"{on} 11:00", "labels", ["shipped", "proven"])


def test_what_was_delivered_and_then_dropped_is_named_in_every_later_month():
    board = proving()
    board.add("A-1", type="Epic", summary="Cache", due="2021-02-26")
    deliver(board, "A-1", "2021-02-20")
    board.set("A-1", "2021-03-10", "resolution", "Won't Do")  # dropped, in March
    for month in ("2021-03", "2021-04", "2021-05"):
        told = part(page(board, month), "Delivered before, not delivered now")
        assert "A\\-1 Cache" in told or "A-1 Cache" in told
    assert not [m for m in done_content(board.month("2021-04")).milestones if m.key == "A-1"]


def test_what_was_dropped_with_open_children_is_named_in_every_later_month():
    board = Board()
    board.add("A-1", type="Epic", summary="Cache")
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-02-10 done", resolution="Won't Do")
    for month in ("2021-02", "2021-03"):
        assert "Cache: closed with 1 open child" in part(page(board, month), "Claimed, not done")


def test_a_milestone_that_is_due_and_was_dated_in_the_month_was_not_due_when_it_began():
    board = Board()
    board.add("A-1", "2021-03-03", type="Epic", due="2021-03-30")
    text = page(board, "2021-03")
    assert "No milestone was due this month" not in text
    assert text.count("When this month began, no milestone was due in it.") == 1


def test_a_date_moved_away_in_the_month_was_due_when_the_month_began():
    board = Board()
    board.add("A-1", type="Epic", due="2021-03-30")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-10", "due", "2021-05-31")
    assert "Of the milestones due this month when it began, 0 of 1 are delivered" in page(
        board, "2021-03"
    )


def test_six_months_of_commitments_are_told_in_a_month_that_had_none():
    board = proving()
    board.add("A-1", type="Epic", due="2021-02-26")
    board.add("A-2", type="Epic", due="2021-02-26")
    deliver(board, "A-1", "2021-02-20")
    told = part(page(board, "2021-03"), "Commitments")
    assert "Over the last 6 months: 1 of 2." in told


def test_commitments_kept_are_printed_as_n_of_m_in_the_trends_and_in_the_finding():
    """Three of four, two months in a row: below 0.8, and yet most dates were kept."""
    board = proving()
    for number in range(1, 9):
        board.add(f"A-{number}", type="Epic", due=f"2021-0{2 + number % 2}-26")
        if number > 2:
            deliver(board, f"A-{number}", f"2021-0{2 + number % 2}-20")
    (row,) = [r for r in page(board, "2021-03").splitlines() if r.startswith("| Commitments kept")]
    assert row.split(" | ")[-2:] == ["3 of 4", "3 of 4 |"]
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "predictability-low"]
    assert one.evidence == ("2021-02: 3 of 4", "2021-03: 3 of 4")
    assert "most" not in one.summary


def test_what_was_delivered_is_told_per_effective_week():
    """One in February's four weeks, one in the two that holidays leave of March."""
    off = tuple(day(f"2021-03-{number:02}") for number in range(15, 32))
    board = Board(holidays=off)
    board.signs(Signs(labels=("shipped",)), Signs(labels=("proven",)))
    for key, on in (("A-1", "2021-02-10"), ("A-2", "2021-03-10")):
        board.add(key, type="Epic")
        deliver(board, key, on)
    told = {trend.name: trend.values for trend in trends(board.month("2021-03"))}
    assert told["delivered-per-week"] == (0.25, 0.5)
    assert told["delivered"] == (1, 1)


def test_a_closed_milestone_with_open_children_is_not_said_to_lack_history():
    board = Board()
    board.add("A-1", type="Epic", summary="Cache")
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-03-01 active", "2021-03-10 done")
    (row,) = [r for r in page(board, "2021-03").splitlines() if "Cache |" in r]
    assert "closed with open children" in row
    assert "not enough history" not in row


def test_a_deleted_date_stands_in_the_ledger_and_in_the_message():
    board = Board()
    board.add("A-1", type="Epic", summary="Cache", due="2021-03-30")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-10", "due", None)
    text = page(board, "2021-03")
    assert "“Cache” has no date any more: it was deleted on 10 March." in text
    ledger = part(text, "Slip ledger")
    assert "first due 2021-03-30, no date since 2021-03-10, when it was deleted" in ledger
    assert "# Slip ledger" not in page(board, "2021-04")  # the finding fires once, too
    board.set("A-1", "2021-04-06", "due", "2021-04-09")
    assert slip(board.month("2021-04"), milestone(board.month("2021-04"), "A-1")).days == 31


def test_what_was_delivered_late_stands_in_the_ledger_with_its_moves():
    board = proving()
    board.add("A-1", type="Epic", summary="Cache", due="2021-03-10")
    board.move("A-1", "2021-03-01 active")
    board.set("A-1", "2021-03-08", "due", "2021-03-24")
    deliver(board, "A-1", "2021-03-20")
    told = part(page(board, "2021-03"), "Slip ledger")
    assert "2021-03-08: from 2021-03-10 to 2021-03-24, told before the old date had passed" in told


def test_a_milestone_without_a_date_is_delivered_without_a_date():
    board = proving()
    board.add("A-1", type="Epic", summary="Cache")
    deliver(board, "A-1", "2021-03-20")
    assert "Cache**, without a date" in part(page(board, "2021-03"), "Delivered")


def test_a_due_date_that_has_passed_was_due():
    board = Board()
    board.add("A-1", "2020-12-01", type="Epic", summary="Cache", due="2021-03-20")
    board.move("A-1", "2021-01-04 active")
    for number in range(2, 12):
        board.add(f"A-{number}", "2021-01-02", parent="A-1")
        if number < 9:
            board.move(f"A-{number}", f"2021-0{1 + number % 3}-1{number} done")
    assert "“Cache” was due on 20 March; at its own pace" in page(board, "2021-03")


@pytest.mark.parametrize(
    ("timed", "straight", "said"),
    [
        (5, 0, "5 issues finished, half of them within 2 days, 85 % within 2 days."),
        (5, 3, "8 issues finished, half of the 5 with a known start within 2 days"),
        (1, 0, "1 issue finished; cycle time: 2 days."),
        (2, 1, "3 issues finished; cycle times: 2 and 2 days."),
        (0, 1, "1 issue finished."),
    ],
)
def test_percentiles_speak_of_the_issues_that_have_a_cycle_time(timed, straight, said):
    board = Board()
    for number in range(timed + straight):
        board.add(f"A-{number + 1}", "2021-03-01")
        steps = ["2021-03-03 active"] * (number < timed)
        board.move(f"A-{number + 1}", *steps, "2021-03-04 done")
    assert said in part(page(board, "2021-03"), "Flow")


def test_follow_through_names_as_many_reflections_as_there_were():
    board = Board()
    board.reflection("2021-01", closed="2021-02-02")
    board.action("2021-01", "2021-02-02", "2021-02-20", done="2021-02-19")
    assert "Of the actions of the last reflection, 1 of 1 is done." in page(board, "2021-02")
    board.reflection("2021-02", closed="2021-03-02")
    board.action("2021-02", "2021-03-02", "2021-03-20", done="2021-03-19")
    board.action("2021-02", "2021-03-02", "2021-03-20", dropped="2021-03-19")
    assert "Of the actions of the last 2 reflections, 2 of 2 are done." in page(board, "2021-03")


@pytest.mark.parametrize("noted", ["2021-03-04", "2021-03-05", "2021-03-08"])
def test_one_decision_explains_a_date_that_was_put_right_within_the_day(noted):
    board = Board()
    board.add("A-1", type="Epic", due="2021-03-15")
    board.move("A-1", "2021-03-01 active")
    board.set("A-1", "2021-03-05 09:00", "due", "2022-03-25")  # a slip of the keyboard
    board.set("A-1", "2021-03-05 09:05", "due", "2021-03-25")
    board.decision("A-1", noted)
    (told,) = done_content(board.month("2021-03")).milestones
    assert [move.explained for move in told.moves] == [True, True]
    board.set("A-1", "2021-03-09", "due", "2021-03-30")  # of another day
    (told,) = done_content(board.month("2021-03")).milestones
    assert [move.explained for move in told.moves] == [True, True, noted > "2021-03-05"]


def test_a_kpi_that_went_the_wrong_way_is_not_said_to_have_moved_hardly():
    board = quiet_board()
    board.signs(Signs(labels=("shipped",)), Signs(labels=("proven",)))
    board.add("A-1", type="Epic", labels=("io",))
    board.move("A-1", "2021-03-08 active", "2021-03-09 done")
    board.set("A-1", "2021-03-10", "labels", ["io", "shipped", "proven"])
    board.filed = type(board.filed)()
    board.reading("2021-01-20", 60)
    board.reading("2021-03-20", 75)
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "wins-without-kpi"]
    assert one.summary == "A-1 delivered, yet 'share of step time' came hardly nearer to its target"


def test_a_milestone_that_lost_its_date_may_be_a_commitment_and_is_not_said_to_be_none():
    board = Board()
    board.add("A-1", type="Epic", summary="Cache", due="2021-03-30", assignee="ada")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-10", "due", None)
    assert done_content(board.month("2021-03")).committed == ("A-1",)
    told = part(page(board, "2021-03"), "How far the numbers carry")
    assert "1 milestone in progress without a due date" in told
    assert "no commitment for a later month" in told


def test_a_reflection_that_was_opened_and_not_closed_is_not_said_to_have_not_been():
    board = Board()
    for opened, said in ((True, "The reflection on February 2021 was not closed"), (False, None)):
        board.filed = replace(board.filed, reflections=())
        if opened:
            board.reflection("2021-02", closed="2021-03-02")
            (held,) = board.filed.reflections
            board.filed = replace(board.filed, reflections=(replace(held, closed=None),))
        (one,) = [f for f in findings(board.month("2021-03")) if f.code == "reflection-missing"]
        assert one.summary.startswith(said or "There was no reflection on February 2021")


def test_a_partner_told_within_the_month_is_not_said_to_have_heard_nothing():
    board = Board()
    board.config = replace(board.config, partners=(Partner("Ads", Match(labels=("ads",))),))
    board.add("A-1", "2021-02-01", type="Epic", labels=("ads",))
    board.set("A-1", "2021-03-20", "due", "2021-05-01")
    for heard, said in ((None, "Ads has had no word so far"), ("2021-03-01", "for 30 days")):
        if heard:
            ack = Note("partner-ack", day(heard), "fine", FAR, "Ads")
            board.filed = replace(board.filed, notes=(ack,))
        (one,) = [f for f in findings(board.month("2021-03")) if f.code == "partner-not-told"]
        assert said in one.summary


def test_one_day_is_a_day():
    assert [amount(n, "stale day") for n in (0, 0.5, 1, 2)] == [
        "0 stale days",
        "0.5 stale days",
        "1 stale day",
        "2 stale days",
    ]


def test_a_forecast_beyond_twenty_years_says_so():
    board = Board()
    board.add("A-1", "2020-12-01", type="Epic")
    board.move("A-1", "2020-12-02 active")
    for number in range(2, 1000):
        board.add(f"A-{number}", "2020-12-02", parent="A-1")
        if number < 7:
            board.move(f"A-{number}", f"2021-03-1{number} done")
    snapshot = board.month("2021-03")
    value = forecast_value(snapshot, milestone(snapshot, "A-1"))
    assert value.number is None
    assert [e.what for e in value.left_out] == [
        "at this pace it takes more than 20 years: no date is told"
    ]


def test_what_went_straight_to_done_is_not_said_to_be_not_started():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", summary="Cache", labels=("io",))
    board.move("A-1", "2021-03-10 done")
    board.add("A-2", type="Epic", summary="Reader", labels=("io",))
    text = page(board, "2021-03")
    waiting = text.split("Not started yet:\n", 1)[1].split("\n\n", 1)[0]
    assert "Reader" in waiting
    assert "Cache" not in waiting
    assert "Cache | – | none | none | – | ● ○ ○ |" in text
    (goal,) = month_content(board.month("2021-03")).executive.goals
    assert goal.planned == 1


def test_a_month_of_stale_work_or_of_nobody_is_not_said_to_be_without_work_or_working_days():
    board = Board()
    board.add("A-1", "2020-12-01", assignee="ada")
    board.move("A-1", "2020-12-02 active")
    stale = page(board, "2021-03")
    assert "Jira shows no effort of the team." in stale
    assert "23 with stale ones only" in stale  # each working day of March
    nobody = page(Board(members=()), "2021-03")
    assert "No person-day of the team is counted in this month." in nobody


def test_a_month_that_is_not_over_says_so_where_something_is_still_missing():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", labels=("io",))
    board.move("A-1", "2021-02-10 active")
    for now, said in (("2021-03-02", True), ("2021-04-01", False)):
        told = {f.code: f.summary for f in findings(board.month("2021-03", now))}
        for code in ("kpi-not-measured", "nothing-delivered", "reflection-missing"):
            assert ("so far" in told[code]) is said


def test_no_page_says_that_a_date_is_sure_to_be_met_while_work_remains():
    """One open child, a supply of one to two a week, and half a year to the date: a chance of 1."""
    board = Board()
    board.add("A-1", "2021-01-01", type="Epic", due="2021-12-31")
    board.move("A-1", "2021-02-01 active")
    board.add("A-2", parent="A-1")
    for number in range(3, 13):
        on = day("2021-03-01").toordinal() + 3 * number - 8
        board.add(f"A-{number}", parent="A-1")
        board.move(f"A-{number}", f"{day('2021-03-01').fromordinal(on)} done")
    snapshot = board.month("2021-03")
    one, figures = milestone(snapshot, "A-1"), {figure.name: figure for figure in FIGURES}
    for name in ("chance", "forecast"):
        text = render("reports/why.md.j2", plain(why_figure(snapshot, figures[name], one)))
        assert ">95 %" in text.replace("\\", "").replace("&gt;", ">")
        assert "100 %" not in text
        assert "by then: 1" not in text


def test_a_goal_whose_milestones_are_all_delivered_is_not_said_to_have_none():
    board = proving()
    board.goal(labels=("io",))
    assert "No milestone serves this goal yet." in page(board, "2021-04", "executive")
    board.add("A-1", type="Epic", summary="Cache", labels=("io",))
    board.move("A-1", "2021-03-08 active", "2021-03-09 done")
    board.set("A-1", "2021-03-10", "labels", ["io", "shipped", "proven"])
    assert "“Cache” is DONE" in page(board, "2021-03", "executive")
    assert "No milestone of this goal is open." in page(board, "2021-04", "executive")


def test_a_milestone_closed_over_open_work_is_not_done_and_serves_its_goal():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", summary="Cache", labels=("io",))
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-03-10 done")
    told = page(board, "2021-03", "executive")
    assert "Nothing is DONE this month; 1 milestone is in progress." in told


def test_what_has_changed_since_a_month_was_told_names_no_chance_above_95_percent_either():
    told = [shown("done.milestones.chance", chance) for chance in (None, 0.42, 0.95, 0.951, 1.0)]
    assert told == ["none", "42 %", "95 %", ">95 %", ">95 %"]
