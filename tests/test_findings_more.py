"""The further findings of the contract's table: each fires, and has its near miss."""

from dataclasses import replace

from boards import Board, at, day
from test_findings import quiet_board, subjects

from cadence.config import Match, Member, Partner, Stage
from cadence.findings import findings
from cadence.findings.outlook import in_doubt
from cadence.model import HistoryState, Note
from cadence.month import Month
from cadence.snapshot import snapshot_at


def test_kpi_unreliable_by_readings_of_one_day_that_disagree():
    board = quiet_board()
    board.reading("2021-03-15", 54)  # beside 60: exactly 10 % of the larger
    board.threshold("kpi-unreliable", (10.0, 900.0))
    assert subjects(board, "kpi-unreliable") == []
    board.reading("2021-03-15", 53.9)
    assert subjects(board, "kpi-unreliable") == ["io"]


def test_kpi_unreliable_by_hand_taken_readings_of_an_old_goal():
    board = quiet_board()
    assert subjects(board, "kpi-unreliable", now="2021-03-02 18:00") == []  # no reading yet
    board.reading("2021-03-02", 61)
    assert subjects(board, "kpi-unreliable", now="2021-03-02 18:00") == []  # 60 days, not more
    assert subjects(board, "kpi-unreliable", now="2021-03-03 18:00") == ["io"]
    by_machine = replace(board.filed.readings[-1], method="automatic", id=9)
    board.filed = replace(board.filed, readings=(*board.filed.readings, by_machine))
    assert subjects(board, "kpi-unreliable", now="2021-03-03 18:00") == []


def test_kpi_off_track_only_with_a_reading():
    board = Board()
    board.goal()
    assert subjects(board, "kpi-off-track") == []
    board.reading("2021-03-31", 66)  # the line stands at 60.33 on this day: 5.67 behind
    assert subjects(board, "kpi-off-track") == []
    board.reading("2021-03-31", 67)
    assert subjects(board, "kpi-off-track") == ["io"]


def test_wins_without_kpi():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", labels=("io",))
    board.move("A-1", "2021-02-02 done")
    for gate in ("shipped", "proven"):
        board.sign("A-1", gate, "2021-02-03")
    assert subjects(board, "wins-without-kpi") == []  # no reading: silent
    board.reading("2021-01-20", 80)
    board.reading("2021-03-20", 78.9)  # 1.1 of a way of 60 is less than 2 %
    assert subjects(board, "wins-without-kpi") == ["io"]
    board.reading("2021-03-21", 78.8)
    assert subjects(board, "wins-without-kpi") == []


def test_goal_unexamined():
    board = Board()
    board.goal(labels=("io",))
    assert subjects(board, "goal-unexamined", "2021-01", now="2021-01-30 18:00") == []
    assert subjects(board, "goal-unexamined", "2021-01") == ["io"]  # the 31st is 30 days later
    board.add("A-1", type="Epic", labels=("io",))
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-01-05 done")
    assert subjects(board, "goal-unexamined", "2021-01") == []


def test_low_coverage_and_orphan_work():
    board = quiet_board()
    assert subjects(board, "low-coverage") == ["team"]
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    board.add("A-9", type="Epic")
    board.add("A-2", "2021-03-01", assignee="ada", parent="A-9")
    board.set("A-1", "2021-03-11", "comment", "x")
    board.move("A-1", "2021-03-18 17:00 done")
    assert subjects(board, "low-coverage") == []  # 14 of 23
    assert subjects(board, "orphan-work") == ["team"]
    board.set("A-1", "2021-03-01 00:00", "parent", "A-9")
    assert subjects(board, "orphan-work") == []


def test_single_point_needs_ten_days_and_a_team_of_three():
    team = ("ada", "ben", "zoe")
    for members, days, expected in ((team, 12, ["A-9"]), (team, 11, []), (team[:2], 12, [])):
        board = quiet_board(members=members)
        board.add("A-9", type="Epic")
        board.add("A-1", "2021-03-01", assignee="ada", parent="A-9", status="active")
        board.move("A-1", f"2021-03-{days} 17:00 done")
        assert subjects(board, "single-point") == expected


def board_with_a_pace(due: str) -> Board:
    """About one child a week, two to go: at T = 28 March the 85 % date is 11 April."""
    board = quiet_board()
    board.add("A-1", type="Epic", due=due)
    board.move("A-1", "2021-03-01 active")
    for number, on in enumerate((2, 3, 10, 17, 24), 10):
        board.add(f"A-{number}", "2021-02-01", parent="A-1")
        board.move(f"A-{number}", f"2021-03-{on:02d} done")
    for number in (30, 31):
        board.add(f"A-{number}", "2021-02-01", parent="A-1")
    return board


