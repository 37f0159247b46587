"""What is written about cadence is true of it."""

import re
from pathlib import Path

import click
import pytest

from cadence.cli import app
from cadence.cli.app import COMMANDS
from cadence.config.checks import FINDINGS
from cadence.findings import RULES
from tests.lines import typed

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


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_the_manual_leads_to_a_page_and_a_heading_that_are_there(page):
    bare = re.sub(r"```.*?```|`[^`]*`", "", text(page), flags=re.DOTALL)
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", bare):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (ROOT / page).parent / path if path else ROOT / page
        found = there.resolve().relative_to(ROOT).as_posix() if there.exists() else None
        if found is None or (anchor and anchor not in anchors(found)):
            lost.append(target)
    assert lost == []


def test_the_index_of_the_manual_leads_to_every_page():
    led = set(re.findall(r"\]\((\w+\.md)\)", text("docs/README.md")))
    assert led == {path.name for path in ROOT.glob("docs/*.md")} - {"README.md"}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_tells_to_type_is_understood(page, told_story, monkeypatch):
    reached = []
    monkeypatch.setenv("CADENCE_NOW", "2026-10-30T12:00:00Z")
    monkeypatch.setattr(click.Command, "invoke", lambda _, ctx: reached.append(ctx.command_path))
    fences = re.findall(r"^ *```(\w*)\n(.*?)^ *```", text(page), re.DOTALL | re.MULTILINE)
    shell = "\n".join(block for kind, block in fences if kind in ("", "sh", "cron"))
    for line in re.split(r"\n| && ", shell):
        if re.search(r"(^|[ (])cadence ", line) and not line.startswith("ln "):
            args = app._flags_first(typed(line))
            app.cli.main(args, "cadence", standalone_mode=False, obj=app.App(told_story))
            assert reached, line
