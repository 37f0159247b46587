"""Where a report goes: to the clipboard by whatever reaches it, to a file, or to a pipe."""

import base64
import os
import pty
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cadence.cli.clipboard import CLIP, PBCOPY, WL_COPY, XCLIP, XSEL, tools
from cadence.formats import FORMATS
from tests.terminals import PROGRAM

TAKES = (
    '#!/bin/sh\necho "$@" > "$TAKEN.words"\ncat > "$TAKEN"\n(sleep 2 &) # as xclip, it lives on\n'
)
FAILS = "#!/bin/sh\ncat > /dev/null\nexit 3\n"


def on_a_terminal(environment: dict[str, str], *words: str) -> bytes:
    """Run a command on a terminal of its own; return what it sent there."""
    child, ours = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, *words], environment)
    told = b""
    while True:
        try:
            told += os.read(ours, 65536)
        except OSError:
            break
    os.waitpid(child, 0)
    os.close(ours)
    return told


@pytest.fixture
def desk(run, told_story, tmp_path, monkeypatch):
    """A machine on which only the programs named are installed, and where their text arrives."""
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(told_story))
    monkeypatch.setattr(sys, "platform", "linux")
    taken = tmp_path / "taken"
    monkeypatch.setenv("TAKEN", str(taken))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    def install(**programs):
        (tmp_path / "bin").mkdir(exist_ok=True)
        for name, script in programs.items():
            path = tmp_path / "bin" / name.replace("_", "-").replace("-exe", ".exe")
            path.write_text(script)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return taken

    return install


def test_the_best_program_for_the_system_comes_first():
    assert tools({}, "darwin") == (PBCOPY,)
    assert tools({}, "win32") == (CLIP,)
    assert tools({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux")[:3] == (
        WL_COPY,
        XCLIP,
        XSEL,
    )
    assert tools({"DISPLAY": ":0"}, "linux")[:2] == (XCLIP, XSEL)
    assert tools({}, "linux") == (CLIP,)


def test_a_report_is_copied_and_not_printed(run, desk, monkeypatch):
    taken = desk(wl_copy=TAKES)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    done = run("report", "--copy")
    assert (done.code, done.out) == (0, "")
    assert re.search(r"^Copied [\d]+ characters with wl-copy\.$", done.err, re.MULTILINE)
    assert taken.read_text() == run("report").out
    assert run("report", "--copy", "--stdout").out == taken.read_text()


def test_html_is_copied_as_rich_text_where_the_clipboard_knows_it(run, desk, monkeypatch):
    taken = desk(xclip=TAKES, clip_exe=TAKES)
    monkeypatch.setenv("DISPLAY", ":0")
    assert "as rich text" in run("report", "--copy", "--format", "html").err
    assert Path(f"{taken}.words").read_text() == "-selection clipboard -t text/html\n"
    monkeypatch.delenv("DISPLAY")
    assert "takes no rich text" in run("report", "--copy", "--format", "html").err


def test_windows_gets_its_own_encoding(run, desk):
    taken = desk(clip_exe=TAKES)
    assert run("report", "--copy").code == 0
    assert taken.read_bytes()[:2] == b"\xff\xfe"
    assert "Chloé" in taken.read_text("utf-16")


def test_a_program_that_fails_gives_way_to_the_next(run, desk, monkeypatch):
    taken = desk(xclip=FAILS, xsel=TAKES)
    monkeypatch.setenv("DISPLAY", ":0")
    assert "with xsel" in run("report", "--copy").err
    assert taken.read_text().startswith("# Training I/O squad")


def test_without_a_clipboard_one_line_names_the_remedy(run, desk, monkeypatch):
    desk(xclip=FAILS)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", os.environ["PATH"].split(":")[0])
    done = run("report", "--copy")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "xclip ended with code 3; No clipboard is within reach" in done.err
    assert "--output" in done.err


def test_what_cannot_be_copied_is_printed_where_both_are_asked_for(run, desk):
    told = run("report", "--kind", "executive", "--stdout").out
    done = run("report", "--kind", "executive", "--stdout", "--copy")
    assert (done.code, done.out) == (2, told)
    assert done.err.count("\n") == 1


def test_a_terminal_is_asked_as_the_last_resort(told_story, tmp_path):
    """OSC 52, with nothing in it but the text's base64."""
    environment = {
        **os.environ,
        "PATH": str(tmp_path),
        "CADENCE_NOW": "2021-06-02T16:00:00Z",
        "CADENCE_WORKSPACE": str(told_story),
    }
    told = on_a_terminal(environment, "report", "--copy")
    found = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", told)
    assert found
    assert base64.b64decode(found[1]).decode().startswith("# Training I/O squad: May 2021\n")
    assert b"through the terminal (OSC 52)" in told
    assert b"# Training" not in told


@pytest.mark.parametrize("form", FORMATS)
def test_a_pipe_gets_the_text_and_nothing_else(run, desk, form):
    done = run("report", "--format", form, "--stdout")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert not done.out.endswith("\n\n")
    run("report", "--format", form, "--kind", "month", "--output", "out")
    file = Path(f"out/2021-05/month.{FORMATS[form].suffix}")
    beside = {path.suffix for path in file.parent.iterdir() if path != file}
    assert beside <= {".svg"}
    if form != "markdown":  # which shows the pictures that lie beside it
        assert file.read_text() == done.out
    before = file.read_bytes()
    run("report", "--format", form, "--kind", "month", "--output", "out")
    assert file.read_bytes() == before


def test_several_kinds_are_one_page_of_html(run, desk):
    done = run("report", "--format", "html", "--kind", "focus", "--kind", "done")
    assert done.out.count("<!DOCTYPE html>") == 1
    assert done.out.count("<h1>") == 2


def test_a_flavor_is_a_matter_of_markdown(run, desk):
    done = run("report", "--format", "jira", "--flavor", "github")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--flavor is a matter of markdown" in done.err
    assert "```mermaid" in run("report", "--flavor", "gitlab").out
    assert "```mermaid" not in run("report").out
    assert run("report", "--flavor", "notion").out != run("report").out


def test_findings_and_derivations_leave_by_the_same_road(run, desk):
    assert run("findings", "--format", "jira").out.startswith("h1. Training I/O squad")
    assert run("why", "focus", "--format", "slack").out.startswith("*Why: focus")
    assert "<h1>" in run("findings", "--format", "confluence").out


def test_slack_is_told_its_limits_on_stderr(run, desk):
    done = run("report", "--format", "slack")
    assert "Slack takes 3,000 characters" in done.err
    assert "3,000" not in done.out


def test_a_reader_that_goes_early_is_no_fault(told_story):
    environment = {
        **os.environ,
        "CADENCE_NOW": "2021-06-02T16:00:00Z",
        "CADENCE_WORKSPACE": str(told_story),
    }
    words = [sys.executable, "-c", PROGRAM, "report", "--format", "html"]
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_page_of_html_that_lies_in_a_file_is_not_thrown_at_a_terminal(story, tmp_path):
    environment = {
        **os.environ,
        "CADENCE_NOW": "2021-06-02T16:00:00Z",
        "CADENCE_WORKSPACE": str(story),
    }
    words = ["report", "--format", "html", "--kind", "done", "--output", str(tmp_path / "out")]
    told = on_a_terminal(environment, *words)
    assert b"Wrote " in told
    assert b"<html" not in told
    assert "<html" in (tmp_path / "out" / "2021-05" / "done.html").read_text()
    assert b"<html" in on_a_terminal(environment, *words, "--stdout")