def test_forecast_late_from_fourteen_days():
    for due, expected in (("2021-04-02", []), ("2021-03-25", ["A-1"])):
        board = board_with_a_pace(due)
        assert subjects(board, "forecast-late", now="2021-03-28 18:00") == expected


def test_a_date_is_in_doubt_where_it_is_late_or_more_likely_missed_than_kept():
    for due, off, doubted in (
        ("2021-03-25", False, True),  # late, says the finding
        ("2021-04-02", False, True),  # nine days: the finding is silent, the chance is none
        ("2021-04-02", True, True),  # also where the team has switched the finding off
        ("2021-04-12", False, False),
    ):
        board = board_with_a_pace(due)
        if off:
            board.threshold("forecast-late", False)
        snapshot = board.month("2021-03", now="2021-03-28 18:00")
        (milestone,) = [m for m in snapshot.moment.milestones if m.key == "A-1"]
        assert in_doubt(snapshot, milestone) is doubted


def test_claimed_not_done_and_done_retracted():
    board = quiet_board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-02-01 done", "2021-03-01 active")
    board.move("A-1", "2021-02-02 done")
    for gate in ("shipped", "proven"):
        board.sign("A-1", gate, "2021-02-03")
    assert subjects(board, "claimed-not-done", "2021-02") == []
    assert subjects(board, "claimed-not-done") == ["A-1"]
    assert subjects(board, "done-retracted") == ["A-1"]
    assert subjects(board, "done-retracted", "2021-04") == []


def test_scope_growth_of_more_than_a_fifth_and_three_at_least():
    for base, added, expected in ((15, 3, []), (14, 3, ["A-1"]), (5, 2, []), (0, 3, ["A-1"])):
        board = quiet_board()
        board.add("A-1", type="Epic")
        board.move("A-1", "2021-02-01 active")
        for number in range(base):
            board.add(f"A-{10 + number}", "2021-02-02", parent="A-1")
        for number in range(added):
            board.add(f"A-{50 + number}", "2021-03-02", parent="A-1")
        assert subjects(board, "scope-growth") == expected


def test_defects_after_done():
    board = quiet_board()
    board.add("A-1", type="Epic")
    board.move("A-1", "2021-02-20 done")
    for number, on in enumerate(("2021-02-21", "2021-03-10", "2021-03-23")):
        board.add(f"A-{10 + number}", on, parent="A-1", type="Bug")
    assert subjects(board, "defects-after-done") == []  # the third came on the 31st day
    board.add("A-20", "2021-03-22", parent="A-1", type="Bug")
    assert subjects(board, "defects-after-done") == ["A-1"]
    assert subjects(board, "defects-after-done", "2021-04") == []


def test_defects_after_done_counts_bugs_that_either_history_links_to_it():
    board = quiet_board()
    board.add("A-1", type="Epic")
    board.move("A-1", "2021-03-02 done")
    for number in (10, 11, 12):
        board.add(f"A-{number}", f"2021-03-{number}", type="Bug")
    board.set("A-10", "2021-03-13", "Link", "A-1")
    board.set("A-1", "2021-03-13", "Link", "A-11")
    assert subjects(board, "defects-after-done") == []  # two
    board.set("A-12", "2021-03-13", "Link", "A-1")
    assert subjects(board, "defects-after-done") == ["A-1"]
    board.set("A-12", "2021-03-20", "Link", "-A-1")
    assert subjects(board, "defects-after-done") == []  # at T the link is gone
    assert subjects(board, "defects-after-done", now="2021-03-19 18:00") == ["A-1"]


def test_defects_after_done_leaves_out_a_bug_of_the_same_day_that_came_before():
    for hour, expected in (("09", []), ("15", ["A-1"])):
        board = quiet_board()
        board.add("A-1", type="Epic")
        board.move("A-1", "2021-03-02 12:00 done")
        for key, created in (("A-2", f"2021-03-02 {hour}:00"), ("A-3", "2021-03-05")):
            board.add(key, created, type="Bug")
            board.set(key, "2021-03-05 13:00", "Link", "A-1")
        board.add("A-4", "2021-03-06", type="Bug", parent="A-1")
        assert subjects(board, "defects-after-done") == expected


def test_a_milestone_whose_last_open_child_moves_away_is_built_by_that():
    board = quiet_board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-03-02 done")
    board.set("A-2", "2021-03-08", "parent", None)
    for number in (10, 11, 12):
        board.add(f"A-{number}", f"2021-03-{number}", type="Bug", parent="A-1")
    assert subjects(board, "defects-after-done") == ["A-1"]


