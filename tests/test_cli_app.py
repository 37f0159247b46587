import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from cadence import __version__
from cadence.cli import app
from cadence.cli.terminal import clean, json_safe
from cadence.errors import ConfigError

HEAVY = {
    "jira",
    "requests",
    "sqlite_utils",
    "sqlite3",
    "jinja2",
    "rich",
    "cattrs",
    "tomlkit",
    "zoneinfo",
}


def cadence(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    code = "from cadence.cli.app import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=60,
    )


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom cadence.cli.app import run\nrun(['--help'])\n"
        "print(sorted(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "report" in done.stdout
    assert not HEAVY & set(eval(done.stderr))


def test_every_command_of_the_table_loads_and_its_help_begins_as_the_table_says():
    context = click.Context(app.cli)
    for name, (module, line) in app.COMMANDS.items():
        command = app.cli.get_command(context, name)
        assert command is not None, module
        assert command.help, name
        assert line.endswith((".", "…")), name


def test_every_module_with_a_command_stands_in_the_table():
    folder = Path(app.__file__).parent
    modules = {
        f"cadence.cli.{path.stem}"
        for path in folder.glob("*.py")
        if "\n@click.command(" in path.read_text() or "\n@click.group(" in path.read_text()
    }
    assert modules - {"cadence.cli.app"} == {module for module, _ in app.COMMANDS.values()}


def test_an_unknown_command_is_one_line_with_the_nearest_name(run):
    done = run("reprot")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "cadence: There is no command 'reprot'. Did you mean 'report'? See 'cadence --help'.\n"
    )


@pytest.mark.parametrize(
    "args",
    [
        ["--nonsense"],
        ["report", "--knd", "done"],
        ["goal", "ad"],
        ["done", "sign"],
        ["report", "--kind", "x"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(run, args):
    done = run(*args)
    assert done.code == 2
    assert done.err.startswith("cadence: ")
    assert done.err.count("\n") == 1


def test_without_a_command_the_help_is_shown(run):
    done = run()
    assert done.code == 2
    assert "Commands:" in done.err


def test_completion_answers_from_the_table():
    complete = ShellComplete(app.cli, {}, "cadence", "_CADENCE_COMPLETE")
    assert [item.value for item in complete.get_completions([], "re")] == ["reflect", "report"]
    assert "--month" in [item.value for item in complete.get_completions(["report"], "--mo")]


def test_the_version_is_printed(run):
    assert run("--version").out == f"cadence {__version__}\n"


def test_no_workspace_is_one_line_with_the_remedy(run):
    done = run("report")
    assert done.code == 2
    assert "cadence init" in done.err
    assert done.err.count("\n") == 1


def test_the_workspace_is_found_from_below_by_option_and_by_environment(run, tmp_path, monkeypatch):
    run("init", "ours")
    below = tmp_path / "ours" / "reports" / "deep"
    below.mkdir(parents=True)
    path = f"{tmp_path / 'ours' / 'data' / 'cadence.db'}\n"
    assert run("--workspace", "ours", "db", "path").out == path
    monkeypatch.chdir(below)
    assert run("db", "path").out == path
    monkeypatch.chdir("/")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(tmp_path / "ours"))
    assert run("db", "path").out == path


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2021-02-10",
        "2021-02-10T12:00:00",
        "2021-13-10T12:00:00Z",
        "2021-02-10T12:00:00+25:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_an_odd_clock_is_one_line(run, monkeypatch, text):
    run("init")
    monkeypatch.setenv("CADENCE_NOW", text)
    done = run("report")
    assert done.code == 2
    assert "CADENCE_NOW" in done.err
    assert done.err.count("\n") == 1


def test_today_is_the_day_in_the_teams_zone(run, monkeypatch):
    run("init", "--timezone", "Pacific/Auckland")
    monkeypatch.setenv("CADENCE_NOW", "2021-02-28T23:00:00Z")
    assert "dated 2021-03-01" in run("log", "add", "principle", "Sleep").err


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (
            ConfigError("Wrong", where="here", remedy="Mend it"),
            2,
            "cadence: here: Wrong. Mend it.\n",
        ),
        (KeyboardInterrupt(), 130, "cadence: Stopped.\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "cadence: /x: Permission denied.\n"),
    ],
)
def test_a_fault_is_one_line_with_its_exit_code(run, monkeypatch, fault, code, told):
    def fail(*_: object) -> None:
        raise fault

    run("init")
    monkeypatch.setattr(app.App, "write", fail)
    done = run("db", "path")
    assert (done.code, done.err.lstrip("\n")) == (code, told)


def test_a_bug_is_told_in_one_line_without_its_message_and_in_full_with_vv(run, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret-token")

    run("init")
    monkeypatch.setattr(app.App, "write", fail)
    done = run("db", "path")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "-vv" in done.err
    assert "secret-token" not in done.err
    full = run("db", "path", "-vv")
    assert full.code == 1
    assert "Traceback" in full.err


def test_a_reader_that_has_gone_is_no_fault(tmp_path):
    done = subprocess.run(
        f'"{sys.executable}" -c "from cadence.cli.app import main; main()" --help | true',
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stderr == ""


def test_a_closed_stdout_is_no_fault(tmp_path):
    code = "from cadence.cli.app import main; main()"
    command = f'"{sys.executable}" -c "{code}" --version >&-'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_program_ends_with_the_exit_code(tmp_path):
    done = cadence("--workspace", str(tmp_path), "report")
    assert done.returncode == 2
    assert done.stderr.startswith("cadence: ")


def test_nothing_that_steers_a_terminal_gets_through():
    signs = "\x1b[31m\x07\x9b\u202e\u2066\r\x00"
    assert clean(f"a{signs}b\tc\n") == "a�[31m������b\tc\n"
    text = json.dumps(f"a{signs}", ensure_ascii=False)
    assert json.loads(clean(json_safe(text))) == f"a{signs}"


@pytest.mark.parametrize("words", [["--workspace", "{}"], ["--workspace={}"]])
@pytest.mark.parametrize("first", [True, False])
def test_the_workspace_may_be_named_before_the_command_or_after(run, tmp_path, words, first):
    run("init", str(tmp_path / "ours"))
    named = [word.format(tmp_path / "ours") for word in words]
    done = run(*named, "db", "path") if first else run("db", "path", *named)
    assert done.out.strip() == str(tmp_path / "ours" / "data" / "cadence.db")
