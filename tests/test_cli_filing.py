"""goal, done, action and log: what people file, and what is refused."""

import json
import tomllib
from pathlib import Path

import pytest

CONFIG = """\
# Ours.
[jira]
projects = ["TFIO"]

[team]
[[team.members]]
name = "Ada Park"
[[team.members]]
name = "Chloé Martin"

[[goals]]
id = "io"          # the first
title = "Fast"
start = 2020-12-01
end = 2021-06-30   # half a year
[goals.kpi]
name = "share"
unit = "%"
direction = "down"
baseline = 90.0
target = 30.0

# ---- support ----
[support.match]
labels = ["support"]
"""


@pytest.fixture
def ours(run, tmp_path):
    """A workspace with one goal, never synced."""
    (tmp_path / "cadence.toml").write_text(CONFIG)
    return run


def goals(tmp_path: Path) -> list[dict[str, object]]:
    return tomllib.loads((tmp_path / "cadence.toml").read_text())["goals"]


def refused(done, *words: str) -> None:
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def test_a_goal_is_added_below_the_others_and_comments_stay(ours, tmp_path):
    done = ours(
        "goal", "add", "tune", "--title", 'Teams "tune"', "--start", "2021-01-01", "--end", "2021-06-30",
        "--epic", "TFIO-3", "--label", "tune", "--kpi", "closed", "--unit", "%", "--direction", "up",
        "--baseline", "10", "--target", "60",
    )  # fmt: skip
    assert done.code == 0, done.err
    text = (tmp_path / "cadence.toml").read_text()
    added = text[text.index('\n[[goals]]\nid = "tune"') : text.index("\n# ---- support")]
    assert text.replace(added, "", 1) == CONFIG
    assert goals(tmp_path)[1]["match"] == {"epics": ["TFIO-3"], "labels": ["tune"]}
    assert goals(tmp_path)[1]["title"] == 'Teams "tune"'
    refused(
        ours("goal", "add", "more", "--title", "x", "--start", "2021-06-30", "--end", "2021-07-01"),
        "'io'", "'tune'", "'more'",
    )  # fmt: skip
    assert (tmp_path / "cadence.toml").read_text() == text


def test_a_goal_is_added_to_a_file_without_goals_and_with_windows_line_ends(run, tmp_path):
    path = tmp_path / "cadence.toml"
    path.write_bytes(b"[team]\r\nname = 'x'")
    assert (
        run("goal", "add", "a", "--title", "A", "--start", "2021-01-01", "--end", "2021-02-01").code
        == 0
    )
    assert path.read_bytes().startswith(b"[team]\r\nname = 'x'\r\n\r\n[[goals]]\r\n")
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


def test_half_a_kpi_is_refused(ours):
    dates = ("--start", "2021-01-01", "--end", "2021-02-01")
    refused(ours("goal", "add", "a", "--title", "A", *dates, "--kpi", "x"), "--baseline")
    refused(ours("goal", "add", "io", "--title", "A", *dates), "twice")
    refused(
        ours("goal", "add", "a", "--title", "A", "--start", "x", "--end", "2021-02-01"), "--start"
    )


@pytest.mark.parametrize(
    ("command", "option", "kind"),
    [("retire", "--why", "decision"), ("close", "--outcome", "learning")],
)
def test_a_goal_ends_on_a_day_and_the_reason_goes_into_the_log(
    ours, tmp_path, command, option, kind
):
    assert ours("goal", command, "io", option, "Enough", "--on", "2021-02-01").code == 0
    text = (tmp_path / "cadence.toml").read_text()
    assert text == CONFIG.replace("2021-06-30 ", "2021-02-01 ")
    note = json.loads(ours("log", "list", "--format", "json").out)[0]
    assert (note["kind"], note["about"], note["text"]) == (kind, "io", "Enough")
    refused(ours("goal", command, "io", "--on", "2021-02-05"), "already ended")


