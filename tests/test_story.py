"""The acceptance story, end to end: what each month's report must make visible at a glance."""

from datetime import date, datetime
from pathlib import Path

import pytest
from told import MonthTold, Told, told_by_a_data_center, told_by_the_demo

from cadence.demo.story import load_world

PARITY = "Reader parity"
BENCHMARK = "One-command I/O benchmark"
DOCTOR = "I/O doctor"
REST = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05")


@pytest.fixture(scope="module")
def story(told_story: Path) -> Told:
    return told_by_the_demo(told_story)


@pytest.fixture(scope="module")
def november(story: Told) -> MonthTold:
    return story.month("2020-11")


@pytest.fixture(scope="module")
def december(story: Told) -> MonthTold:
    return story.month("2020-12")


@pytest.fixture(scope="module")
def january(story: Told) -> MonthTold:
    return story.month("2021-01")


@pytest.fixture(scope="module")
def february(story: Told) -> MonthTold:
    return story.month("2021-02")


@pytest.fixture(scope="module")
def march(story: Told) -> MonthTold:
    return story.month("2021-03")


@pytest.fixture(scope="module")
def april(story: Told) -> MonthTold:
    return story.month("2021-04")


@pytest.fixture(scope="module")
def may(story: Told) -> MonthTold:
    return story.month("2021-05")


# ---- November, the history -------------------------------------------------------------------


def test_november_closes_forty_small_things_and_no_milestone(november):
    assert november.data["focus"]["flow"]["throughput"] >= 40
    assert len(november.data["done"]["milestones"]) == 9
    assert november.data["done"]["delivered"] == []


def test_november_moves_every_due_date_by_a_quarter_and_gives_no_reason(november):
    slips = [m["slip_in_month_days"] for m in november.data["done"]["milestones"]]
    assert all(89 <= days <= 92 for days in slips)
    assert november.evidence("milestone-slipped").count("unexplained") == 9


# ---- December --------------------------------------------------------------------------------


def test_in_december_neither_goal_has_a_kpi(december):
    assert december.subjects("goal-without-kpi") == {"io", "self-serve"}


def test_december_carries_the_kpi_issue_back_and_forth(story, december):
    assert december.subjects("back-and-forth") == {story.key("Pick the one number")}


def test_december_drowns_its_lead_and_nobody_else(december):
    assert december.subjects("overload") == {"Ada"}
    assert "3 started milestones" in december.evidence("overload")


def test_in_december_two_people_write_the_same_prefetch(story, december):
    assert december.subjects("possible-duplicates") == {story.key("Reader should prefetch")}
    assert story.key("Prefetch the next shard") in december.evidence("possible-duplicates")


def test_in_december_the_partner_has_no_idea(december):
    assert december.subjects("partner-not-told") == {"Ads ranking"}


def test_december_delivers_nothing_for_either_goal(december):
    assert december.data["done"]["delivered"] == []
    assert december.subjects("nothing-delivered") == {"io", "self-serve"}


def test_in_december_most_days_go_elsewhere(december):
    assert december.subjects("off-goal") == {"team"}
    assert december.subjects("support-heavy") == {"team"}


def test_the_first_reflection_is_about_the_leads_load_and_agrees_three_actions(december):
    reflection = december.data["reflection"]
    load = [e for e in reflection["stop"] if e["theme"] == "One person holds everything"]
    assert reflection["state"] == "closed"
    assert (reflection["answered"], reflection["invited"]) == (4, 4)
    assert len(load) == 3
    assert [action["state"] for action in reflection["actions"]] == ["open"] * 3


# ---- January ---------------------------------------------------------------------------------


def test_january_has_three_effective_weeks(january):
    assert january.data["focus"]["effective_weeks"] == 3.0


@pytest.mark.parametrize("code", ["overload", "possible-duplicates", "partner-not-told"])
def test_in_january_decembers_worst_is_quiet(january, code):
    assert january.subjects(code) == set()


def test_january_is_better_than_december_and_not_worse(december, january):
    was, now = december.data["focus"], january.data["focus"]
    assert now["focus_low"] > was["focus_high"]
    assert now["flow"]["wip"] < was["flow"]["wip"]
    assert january.share("support") < december.share("support")


def test_in_january_both_goals_have_a_kpi_and_a_first_reading(january):
    assert january.subjects("goal-without-kpi") == set()
    assert january.subjects("kpi-not-measured") == set()
    assert january.goal("io")["latest"] == 88
    assert january.goal("io")["method"] == "manual"


def test_parity_starts_in_january_clearly_and_is_due_on_15_march(january):
    parity = january.milestone(PARITY)
    assert (parity["started"], parity["due"]) == ("2021-01-11", "2021-03-15")
    assert january.subjects("milestone-unclear-start") == set()


def test_decembers_actions_are_done_in_january(january):
    assert january.data["reflection"]["carried_over"] == []
    assert january.subjects("actions-overdue") == set()


# ---- February --------------------------------------------------------------------------------


