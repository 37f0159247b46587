import json
from pathlib import Path

import pytest

CONFIG = """\
[team]
[[team.members]]
name = "Ada Park"
[[team.members]]
name = "Ben Ito"
"""
JANUARY = Path("reflections/2021-01")


@pytest.fixture
def ours(run, tmp_path):
    (tmp_path / "cadence.toml").write_text(CONFIG)
    return run


def shown(ours) -> dict:
    return json.loads(ours("reflect", "show", "--format", "json").out)


def texts(ours, prompt: str) -> list[str]:
    return sorted(entry["text"] for entry in shown(ours)[prompt])


def refused(done, *words: str) -> None:
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    for word in words:
        assert word in done.err


def test_the_month_that_ended_last_is_opened_and_its_form_written(ours, tmp_path):
    done = ours("reflect", "open")
    assert done.out == f"{tmp_path}/reflections/2021-01/form.md\n"
    assert "anonymity: entry" in done.err
    form = (tmp_path / JANUARY / "form.md").read_text()
    assert form.startswith("# Reflection 2021-01\n")
    assert "> Nothing was synced yet" in form
    assert (tmp_path / JANUARY / "form.md").stat().st_mode & 0o777 == 0o600


def test_a_named_reflection_has_a_form_for_each_member(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named", "--month", "jan")
    names = sorted(path.name for path in (tmp_path / JANUARY).iterdir())
    assert names == ["ada-park.md", "ben-ito.md"]
    assert "Author: Ben Ito\n" in (tmp_path / JANUARY / "ben-ito.md").read_text()


def test_opening_again_keeps_what_somebody_wrote(ours, tmp_path):
    ours("reflect", "open")
    form = tmp_path / JANUARY / "form.md"
    form.write_text(form.read_text() + "- mine\n")
    assert ours("reflect", "open").code == 0
    assert form.read_text().endswith("- mine\n")


def test_forms_are_collected_once_however_often(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    for name in ("ada-park", "ben-ito"):
        form = tmp_path / JANUARY / f"{name}.md"
        form.write_text(form.read_text().replace("- \n", f"- by {name}\n") + "\n## Kudos\n* all\n")
    for _ in range(2):
        done = ours("reflect", "collect", JANUARY)
        assert done.code == 0
    assert "0 new" in done.err
    assert "Kudos: all" in done.err
    assert texts(ours, "stop") == ["by ada-park", "by ben-ito"]
    assert texts(ours, "other") == ["Kudos: all", "Kudos: all"]
    status = json.loads(ours("reflect", "status", "--format", "json").out)
    assert (status["answered"], status["invited"], status["missing"]) == (2, 2, [])


def test_an_unfilled_form_erases_nothing(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    ours("reflect", "add", "start", "measure", "--author", "ada")
    done = ours("reflect", "collect", JANUARY / "ada-park.md")
    assert "nothing is filled in" in done.err
    assert texts(ours, "start") == ["measure"]


def test_a_mistake_in_one_form_stores_none(ours, tmp_path):
    ours("reflect", "open")
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("## Start\n- one\n")
    bad.write_text("# Reflection 2020-12\n## Start\n- two\n")
    refused(ours("reflect", "collect", good, bad), "bad.md", "2020-12", "--month 2020-12")
    bad.write_text("Author: Adam\n## Start\n- two\n")
    refused(ours("reflect", "collect", good, bad), "bad.md", "'Adam'")
    bad.write_bytes(b"## Start\n- \xff\n")
    refused(ours("reflect", "collect", good, bad), "bad.md:2", "UTF-8")
    refused(ours("reflect", "collect", good, tmp_path / "none.md"), "none.md")
    assert texts(ours, "start") == []


def test_a_named_reflection_refuses_a_form_without_author(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    (tmp_path / "form.md").write_text("## Start\n- one\n")
    refused(ours("reflect", "collect", "form.md"), "Author: NAME")
    assert ours("reflect", "collect", "form.md", "--author", "Ben").code == 0
    assert ours("reflect", "status").out.endswith("Missing: Ada Park\n")


def test_anonymity_only_tightens(ours):
    ours("reflect", "open")
    ours("reflect", "add", "stop", "guessing", "--author", "Ada Park")
    refused(ours("reflect", "open", "--anonymity", "named"), "tighter")
    assert ours("reflect", "open", "--anonymity", "all").code == 0
    assert shown(ours)["stop"] == [{"text": "guessing", "votes": 0, "theme": None, "author": None}]


def test_a_closed_reflection_takes_nothing_more(ours, tmp_path):
    (tmp_path / "form.md").write_text("## Start\n- one\n")
    refused(ours("reflect", "close"), "not open", "reflect open --month 2021-01")
    ours("reflect", "open")
    assert ours("reflect", "close", "--principle", "No magic", "--on", "2021-02-03").code == 0
    assert json.loads(ours("log", "list", "--format", "json").out)[0]["text"] == "No magic"
    for args in (
        ["collect", "form.md"],
        ["add", "start", "x"],
        ["close"],
        ["skip", "--why", "x"],
        ["open"],
    ):
        refused(ours("reflect", *args), "closed on 2021-02-03")


def test_a_month_is_skipped_with_its_reason(ours):
    refused(ours("reflect", "skip"), "--why")
    refused(ours("reflect", "skip", "--why", " "), "--why")
    assert ours("reflect", "skip", "--why", "spring break").code == 0
    assert ours("reflect", "show").out == "Skipped: spring break\n"
    refused(ours("reflect", "open"), "skipped on 2021-02-10")


@pytest.mark.parametrize("args", [["open"], ["skip", "--why", "x"]])
def test_a_future_month_is_refused(ours, args):
    refused(ours("reflect", *args, "--month", "2021-03"), "has not begun")


def test_hostile_words_reach_no_terminal(ours, tmp_path):
    ours("reflect", "open")
    (tmp_path / "form.md").write_text("## Start\n- a \x1b]0;x\x07 \u202e b\n## X\n\x9b31m\n")
    done = ours("reflect", "collect", "form.md")
    out = done.err + ours("reflect", "show").out + ours("reflect", "show", "--format", "json").out
    assert not set(out) & set("\x1b\x07\x9b\u202e")


def test_facts_and_open_actions_stand_above_the_questions(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-07-02T16:00:00Z")
    assert run("--workspace", story, "reflect", "open").code == 0
    form = (story / "reflections" / "2021-06" / "form.md").read_text()
    facts, questions = form.split("## Start")
    assert "Nothing is DONE this month." in facts
    assert "Ten teams have used the doctor without us" in facts
    assert not [line for line in questions.splitlines() if line.startswith(">")]
    assert all(line.startswith((">", "#", "<!--", "Author")) for line in facts.splitlines() if line)
