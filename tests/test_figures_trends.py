"""Six months of each headline figure; and what is unusual in the data."""

from dataclasses import replace

from boards import FAR, Board, at, day
from test_findings import quiet_board

from cadence.config import Member
from cadence.figures.limits import LIMITS, limits
from cadence.figures.trends import HEADLINES, trends
from cadence.model import HistoryState, SetAside
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at


def test_a_trend_holds_what_each_months_own_report_says():
    board = quiet_board()
    board.support(types=("Support",))
    for number in range(1, 13):
        month = 1 + number % 3
        kind = "Support" if number % 2 else "Story"
        board.add(f"A-{number}", "2021-01-01", assignee="ada", type=kind, labels=("io",))
        board.move(f"A-{number}", f"2021-0{month}-08 active", f"2021-0{month}-{9 + number} done")
    seen = {trend.name: trend.values for trend in trends(board.month("2021-03"))}
    for index, name in enumerate(("2021-01", "2021-02", "2021-03")):
        focus = month_content(board.month(name)).focus
        assert seen["focus"][index] == focus.focus
        assert seen["wip"][index] == focus.flow.wip
        assert seen["cycle-time-p85"][index] == focus.flow.cycle_time_p85
        per_week = focus.flow.throughput / (focus.effective_weeks or 1)
        assert seen["throughput-per-week"][index] == per_week


def test_a_short_month_is_told_per_effective_week():
    """Two issues in the ten working days that are left of February: two a week as in March."""
    first, last = day("2021-02-01").toordinal(), day("2021-02-12").toordinal()
    off = tuple(day("2021-02-01").fromordinal(n) for n in range(first, last + 1))
    board = Board(members=(Member("Ada", "ada"),), holidays=off)
    for number, on in enumerate(("2021-02-16", "2021-02-17"), 1):
        board.add(f"A-{number}", "2021-02-01")
        board.move(f"A-{number}", f"{on} done")
    (trend,) = [t for t in trends(board.month("2021-02")) if t.name == "throughput-per-week"]
    assert trend.values == (1.0,)  # two issues in two effective weeks


def test_a_kpi_is_told_only_as_it_is_defined_now():
    board = quiet_board()
    board.add("A-1", "2021-01-01")
    board.reading("2021-02-10", 70)
    (old,) = [t for t in trends(board.month("2021-03")) if t.name == "kpi-io"]
    assert old.values == (70, 60)
    goal = board.config.goals[0]
    renamed = replace(goal, kpi=replace(goal.kpi, name="share of wall time"))
    board.config = replace(board.config, goals=(renamed,))
    board.reading("2021-03-20", 55)
    (new,) = [t for t in trends(board.month("2021-03")) if t.name == "kpi-io"]
    assert (new.title, new.values) == ("share of wall time", (55,))


def test_a_team_of_one_month_has_no_trend_to_look_at():
    board = quiet_board()
    board.add("A-1", "2021-03-01")
    values = plain(month_content(board.month("2021-03")))
    assert values["trends"]["months"] == ["2021-03"]
    assert "Trends\n" not in render("reports/month.md.j2", values)


def test_no_month_from_before_anything_was_done_is_told():
    board = quiet_board()
    board.add("A-1", "2020-11-01")
    board.move("A-1", "2021-01-08 done")  # the first thing that happened
    for name, months in (("2021-03", ["2021-01", "2021-02", "2021-03"]), ("2020-12", ["2020-12"])):
        assert list(month_content(board.month(name)).trends.months) == months


def test_headlines_have_names_titles_and_units_of_their_own():
    assert len({one.name for one in HEADLINES}) == len(HEADLINES)
    assert all(one.title and one.unit for one in HEADLINES)


# ---- data quality ----------------------------------------------------------------------------


def seen(board: Board, month: str = "2021-03") -> dict[str, tuple[str, ...]]:
    return {limit.name: keys for limit, keys in limits(board.month(month))}


def test_a_clean_month_has_nothing_unusual():
    board = quiet_board()
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.move("A-1", "2021-03-05 done")
    assert seen(board) == {}
    page = render("reports/month.md.j2", plain(month_content(board.month("2021-03"))))
    assert "Nothing unusual was seen in the data of this month." in page


def test_each_unusual_thing_is_told_with_its_keys():
    board = quiet_board()
    board.add("A-1", "2021-03-01", history=HistoryState.CUT)
    board.add("A-2", "2021-03-01")
    board.move("A-2", "2021-03-02 done")  # straight
    board.add("A-3", "2021-03-01", status="active")  # nobody's
    board.add("A-4", "2021-03-01", status="active", assignee="zoe")  # outside
    board.add("A-5", "2021-02-01")
    board.gone("A-5", "2021-03-10")
    board.add("A-6", type="Epic", due="2021-04-01")
    board.set("A-6", "2021-03-03", "due", "2021-04-08")  # not started: planning
    board.add("A-7", type="Epic")
    board.move("A-7", "2021-03-03 active")
    board.add("A-8", parent="A-7")
    assert seen(board) == {
        "history-cut": ("A-1",),
        "gone": ("A-5",),
        "unassigned": ("A-3",),
        "outside": ("A-4",),
        "straight-to-done": ("A-2",),
        "moved-before-start": ("A-6",),
        "without-owner": ("A-7",),
        "without-date": ("A-7",),
        "without-forecast": ("A-7",),
    }
    values = plain(month_content(board.month("2021-03")))
    assert [one["count"] for one in values["data_quality"]] == [1] * 9
    page = render("reports/month.md.j2", values)
    assert "- 1 issue in progress with no assignee: that time is no effort (A-3)" in page


def test_near_misses_are_not_unusual():
    board = quiet_board()
    board.add("A-1", type="Epic", due="2021-04-01", assignee="ada")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-03", "due", "2021-04-08")  # started: a slip, no planning
    board.add("A-2", "2021-02-01")
    board.move("A-2", "2021-02-02 done")  # straight, in February
    assert seen(board) == {}


def test_what_was_set_aside_is_told():
    board = quiet_board()
    facts = replace(board.facts(), set_aside=(SetAside("issue:7", "no status", FAR),))
    from cadence.month import Month

    month = snapshot_at(facts, board.filed, board.config, Month(2021, 3), at("2021-06-01"))
    assert {limit.name: keys for limit, keys in limits(month)} == {"set-aside": ("issue:7",)}


def test_a_status_that_jira_no_longer_lists_is_told_in_the_months_that_it_was_held():
    board = quiet_board()
    board.add("A-1", "2021-02-01")
    board.move("A-1", "2021-02-10 active", "2021-03-05 done")
    facts = board.facts()
    listed = tuple(one for one in facts.statuses if one.category != "indeterminate")
    from cadence.month import Month

    def told(month: Month) -> dict[str, tuple[str, ...]]:
        given = replace(facts, statuses=listed), board.filed, board.config, month
        found = limits(snapshot_at(*given, at("2021-06-01")))
        return {limit.name: keys for limit, keys in found if limit.name == "unknown-status"}

    assert told(Month(2021, 2)) == told(Month(2021, 3)) == {"unknown-status": ("A-1",)}
    assert told(Month(2021, 1)) == told(Month(2021, 4)) == {}


def test_the_data_is_told_of_and_never_a_person():
    words = " ".join(f"{limit.what} {limit.left_out}" for limit in LIMITS)
    assert not {"wrong person", "fault", "should", "failed"} & set(words.split())
