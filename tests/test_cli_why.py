"""why: every figure and every finding of the story's months is derived, to the last number."""

import json
import re

import pytest
from told import told_by_the_demo

from cadence.cli.asked import figure_subject, rule_subject, underlying
from cadence.cli.why import TEMPLATE
from cadence.figures import FIGURES
from cadence.figures.figure import DaysFigure, TeamFigure, Whose
from cadence.findings import RULES
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content
from cadence.reports.why import computed, figure_content, why_figure, why_finding
from cadence.snapshot import snapshot_at

MONTHS = ("2020-12", "2021-02", "2021-05")
SUBJECTS = {
    "goal": "io",
    "milestone": "TFIO-97",
    "issue": "TFIO-120",
    "bucket": "support",
    "partner": "ads ranking",
    "action": "1",
}
BY_NAME = {figure.name: figure for figure in FIGURES}


@pytest.fixture(scope="module")
def months(told_story):
    told = told_by_the_demo(told_story)
    asked = (told.facts, told.filed, told.config)
    return {m: snapshot_at(*asked, Month.parse(m, told.now.date()), told.now) for m in MONTHS}


@pytest.fixture
def cadence(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    return lambda *args: run("--workspace", story, "why", *args)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_figure_has_its_words_and_is_derived(months, figure):
    assert figure.title
    assert figure.unit
    assert figure.rule.endswith(".")
    assert figure.source
    for snapshot in months.values():
        if figure.about in ("milestone", "issue") and snapshot.month == Month(2020, 12):
            continue  # they are not there yet
        subject = figure_subject(snapshot, figure, SUBJECTS.get(figure.about))
        values = plain(why_figure(snapshot, figure, subject))
        text = render(TEMPLATE, values)
        assert figure.title in text
        assert values["figures"][0]["evidence"] or values["figures"][0]["number"] in (0, None)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_finding_of_the_story_is_derived_and_rests_on_its_figure(months, rule):
    assert rule.says.endswith(".")
    assert "{" not in rule.in_words(rule.thresholds)
    assert not rule.figure or rule.figure in BY_NAME
    for snapshot in months.values():
        for finding in rule.findings(snapshot):
            subject = rule_subject(snapshot, rule, finding.subject, Whose())
            assert subject == finding.subject
            below = [BY_NAME[rule.figure]] if rule.figure else []
            made_of = tuple(
                figure_content(snapshot, one, underlying(snapshot, rule, one, subject))
                for one in below
            )
            values = plain(why_finding(snapshot, rule, subject, made_of))
            assert finding.summary in [one["summary"] for one in values["finding"]["findings"]]
            assert "It fires" in render(TEMPLATE, values)


def test_names_of_figures_and_findings_are_all_different():
    names = [figure.name for figure in FIGURES] + [rule.code for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


IN_REPORT = {
    "capacity": ("focus", "capacity_days"),
    "effective-weeks": ("focus", "effective_weeks"),
    "effort": ("focus", "effort_days"),
    "stale": ("focus", "stale_days"),
    "unallocated": ("focus", "unallocated_days"),
    "unassigned": ("focus", "unassigned_days"),
    "coverage": ("focus", "coverage"),
    "focus": ("focus", "focus"),
    "wip": ("focus", "flow", "wip"),
    "throughput": ("focus", "flow", "throughput"),
    "cycle-time": ("focus", "flow", "cycle_time_p50"),
    "cycle-time-p85": ("focus", "flow", "cycle_time_p85"),
    "predictability": ("done", "predictability"),
    "follow-through": ("reflection", "follow_through"),
}
OF_MILESTONE = {
    "started": ("started",),
    "first-due": ("first_due",),
    "slip": ("slip_days",),
    "slip-in-month": ("slip_in_month_days",),
    "built": ("built",),
    "shipped": ("shipped",),
    "proven": ("proven",),
    "children": ("children", "open"),
    "scope": ("children", "added"),
    "chance": ("chance",),
}


def at(values, path):
    for name in path:
        values = values[name]
    return values


def test_the_number_that_why_derives_is_the_number_of_the_report(months):
    for snapshot in months.values():
        report = plain(month_content(snapshot))
        for name, path in IN_REPORT.items():
            assert plain(computed(snapshot, BY_NAME[name], None).number) == at(report, path), name
        milestones = {m.key: m for m in snapshot.moment.milestones}
        for told in report["done"]["milestones"]:
            for name, path in OF_MILESTONE.items():
                value = computed(snapshot, BY_NAME[name], milestones[told["key"]])
                assert plain(value.number) == at(told, path), (name, told["key"])
            value = computed(snapshot, BY_NAME["forecast"], milestones[told["key"]])
            assert plain(value.number) == (told["forecast"] or {}).get("p85")
        for bucket in report["focus"]["buckets"]:
            value = computed(snapshot, BY_NAME["share"], bucket["id"])
            assert plain(value.number) == bucket["share"]
        delivered = computed(snapshot, BY_NAME["delivered"], None)
        assert delivered.number == len(report["done"]["delivered"])


def test_the_evidence_of_a_figure_of_days_adds_up(months):
    for snapshot in months.values():
        for name in ("effort", "stale", "unallocated"):
            for whose in (Whose(), Whose(snapshot.world.account(snapshot.config.team.members[0]))):
                value = BY_NAME[name].compute(snapshot, whose)
                if name != "stale":
                    total = sum(one.number for one in value.evidence)
                    assert total == pytest.approx(value.number)


def test_a_persons_day_is_told_issue_by_issue(cadence):
    done = cadence("effort", "--person", "ben", "--day", "2021-02-09", "--format", "json")
    values = json.loads(done.out)
    assert values["month"] == "2021-02"  # the day's own
    (figure,) = values["figures"]
    assert (figure["subject"], figure["number"]) == ("Ben Ito, 2021-02-09", 1.0)
    assert [one["about"] for one in figure["evidence"]] == ["TFIO-143", "TFIO-147", "TFIO-150"]
    text = cadence("effort", "--person", "ben", "--day", "2021-02-09").out
    assert "in progress with Ben Ito, bucket other, on 2021-02-09: 0.3333 person-days" in text


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2021-02-13", "not a working day of the team, 2021-02-13"),
        ("2021-01-18", "holiday 2021-01-18"),
        ("2021-03-19", "a day off of a member, 2021-03-19"),
    ],
)
@pytest.mark.parametrize("figure", ["effort", "capacity"])
def test_a_day_without_capacity_says_why_there_is_none(cadence, figure, day, reason):
    told = cadence(figure, "--person", "ada", "--day", day).out
    assert f"- {reason}\n" in told
    assert "Nothing was left out" not in told


