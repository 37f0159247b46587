"""The manual's page of cadence.toml tells every key, as the program has it."""

import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from cadence.config.checks import FINDINGS
from cadence.config.records import Config, Match
from cadence.reports.configuration_page import configuration_page, meanings, tables
from cadence.resources import folder

PAGE = Path(__file__).parent.parent / "docs" / "configuration.md"
RECORDS = [Match, *dict.fromkeys(record for _, _, record in tables())]

page = cache(configuration_page)
"""It is read from the sources, which takes a while."""


def test_the_page_is_what_the_program_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python docs/make.py"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_key_says_what_it_means(record):
    says = meanings(record)
    assert {field.name for field in fields(record)} == set(says)
    assert all(text.endswith((".", "…")) for text in says.values())


def test_every_table_of_the_file_has_its_section():
    headings = {line for line in page().splitlines() if line.startswith("## ")}
    for field in fields(Config):
        told = {f"## `[{field.name}]`", f"## `[[{field.name}]]`"} & headings
        assert told or field.name == "production", field.name  # a match like those of goals
    assert "`[production]`" in page()


def test_every_finding_is_there_and_every_table_is_whole():
    tokens = MarkdownIt("commonmark").enable("table").parse(page())
    assert all(f"| `{code}` |" in page() for code in FINDINGS)
    assert sum(one.type == "table_open" for one in tokens) == len(list(tables())) + 2


def test_what_init_writes_names_no_key_that_the_page_does_not_have():
    text = (folder("data/starter") / "cadence.toml").read_text("utf-8")
    for table, values in tomllib.loads(text).items():
        assert f"[{table}" in page()
        for key in values:
            assert f"| `{key}` |" in page() or f"[{table}.{key}]" in (page())
