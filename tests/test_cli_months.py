"""From one month to the next: actions, cured findings, missing forms, principles due."""

import json


def test_a_form_begins_with_the_actions_and_covers_a_skipped_month(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-08-02T16:00:00Z")
    at = ("--workspace", story)
    assert run(*at, "reflect", "skip", "--month", "2021-06", "--why", "moving house").code == 0
    assert run(*at, "reflect", "open", "--month", "2021-07").code == 0
    form = (story / "reflections" / "2021-07" / "form.md").read_text(encoding="utf-8")
    order = [
        form.index(words)
        for words in (
            "Leave the name empty",
            "What became of our actions:",
            "June 2021: the facts",
            "it went without a reflection",
            "July 2021: the facts",
            "What the data asks:",
            "## Start",
            "because …",
        )
    ]
    assert [*order[:5], *order[6:]] == sorted([*order[:5], *order[6:]])
    told = json.loads(run(*at, "report", "--month", "2021-07", "--format", "json").out)
    assert told["reflection"]["covers"] == ["2021-06"]
    report = run(*at, "report", "--month", "2021-07", "--kind", "reflection").out
    assert "It covers June 2021, too, which was skipped." in report


def test_the_next_month_tells_whether_an_action_cured_its_finding(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-07-02T16:00:00Z")
    data = {
        month: json.loads(
            run("--workspace", story, "report", "--month", month, "--format", "json").out
        )
        for month in ("2021-01", "2021-05")
    }
    january = {one["cures"]: one["cured"] for one in data["2021-01"]["reflection"]["last_actions"]}
    found = {one["code"] for one in data["2021-01"]["findings"]}
    assert january == {code: code not in found for code in january}
    assert True in january.values()


def test_the_status_names_whose_form_is_missing_where_all_are_named(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-07-02T16:00:00Z")
    at = ("--workspace", story)
    run(*at, "reflect", "open", "--anonymity", "named")
    for name in ("Ada Park", "Ben Ito", "Dev Rao"):
        run(*at, "reflect", "add", "start", "x", "--author", name)
    assert "3 forms in, 1 missing (Chloé Martin)" in run(*at, "status").out
    run(*at, "reflect", "open", "--anonymity", "all")
    assert "3 forms in, 1 missing\n" in run(*at, "status").out


def test_principles_due_are_told_from_their_day_on(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-07-02T16:00:00Z")
    at = ("--workspace", story)
    run(*at, "log", "add", "principle", "No haste", "--review", "2021-06-01", "--on", "2021-02-01")
    told = {
        month: run(*at, "report", "--month", month, "--kind", "reflection").out
        for month in ("2021-05", "2021-06")
    }
    assert "To be looked at again" not in told["2021-05"]
    assert "due 2021-06-01: No haste" in told["2021-06"]
    assert "1 note to be looked at again" in run(*at, "status").out
