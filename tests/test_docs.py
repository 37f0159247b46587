"""What is written about cadence is true of it."""

import re
from pathlib import Path

import pytest

from cadence.cli.app import COMMANDS
from cadence.config.checks import FINDINGS
from cadence.findings import RULES

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme_and_no_other():
    table = text("README.md").partition("## Commands")[2].partition("\n## ")[0]
    named = {word for row in table.splitlines() for word in re.findall(r"`cadence (\w+)", row)}
    assert named - {"COMMAND"} == set(COMMANDS)


def test_the_gate_runs_the_readmes_own_test_command():
    told = re.search(r"\.venv/bin/pip install (-e '.*?') && \.venv/bin/pytest", text("README.md"))
    assert told
    gate = text(".ci/run").replace("--editable", "-e").replace(" --quiet", "")
    assert f'"$venv/bin/pip" install {told[1]}' in gate
    assert '"$venv/bin/pytest"\n' in gate


def test_every_room_of_the_house_is_in_its_picture():
    house = text("CONTRIBUTING.md")
    rooms = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "cadence").iterdir()
        if not path.name.startswith("_")
    }
    assert {room for room in rooms if room not in house} == set()


def test_every_rule_can_be_configured_with_as_many_thresholds_as_it_has():
    for rule in RULES:
        assert FINDINGS[rule.code] >= len(rule.thresholds), rule.code


def test_the_changelog_has_a_place_for_what_comes():
    assert "## [Unreleased]" in text("CHANGELOG.md")


@pytest.mark.parametrize(("page", "most"), [("sync", 30), ("anonymity", 18)])
def test_each_promise_is_held_by_tests_that_are_there(page, most):
    named = re.findall(r"`(test_\w+)\.(test_\w+)`", text(f"docs/{page}.md"))
    missing = [
        f"{file}.{test}" for file, test in named if f"def {test}(" not in text(f"tests/{file}.py")
    ]
    assert len(named) > most
    assert missing == []
