"""The sandbox: text from outside stays text in careless templates, and greedy ones are stopped."""

import os
import time
from xml.etree import ElementTree

import pytest
from boards import Board
from markdown_it import MarkdownIt

from cadence.errors import ConfigError
from cadence.markup import Markdown, Xml
from cadence.plain import plain
from cadence.render import _NOT_XML, render, render_picture, tidy
from cadence.reports.content import month_content
from cadence.sandbox import apart, markdown_environment, picture_environment
from cadence.sandbox.svg import offence

EVIL = (
    "*b* _i_ `c` <b onclick=x> [l](http://evil.test) ![i](http://evil.test/i.png) @here a|b \\*d\\*"
)
VALUES = {"evil": EVIL, "rows": [EVIL, EVIL], "record": {"title": EVIL}, "n": 3, "on": "2021-02-03"}
MACRO = "{% macro m(x) %}{{ x }}{% endmacro %}"

CARELESS = [
    "{{ evil ~ evil }}",
    "{{ (n | number) ~ evil }}",
    "{{ evil ~ (n | number) }}",
    "{{ (n | number) + evil }}",
    "{{ evil + (n | number) }}",
    "{{ '%s' % evil }}",
    "{{ (n | number) % evil }}",
    "{{ ('%s' | quoted) % evil }}",
    "{{ '%s' | format(evil) }}",
    "{{ ('%s' | quoted) | format(evil) }}",
    "{{ '{}'.format(evil) }}",
    "{{ ('{}' | quoted).format(evil) }}",
    "{{ ('{x}' | quoted).format(x=evil) }}",
    "{{ evil.format() if false else evil }}",
    "{{ rows | join }}",
    "{{ rows | join(evil) }}",
    "{{ rows | join(n | number) }}",
    "{{ rows | listed }}",
    "{{ rows | listed(0, evil) }}",
    "{{ rows | listed(1, evil) }}",
    "{{ (n | number).join(rows) }}",
    "{{ ''.join(rows) }}",
    "{{ evil | replace('a', n | number) }}",
    "{{ evil | replace('\\\\', '') }}",
    "{{ (evil | quoted) | replace('\\\\', '') }}",
    "{{ (evil | quoted).replace('\\\\', '') }}",
    "{{ 'x' | replace('x', evil) }}",
    "{{ ('x' | quoted) | replace('x', evil) }}",
    "{{ ('x' | quoted).replace('x', evil) }}",
    "{{ (evil | quoted)[1:] }}",
    "{{ (evil | sentence)[1:] }}",
    "{{ (evil | sentence)[::-1] }}",
    "{{ (evil | sentence) | reverse }}",
    "{{ (evil | sentence) | truncate(9, true, '') }}",
    "{{ (evil | sentence) | wordwrap(3) }}",
    "{{ (evil | sentence) | center(200) }}",
    "{{ (evil | sentence) | striptags }}",
    "{{ (evil | sentence).unescape() }}",
    "{{ (evil | sentence).striptags() }}",
    "{{ (evil | sentence).strip('\\\\') }}",
    "{{ (evil | sentence).lstrip('\\\\') }}",
    "{{ (evil | sentence).split('\\\\') | join }}",
    "{{ (evil | sentence).partition('\\\\') | last }}",
    "{{ (evil | sentence).removeprefix('\\\\') }}",
    "{{ (evil | sentence).translate({92: none}) }}",
    "{{ (evil | sentence).expandtabs(2) }}",
    "{{ (evil | sentence) | title }}",
    "{{ (evil | sentence) | list | join }}",
    "{% for sign in (evil | sentence) %}{{ sign }}{% endfor %}",
    "{{ evil | upper }}",
    "{{ evil | trim }}",
    "{{ evil | indent(4) }}",
    "{{ (evil | quoted) | indent(4) }}",
    "{{ evil | string }}",
    "{{ evil | e | e }}",
    "{{ evil | e | string }}",
    "{{ evil | heading(2) }}",
    "{{ evil | opening }}",
    "{{ n | plural(evil, evil) }}",
    "{{ n | quantity(evil) }}",
    "{{ n | amount(evil) }}",
    "{{ evil | key }}",
    "{{ evil | link }}",
    "{{ on | date_text(evil) }}",
    "{% autoescape false %}{{ evil }}{% endautoescape %}",
    "{% autoescape false %}{{ (n | number) ~ evil }}{% endautoescape %}",
    "{% autoescape n %}{{ (n | number) ~ evil }}{% endautoescape %}",
    "{% autoescape false %}" + MACRO + "{{ m(evil) ~ evil }}{% endautoescape %}",
    MACRO + "{{ m(1) + evil }}",
    MACRO + "{{ m(1) ~ evil }}",
    MACRO + "{{ evil ~ m(evil) }}",
    MACRO + "{{ m(1).join(rows) }}",
    MACRO + "{{ m(evil)[2:] }}",
    MACRO + "{{ m('%s') % evil }}",
    MACRO + "{{ m(m(evil) ~ evil) }}",
    MACRO + "{{ m(1).replace('1', evil) }}",
    MACRO + "{{ m(1) | replace('1', evil) }}",
    MACRO + "{{ evil | replace('b', m(1)) }}",
    MACRO + "{{ m(1) | indent(2) ~ evil }}",
    "{% macro w() %}{{ caller() ~ evil }}{% endmacro %}{% call w() %}x{% endcall %}",
    "{% set x %}a{% endset %}{{ x + evil }}",
    "{% set x %}a{% endset %}{{ x ~ evil }}",
    "{% set x %}{{ evil }}{% endset %}{{ x[1:] }}",
    "{% set x %}{{ evil }}{% endset %}{{ x | replace('\\\\', '') }}",
    "{% set x | replace('\\\\', '') %}{{ evil }}{% endset %}{{ x }}",
    "{% set x | striptags %}{{ evil }}{% endset %}{{ x }}",
    "{% filter striptags %}{{ evil }}{% endfilter %}",
    "{% filter replace('\\\\', '') %}{{ evil }}{% endfilter %}",
    "{% filter reverse %}{{ evil }}{% endfilter %}",
    "{% filter upper %}{{ evil }}{% endfilter %}",
    "{% filter indent(2) %}{{ evil }}{% endfilter %}",
    "{% block b %}1{% endblock %}{{ self.b() + evil }}",
    "{% block b %}1{% endblock %}{{ self.b() ~ evil }}",
    "{% for a in rows recursive %}{{ loop.cycle(evil, 'x') }}{% endfor %}",
    "{% for a in [rows] recursive %}{{ loop(a) + evil if a is not string else a }}{% endfor %}",
    "{% set ns = namespace(x=evil) %}{{ ns.x ~ (n | number) }}",
    "{{ [n | number, evil] | sum(start='' | quoted) }}",
    "{{ rows | map('replace', '\\\\', '') | join }}",
    "{{ rows | map('quoted') | map('replace', '\\\\', '') | join }}",
    "{{ record.title ~ ('' | quoted) }}",
    "{{ record | dictsort | first | last }}",
    "{{ rows | batch(1) | first | join(n | number) }}",
    "{{ evil | default('' | quoted) }}",
    "{{ ('' | quoted).escape(evil) }}",
]
LIVE = {"html_inline", "html_block", "image", "link_open", "em_open", "strong_open", "code_inline"}
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.mark.parametrize("template", CARELESS)
def test_a_careless_template_makes_no_markup_of_text(template):
    try:
        made = markdown_environment(None, None).from_string(template).render(VALUES)
    except (TypeError, ValueError, KeyError):
        return  # refused: nothing is written
    tokens = PARSER.parse(f"x {tidy(made)}")
    seen = {t.type for t in tokens} | {c.type for t in tokens for c in t.children or []}
    assert not seen & LIVE, made
    assert "@here" not in made
    assert "evil.test/" not in made.replace("\u2060", "") or "http://" not in made


