"""The shipped templates: they only loop, choose and place, and their pages stay as they are."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from markdown_it import MarkdownIt

from cadence.filters import FILTERS
from cadence.formats import FORMATS, Page
from cadence.markup import JOINER, escape
from cadence.render import render
from cadence.reports import REPORTS
from cadence.resources import folder

TEMPLATES = sorted(folder("templates").rglob("*.md.j2"))
PAGES = sorted((Path(__file__).parent / "pages").glob("*.json"))
GLUE = (nodes.Add, nodes.Concat, nodes.Mod)
GLUING = {"e", "escape", "format", "forceescape", "join", "replace", "safe"}
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def values(page: Path):
    return json.loads(page.read_text(encoding="utf-8"))


@pytest.fixture(params=PAGES, ids=lambda page: page.stem)
def month(request):
    return values(request.param)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_glues_no_markup_to_text(template):
    source = template.read_text(encoding="utf-8")
    for output in Environment().parse(source).find_all(nodes.Output):
        assert not list(output.find_all(GLUE)), template
        used = {found.name for found in output.find_all(nodes.Filter)}
        assert not used & GLUING, template


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.kind)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_as_they_were(report, page, golden):
    golden(f"{report.kind}-{page.stem}.md", render(report.template, values(page)))


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.kind)
def test_pages_survive_a_wiki(report, month):
    """Headings to level 3, no HTML, no code, lists by four, one blank line at most."""
    text = render(report.template, month)
    tokens = PARSER.parse(text)
    kinds = {token.type for token in tokens}
    inline = [child for token in tokens for child in token.children or []]
    assert not kinds & {"html_block", "fence", "code_block", "hr", "blockquote_open"}
    assert not {child.type for child in inline} & {"html_inline", "image", "code_inline"}
    assert {token.tag for token in tokens if token.type == "heading_open"} <= {"h1", "h2", "h3"}
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.kind)
def test_every_row_of_a_table_has_its_columns(report, month):
    tokens = PARSER.parse(render(report.template, month))
    widths: list[list[int]] = []
    for token in tokens:
        if token.type == "table_open":
            widths.append([])
        elif token.type == "tr_open":
            widths[-1].append(0)
        elif token.type in ("th_open", "td_open"):
            widths[-1][-1] += 1
    assert all(len(set(table)) == 1 for table in widths)
    pairs = pairwise(tokens)
    assert not [b for a, b in pairs if a.type == "paragraph_open" and b.content.startswith("| ")]


def test_hostile_text_makes_no_link_and_no_mention():
    hostile = values(next(page for page in PAGES if page.stem == "hostile"))
    for report in REPORTS.values():
        text = render(report.template, hostile)
        children = [c for t in PARSER.parse(text) for c in t.children or []]
        links = [c.attrs["href"] for c in children if c.type == "link_open"]
        assert all(str(link).startswith("https://acme.atlassian.net/browse/") for link in links)
        assert f"@{JOINER}here" in text
        assert "@here" not in text
        assert "[~" not in text


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.kind)
def test_nothing_is_ever_nearly_done(report, month):
    text = render(report.template, month).lower()
    assert "% done" not in text
    assert "% complete" not in text


def test_each_finding_is_one_line_that_ends_in_its_question(month):
    lines = render("reports/month.md.j2", month).splitlines()
    for finding in month["findings"]:
        question = str(escape(finding["question"]))
        assert [ln for ln in lines if ln.startswith("- **") and ln.endswith(question)]


def test_every_report_says_how_fresh_and_how_whole_its_data_is(month):
    for report in REPORTS.values():
        text = render(report.template, month)
        assert "Data as of " in text
        assert (", complete" in text) == month["complete"]
        assert ("**partial**" in text) != month["complete"]


def test_every_filter_is_used_or_tested():
    tests = Path(__file__).with_name("test_filters.py").read_text(encoding="utf-8")
    sources = "".join(template.read_text(encoding="utf-8") for template in TEMPLATES)
    for name in FILTERS:
        assert f"| {name}" in sources or f'"{name}"' in sources or f"filters.{name}(" in tests


@pytest.mark.parametrize("name", FORMATS)
def test_formats_write_what_the_page_holds(name, month):
    page = Page(month, render("reports/month.md.j2", month))
    text = FORMATS[name].write(page)
    assert text.endswith("\n")
    if name == "json":
        assert json.loads(text) == month
        assert text.startswith('{\n  "schema": 1')
    if name == "markdown":
        assert text == page.markdown