def test_a_story_that_becomes_a_milestone_is_first_built_as_one():
    for becomes, expected in (("2021-03-05", ["A-1"]), ("2021-03-11", [])):
        board = quiet_board()
        board.add("A-1", type="Story")
        board.move("A-1", "2021-03-02 done")
        board.set("A-1", becomes, "type", "Epic")
        for number in (10, 11, 12):
            board.add(f"A-{number}", f"2021-03-{number}", type="Bug")
            board.set(f"A-{number}", "2021-03-13", "Link", "A-1")
        assert subjects(board, "defects-after-done") == expected


def test_stage_evidence_missing_of_a_stage_that_was_left_for_a_later_one():
    board = quiet_board()
    stages = (Stage("PoC", "poc", 0, ("metric",)), Stage("Phase 1", "p1"), Stage("Live", "live"))
    board.config = replace(board.config, stages=stages)
    board.add("A-1", type="Epic", labels=("poc",))
    board.add("A-2", type="Epic")
    board.set("A-2", "2021-03-04", "labels", ("p1",))  # it never was in the PoC
    assert subjects(board, "stage-evidence-missing") == []  # still in the stage itself
    board.set("A-1", "2021-03-04", "labels", ("p1",))
    assert subjects(board, "stage-evidence-missing") == ["A-1"]
    assert subjects(board, "stage-evidence-missing", "2021-02") == []
    board.evidence("A-1", "PoC", "metric", "2021-04-01")
    assert subjects(board, "stage-evidence-missing") == ["A-1"]  # dated after the month
    assert subjects(board, "stage-evidence-missing", "2021-04") == []


def test_predictability_low_in_two_months_with_two_commitments_each():
    board = quiet_board()
    for number, due in enumerate(("2021-02-10", "2021-02-11", "2021-03-10", "2021-03-11"), 1):
        board.add(f"A-{number}", type="Epic", due=due)
    assert subjects(board, "predictability-low") == ["team"]
    assert subjects(board, "predictability-low", "2021-02") == []
    for key in ("A-1", "A-2"):
        board.move(key, "2021-02-09 done")
        board.sign(key, "shipped", "2021-02-09")
        board.sign(key, "proven", "2021-02-09")
    assert subjects(board, "predictability-low") == []


def test_stage_overrun_unless_decided_since():
    board = quiet_board()
    board.config = replace(board.config, stages=(Stage("PoC", "poc", 30),))
    board.add("A-1", type="Epic")
    board.set("A-1", "2021-03-01", "labels", ("poc",))
    assert subjects(board, "stage-overrun") == []  # 30 days on the 31st
    assert subjects(board, "stage-overrun", "2021-04", now="2021-04-01 18:00") == ["A-1"]
    board.decision("A-1", "2021-03-20")
    assert subjects(board, "stage-overrun", "2021-04", now="2021-04-01 18:00") == []


def test_no_path_to_production():
    board = quiet_board()
    board.config = replace(board.config, production=Match(labels=("deploy",)))
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-01-30 active")
    assert subjects(board, "no-path-to-production", now="2021-03-30 18:00") == []  # 59 days
    assert subjects(board, "no-path-to-production") == ["A-1"]
    board.set("A-2", "2021-03-31", "labels", ("deploy",))
    assert subjects(board, "no-path-to-production") == []


def test_back_and_forth_and_handed_over():
    board = quiet_board()
    board.add("A-1", assignee="ada")
    board.move(
        "A-1",
        *[
            f"2021-03-{d:02d} {s}"
            for d, s in ((1, "active"), (2, "new"), (3, "done"), (4, "active"), (5, "review"))
        ],
    )
    for on, who in ((1, "ben"), (2, None), (3, "zoe"), (4, "ada")):
        board.set("A-1", f"2021-03-{on:02d}", "assignee", who)
    assert subjects(board, "back-and-forth") == []
    assert subjects(board, "handed-over") == []
    board.move("A-1", "2021-03-06 new")
    board.set("A-1", "2021-03-06", "assignee", "ben")
    board.set("A-1", "2021-03-07", "assignee", "zoe")
    assert subjects(board, "back-and-forth") == ["A-1"]
    assert subjects(board, "handed-over") == ["A-1"]


def test_unowned_on_more_than_three_working_days():
    board = quiet_board()
    board.add("A-1", "2021-02-01")
    board.move("A-1", "2021-03-04 active")  # Thursday, Friday, Monday
    assert subjects(board, "unowned", now="2021-03-08 18:00") == []
    assert subjects(board, "unowned", now="2021-03-09 18:00") == ["A-1"]


