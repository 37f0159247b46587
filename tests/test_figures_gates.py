from boards import Board, day, milestone

from cadence.config import Signs
from cadence.figures.gates import (
    claimed_not_done,
    delivered_in_month,
    gates,
    is_late,
    retracted,
    valid_sign_offs,
)


def epic(**given):
    board = Board()
    board.add("A-1", type="Epic", **given)
    board.add("A-2", parent="A-1")
    return board


def passed(board, month):
    snapshot = board.month(month)
    seen = gates(snapshot, snapshot.moment, milestone(snapshot, "A-1"))
    return tuple(d.isoformat() if d else None for d in (seen.built, seen.shipped, seen.proven))


def keys(milestones):
    return [m.key for m in milestones]


def test_built_is_dated_by_the_last_of_milestone_and_children():
    board = epic()
    board.move("A-1", "2021-03-02 active", "2021-03-10 done")
    board.move("A-2", "2021-03-03 active", "2021-03-17 done")
    assert passed(board, "2021-03")[0] == "2021-03-17"


def test_built_needs_every_child_and_a_dropped_child_is_no_hindrance():
    board = epic()
    board.add("A-3", parent="A-1")
    board.move("A-1", "2021-03-10 done")
    board.move("A-2", "2021-03-09 done")
    assert passed(board, "2021-03")[0] is None
    board.move("A-3", "2021-03-20 done", resolution="won't do")
    assert passed(board, "2021-03")[0] == "2021-03-20"


def test_a_dropped_milestone_is_never_built():
    board = epic()
    board.move("A-1", "2021-03-10 done", resolution="Duplicate")
    board.move("A-2", "2021-03-09 done")
    assert passed(board, "2021-03")[0] is None


def test_a_release_counts_from_its_date_but_never_before_built():
    board = epic(fix_versions=("7",))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.version("7", released=True, release="2021-03-08", seen="2021-06-01")
    assert passed(board, "2021-03") == ("2021-03-10", "2021-03-10", None)


def test_a_release_dated_after_the_month_does_not_count_in_it():
    board = epic(fix_versions=("7",))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.version("7", released=True, release="2021-04-01", seen="2021-06-01")
    assert passed(board, "2021-03")[1] is None
    assert passed(board, "2021-04")[1] == "2021-04-01"


def test_a_release_dated_back_counts_from_the_sync_that_saw_it():
    from cadence.model import SyncRun

    board = epic(fix_versions=("7",))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.version("7", released=False, release=None, seen="2021-03-01")
    board.version("7", released=True, release="2021-03-12", seen="2021-04-05")
    looks = ("2021-03-01", "2021-03-31", "2021-04-05")
    from boards import at

    board.syncs = tuple(SyncRun(at(t), at(t), True, 1) for t in looks)
    assert passed(board, "2021-03")[1] is None  # on the 31st a sync still saw it unreleased
    assert passed(board, "2021-04")[1] == "2021-04-05"
    board.syncs = board.syncs[::2]
    assert passed(board, "2021-03")[1] == "2021-03-12"  # nobody had looked after the 12th


def test_a_childs_release_does_not_ship_its_milestone():
    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1", fix_versions=("7",))
    board.version("7", released=True, release="2021-03-12", seen="2021-03-12")
    board.move("A-1", "2021-03-10 done")
    board.move("A-2", "2021-03-09 done")
    assert passed(board, "2021-03") == ("2021-03-10", None, None)


def test_labels_and_statuses_are_signs_from_the_day_they_were_set():
    board = epic()
    board.signs(Signs(statuses=("closed",)), Signs(labels=("proven",)))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done", "2021-03-15 closed")
    board.set("A-1", "2021-03-18", "labels", ("proven",))
    assert passed(board, "2021-03") == ("2021-03-10", "2021-03-15", "2021-03-18")


def test_a_sign_is_no_proof_while_the_gate_before_is_not_passed():
    board = epic()
    board.sign("A-1", "proven", "2021-03-05")
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    assert passed(board, "2021-03") == ("2021-03-10", None, None)
    board.sign("A-1", "shipped", "2021-03-12")
    assert passed(board, "2021-03") == ("2021-03-10", "2021-03-12", "2021-03-12")


def test_a_sign_off_in_a_later_month_than_the_gate_before_is_late():
    board = epic()
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-31")
    board.sign("A-1", "proven", "2021-04-01")
    snapshot = board.month("2021-04")
    it = milestone(snapshot, "A-1")
    seen = gates(snapshot, snapshot.moment, it)
    signs = valid_sign_offs(snapshot.filed, snapshot.moment, it)
    assert [is_late(sign, seen) for sign in signs] == [False, True]


def test_only_a_reading_after_the_ship_date_proves():
    board = epic(labels=("io",))
    board.goal(labels=("io",))
    board.signs(Signs(), Signs(kpi=True))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-12")
    board.reading("2021-03-12", 50)
    assert passed(board, "2021-03")[2] is None
    board.reading("2021-03-13", 50)
    assert passed(board, "2021-03")[2] == "2021-03-13"


