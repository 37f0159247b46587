"""Each finding fires where it should, and is quiet a hair's breadth beside it."""

from dataclasses import replace

import pytest
from boards import Board, day

from cadence.findings import RULES, findings


def found(board, month="2021-03", code=None, **now):
    seen = findings(board.month(month, **now))
    return [(f.code, f.subject) for f in seen if code in (None, f.code)]


def subjects(board, code, month="2021-03", **now):
    return [subject for _, subject in found(board, month, code, **now)]


def quiet_board(**team):
    board = Board(**team)
    board.goal(labels=("io",))
    board.reading("2021-03-15", 60)
    for month in ("2021-01", "2021-02"):
        board.reflection(month, closed=f"{month}-28")
    return board


def test_every_rule_has_a_name_of_its_own_and_every_finding_ends_in_a_question():
    assert len({rule.code for rule in RULES}) == len(RULES)
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", labels=("io",), due="2021-02-01", status="active")
    seen = findings(board.month("2021-03"))
    assert seen
    assert all(f.question.endswith("?") and f.evidence and f.summary for f in seen)
    assert [f.severity for f in seen] == sorted(
        (f.severity for f in seen), key=["risk", "warn", "info"].index
    )


def test_a_finding_can_be_switched_off_and_its_threshold_set():
    board = quiet_board()
    assert subjects(board, "off-goal") == []
    board.add("A-1", "2021-03-01", assignee="ada", status="active")
    for number in range(1, 30, 7):
        board.set("A-1", f"2021-03-{number:02d}", "comment", "x")
    assert subjects(board, "off-goal") == ["team"]
    board.threshold("off-goal", False)
    assert subjects(board, "off-goal") == []
    board.threshold("off-goal", 0.0)
    assert subjects(board, "off-goal") == []


def test_goal_without_kpi():
    board = quiet_board()
    assert subjects(board, "goal-without-kpi") == []
    goal = board.config.goals[0]
    board.config = replace(board.config, goals=(replace(goal, kpi=None),))
    assert subjects(board, "goal-without-kpi") == ["io"]
    assert subjects(board, "goal-without-kpi", "2021-07") == []  # the goal has ended
    agreed = replace(goal, kpi=replace(goal.kpi, agreed=day("2021-04-01")))
    board.config = replace(board.config, goals=(agreed,))
    assert subjects(board, "goal-without-kpi") == ["io"]
    assert subjects(board, "goal-without-kpi", "2021-04") == []


def test_kpi_not_measured():
    board = quiet_board()
    assert subjects(board, "kpi-not-measured") == []
    assert subjects(board, "kpi-not-measured", "2021-04") == ["io"]
    goal = board.config.goals[0]
    board.config = replace(board.config, goals=(replace(goal, kpi=None),))
    assert subjects(board, "kpi-not-measured", "2021-04") == []


def test_support_heavy():
    board = quiet_board()
    board.support(types=("Support",))
    board.add("A-1", "2021-03-01", assignee="ada", labels=("io",), status="active")
    board.move("A-1", "2021-03-09 17:00 done")  # seven days
    board.add("A-2", "2021-03-10", type="Support", assignee="ada", status="active")
    board.move("A-2", "2021-03-12 17:00 done")  # three: exactly 30 %
    assert subjects(board, "support-heavy") == []
    board.add("A-3", "2021-03-15", type="Support", assignee="ada", status="active")
    board.move("A-3", "2021-03-15 17:00 done")
    assert subjects(board, "support-heavy") == ["team"]


def test_nothing_delivered():
    board = quiet_board()
    board.add("A-1", type="Epic", labels=("io",))
    board.add("A-2", parent="A-1", status="active")
    assert subjects(board, "nothing-delivered") == []  # not itself in progress
    board.move("A-1", "2021-03-31 active")
    assert subjects(board, "nothing-delivered") == ["io"]
    board.add("A-3", type="Epic", labels=("io",))
    board.move("A-3", "2021-03-31 done")
    for gate in ("shipped", "proven"):
        board.sign("A-3", gate, "2021-03-31")
    assert subjects(board, "nothing-delivered") == []
    assert subjects(board, "nothing-delivered", "2021-04") == ["io"]