def test_a_reading_is_filed_with_its_day_method_and_series(ours):
    done = ours(
        "goal",
        "measure",
        "io",
        "71.5",
        "--on",
        "2021-02-09",
        "--method",
        "automatic",
        "--note",
        "x",
    )
    assert done.code == 0
    assert done.out == ""
    assert "71.5 %" in done.err
    assert ours("goal", "measure", "io", "-3", "--on", "yesterday").code == 0
    listed = json.loads(ours("goal", "list", "--format", "json").out)
    assert listed[0]["latest"]["value"] == -3.0
    assert listed[0]["latest"]["series"] == "share [%] down"
    assert "on 2021-02-09" in ours("goal", "list").out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("ioo", "3"), "Did you mean 'io'?"),
        (("io", "nan"), "number"),
        (("io", "inf"), "number"),
        (("io", "much"), "not a valid float"),
        (("io", "3", "--on", "2021-02-30"), "--on"),
        (("io", "3", "--on", "20210210"), "--on"),
        (("io", "3", "--on", "2021-02-12"), "has not come"),
        (("io", "3", "--method", "guess"), "automatic"),
        (("io",), "VALUE"),
    ],
)
def test_an_odd_reading_is_refused(ours, args, words):
    refused(ours("goal", "measure", *args), words)


def test_a_goal_without_a_kpi_takes_no_reading(run, tmp_path):
    (tmp_path / "cadence.toml").write_text(
        CONFIG.replace("[goals.kpi]", "[goals.match]").split('name = "share"')[0]
    )
    refused(run("goal", "measure", "io", "3"), "[goals.kpi]")


def test_actions_are_counted_from_one_and_end_once(ours):
    add = ("action", "add", "--month", "2021-01", "--due", "2021-02-28", "--owner")
    assert "Action 1" in ours(*add, "ada", "Agree on the KPI", "--cures", "goal-without-kpi").err
    assert ours(*add, "Chloe", "Tell the partner").code == 0
    assert ours(*add, "Ada Park", "Hand over").code == 0
    refused(ours(*add, "Ada Park", "One too many"), "2021-01", "3 actions")
    assert ours("action", "done", "1", "--on", "2021-02-08").code == 0
    assert ours("action", "drop", "2", "--why", "no need").code == 0
    refused(ours("action", "done", "1"), "already done on 2021-02-08")
    refused(ours("action", "drop", "7", "--why", "x"), "no action 7")
    refused(ours("action", "drop", "3", "--why", " "), "--why")
    listed = json.loads(ours("action", "list", "--format", "json").out)
    assert [one["state"] for one in listed] == ["done", "dropped", "open"]
    assert [one["owner"] for one in listed] == ["Ada Park", "Chloé Martin", "Ada Park"]
    assert listed[0]["cures"] == "goal-without-kpi"
    assert ours("action", "list", "--open").out.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--owner", "Adda", "--due", "2021-03-01"), "Did you mean"),
        (("--owner", "Zoe", "--due", "2021-03-01"), "Members: Ada Park"),
        (("--owner", "Ada", "--due", "soon"), "--due"),
        (("--owner", "Ada", "--due", "2021-02-01"), "--on DATE"),
        (("--owner", "Ada", "--due", "2021-03-01", "--cures", "overlod"), "'overload'"),
        (("--owner", "Ada", "--due", "2021-03-01", "--month", "2022-01"), "has not begun"),
        (("--owner", "Ada", "--due", "2021-03-01", "--month", "2021-13"), "no month"),
        (("--owner", "Ada"), "--due"),
    ],
)
def test_an_odd_action_is_refused(ours, args, words):
    refused(ours("action", "add", "Do it", *args), words)


def test_notes_keep_their_subject_and_outcome(ours):
    assert (
        ours("log", "add", "experiment", "It helps", "--about", "IO", "--outcome", "validated").code
        == 0
    )
    note = json.loads(ours("log", "list", "--kind", "experiment", "--format", "json").out)[0]
    assert (note["about"], note["outcome"], note["day"]) == ("io", "validated", "2021-02-10")
    refused(
        ours("log", "add", "experiment", "x", "--outcome", "valid"), "Did you mean 'validated'?"
    )
    refused(ours("log", "add", "principl", "x"), "Did you mean 'principle'?")
    refused(ours("log", "add", "principle", "  "), "says nothing")


# ---- in the demo's workspace -----------------------------------------------------------------


