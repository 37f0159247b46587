import json
import sqlite3
from pathlib import Path

import pytest

from tests.terminals import sent

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


def held(folder: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(folder / "data" / "cadence.db") as db:
        return db.execute(sql).fetchall()


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
        assert done.code == 0, done.err
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


def form(*lines: str, month: str = "2021-01") -> str:
    return "\n".join([f"# Reflection {month}", "", *lines, ""])


def odd(done, *words: str) -> None:
    """Some files were odd: the last line names them."""
    assert (done.code, done.out) == (2, "")
    last = done.err.splitlines()[-1]
    assert last.startswith("cadence: ")
    for word in words:
        assert word in last


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (form("## Start", "- two", month="2020-12"), ["2020-12", "--month 2020-12"]),
        (form("Author: Adam", "## Start", "- two"), ["'Adam' is no member. Did you mean 'Ada'?"]),
        (form("## Start", "- two", month="2020-13"), ["'2020-13' is no month"]),
        ("hello", ["no form", "'# Reflection 2021-01'"]),
        ("# A plan\n## Start\n- two\n", ["no form"]),
        ("# Training I/O squad: January 2021\n\n- two\n", ["no form"]),
    ],
)
def test_an_odd_file_is_named_and_the_others_are_taken(ours, tmp_path, text, words):
    ours("reflect", "open")
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(form("## Start", "- one"))
    bad.write_text(text)
    odd(ours("reflect", "collect", good, bad), "bad.md", *words)
    refused(ours("reflect", "collect", bad), "bad.md", *words)
    assert texts(ours, "start") == ["one"]


def test_files_that_cannot_be_read_are_named_too(ours, tmp_path):
    ours("reflect", "open")
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(form("## Start", "- one"))
    bad.write_bytes(b"## Start\n- \xff\n")
    odd(ours("reflect", "collect", good, bad, tmp_path / "none.md"), "bad.md:2", "UTF-8", "none.md")
    assert texts(ours, "start") == ["one"]


def test_what_is_no_form_is_skipped_in_a_folder(ours, tmp_path):
    ours("reflect", "open")
    folder = tmp_path / JANUARY
    (folder / "README.md").write_text("# Our reflections\n\n- read me\n")
    (folder / "ben.md").write_text(form("Author: ben", "## Stop", "- guessing"))
    (folder / "zoe.md").write_text(form("Author: Zoe", "## Stop", "- haste"))
    done = ours("reflect", "collect", folder)
    odd(done, "zoe.md", "'Zoe'")
    assert "README.md: skipped" in done.err
    assert (texts(ours, "stop"), texts(ours, "other")) == (["guessing"], [])
    (tmp_path / "empty").mkdir()
    refused(ours("reflect", "collect", tmp_path / "empty"), "no form", "reflect open")


def test_each_unnamed_form_is_a_person_even_where_thoughts_are_shared(ours, tmp_path):
    ours("reflect", "open")
    for n in range(3):
        (tmp_path / f"{n}.md").write_text(form("## Stop", "- long meetings", f"- own {n}"))
    for new in (2, 0):
        done = ours("reflect", "collect", "0.md", "1.md", "2.md", "0.md")
        assert done.err.count(f" {new} new") == 3
    assert texts(ours, "stop") == ["long meetings"] * 3 + ["own 0", "own 1", "own 2"]
    assert ours("reflect", "status").out == "2021-01: open, 3 of 2 answered.\n"


