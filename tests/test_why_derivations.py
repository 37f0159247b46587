"""What a sceptic reads below a number or a finding: which issues, on which days, what was left out."""

from dataclasses import replace

import pytest
from boards import at, day
from planted import Local

from cadence.cli.asked import figure_subject
from cadence.config import Match, Partner
from cadence.errors import ConfigError
from cadence.figures import FIGURES
from cadence.findings import findings
from cadence.model import Note, PartnerTold
from cadence.reports.why import computed

BY_NAME = {figure.name: figure for figure in FIGURES}


def derived(board, name, subject=None, month="2021-03"):
    snapshot = board.month(month)
    value = computed(snapshot, BY_NAME[name], figure_subject(snapshot, BY_NAME[name], subject))
    lines = ([_line(one) for one in side] for side in (value.evidence, value.left_out))
    return (value.number, *lines)


def _line(one):
    number = f": {one.number:g}" if one.number is not None else ""
    return f"{one.about} {one.what}{f' {one.on}' if one.on else ''}{number}"


def test_what_moved_for_a_partner_names_each_issue_its_day_and_each_word():
    board = Local()
    board.config = replace(board.config, partners=(Partner("Ads", Match(labels=("ads",))),))
    board.add("A-1", type="Epic", labels=("ads",))
    board.add("A-2", "2021-03-04", parent="A-1")
    board.add("A-3", parent="A-1")
    board.set("A-3", "2021-03-05", "summary", "x")
    board.set("A-3", "2021-03-06", "summary", "y")
    ack = Note("partner-ack", day("2021-01-05"), "ok", at("2021-06-01"), "Ads", "concerned")
    told = (PartnerTold("Ads", at("2021-04-02")), PartnerTold("Maps", at("2021-03-02")))
    board.filed = replace(board.filed, notes=(ack,), told=told)
    assert derived(board, "partner-changes", "ads") == (
        2,
        [
            "A-2 created on 2021-03-04",
            "A-3 changed 2 times, last on 2021-03-06",
            "Ads it acknowledged, concerned, on 2021-01-05",
        ],
        ["Ads not changed in the month: 1", "Ads a report was issued to it on 2021-04-02"],
    )


def test_an_action_tells_when_it_is_due_who_carried_it_and_what_was_decided():
    board = Local()
    board.action("2021-01", on="2021-01-29", due="2021-03-20")
    board.reflection("2021-02", closed="2021-03-02")
    number, made_of, _ = derived(board, "action", "1")
    assert number == 11
    assert made_of[0].endswith("due 2021-03-20")
    assert made_of[1:] == [
        "action 1 open on 2021-03-31",
        "action 1 carried by later reflections: 1",
    ]
    board.decision("1", "2021-03-30")
    assert derived(board, "action", "1")[1][-1] == (
        "action 1 a decision about it was noted on 2021-03-30"
    )


def test_the_reflections_before_a_month_are_each_told_with_what_became_of_them():
    board = Local()
    board.reflection("2021-01", closed="2021-02-03")
    board.reflection("2021-02", closed="2021-04-01")
    board.reflection("2020-12", skipped="2021-01-05")
    number, closed, others = derived(board, "reflections")
    assert number == 1
    assert closed == ["team January 2021: closed on 2021-02-03"]
    assert others[-1] == "team February 2021: neither by then, but later, on 2021-04-01"
    assert others[-2].startswith("team December 2020: skipped, because ")
    assert others[0] == "team September 2020: neither closed nor skipped"


def test_of_the_children_the_open_ones_are_counted_and_the_others_left_out():
    board = Local()
    board.add("A-1", type="Epic")
    board.add("A-2", parent="A-1")
    board.add("A-3", parent="A-1")
    board.move("A-3", "2021-03-02 active", "2021-03-04 done")
    number, counted, left_out = derived(board, "children", "A-1")
    assert (number, len(counted)) == (1, 1)
    assert counted[0].startswith("A-2 new")
    assert left_out[0] == "A-3 done, status done, since 2021-03-04"
    assert derived(board, "delivered")[2] == ["A-1 not built: 1 open child"]


def test_a_goal_that_nobody_looked_at_tells_what_was_seen_of_it_last():
    board = Local()
    board.reform(start=day("2020-12-01"))
    board.add("A-1", type="Epic", labels=("io",))
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-01-15 done")
    (one,) = [f for f in findings(board.month("2021-03")) if f.code == "goal-unexamined"]
    assert one.evidence == ("last sign of life: A-2 finished, 2021-01-15",)


def test_a_figure_of_one_issue_asks_for_its_key_and_offers_no_labels():
    board = Local()
    board.add("A-1", labels=("cache",))
    with pytest.raises(ConfigError, match="one issue") as told:
        derived(board, "age")
    assert "key" in told.value.line
    assert "cache" not in told.value.line
