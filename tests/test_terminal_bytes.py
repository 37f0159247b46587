"""Nothing that others wrote steers a terminal: the bytes of whole commands, on a real one."""

import shutil

import pytest

from tests.readers import storage
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


def test_a_store_full_of_hostile_texts_gives_pages_without_a_foreign_element(poisoned):
    """From the store's columns to the page: people, versions, entries, notes and all."""
    written = sent(["-q", "report", "--format", "confluence"], poisoned, terminal=False).decode()
    nodes = {str(node.tag) for node in storage.root(written).iter()}
    assert nodes <= {"page", "h1", "h2", "h3", "p", "ul", "li", "strong", "em", "a"} | {
        "table", "tbody", "tr", "th", "td"
    }  # fmt: skip
    links = storage.root(written).xpath("//a/@href")
    assert links
    assert {link.split("/")[2] for link in links} <= {"jira.training-io.example"}


@pytest.mark.parametrize("words", FEW[:2], ids=lambda words: ascii(" ".join(words)))
def test_without_colour_and_in_a_pipe_no_code_is_sent(poisoned, words):
    for terminal, more in ((True, ["--no-color"]), (False, [])):
        told = sent([*words, *more], poisoned, terminal)
        assert len(told) > 1000
        assert not STEERING.findall(told)
        assert not COLOURS.findall(told)
