"""init and demo, and files that are written whole."""

import contextlib
import os
import re
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from cadence.config import load_config
from cadence.errors import ConfigError
from cadence.files import write_whole
from cadence.reports import TEAM_KINDS
from tests.lines import typed


def test_init_makes_a_private_workspace_that_is_valid(run, tmp_path):
    done = run(
        "init", "work", "--url", "https://acme.atlassian.net", "--project", "TFIO", "--project", "OPS",
        "--team", 'The "A" team', "--timezone", "Europe/Paris", "--member", "Ada Park=5b10", "--member", "Ben",
        "--goal", "io=Jobs no longer wait",
    )  # fmt: skip
    assert done.code == 0, done.err
    config = load_config(tmp_path / "work" / "cadence.toml")
    assert config.jira.projects == ("TFIO", "OPS")
    assert config.team.name == 'The "A" team'
    assert [(m.name, m.account) for m in config.team.members] == [("Ada Park", "5b10"), ("Ben", "")]
    assert (str(config.goals[0].start), str(config.goals[0].end)) == ("2021-02-01", "2021-07-31")
    modes = {
        name: stat.S_IMODE((tmp_path / "work" / name).stat().st_mode)
        for name in ("cadence.toml", "data", "templates", "")
    }
    assert modes == {"cadence.toml": 0o600, "data": 0o700, "templates": 0o700, "": 0o700}
    assert "data/" in (tmp_path / "work" / ".gitignore").read_text().splitlines()


def test_init_explains_every_table(run, tmp_path):
    run("init")
    text = (tmp_path / "cadence.toml").read_text()
    tables = (
        "jira team team.members goals goals.match goals.kpi support.match milestones done.shipped"
    )
    for table in f"{tables} done.proven stages ceremonies partners production findings".split():
        assert f"[{table}]" in text, table
    # What is commented out is valid, too.
    lines = [
        line.removeprefix("# ") if " = " in line or "[" in line[:4] else line
        for line in text.splitlines()
    ]
    assert tomllib.loads("\n".join(line for line in lines if not line.startswith("# ")))


def test_init_overwrites_nothing(run, tmp_path):
    (tmp_path / ".gitignore").write_text("mine\n")
    assert run("init").code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    done = run("init", "--team", "Other")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "already" in done.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--url", "http://acme.example"], "https://"),
        (["--timezone", "Mars/Base"], "time zone"),
        (["--goal", "io"], "ID=TITLE"),
        (["--goal", "a=A", "--goal", "b=B", "--goal", "c=C"], "third active goal"),
        (["--member", "Ada", "--member", "ada"], "twice"),
    ],
)
def test_init_refuses_what_would_not_be_valid_and_leaves_nothing(run, tmp_path, args, words):
    done = run("init", "work", *args)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert words in done.err
    assert done.err.startswith(f"cadence: {args[-2]}: ")
    assert "cadence.toml" not in done.err
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "set url and projects (or jql) in [jira]"),
        (["--url", "https://acme.atlassian.net"], "set projects (or jql) in [jira]"),
        (["--url", "https://acme.atlassian.net", "--project", "TFIO"], None),
    ],
)
def test_init_says_what_must_be_set_before_the_sync(run, args, told):
    done = run("init", *args)
    assert ("Before the first sync" in done.err) is (told is not None)
    assert (told or "Next: 'cadence login'") in done.err


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_init_at_a_terminal_asks_again_and_loses_no_answer(tmp_path):
    answers = [
        "http://acme.example", "https://acme.example", "T-F", "tfio, OPS", "", "Mars", "Europe/Paris",
        "Ada Park", "5b10", "ada park", "x", "Ben Ito", "", "",
    ]  # fmt: skip
    done = at_terminal(tmp_path, "init", "work", answers=answers)
    assert "Plain http would show the token" in done
    assert "'T-F' is no project's key" in done
    assert "cadence.toml:" not in done
    config = load_config(tmp_path / "work" / "cadence.toml")
    assert (config.jira.url, config.jira.projects) == ("https://acme.example", ("tfio", "OPS"))
    assert (config.team.name, config.team.timezone) == ("Team", "Europe/Paris")
    assert [(m.name, m.account) for m in config.team.members] == [
        ("Ada Park", "5b10"),
        ("Ben Ito", ""),
    ]


def at_terminal(folder: Path, *args: str, answers: list[str]) -> str:
    """Run cadence at a pseudo-terminal, typing these answers; return what it shows there."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from cadence.cli.app import main; main()", *args],
        cwd=folder, stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs,
    ) as program:  # fmt: skip
        os.close(theirs)
        os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
        shown = b""
        with contextlib.suppress(OSError):  # so a terminal ends
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert program.returncode == 0, shown.decode()
    return shown.decode()


def test_init_says_in_one_line_that_it_cannot_write(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("init", "file/work")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "file" in done.err


def test_the_demo_is_quick_and_leaves_reports_of_every_month(run, tmp_path):
    began = time.monotonic()
    done = run("demo")
    assert time.monotonic() - began < 10
    assert done.code == 0, done.err
    assert done.out.startswith("# Training I/O squad: May 2021\n")
    folder = tmp_path / "cadence-demo"
    assert sorted(path.name for path in (folder / "reports").iterdir()) == [
        "2020-12", "2021-01", "2021-02", "2021-03", "2021-04", "2021-05",
    ]  # fmt: skip
    assert sum(1 for _ in (folder / "reports").glob("*/*.md")) == 6 * len(TEAM_KINDS)
    written = (folder / "reports/2021-05/month.md").read_text()
    assert done.out == re.sub(r"^!\[.*\]\(.*\.svg\)\n\n", "", written, flags=re.MULTILINE)
    assert (folder / "reports/2021-05/kpi-io.svg").is_file()
    assert "cadence --workspace cadence-demo report --month 2021-02" in done.err
    assert "127.0.0.1" not in (folder / "cadence.toml").read_text()
    assert (folder / "data/cadence.db").stat().st_mode & 0o777 == 0o600


def test_the_demo_tells_lines_that_can_be_typed_in_a_folder_of_any_name(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2026-10-30T12:00:00Z")
    done = run("demo", "my demo; x")
    lines = [one.strip() for one in done.err.splitlines() if " --workspace 'my demo; x' " in one]
    assert len(lines) == 4
    for line in lines:
        assert run(*typed(line)).code == 0, line
    assert "\n\n\n" not in done.err + done.out
    assert "manual" not in (tmp_path / "my demo; x" / "cadence.toml").read_text()


def test_the_demo_refuses_a_folder_that_holds_something(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("")
    done = run("demo", "mine")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["file"]


def test_a_file_is_written_whole_keeps_its_rights_and_leaves_no_rest(tmp_path):
    path = tmp_path / "a" / "file.md"
    write_whole(path, "one\n")
    path.chmod(0o640)
    write_whole(path, "two\n")
    assert path.read_text() == "two\n"
    assert path.stat().st_mode & 0o777 == 0o640
    (tmp_path / "folder" / "inside").mkdir(parents=True)
    with pytest.raises(ConfigError):
        write_whole(tmp_path / "folder", "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "folder"]
    assert [p.name for p in path.parent.iterdir()] == ["file.md"]