def test_delivered_in_the_month_and_told_only_once():
    board = epic()
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-12")
    board.sign("A-1", "proven", "2021-04-02")
    assert [keys(delivered_in_month(board.month(f"2021-{m:02d}"))) for m in (3, 4, 5)] == [
        [], ["A-1"], [],
    ]  # fmt: skip


def test_what_was_delivered_and_is_no_longer_is_retracted_until_delivered_again():
    board = epic()
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done", "2021-04-06 active", "2021-06-02 done")
    board.sign("A-1", "shipped", "2021-03-12")
    board.sign("A-1", "proven", "2021-03-12")
    months = [board.month(f"2021-{m:02d}") for m in (3, 4, 5, 6)]
    assert [keys(delivered_in_month(m)) for m in months] == [["A-1"], [], [], ["A-1"]]
    assert [keys(retracted(m)) for m in months] == [[], ["A-1"], ["A-1"], []]


def test_a_withdrawn_sign_off_counts_until_the_day_before():
    board = epic()
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-12", withdrawn="2021-04-01")
    assert passed(board, "2021-03")[1] == "2021-03-12"
    assert passed(board, "2021-04")[1] is None


def test_closed_with_open_children_is_claimed_not_done():
    board = epic()
    board.move("A-1", "2021-03-10 done")
    assert keys(claimed_not_done(board.month("2021-03"))) == ["A-1"]
    board.move("A-2", "2021-04-01 done")
    assert keys(claimed_not_done(board.month("2021-04"))) == []


def test_without_status_history_done_is_dated_by_the_resolution_else_the_creation():
    from boards import at

    board = Board()
    board.add("A-1", "2021-01-05", type="Epic", status="done", resolved=at("2021-02-03"))
    assert passed(board, "2021-02")[0] == "2021-02-03"
    assert passed(board, "2021-01")[0] is None
    board = Board()
    board.add("A-1", "2021-01-05", type="Epic", status="done")
    assert passed(board, "2021-01")[0] == "2021-01-05"


def test_a_version_as_milestone_is_built_by_its_children_and_its_release():
    from dataclasses import replace

    from cadence.config import Milestones, MilestoneSource

    board = Board()
    board.config = replace(board.config, milestones=Milestones(MilestoneSource.VERSIONS))
    board.add("A-2", "2021-02-01", fix_versions=("7",))
    board.move("A-2", "2021-03-02 active", "2021-03-09 done")
    board.version("7", released=False, release="2021-03-20", seen="2021-03-01")
    board.version("7", released=True, release="2021-03-12", seen="2021-03-12 23:00")
    snapshot = board.month("2021-03")
    seen = gates(snapshot, snapshot.moment, milestone(snapshot, "v7"))
    assert (seen.built, seen.shipped, seen.proven) == (day("2021-03-12"), day("2021-03-12"), None)


def test_a_proof_by_the_kpi_holds_when_the_goal_has_ended():
    board = epic(labels=("io",))
    board.goal(labels=("io",))
    board.signs(Signs(), Signs(kpi=True))
    board.move("A-2", "2021-03-09 done")
    board.move("A-1", "2021-03-10 done")
    board.sign("A-1", "shipped", "2021-03-12")
    board.reading("2021-03-20", 50)
    assert passed(board, "2021-09")[2] == "2021-03-20"  # the goal ended in June
    assert keys(retracted(board.month("2021-09"))) == []


def test_a_version_is_started_by_the_issues_that_carry_it_now():
    from dataclasses import replace

    from cadence.config import Milestones, MilestoneSource
    from cadence.figures.milestones import started

    board = Board()
    board.config = replace(board.config, milestones=Milestones(MilestoneSource.VERSIONS))
    board.add("A-1", "2021-02-01", fix_versions=("7",))
    board.add("A-2", "2021-02-01", fix_versions=("7",))
    board.move("A-1", "2021-02-03 active")
    board.set("A-1", "2021-02-04", "fix_versions", ())
    board.move("A-2", "2021-03-02 active")
    board.version("7", released=False, release="2021-03-20", seen="2021-03-01")
    snapshot = board.month("2021-03")
    it = milestone(snapshot, "v7")
    assert started(snapshot.moment, it).date() == day("2021-03-02")
    assert (it.project, it.due) == ("A", day("2021-03-20"))


def test_a_milestone_is_first_built_when_jira_stops_showing_its_last_open_child():
    from boards import at

    from cadence.figures.gates import first_built

    board = Board()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.move("A-1", "2021-03-02 done")
    snapshot = board.month("2021-03")
    assert first_built(snapshot, milestone(snapshot, "A-1")) is None
    board.gone("A-2", "2021-03-05")
    snapshot = board.month("2021-03")
    assert first_built(snapshot, milestone(snapshot, "A-1")) == at("2021-03-05")
