"""Nothing that others wrote steers a terminal: the bytes of whole commands, on a real one."""

import shutil

import pytest

from tests.terminals import COLOURS, READING, STEERING, poison, sent, steering

FEW = [
    ["report"],
    ["report", "--format", "slack"],
    ["why", "effort", "-vv"],
    ["findings", "--format", "text"],
    ["log", "list"],
    ["report", "--month", "\x1b]0;x\x07\u202e"],
]
"""bench/hostile.py runs all of READING."""


@pytest.fixture(scope="module")
def poisoned(told_story, tmp_path_factory):
    workspace = shutil.copytree(told_story, tmp_path_factory.mktemp("poisoned") / "demo")
    assert poison(workspace, 1) > 300
    return workspace


@pytest.mark.parametrize("words", FEW, ids=lambda words: ascii(" ".join(words)))
def test_a_terminal_gets_our_colours_only(poisoned, words):
    assert words in READING
    told = sent(words, poisoned)
    assert len(told) > 50
    assert steering(told) == []
    assert b"Traceback" not in told


@pytest.mark.parametrize("words", FEW[:2], ids=lambda words: ascii(" ".join(words)))
def test_without_colour_and_in_a_pipe_no_code_is_sent(poisoned, words):
    for terminal, more in ((True, ["--no-color"]), (False, [])):
        told = sent([*words, *more], poisoned, terminal)
        assert len(told) > 1000
        assert not STEERING.findall(told)
        assert not COLOURS.findall(told)
