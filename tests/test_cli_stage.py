"""stage: where milestones are, what their stages ask for, and what was decided at their end."""

import json

import pytest


@pytest.fixture
def cadence(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    return lambda *args: run("--workspace", story, *args)


def refused(done, *words: str) -> None:
    assert done.code == 2
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def test_the_list_tells_stage_days_and_what_is_recorded(cadence):
    shown = cadence("stage", "list", "--month", "2021-04").out
    assert "TFIO-97  Phase 1, since 2021-03-15, 46 of 60 days: Reader parity" in shown
    assert "    PoC: kill criterion: https://wiki.training-io.example/parity/when-we-stop" in shown
    (row,) = json.loads(cadence("stage", "list", "--month", "2021-03", "--format", "json").out)
    needs = {need["what"]: need["evidence"] for need in row["needs"]}
    assert needs["evaluation report"] is None  # dated 30 April
    assert cadence("stage", "list", "--month", "2020-12").out == ""


def test_evidence_is_recorded_under_the_name_of_the_need(cadence):
    link = "https://wiki.example/roll-back"
    piece = ("--evidence", f"roll-back tried={link}", "--on", "2021-05-20")
    done = cadence("stage", "set", "TFIO-97", "production", *piece)
    assert done.err == "1 piece of evidence for TFIO-97, Production.\n"
    rows = json.loads(cadence("stage", "list", "--month", "2021-05", "--format", "json").out)
    (row,) = (one for one in rows if one["key"] == "TFIO-97")
    needs = {need["what"]: need["evidence"] for need in row["needs"]}
    assert needs["roll-back tried"] == link
    other = cadence("stage", "set", "TFIO-3", "PoC", "--evidence", f"Kill criterion={link}")
    assert other.err.endswith("PoC; its label in Jira, stage:poc, is off.\n")


def test_evidence_for_a_stage_whose_label_is_off_is_listed_apart(cadence):
    link = "https://wiki.example/when-we-stop"
    piece = ("--evidence", f"kill criterion={link}", "--on", "2021-02-10")
    assert cadence("stage", "set", "TFIO-3", "PoC", *piece).code == 0
    assert "TFIO-3 " not in cadence("stage", "list", "--month", "2021-01").out
    shown = cadence("stage", "list", "--month", "2021-02").out
    assert "TFIO-3  in no stage: " in shown
    assert f"    PoC, its label is off: kill criterion: {link}\n" in shown
    rows = json.loads(cadence("stage", "list", "--month", "2021-02", "--format", "json").out)
    (row,) = (one for one in rows if one["key"] == "TFIO-3")
    assert (row["stage"], row["since"], row["days"], row["needs"]) == (None, None, None, [])
    assert row["apart"] == [{"stage": "PoC", "what": "kill criterion", "evidence": link}]


def test_what_no_stage_asks_for_is_refused_with_the_nearest_name(cadence):
    piece = "baseline metric=https://x.example"
    refused(cadence("stage", "set", "TFIO-97", "PoK", "--evidence", piece), "Did you mean 'PoC'?")
    refused(
        cadence("stage", "set", "TFIO-97", "PoC", "--evidence", "base metric=https://x.example"),
        "Did you mean 'baseline metric'?",
    )
    refused(cadence("stage", "set", "TFIO-97", "PoC", "--evidence", "baseline metric"), "no link")
    refused(cadence("stage", "set", "TFIO-97", "PoC", "--evidence", "baseline metric=wiki"), "link")
    refused(cadence("stage", "set", "TFIO-12", "PoC", "--evidence", piece), "is no milestone")
    refused(cadence("stage", "set", "TFIO-97", "PoC"), "--evidence")


def test_a_decision_quiets_the_overrun_from_its_day_on(cadence):
    def overrun(month: str) -> bool:
        return "stage-overrun" in cadence("findings", "--month", month, "--format", "text").out

    assert overrun("2021-02")
    assert (
        cadence(
            "stage", "decide", "TFIO-97", "extend", "--why", "Two jobs left", "--on", "2021-02-20"
        ).code
        == 0
    )
    assert not overrun("2021-02")
    notes = json.loads(cadence("log", "list", "--kind", "decision", "--format", "json").out)
    assert [n["outcome"] for n in notes if n["text"] == "Two jobs left"] == ["extend"]
    refused(cadence("stage", "decide", "TFIO-97", "advance", "--why", " "), "reason")
