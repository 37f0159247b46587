import json
from pathlib import Path

import pytest

from cadence.reports import TEAM_KINDS


@pytest.fixture
def ours(run, told_story, monkeypatch):
    """The demo's workspace, read only, in the story's June."""
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(told_story))
    return run


@pytest.mark.parametrize(
    "month",
    [[], ["--month"], ["--month", "last"], ["--month", "2021-05"], ["--month", "2021/05"],
     ["--month", "may"], ["--month", "May 2021"], ["--month=2021-5"]],
)  # fmt: skip
def test_every_way_to_write_a_month_is_understood(ours, month):
    done = ours("report", *month)
    assert done.code == 0
    assert done.out.startswith("# Training I/O squad: May 2021\n")


def test_month_without_a_value_may_stand_before_other_options(ours):
    done = ours("report", "--month", "--kind", "done", "--format", "json")
    assert json.loads(done.out)["month"] == "2021-05"


@pytest.mark.parametrize("month", ["2021-13", "mai", "0", "", "2021-02-03", "next", "\x1b[31m"])
def test_a_wrong_month_is_one_line(ours, month):
    done = ours("report", "--month", month)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "is no month" in done.err
    assert "\x1b" not in done.err


def test_a_month_that_has_not_begun_is_refused(ours):
    done = ours("report", "--month", "2021-07")
    assert (done.code, done.out) == (2, "")
    assert done.err == "cadence: --month: 2021-07 has not begun. The latest is 2021-06.\n"


def test_kinds_may_be_repeated_and_come_in_order(ours):
    done = ours("report", "--kind", "focus", "--kind", "reflection")
    titles = [line for line in done.out.splitlines() if line.startswith("# ")]
    assert len(titles) == 2
    assert "ocus" in titles[0]
    assert "eflection" in titles[1]


def test_json_is_the_values_of_the_contract(ours):
    values = json.loads(ours("report", "--month", "feb", "--format", "json").out)
    assert (values["schema"], values["month"]) == (1, "2021-02")
    assert values["as_of"] == "2021-03-01T00:00:00-08:00"
    assert {"focus", "done", "reflection", "findings", "complete", "synced_at", "team"} <= set(
        values
    )


def test_files_are_written_beside_what_is_printed(ours, tmp_path):
    done = ours("report", "--month", "--output", tmp_path / "out")
    folder = tmp_path / "out" / "2021-05"
    assert sorted(path.stem for path in folder.glob("*.md")) == sorted(TEAM_KINDS)
    assert (folder / "month.md").read_text() == done.out
    assert f"Wrote {folder}/month.md" in done.err
    ours("report", "--output", "out", "--kind", "done", "--format", "json")
    assert json.loads(Path("out/2021-05/done.json").read_text())["month"] == "2021-05"


def test_a_folder_that_cannot_be_written_is_one_line(ours, tmp_path):
    (tmp_path / "file").write_text("x")
    done = ours("report", "--output", tmp_path / "file")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert str(tmp_path / "file") in done.err


def test_a_store_that_was_never_synced_names_the_remedy(run):
    run("init")
    for _ in range(2):
        done = run("report")
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert "cadence sync" in done.err
        run("log", "add", "principle", "this makes the store")


def test_findings_ask_and_come_as_json_too(ours):
    values = json.loads(ours("findings", "--month", "2020-12", "--format", "json").out)
    assert {"goal-without-kpi", "overload"} <= {one["code"] for one in values}
    assert all(one["question"].endswith("?") for one in values)
    assert "goal-without-kpi" in ours("findings", "--month", "2020-12").out


def test_the_store_is_found_sound(ours):
    done = ours("db", "check")
    assert done.code == 0
    assert "252  issues" in done.out or "issues" in done.out


def test_a_damaged_store_is_told_with_its_own_exit_code(run, story):
    path = story / "data" / "cadence.db"
    whole = bytearray(path.read_bytes())
    whole[4096 * 2 : 4096 * 40] = b"\xff" * 4096 * 38
    path.write_bytes(whole)
    done = run("--workspace", story, "db", "check")
    assert (done.code, done.err.count("\n")) == (7, 1)
    path.write_bytes(b"not a database at all, but long enough to be read as a header" * 4)
    assert run("--workspace", story, "db", "check").code == 7


def test_verbose_tells_what_was_read_beside_the_report_not_in_it(ours):
    plain, verbose = ours("report"), ours("report", "-v")
    assert plain.out == verbose.out
    assert "252 issues" in verbose.err
    assert "252 issues" not in plain.err