def test_in_february_parity_is_still_a_proof_of_concept(story, february):
    assert february.milestone(PARITY)["stage"] == "PoC"
    assert february.subjects("stage-overrun") == {story.key(PARITY)}


def test_in_february_the_forecast_lies_two_months_behind_the_date(story, february):
    parity = february.milestone(PARITY)
    late = date.fromisoformat(parity["forecast"]["p85"]) - date.fromisoformat(parity["due"])
    assert february.subjects("forecast-late") == {story.key(PARITY)}
    assert 50 <= late.days <= 75


def test_in_february_five_finished_issues_are_opened_again(story, february):
    titles = (
        "Checksum every batch",
        "Switch the reader with one line",
        "Resume in the middle of a shard",
        "io_uring behind a switch",
        "Chapter: a job that explains its own waiting",
    )
    assert february.subjects("reopened") == {story.key(title) for title in titles}


def test_in_february_two_milestones_start_without_a_date_and_a_description(story, february):
    found = february.subjects("milestone-unclear-start")
    assert found == {story.key("Async reads"), story.key("Autotune reader threads")}
    for finding in february.data["findings"]:
        if finding["code"] == "milestone-unclear-start":
            assert {"no due date", "no description"} <= set(finding["evidence"])


def test_in_february_one_person_does_nearly_all_of_parity(story, february):
    assert february.subjects("single-point") == {story.key(PARITY)}


def test_in_february_the_two_runs_of_one_day_disagree(february):
    assert "io" in february.subjects("kpi-unreliable")
    assert ["2021-02-26", 74.0] in february.data["focus"]["goals"][0]["kpi"]["series"]


def test_in_february_an_issue_has_waited_for_a_month(story, february):
    waiting = next(i for i in story.facts.issues if "per-host read limit" in i.summary)
    assert waiting.key in february.subjects("aging")


def test_february_delivers_nothing_and_is_heavy_with_support(february):
    assert february.data["done"]["delivered"] == []
    assert february.subjects("nothing-delivered") == {"io", "self-serve"}
    assert february.subjects("support-heavy") == {"team"}


def test_februarys_reflection_names_four_problems_and_adopts_two_principles(february):
    reflection = february.data["reflection"]
    entries = reflection["start"] + reflection["stop"] + reflection["continue"]
    assert len({entry["theme"] for entry in entries if entry["theme"]}) == 4
    told = " ".join(reflection["principles"])
    assert "No mystery, no magic" in told
    assert "Quality > deadline" in told


# ---- March -----------------------------------------------------------------------------------


def test_march_has_one_slip_and_it_is_told_in_time_and_explained(story, march):
    parity = march.milestone(PARITY)
    told = march.evidence("milestone-slipped")
    assert march.subjects("milestone-slipped") == {story.key(PARITY)}
    assert (parity["first_due"], parity["due"]) == ("2021-03-15", "2021-05-15")
    assert (parity["slip_in_month_days"], parity["slip_days"]) == (61, 61)
    assert "late notice" not in told
    assert "unexplained" not in told
    assert "explained" in told


def test_marchs_move_stands_in_the_ledger_with_its_reason(march):
    (move,) = march.milestone(PARITY)["moves"]
    assert (move["on"], move["late_notice"]) == ("2021-03-04", False)
    assert move["reason"].startswith("Reader parity moves from 15 March to 15 May")


@pytest.mark.parametrize("month", ["2020-11", "2020-12", *REST])
def test_every_stage_that_was_left_has_its_evidence_and_all_data_is_sound(story, month):
    told = story.month(month)
    assert told.subjects("stage-evidence-missing") == set()
    assert told.subjects("history-incomplete") == set()
    names = {one["name"] for one in told.data["data_quality"]}
    assert not names & {"set-aside", "history-cut", "history-contradictory", "gone"}


@pytest.mark.parametrize("name", ["march", "april", "may"])
def test_from_march_on_milestones_are_clear_before_they_start(request, name):
    assert request.getfixturevalue(name).subjects("milestone-unclear-start") == set()


def test_from_march_on_support_takes_a_smaller_share_each_month(february, march, april, may):
    shares = [month.share("support") for month in (february, march, april, may)]
    assert shares == sorted(shares, reverse=True)
    assert shares[1] < shares[0] / 2
    assert not march.subjects("support-heavy") | april.subjects("support-heavy")


def test_in_march_the_work_is_cut_smaller_and_more_is_finished(february, march):
    before, after = february.data["focus"]["flow"], march.data["focus"]["flow"]
    assert after["wip"] < before["wip"]
    assert after["throughput"] > before["throughput"]


def test_in_march_no_milestone_hangs_on_one_person_and_nobody_drowns(march):
    assert march.subjects("single-point") == set()
    assert march.subjects("overload") == set()


# ---- April -----------------------------------------------------------------------------------


def test_april_has_few_days_and_tells_why_nobody_reflected(april):
    reflection = april.data["reflection"]
    assert april.data["focus"]["effective_weeks"] == 2.4
    assert reflection["state"] == "skipped"
    assert "hackathon" in reflection["skipped_because"]