def test_milestone_slipped_says_first_date_moves_notice_and_reason():
    board = quiet_board()
    board.add("A-1", type="Epic", due="2021-03-15")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-10", "due", "2021-05-15")
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "milestone-slipped"]
    assert one.subject == "A-1"
    assert "61 days" in one.summary
    assert "2021-03-15" in one.summary
    assert "unexplained" in one.evidence[1]
    board.decision("A-1", "2021-03-09")
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "milestone-slipped"]
    assert one.evidence[1].endswith("before the old date passed, explained")
    assert subjects(board, "milestone-slipped", "2021-04") == []


def test_a_deleted_date_is_told_in_the_month_of_the_deletion():
    board = quiet_board()
    board.add("A-1", type="Epic", due="2021-06-15")
    board.move("A-1", "2021-02-01 active")
    board.set("A-1", "2021-03-10", "due", None)
    assert subjects(board, "milestone-slipped") == ["A-1"]
    assert subjects(board, "milestone-slipped", "2021-04") == []


def test_a_dropped_milestone_has_no_findings_of_its_own():
    board = quiet_board()
    board.add("A-1", type="Epic", due="2021-03-01", status="active")
    board.move("A-1", "2021-03-20 done", resolution="Won't Do")
    assert [s for _, s in found(board) if s == "A-1"] == []


def test_milestone_stalled_from_fourteen_days_without_a_move_of_a_child():
    board = quiet_board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-03-10 active", "2021-03-17 review")  # review is in progress, too
    assert subjects(board, "milestone-stalled", now="2021-03-23 18:00") == []
    assert subjects(board, "milestone-stalled", now="2021-03-24 18:00") == ["A-1"]
    board.move("A-2", "2021-03-20 done")
    assert subjects(board, "milestone-stalled") == []


def test_milestone_unclear_start_names_what_was_missing_at_that_moment():
    board = quiet_board()
    board.add("A-1", type="Epic", assignee="ada", due="2021-05-01", described=True)
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-03-10 09:00 active")
    assert subjects(board, "milestone-unclear-start") == []
    board.add("A-3", type="Epic")
    board.add("A-4", parent="A-3")
    board.move("A-3", "2021-03-10 09:00 active")
    board.set("A-3", "2021-03-10 10:00", "assignee", "ada")
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "milestone-unclear-start"]
    assert (one.subject, one.evidence[1:]) == ("A-3", ("no owner", "no due date", "no description"))
    assert subjects(board, "milestone-unclear-start", "2021-04") == []


def test_overload_by_work_in_progress_and_by_milestones():
    board = quiet_board()
    for number in range(1, 5):
        board.add(f"A-{number}", "2021-03-01 00:00", assignee="ada", status="active")
    assert subjects(board, "overload") == []  # four, not more
    board.add("A-5", "2021-03-31", assignee="ada", status="active")
    assert subjects(board, "overload") == ["ada"]
    board = quiet_board()
    for number in range(1, 4):
        board.add(f"A-{number}", type="Epic", assignee="ada")
        board.move(f"A-{number}", "2021-02-01 active")
    assert subjects(board, "overload") == ["ada"]
    board.set("A-3", "2021-03-31", "assignee", "ben")
    assert subjects(board, "overload") == []


def test_possible_duplicates():
    board = quiet_board()
    board.add("A-1", summary="Prefetch the next shard on the reader", assignee="ada")
    board.add("A-2", "2021-03-02", summary="Reader: prefetch next shard", assignee="ben")
    assert subjects(board, "possible-duplicates") == ["A-2"]
    assert subjects(board, "possible-duplicates", "2021-04") == []  # neither new nor active
    board.set("A-2", "2021-03-03", "assignee", "ada")
    assert subjects(board, "possible-duplicates") == []
    board.set("A-2", "2021-03-04", "assignee", "ben")
    board.move("A-1", "2021-03-20 done")
    assert subjects(board, "possible-duplicates") == []