def test_a_kpi_agreed_later_is_told_so(cadence):
    told = cadence("goal-without-kpi", "io", "--month", "2020-12").out
    assert "agreed only on 2021-01-12" in told


def test_a_finding_that_does_not_fire_is_derived_all_the_same(cadence):
    done = cadence("milestone-slipped", "TFIO-97", "--month", "2021-02")
    assert "It does not fire for [TFIO-97]" in done.out
    assert "## Slip" in done.out


def test_a_move_is_told_with_its_day_its_notice_and_its_reason(cadence):
    told = cadence("slip_in_month", "tfio-97", "--month", "2021-03").out
    assert "moved from 2021-03-15 to 2021-05-15, before the old date had passed; reason: " in told
    assert "made on 2021-03-04: 61 days" in told


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["fokus"], "Did you mean 'focus'?"),
        (["milestone-sliped"], "Did you mean 'milestone-slipped'?"),
        (["slip"], "'slip' is about one milestone: say which"),
        (["slip", "TFIO-9999"], "There is no milestone 'TFIO-9999'"),
        (["slip", "TFIO-120"], "Its milestone is TFIO-97"),
        (["kpi", "self-srve"], "Did you mean 'self-serve'?"),
        (["share", "suport"], "Did you mean 'support'?"),
        (["focus", "TFIO-1"], "'focus' is about the team"),
        (["focus", "--person", "Ben"], "not a person or a day"),
        (["effort", "--person", "Bon"], "Did you mean 'Ben'?"),
        (["effort", "--day", "2021-03-01", "--month", "2021-02"], "no day of 2021-02"),
        (["kpi-off-track", "--month", "2021-02"], "it fires for io, self-serve"),
        (["overload", "--month", "2021-02"], "it fires for none"),
        (["partner-not-told", "ads"], "There are: Ads ranking"),
        (["off-goal", "--day", "2021-02-09"], "is about the whole month"),
    ],
)
def test_what_cannot_be_derived_is_one_line_with_the_nearest_name(cadence, args, words):
    done = cadence(*args)
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert words in done.err


def test_what_is_narrowed_to_a_person_or_a_day_is_days_and_no_share():
    narrowed = {figure.name for figure in FIGURES if isinstance(figure, DaysFigure)}
    assert narrowed == {"capacity", "effort", "stale", "unallocated", "unassigned", "wip"}
    assert isinstance(BY_NAME["focus"], TeamFigure)
    assert isinstance(BY_NAME["coverage"], TeamFigure)
