"""What `cadence report` shows on a terminal: drawn, at any width with nothing cut."""

import re

import pytest

from cadence.cli.preview import preview

PAGE = """\
# Done

See [TFIO-1](https://jira.example/browse/TFIO-1).

| Milestone | Owner | First due | Due now | Built | Forecast | Note |
| --- | --- | --- | --- | --- | --- | --- |
| TFIO-1 Reader parity with the old pipeline | Ada Park | 2021-03-15 | 2021-05-14 | 2021-05-12 | 2021-05-17 to 2021-06-30 | |
| [TFIO-2](https://jira.example/browse/TFIO-2) One \\| two… | Dev Rao | none | 2021-06-25 | 2021-05-31 | – | late |
"""


@pytest.mark.parametrize("width", [30, 60, 80, 100, 120, 200])
def test_dates_and_titles_are_whole_at_every_width(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    preview(PAGE, color=True)
    shown = capsys.readouterr().out
    assert not re.search(r"\n( *\n){2}", shown)
    assert max(map(len, shown.splitlines())) <= width
    days = r"2021-\d\d-\d\d"
    assert sorted(re.findall(days, shown)) == sorted(re.findall(days, PAGE))
    assert shown.count("…") == 1
    words = shown.split()
    assert {"Reader", "parity", "pipeline", "|", "two…", "Ada", "TFIO-2"} <= set(words)
    assert "jira.example" not in shown


def test_a_table_that_fits_is_drawn_as_one(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    preview(PAGE, color=True)
    assert "Owner: " not in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    preview(PAGE, color=True)
    shown = capsys.readouterr().out
    assert "Owner: Ada Park; First due: 2021-03-15" in " ".join(shown.split())


@pytest.mark.parametrize("color", [True, False])
def test_without_color_no_code_is_sent(capsys, monkeypatch, color):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    preview(PAGE, color=color)
    assert ("\x1b" in capsys.readouterr().out) is color