@pytest.mark.parametrize(("words", "expected"), [("a b c x", ["A-2"]), ("a b x y", [])])
def test_like_summaries_share_three_fifths_of_their_words(words, expected):
    board = quiet_board()
    letters = {"a": "alpha", "b": "beta", "c": "gamma", "x": "chi", "y": "psi"}
    board.add("A-1", summary="alpha beta gamma delta", assignee="ada")
    board.add(
        "A-2", "2021-03-02", summary=" ".join(letters[w] for w in words.split()), assignee="ben"
    )
    assert subjects(board, "possible-duplicates") == expected


def test_reopened_counts_sub_tasks_but_neither_milestones_nor_dropped_work():
    board = quiet_board()
    board.add("A-1")
    board.add("A-2", type="Sub-task", parent="A-1")
    board.add("A-3", type="Epic")
    board.add("A-4")
    for key in ("A-1", "A-2", "A-3"):
        board.move(key, "2021-03-02 done", "2021-03-05 active")
    board.move("A-4", "2021-03-02 done", resolution="Duplicate")
    board.move("A-4", "2021-03-05 active")
    assert subjects(board, "reopened") == ["A-1", "A-2"]
    assert subjects(board, "reopened", "2021-04") == []


def test_moving_between_two_done_statuses_is_no_reopening():
    board = quiet_board()
    board.add("A-1")
    board.move("A-1", "2021-03-02 done", "2021-03-05 closed")
    assert subjects(board, "reopened") == []


def test_reflection_missing_but_not_in_the_first_goals_first_month():
    board = Board()
    board.goal()
    assert subjects(board, "reflection-missing", "2021-01") == []
    assert subjects(board, "reflection-missing", "2021-02") == ["team"]
    board.reflection("2021-01", skipped="2021-02-28")
    assert subjects(board, "reflection-missing", "2021-02") == []
    board.reflection("2021-02", closed="2021-04-01")  # held too late for March
    assert subjects(board, "reflection-missing", "2021-03") == ["team"]


def test_actions_overdue_past_due_or_carried_twice_without_a_decision():
    board = quiet_board()
    board.action("2021-01", on="2021-01-28", due="2021-03-31")
    board.action("2021-02", on="2021-02-28", due="2021-03-30")
    board.action("2021-02", on="2021-02-28", due="2021-03-30", done="2021-03-31")
    assert subjects(board, "actions-overdue") == ["2"]
    board.action("2021-01", on="2021-01-28", due="2021-09-01")
    assert subjects(board, "actions-overdue") == ["2"]  # carried once, by February's
    board.reflection("2021-03", closed="2021-03-31")
    assert subjects(board, "actions-overdue") == ["1", "2", "4"]
    board.decision("4", "2021-03-31")
    assert subjects(board, "actions-overdue") == ["1", "2"]


def test_an_empty_month_has_numbers_that_mean_something_or_nothing():
    from cadence.plain import plain
    from cadence.reports.content import month_content

    board = Board(members=())
    seen = plain(month_content(board.month("2021-03")))
    assert seen["focus"]["capacity_days"] == 0
    assert seen["focus"]["coverage"] is None
    assert seen["focus"]["buckets"][0]["share"] is None
    assert seen["done"]["predictability"] is None
    assert seen["reflection"]["state"] == "none"


def test_an_attempt_that_jira_did_not_let_in_makes_no_month_partial():
    from datetime import timedelta

    from cadence.reports.content import month_content

    board = Board()
    (good,) = board.syncs
    later = good.started + timedelta(days=1)
    for begun, complete in ((False, True), (True, False)):
        failed = replace(good, started=later, complete=False, problem="no answer", begun=begun)
        board.syncs = (good, failed)
        assert month_content(board.month("2021-03")).complete is complete


def test_a_month_is_told_as_complete_only_if_a_sync_has_seen_it():
    from boards import at

    from cadence.model import SyncRun
    from cadence.reports.content import month_content

    def complete(synced: str, now: str) -> bool:
        board.syncs = (SyncRun(at(synced), at(synced), True, 1),)
        return month_content(board.month("2021-03", now=now)).complete

    board = Board()
    assert complete("2021-04-01 00:00", "2021-06-01")
    assert not complete("2021-03-31 23:59", "2021-06-01")
    assert complete("2021-03-01 00:00", "2021-03-20")
    assert not complete("2021-02-28 23:59", "2021-03-20")