OURS = "number quoted sentence listed heading opening plural quantity amount key link date_text"
NO_FILTERS = [t for t in CARELESS if not any(name in t for name in OURS.split())]
"""Pictures have none of our filters: their words come ready."""


@pytest.mark.parametrize("template", NO_FILTERS)
def test_a_careless_picture_makes_no_element_and_no_attribute_of_text(template):
    evil = '<b onclick="x">&lt;i\' "]]><!-- \x00\ufffe'
    values = {**VALUES, "evil": evil, "rows": [evil, evil], "record": {"title": evil}}
    try:
        made = picture_environment(None).from_string(f"<text>{template}</text>").render(values)
    except (TypeError, ValueError, KeyError):
        return  # refused: nothing is drawn
    assert list(ElementTree.fromstring(_NOT_XML.sub("", made))) == []
    attribute = f"<text class='a' id=\"{template}\"/>"
    made = picture_environment(None).from_string(attribute).render(values)
    assert set(ElementTree.fromstring(_NOT_XML.sub("", made)).attrib) == {"class", "id"}


def test_pieces_of_markup_are_text_again():
    for kind in (Markdown, Xml):
        text = kind("a\\*b")
        assert type(text[1:]) is str
        assert type(text.replace("\\", "")) is str
        assert type(text.strip("a")) is str
        assert type(text.strip()) is kind
        assert type(text + "<") is kind
        assert type(text.split("\\")[0]) is str


