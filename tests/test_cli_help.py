"""The help of each command is a manual page, and a shell completes what it tells."""

import shutil
import subprocess
import sys
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
    ],
)
def test_values_are_completed_from_the_workspace(told_story, monkeypatch, typed, offered):
    monkeypatch.setenv("CADENCE_NOW", "2021-02-10T12:00:00Z")
    assert completed(told_story, *typed.split(" ")) == offered


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
