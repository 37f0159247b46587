"""The glossary tells every figure and every finding, as the program has them."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from cadence.config.checks import FINDINGS
from cadence.figures import FIGURES
from cadence.findings import RULES
from cadence.reports.glossary import glossary
from cadence.reports.wording import CHOSEN

PAGE = Path(__file__).parent.parent / "docs" / "glossary.md"


def test_the_page_is_what_the_program_says():
    assert PAGE.read_text(encoding="utf-8") == glossary(), "run: python docs/make.py"


def test_every_finding_that_can_be_configured_has_a_rule_and_stands_there():
    assert {rule.code for rule in RULES} == set(FINDINGS)
    assert all(f"| `{code}` |" in glossary() for code in FINDINGS)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_figure_stands_there_with_unit_and_source(figure):
    told = glossary().partition(f"### {figure.title}\n")[2].partition("\n#")[0]
    assert figure.rule in told
    assert f"`{figure.name}`" in told
    assert f"- unit: {figure.unit}" in told
    assert f"- source: {figure.source}" in told


def test_tables_are_whole_and_readings_are_in_order():
    tokens = MarkdownIt("commonmark").enable("table").parse(glossary())
    assert sum(token.type == "table_open" for token in tokens) == 3
    names = [name for name, _ in CHOSEN]
    assert names == sorted(names, key=str.casefold)