def test_aging_by_default_and_by_the_teams_own_past():
    board = quiet_board()
    board.add("A-1", "2021-03-01", status="active")
    assert subjects(board, "aging", now="2021-03-14 18:00") == []
    assert subjects(board, "aging", now="2021-03-15 18:00") == ["A-1"]
    for number in range(10, 20):
        board.add(f"A-{number}", "2021-02-01")
        board.move(f"A-{number}", "2021-02-01 13:00 active", "2021-02-15 done")
    assert subjects(board, "aging", now="2021-03-15 18:00") == []  # 15 days are usual here
    assert subjects(board, "aging", now="2021-03-16 18:00") == ["A-1"]


def test_support_repeats_over_a_shared_mark_that_is_not_the_rule_itself():
    board = quiet_board()
    board.support(labels=("support",))
    for number, on in ((1, "2021-01-05"), (2, "2021-02-02"), (3, "2021-03-07")):
        board.add(f"A-{number}", on, labels=("support", "loader"), components=("reader",))
    assert subjects(board, "support-repeats") == []  # 61 days from the first to the third
    board.add("A-4", "2021-03-06", labels=("support",), components=("reader",))
    assert subjects(board, "support-repeats") == ["reader"]


def test_partner_not_told():
    board = quiet_board()
    board.config = replace(board.config, partners=(Partner("Ads", Match(labels=("partner:ads",))),))
    board.add("A-1", type="Epic", labels=("partner:ads",))
    assert subjects(board, "partner-not-told") == []
    board.set("A-1", "2021-03-04", "summary", "moved on")
    assert subjects(board, "partner-not-told") == ["Ads"]
    told = Note("partner-ack", day("2021-03-02"), "ok", board.facts().syncs[0].started, "Ads", "ok")
    board.filed = replace(board.filed, notes=(told,))
    assert subjects(board, "partner-not-told") == []
    board.filed = replace(board.filed, notes=(replace(told, day=day("2021-03-01")),))
    assert subjects(board, "partner-not-told") == ["Ads"]


def test_history_incomplete():
    board = quiet_board()
    board.add("A-1", history=HistoryState.CUT)
    board.add("A-2")
    assert subjects(board, "history-incomplete") == ["A-1"]


def test_a_contradiction_that_arose_after_the_month_is_told_only_from_then_on():
    board = quiet_board()
    board.add("A-1", history=HistoryState.CONTRADICTORY, assignee="ada")
    board.set("A-1", "2021-02-10", "assignee", "ben")
    board.set("A-1", "2021-04-10", "assignee", "zoe")
    board.issues["A-1"] = replace(board.issues["A-1"], assignee="ada")
    facts = board.facts()
    ben, zoe = facts.changes[1]
    jump = zoe._replace(from_id="dev", from_text="dev")  # in between somebody else had it

    def told(month, changes, now="zoe"):
        issue = replace(facts.issues[0], assignee=now)
        held = replace(facts, issues=(issue,), changes={1: changes})
        asked = (board.filed, board.config, Month.parse(month, day("2022-01-01")))
        return [
            (f.subject, f.evidence[1])
            for f in findings(snapshot_at(held, *asked, at("2022-01-01")))
            if f.code == "history-incomplete"
        ]

    assert told("2021-01", (ben, jump)) == []
    jumps = "assignee: it jumps between 2021-02-10 and 2021-04-10"
    assert told("2021-03", (ben, jump)) == [("A-1", jumps)]
    assert told("2021-03", (ben, zoe), "dev") == []
    after = "assignee: after 2021-04-10 it differs from what Jira shows"
    assert told("2021-04", (ben, zoe), "dev") == [("A-1", after)]


def test_a_component_and_a_label_of_one_name_are_two_things():
    board = quiet_board()
    board.support(types=("Support",))
    for number, held in ((1, {"labels": ("io",)}), (2, {"labels": ("io",)})):
        board.add(f"A-{number}", "2021-03-02", type="Support", **held)
    board.add("A-3", "2021-03-03", type="Support", components=("io",))
    board.goal(labels=("other",))
    assert subjects(board, "support-repeats") == []
    board.add("A-4", "2021-03-04", type="Support", labels=("io",))
    assert subjects(board, "support-repeats") == ["io"]


def test_a_members_account_is_written_as_in_the_configuration():
    from cadence.model import Person

    board = quiet_board(members=(Member("Ada Park", "apark"),))
    board.people = [Person("JIRAUSER10100", "Ada Park", user_name="apark")]
    for number in range(5):
        board.add(f"A-{number}", "2021-03-01", assignee="JIRAUSER10100", status="active")
    assert subjects(board, "overload") == ["apark"]
