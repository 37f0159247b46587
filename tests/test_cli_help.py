"""The help of each command is a manual page, and a shell completes what it tells."""

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from markdown_it import MarkdownIt

from cadence.cli import app
from cadence.cli.command import Command, Group
from cadence.cli.completing import SHELLS
from cadence.cli.manual import commands_page, walk
from tests.lines import typed

COMMANDS = dict(walk())


@pytest.mark.parametrize("path", COMMANDS)
def test_every_commands_help_tells_what_it_does_and_ends_with_examples(path, run):
    done = run(*path.split()[1:], "--help")
    _, found, examples = done.out.partition("\nExamples:\n")
    assert done.code == 0
    assert found
    assert all(line in examples for line in COMMANDS[path].examples)
    assert COMMANDS[path].help


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_is_a_line_that_its_command_understands(path, told_story, monkeypatch):
    reached = []
    monkeypatch.setenv("CADENCE_NOW", "2026-10-30T12:00:00Z")
    monkeypatch.setattr(click.Command, "invoke", lambda _, ctx: reached.append(ctx.command_path))
    for line in COMMANDS[path].examples:
        app.cli.main(
            typed(line), prog_name="cadence", standalone_mode=False, obj=app.App(told_story)
        )
        assert f"{reached[-1]} ".startswith(f"{path} "), line


def test_every_option_says_what_it_does():
    silent = [
        f"{path} {option.opts[0]}"
        for path, command in COMMANDS.items()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_the_manuals_page_of_commands_is_what_the_program_says():
    page = Path(__file__).parent.parent / "docs" / "commands.md"
    assert page.read_text(encoding="utf-8") == commands_page(), "run: python docs/make.py"
    tokens = MarkdownIt("commonmark").enable("table").parse(commands_page())
    told = [tokens[n + 1].content for n, one in enumerate(tokens) if one.type == "heading_open"]
    assert told[1:] == list(COMMANDS)


def test_all_commands_are_ours():
    assert {type(one) for one in COMMANDS.values()} == {Command, Group, app.LazyGroup}


def completed(story, *typed: str) -> list[str]:
    complete = ShellComplete(app.cli, {}, "cadence", "_CADENCE_COMPLETE")
    args = ["--workspace", str(story), *typed[:-1]]
    return [item.value for item in complete.get_completions(args, typed[-1])]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("report --month 2020-1", ["2020-12", "2020-11", "2020-10"]),
        ("report --month l", ["last"]),
        ("report --kind ex", ["executive"]),
        ("report --person ch", ["Chloé Martin"]),
        ("report --partner A", ["Ads ranking"]),
        ("goal measure s", ["self-serve"]),
        ("log add partner", ["partner-ack", "partner-need"]),
        ("findings dismiss kpi-o", ["kpi-off-track"]),
        ("why kpi-u", ["kpi-unreliable"]),
        ("action add x --owner D", ["Dev Rao"]),
        ("template show pictures/k", ["pictures/kpi.svg.j2"]),
        ("completion z", ["zsh"]),
        ("done sign TFIO-9", ["TFIO-97", "TFIO-9"]),
        ("done unsign tfio-17", ["TFIO-179"]),
        ("stage decide TFIO-23", ["TFIO-233"]),
        ("stage set TFIO-97 po", ["PoC"]),
        ("why slip TFIO-187", ["TFIO-187"]),
        ("why aging TFIO-19", ["TFIO-199", "TFIO-198", "TFIO-197", "TFIO-196", "TFIO-195",
                               "TFIO-194", "TFIO-193", "TFIO-192", "TFIO-191", "TFIO-190",
                               "TFIO-19"]),
        ("why kpi s", ["self-serve"]),
        ("findings dismiss overload D", ["Dev Rao"]),
        ("log add decision x --about A", ["Ads ranking", "Ada Park"]),
    ],
)  # fmt: skip
def test_values_are_completed_from_the_workspace(told_story, monkeypatch, typed, offered):
    monkeypatch.setenv("CADENCE_NOW", "2021-02-10T12:00:00Z")
    assert completed(told_story, *typed.split(" ")) == offered


def test_a_milestones_key_is_offered_with_its_title_and_nothing_that_breaks_the_line(story):
    with closing(sqlite3.connect(story / "data" / "cadence.db")) as conn, conn:
        hostile = "a\nplain\n--rm \x1b]0;x\x07\u202e" + "x" * 300
        conn.execute("UPDATE issues SET summary = ? WHERE key = 'TFIO-97'", (hostile,))
        conn.execute("UPDATE issues SET key = 'TFIO-9' || char(10) || 'x' WHERE key = 'TFIO-9'")
    complete = ShellComplete(app.cli, {}, "cadence", "_CADENCE_COMPLETE")
    args = ["--workspace", str(story), "done", "sign"]
    (item,) = complete.get_completions(args, "TFIO-9")
    assert item.value == "TFIO-97"
    assert item.help.startswith("a plain --rm")
    assert item.help.isprintable()
    assert len(item.help) <= 60


@pytest.mark.parametrize("spoilt", ["gone", "damaged", "newer", "without tables", "locked"])
def test_a_store_that_cannot_be_read_offers_nothing_and_changes_nothing(story, spoilt):
    path = story / "data" / "cadence.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        if spoilt == "gone":
            path.unlink()
        elif spoilt == "damaged":
            path.write_bytes(path.read_bytes()[:5000])
        elif spoilt == "newer":
            held.execute("PRAGMA user_version = 9999")
        elif spoilt == "without tables":
            held.execute("ALTER TABLE issues RENAME TO elsewhere")
        else:
            held.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        offered = completed(story, "done", "sign", "TFIO-9")
        assert time.monotonic() - began < 2
        assert offered in ([], ["TFIO-97", "TFIO-9"])
        assert (offered == []) is (spoilt not in ("locked", "newer"))
    assert path.exists() is (spoilt != "gone")


def test_where_versions_are_milestones_their_names_are_offered(story):
    toml = story / "cadence.toml"
    toml.write_text(toml.read_text().replace('from = "epics"', 'from = "versions"'))
    assert all(not name.startswith("TFIO-") for name in completed(story, "done", "sign", ""))
    assert completed(story, "done", "sign", "") != []


def test_without_a_workspace_nothing_is_offered_and_nothing_fails(tmp_path):
    assert completed(tmp_path, "action", "add", "x", "--owner", "A") == []


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_for_each_shell_is_printed_and_understood_where_there_is_one(run, shell, tmp_path):
    done = run("completion", shell)
    assert done.code == 0
    assert "_CADENCE_COMPLETE" in done.out
    path = tmp_path / "script"
    path.write_text(done.out)
    if there := shutil.which(shell):
        subprocess.run([there, "-n", str(path)], check=True, capture_output=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_is_offered_a_name_with_a_space_as_one_word(told_story, tmp_path, run):
    binary = tmp_path / "bin" / "cadence"
    binary.parent.mkdir()
    binary.write_text(f"#!{sys.executable}\nfrom cadence.cli.app import main\nmain()\n")
    binary.chmod(0o755)
    script = (
        f"{run('completion', 'bash').out}\nCOMP_WORDS=(cadence done sign K --by A)\nCOMP_CWORD=5\n"
        '_cadence_completion cadence\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "-c", script],
        env={
            "PATH": f"{binary.parent}:/usr/bin:/bin",
            "CADENCE_WORKSPACE": str(told_story),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "'Ada Park'\n"
    assert done.stderr == ""
