"""The facts above a form: Jira's words and people's stand for themselves, with their evidence."""

import re
from dataclasses import replace

import pytest
from boards import Board
from markdown_it import MarkdownIt

from cadence.config import Direction, Kpi
from cadence.forms import form_text, parse_form
from cadence.markup import JOINER
from cadence.model import Anonymity
from cadence.month import Month
from cadence.reports.content import month_content
from cadence.reports.form_facts import form_facts

HOSTILE = (
    "Faster | training *now* _so_ [x](http://evil.example) <img src=x> @here `a` <!-- b ![c](d)"
)
LIVE = {"link_open", "image", "html_inline", "html_block", "em_open", "strong_open", "code_inline"}


def hostile_facts() -> list[str]:
    board = Board(name=f"{HOSTILE} team")
    board.add("TFIO-1", type="Epic", summary=HOSTILE, due="2021-01-20", labels=("io",))
    board.move("TFIO-1", "2021-01-04 active")
    board.add("TFIO-2", parent="TFIO-1")
    board.goal(labels=("io",))
    goal = board.config.goals[0]
    kpi = Kpi(HOSTILE, "*%*", Direction.DOWN, 90.0, 30.0)
    board.config = replace(board.config, goals=(replace(goal, title=HOSTILE, kpi=kpi),))
    board.reading("2021-02-10", 80.0)
    board.action("2021-01", "2021-01-31", "2021-02-20")
    actions = tuple(replace(one, text=HOSTILE, owner="*Ada* @all") for one in board.filed.actions)
    board.filed = replace(board.filed, actions=actions)
    return form_facts(month_content(board.month("2021-02")))


def live(markdown: str) -> set[str]:
    found = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    inner = [token for block in found for token in (block.children or [])]
    return {token.type for token in [*found, *inner]} & LIVE


@pytest.mark.parametrize("anonymity", Anonymity)
def test_no_text_of_jira_or_of_people_is_live_in_a_form(anonymity):
    facts = hostile_facts()
    assert sum("Faster" in line for line in facts) >= 5  # team, KPI, goal, action, findings
    form = form_text(Month(2021, 2), None, facts, anonymity)
    assert live(re.sub("<!-- [A-Z].*? -->", "", form)) == set()
    assert "@here" not in form
    assert f"@{JOINER}here" in form
    assert parse_form(form).thoughts == ()


def test_a_finding_in_a_form_names_its_issue_and_what_it_rests_on():
    asked = [line for line in hostile_facts() if line.endswith("?")]
    assert any(line.startswith("- TFIO-1: ") and "(due 2021-01-20" in line for line in asked)
    assert all("(" in line for line in asked)