def test_what_templates_get_is_plain():
    board = Board()
    board.goal(labels=("io",))
    board.add("A-1", type="Epic", due="2021-03-15")
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-01-10 active", "2021-02-03 done")
    board.reading("2021-02-03", 70)
    seen = []

    def walk(value):
        seen.append(type(value))
        for inner in (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        ):
            walk(inner)

    walk(plain(month_content(board.month("2021-02"))))
    assert set(seen) <= {dict, list, str, int, float, bool, type(None)}
    assert len(seen) > 200


# ---- time, memory, and what a process apart may do -----------------------------------------------


@pytest.fixture
def own(tmp_path):
    def make(**templates):
        for name, text in templates.items():
            path = tmp_path / "templates" / f"{name.replace('__', '/')}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "templates"

    return make


GREEDY = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ 10 ** (10 ** 9) }}",
    "{{ 'a' * (10 ** 10) }}",
    "{% set ns = namespace(t='a') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ 0.5 | bar(10 ** 10) }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ x | center(10 ** 10) }}",
    "{{ [x] | batch(10 ** 10, x) | list | length }}",
]


@pytest.mark.parametrize("template", GREEDY)
def test_a_greedy_template_is_stopped_and_named(own, monkeypatch, template):
    monkeypatch.setattr(apart, "SECONDS", 1)
    root = own(**{"greedy.md.j2": template})
    began = time.monotonic()
    with pytest.raises(ConfigError, match=r"greedy\.md\.j2"):
        render("greedy.md.j2", {"x": "a"}, root)
    assert time.monotonic() - began < 10


def test_the_process_apart_knows_no_secret(monkeypatch):
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "t0ken")
    assert "t0ken" not in str(apart._environment())


def test_a_module_beside_the_templates_is_not_run(own, monkeypatch):
    root = own(**{"json.py": "raise SystemExit(3)", "page.md.j2": "{{ x }}"})
    monkeypatch.chdir(root)
    assert render("page.md.j2", {"x": "fine"}, root) == "fine\n"


def test_ours_are_rendered_here_and_fast(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "render_apart", None)
    (tmp_path / "README.md").write_text("no template")
    assert render_picture("pictures/kpi.svg.j2", drawing(), tmp_path).startswith("<svg")


def drawing():
    empty = dict.fromkeys(("lines", "boxes", "areas", "paths", "dots", "words"), ())
    return {"name": "x", "title": "t", "says": "s", "width": 10, "height": 10, **empty}


# ---- names and files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../secret.md.j2", "/etc/passwd", "..", "a\0b", "x" * 300, "REPORTS/month.md.j2",
     "reports/../../secret.md.j2", "reports//month.md.j2", "./reports/month.md.j2", "", ".",
     "link.md.j2", "folder/inside.md.j2", "pipe.md.j2", "huge.md.j2", "device.md.j2"],
)  # fmt: skip
def test_no_name_leads_out_of_the_templates(own, tmp_path, name):
    root = own(**{"page.md.j2": "{% include name %}"})
    secret = tmp_path / "secret.md.j2"
    secret.write_text("SECRET")
    (tmp_path / "inside.md.j2").write_text("SECRET")
    (root / "link.md.j2").symlink_to(secret)
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.md.j2")
    (root / "huge.md.j2").write_text("x" * 300_000)
    (root / "device.md.j2").symlink_to("/dev/zero")
    with pytest.raises(ConfigError) as told:
        render("page.md.j2", {"name": name}, root)
    assert "SECRET" not in told.value.line
    assert "template" in told.value.line


def test_a_folder_of_templates_that_is_a_link_is_refused(own, tmp_path):
    root = own(**{"page.md.j2": "x"})
    (tmp_path / "linked").symlink_to(root)
    with pytest.raises(ConfigError, match="It is a link"):
        render("page.md.j2", {}, tmp_path / "linked")


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        '<rect onload="x"/>',
        '<a href="http://evil.test"><text>x</text></a>',
        '<image href="http://evil.test/x.png"/>',
        '<use href="http://evil.test/x.svg#a"/>',
        "<style>@import url(http://evil.test)</style>",
        "<style>rect { fill: url(http://evil.test/a#b) }</style>",
        '<rect fill="url(http://evil.test/a#b)"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<text style="background: url(//evil.test)">x</text>',
        "<style>a { b: \\75rl(//evil.test) }</style>",
        '<animate attributeName="href"/>',
        "<text>",
        '<text xmlns:x="y" x:onload="1">x</text>',
    ],
)
def test_a_picture_of_a_teams_own_loads_and_runs_nothing(own, body):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'
    assert offence(svg)
    with pytest.raises(ConfigError, match=r"template pictures/kpi\.svg\.j2"):
        render_picture("pictures/kpi.svg.j2", drawing(), own(**{"pictures__kpi.svg.j2": svg}))


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE svg><svg/>", "<?xml-stylesheet href='x'?><svg/>", "<p/>", ""]
)
def test_only_a_plain_svg_is_a_picture(text):
    assert offence(text)