def test_a_milestone_is_signed_and_unsigned(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")

    def cadence(*args: str):
        return run("--workspace", story, *args)

    def proven() -> dict[str, str | None]:
        listed = cadence("done", "list", "--month", "this", "--format", "json")
        return {one["key"]: one["proven"] for one in json.loads(listed.out)}

    key = next(key for key, day in proven().items() if day is None)
    shown = cadence(
        "done", "sign", key, "--gate", "built", "--evidence", "https://ci.example/7", "--by", "Ben"
    )
    assert shown.code == 0
    assert key in shown.err
    milestone = ("--gate", "built", "--evidence", "https://x.example")
    refused(cadence("done", "sign", "TFIO-9999", *milestone), "no milestone 'TFIO-9999'")
    refused(cadence("done", "sign", "TFIO-12", *milestone), "TFIO-12 is no milestone")
    for evidence in (
        "", " ", "seen by all", "javascript://alert(1)", "file:///etc/passwd", "https://",
        "https:///x", "https://a b", "wiki.example/page",
    ):  # fmt: skip
        refused(
            cadence("done", "sign", key, "--gate", "built", "--evidence", evidence), "--evidence"
        )
    refused(
        cadence("done", "sign", key, "--gate", "build", "--evidence", "https://x.example"), "--gate"
    )
    refused(
        cadence("done", "sign", key, *milestone, "--by", "Bon"),
        "Did you mean",
    )
    assert cadence("done", "unsign", key, "--gate", "built").code == 0
    refused(cadence("done", "unsign", key, "--gate", "built"), "no sign-off")


def test_a_sign_off_that_waits_says_for_what(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")

    def cadence(*args: str):
        return run("--workspace", story, *args)

    def told(key: str, gate: str) -> str:
        return cadence("done", "sign", key, "--gate", gate, "--evidence", "https://x.example").err

    def listed() -> dict[str, dict]:
        found = cadence("done", "list", "--month", "this", "--format", "json").out
        return {one["key"]: one for one in json.loads(found)}

    key, left = next((k, m["children"]["open"]) for k, m in listed().items() if not m["built"])
    count = "1 issue" if left == 1 else f"{left} issues"
    waits = f"{key} is signed as shipped, dated 2021-06-02; it counts once {key} is built ({count} open).\n"
    assert told(key, "shipped") == waits
    line = next(
        line for line in cadence("done", "list", "--month", "this").out.splitlines() if key in line
    )
    assert line.endswith("[signed, but waiting: shipped 2021-06-02]")
    assert "waiting" not in cadence("done", "list").out
    config = story / "cadence.toml"
    built = "TFIO-179"
    assert told(built, "built") == f"{built} is signed as built, dated 2021-06-02.\n"
    config.write_text(
        config.read_text().replace("[done.shipped]", "[done.shipped]\nsign_offs = false")
    )
    assert told(built, "shipped").endswith("while [done.shipped] sign_offs is false.\n")


def test_a_note_about_something_unknown_is_refused(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")

    def cadence(*args: str):
        return run("--workspace", story, *args)

    assert cadence("log", "add", "decision", "x", "--about", "tfio-1").code == 0
    assert (
        cadence("log", "add", "partner-ack", "x", "--about", "ads ranking", "--outcome", "ok").code
        == 0
    )
    refused(
        cadence("log", "add", "decision", "x", "--about", "Ads rankin"),
        "Did you mean 'Ads ranking'?",
    )
    abouts = {note["about"] for note in json.loads(cadence("log", "list", "--format", "json").out)}
    assert {"TFIO-1", "Ads ranking"} <= abouts


@pytest.mark.parametrize(
    "look",
    [
        ["goal", "list"],
        ["action", "list"],
        ["log", "list"],
        ["reflect", "show"],
        ["reflect", "status"],
    ],
)
def test_a_look_at_what_was_filed_makes_no_store(run, tmp_path, look):
    run("init", str(tmp_path / "ours"))
    done = run("--workspace", str(tmp_path / "ours"), *look)
    assert done.code in (0, 2)
    assert "fault" not in done.err
    assert not (tmp_path / "ours" / "data" / "cadence.db").exists()