def test_a_named_reflection_refuses_a_form_without_author(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    (tmp_path / "form.md").write_text(form("## Start", "- one"))
    refused(ours("reflect", "collect", "form.md"), "form.md", "Author: NAME")
    assert ours("reflect", "collect", "form.md", "--author", "Ben").code == 0
    assert ours("reflect", "status").out.endswith("Missing: Ada Park\n")


def test_the_author_given_wins_and_names_are_known_however_written(ours, tmp_path):
    ours("reflect", "open", "--anonymity", "named")
    (tmp_path / "form.md").write_text(form("Author: Ada Park", "## Start", "- one"))
    assert (
        "Ben Ito, 1 entry, 1 new"
        in ours("reflect", "collect", "form.md", "--author", " BEN  ito ").err
    )
    (tmp_path / "form.md").write_text(form("author:  ADA park ", "## Start", "- one", "- two"))
    assert "Ada Park, 2 entries, 2 new" in ours("reflect", "collect", "form.md").err
    assert texts(ours, "start") == ["one", "one", "two"]
    (tmp_path / "other.md").write_text(form("## Start", "- one"))
    refused(
        ours("reflect", "collect", "form.md", "other.md", "--author", "Ben"), "--author", "2 files"
    )


def test_two_files_of_one_author_are_one_answer(ours, tmp_path):
    ours("reflect", "open")
    (tmp_path / "a.md").write_text(form("Author: Ada", "## Start", "- one", "- two"))
    (tmp_path / "b.md").write_text(form("Author: ada park", "## Start", "- two", "- three"))
    done = ours("reflect", "collect", "a.md", "b.md")
    assert "a.md, b.md: Ada Park, 3 entries, 3 new" in done.err
    assert texts(ours, "start") == ["one", "three", "two"]


def test_anonymity_only_tightens_and_then_no_name_is_left(ours, tmp_path):
    ours("reflect", "open")
    ours("reflect", "add", "stop", "guessing", "--author", "Ada Park")
    refused(ours("reflect", "open", "--anonymity", "named"), "tighter")
    assert ours("reflect", "open", "--anonymity", "all").code == 0
    assert (shown(ours)["stop"], shown(ours)["withheld"]) == ([], 1)
    assert "'guessing'" in str(list(held(tmp_path, "SELECT text, author, door FROM entries")))
    assert held(tmp_path, "SELECT * FROM answered") == []


def test_a_closed_reflection_takes_nothing_more(ours, tmp_path):
    (tmp_path / "form.md").write_text(form("## Start", "- one"))
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
        refused(ours("reflect", *args), "closed on 2021-02-03", "--month 2021-02")


def test_a_month_is_skipped_with_its_reason(ours):
    refused(ours("reflect", "skip"), "--why")
    refused(ours("reflect", "skip", "--why", " "), "--why")
    assert ours("reflect", "skip", "--why", "spring break").code == 0
    assert ours("reflect", "show").out == "Skipped: spring break\n"
    refused(ours("reflect", "add", "start", "x"), "skipped on 2021-02-10", "reflect open --month")


def test_a_skipped_month_is_opened_after_all(ours):
    ours("reflect", "skip", "--why", "spring break")
    done = ours("reflect", "open", "--anonymity", "named")
    assert done.code == 0
    assert "is open after all; the skip is taken back (spring break); anonymity: named" in done.err
    assert ours("reflect", "add", "start", "x", "--author", "ada").code == 0
    assert (shown(ours)["state"], shown(ours)["skipped"]) == ("open", None)


def test_tighter_anonymity_rewrites_a_form_that_nobody_has_filled_in(ours, tmp_path):
    path = tmp_path / JANUARY / "form.md"
    ours("reflect", "open")
    assert "Author:" in path.read_text()
    ours("reflect", "open", "--anonymity", "all")
    assert "author" not in path.read_text().casefold()
    path.write_text(path.read_text() + "- mine\n")
    done = ours("reflect", "open")
    assert "kept as it is" in done.err
    assert path.read_text().endswith("- mine\n")


@pytest.mark.parametrize("args", [["open"], ["skip", "--why", "x"]])
def test_a_future_month_is_refused(ours, args):
    refused(ours("reflect", *args, "--month", "2021-03"), "has not begun")


def test_hostile_words_reach_no_terminal(ours, tmp_path):
    ours("reflect", "open")
    (tmp_path / "form.md").write_text(
        form("## Start", "- a \x1b]0;x\x07 \u202e b", "## X", "\x9b31m")
    )
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


def test_without_a_text_a_terminal_shows_what_a_form_shows_and_asks(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    assert run("--workspace", story, "reflect", "open", "--month", "2021-06").code == 0
    typed = b"Write it down, because we forget\n\n\nOne page a week, because it is read\n\n"
    told = sent(["reflect", "add", "--month", "this"], story, typed=typed).decode()
    places = [told.index(words) for words in ("What became of our actions", "What the data asks")]
    asked = [told.index(f"{name}: ") for name in ("start", "stop", "continue")]
    assert places + asked == sorted(places + asked)
    assert told.count("because …") == 3
    done = run("--workspace", story, "reflect", "show", "--month", "2021-06", "--format", "json")
    kept = json.loads(done.out)
    assert [entry["text"] for entry in kept["start"]] == ["Write it down, because we forget"]
    assert kept["stop"] == []
    assert [entry["text"] for entry in kept["continue"]] == ["One page a week, because it is read"]


def test_without_a_text_and_without_a_terminal_the_remedy_is_told(ours):
    refused(ours("reflect", "add", "stop"), "Nothing was said", "cadence reflect add stop '")