@pytest.mark.parametrize("month", ["2020-12", *REST])
def test_no_month_of_the_story_lacks_its_reflection_or_its_reason(story, month):
    assert story.month(month).subjects("reflection-missing") == set()


# ---- May -------------------------------------------------------------------------------------


def test_in_may_parity_and_the_benchmark_are_done_done_done(story, may):
    parity, benchmark = may.milestone(PARITY), may.milestone(BENCHMARK)
    gates = [[m[gate] for gate in ("built", "shipped", "proven")] for m in (parity, benchmark)]
    assert gates == [
        ["2021-05-12", "2021-05-14", "2021-05-21"],
        ["2021-05-05", "2021-05-06", "2021-05-07"],
    ]
    assert set(may.data["done"]["delivered"]) == {story.key(PARITY), story.key(BENCHMARK)}


def test_in_may_the_doctor_is_shipped_and_not_done_yet(story, may):
    doctor = may.milestone(DOCTOR)
    assert doctor["shipped"] == "2021-05-27"
    assert doctor["proven"] is None
    assert story.key(DOCTOR) not in may.data["done"]["delivered"]


def test_may_keeps_its_commitments(may):
    assert may.data["done"]["predictability"] == 1.0
    assert len(may.data["done"]["committed"]) == 2
    assert may.milestone(PARITY)["slip_in_month_days"] == 0


def test_in_may_the_kpi_moves_and_is_on_track(may):
    kpi = may.goal("io")
    assert (kpi["latest"], kpi["method"], kpi["on_track"]) == (38, "automatic", True)
    assert may.subjects("kpi-unreliable") == set()
    assert "io" not in may.subjects("nothing-delivered")


def test_by_may_seven_of_nine_actions_are_done(may):
    assert may.data["reflection"]["follow_through"] == pytest.approx(7 / 9)
    assert may.data["reflection"]["follow_through_text"] == "7 of 9"


def test_by_may_commitments_and_forecasts_have_a_record(may):
    done = may.data["done"]
    recent, accuracy = done["predictability_recent"], done["forecast_accuracy"]
    assert (recent["delivered"], recent["committed"]) == (2, 3)
    assert (accuracy["held"], accuracy["decided"]) == (3, 4)
    assert [shot["on"] for shot in done["shots_on_goal"]["shots"]] == [
        "2021-05-06",
        "2021-05-14",
        "2021-05-27",
    ]


def test_in_may_the_trends_tell_the_half_year(story, may):
    trends = may.data["trends"]
    assert trends["months"] == ["2020-12", *REST]
    for figure in trends["figures"]:
        if figure["name"] == "focus":
            months = [story.month(month).data["focus"]["focus"] for month in trends["months"]]
            assert figure["values"] == months
        if figure["name"] == "kpi-io":
            assert figure["values"] == [None, 88, 74, None, None, 38]


# ---- the whole -------------------------------------------------------------------------------


@pytest.mark.parametrize("month", ["2020-12", *REST])
def test_the_story_is_told_well_enough_for_one_focus_number(story, month):
    focus = story.month(month).data["focus"]
    assert 0.6 <= focus["coverage"] < 1
    assert focus["focus"] is not None


def test_a_data_center_tells_the_same_story(story, tmp_path):
    other = told_by_a_data_center(tmp_path)
    for month in ("2020-12", "2021-02", "2021-05"):
        here, there = story.month(month), other.month(month)
        assert there.data["focus"]["buckets"] == here.data["focus"]["buckets"]
        assert there.data["done"] == here.data["done"]
        assert [f["code"] for f in there.data["findings"]] == [
            f["code"] for f in here.data["findings"]
        ]


def test_a_few_hundred_issues_live_in_working_hours():
    world = load_world()
    robots = {handle for handle, person in world.people.items() if person.kind == "app"}
    hours = {
        datetime.fromtimestamp(history.at / 1000, world.zone).hour
        for issue in world.issues.values()
        for history in issue.histories
        if history.author not in robots
    }
    assert 250 <= len(world.issues) <= 350
    assert min(hours) >= 8
    assert max(hours) <= 18


def test_the_goals_name_the_epics_that_serve_them(story):
    titles = {issue.key: issue.summary for issue in story.facts.issues if issue.level >= 1}
    served = {goal.id: [titles[key] for key in goal.match.epics] for goal in story.config.goals}
    assert served == {
        "io": [
            "Shard cache on every training host",
            "Reader parity with the old pipeline",
            "One-command I/O benchmark",
            "Async reads",
            "Reader fixes upstream instead of in a fork",
        ],
        "self-serve": ["Tuning guide for training jobs", "I/O doctor for training jobs"],
    }


def test_what_the_log_is_about_is_a_milestone_an_issue_a_goal_or_a_partner(story):
    known = {issue.key for issue in story.facts.issues}
    known |= {goal.id for goal in story.config.goals}
    known |= {partner.name for partner in story.config.partners}
    assert {note.about for note in story.filed.notes if note.about} <= known
