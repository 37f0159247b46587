"""Templates: sandboxed, strict, and everything from outside escaped exactly once."""

import pytest

from cadence.errors import ConfigError
from cadence.render import render, tidy, written

EVIL = "a|b *c* <d>"
SAFE = r"a\|b \*c\* &lt;d>"


@pytest.fixture
def page(tmp_path):
    """Render a template's text, with further templates beside it, in a workspace of its own.

    Here and not in the process apart, which does the same: it takes a while to start.
    """

    def make(text, values=None, **others):
        own = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        for name, source in {"page": text, **others}.items():
            path = own / f"{name}.md.j2"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return written("page.md.j2", values or {"evil": EVIL, "rows": [EVIL]}, own)

    return make


@pytest.mark.parametrize(
    "template",
    [
        "{{ evil }}",
        "{{ rows[0] }}",
        "{% set x = evil %}{{ x }}",
        "{% set x %}{{ evil }}{% endset %}{{ x }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(evil) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(m(evil)) }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ evil }}{% endcall %}",
        "{% include 'part.md.j2' %}",
        "{% from 'parts.md.j2' import m %}{{ m(evil) }}",
        "{% import 'parts.md.j2' as p %}{% set x %}{{ p.m(evil) }}{% endset %}{{ x }}",
        "{% extends 'outer.md.j2' %}{% block b %}{{ evil }}{% endblock %}",
        "{% for row in rows %}{{ row }}{% endfor %}",
        "{{ rows | first }}",
        "{{ rows | join }}",
        "{{ rows | listed }}",
        "{{ evil | e }}",
        "{{ evil | escape }}",
        "{{ evil | trim }}",
        "{{ evil | default('') }}",
        "{% filter trim %}{{ evil }}{% endfilter %}",
        "{% autoescape false %}{{ evil }}{% endautoescape %}",
        "{{ evil if true else '' }}",
        "{{ '%s' | format(evil) }}",
    ],
)
def test_text_from_outside_is_escaped_exactly_once(page, template):
    parts = "{% macro m(x) %}{{ x }}{% endmacro %}"
    outer = "{% block b %}{% endblock %}"
    assert page(template, part="{{ evil }}", parts=parts, outer=outer) == f"{SAFE}\n"


def test_templates_in_the_data_stay_text(page):
    assert page("{{ x }}", {"x": "{{ 7*7 }}"}) == "\\{\\{ 7\\*7 }}\n"
    assert page("{{ x }}", {"x": "{% include 'page.md.j2' %}"}).startswith("\\{% include")


@pytest.mark.parametrize(
    "payload",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ x.__class__.__base__ }}",
        "{{ x['__class__'] }}",
        "{{ x | attr('__class__') }}",
        "{{ (x | attr)('__class__') }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ '{0.__class__}' | format(x) }}",
        "{{ '{x.__class__}'.format_map({'x': x}) }}",
        "{% set f = '{0.__class__}'.format %}{{ f(x) }}",
        "{{ ['{0.__class__}'] | map('format', x) | list }}",
        "{{ ([x] | map(attribute='__class__') | list)[0] }}",
        "{{ [x] | map(attribute='__class__') | list }}",
        "{{ x }}",
        "{{ rows }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ render.__globals__ }}",
        "{{ range.__init__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ joiner.__init__ }}",
        "{{ config }}",
        "{{ request }}",
        "{{ x.a | key | attr('escape') }}",
        "{{ (x.a | key).escape.__func__ }}",
        "{{ (x.a | key).__html__.__globals__ }}",
        "{{ x | safe }}",
        "{{ x | tojson }}",
        "{{ x | urlize }}",
        "{{ x | xmlattr }}",
        "{{ x | pprint.__class__ }}",
        "{{ range(999999) | list }}",
        "{% set y = x.update({'a': 1}) %}{{ y }}",
        "{% set y = rows.append(1) %}{{ y }}",
        "{% set y = rows.clear() %}{{ y }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../etc/passwd' %}",
        "{% include '../page.md.j2' %}",
        "{% import 'os' as os %}{{ os.system('id') }}",
        "{{ ().__class__.__bases__[0] }}",
        "{{ (1).__class__ }}",
        "{{ caller.__globals__ }}",
        "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
        "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
        "{% for k in rows %}{{ loop.__class__ }}{% endfor %}",
        "{% for k in rows %}{{ loop._iterator.__class__ }}{% endfor %}",
        "{% include 'page.md.j2' %}",
        "{% do x.pop('a') %}",
        "{% debug %}",
        "{{ x.items.__self__ }}",
        "{{ x.a.format.__globals__ }}",
        "{{ x.a.join.__class__ }}",
        "{{ ''.join.__class__.__base__ }}",
        "{{ x.get.__call__.__class__ }}",
        "{{ cycler }}",
        "{{ dict }}",
        "{{ g.open }}",
        "{{ url_for.__globals__ }}",
        "{{ get_flashed_messages }}",
        "{{ [].append.__reduce_ex__(2) }}",
        "{{ x.setdefault('b', 1) }}",
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ rows[5] }}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(page, payload):
    values = {"x": {"a": "1"}, "rows": ["a"]}
    with pytest.raises(ConfigError) as told:
        page(payload, values)
    assert "page.md.j2" in told.value.line or "'/etc/passwd" in told.value.line
    assert values == {"x": {"a": "1"}, "rows": ["a"]}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\n\n{{ focsu }}", "page.md.j2, line 3: 'focsu' is unknown. Did you mean 'focus'?"),
        ("{{ focus.coverge }}", "'coverge' is unknown. did you mean 'coverage'?"),
        ("{% if focus.nothing_like_it %}{% endif %}", "'nothing_like_it' is unknown."),
        ("\n{{ 1 | persent }}", "line 2: No filter named 'persent'. Did you mean 'percent'?"),
        ("\n{% endif %}", "template page.md.j2, line 2: "),
        ("{% include 'parts/fokus.md.j2' %}", "no parts/fokus.md.j2. did you mean 'parts/focus"),
        ("{% include 'page.md.j2' %}", "includes or calls itself without end"),
        ("{{ focus | day }}", "page.md.j2, line 1"),
        ("{% include 'part.md.j2' %}", "part.md.j2, line 2: 'focsu' is unknown"),
    ],
)
def test_a_fault_names_template_line_and_the_nearest_name(page, template, said):
    values = {"focus": {"coverage": 0.5}}
    with pytest.raises(ConfigError) as told:
        page(template, values, part="\n{{ focsu }}")
    assert said.lower() in told.value.line.lower()


def test_a_missing_template_is_told():
    with pytest.raises(ConfigError, match=r"Did you mean 'reports/month\.md\.j2'\?"):
        render("reports/mont.md.j2", {})


def test_the_workspaces_own_template_takes_the_place_of_ours(page, tmp_path):
    made = page("{% include 'parts/data.md.j2' %}\n", **{"parts/data": "Ours.\n"})
    assert made == "Ours.\n"
    assert render("page.md.j2", {"evil": EVIL}, tmp_path / "0") == made


def test_pages_are_tidy():
    assert tidy("\n\na  \n\n\n\nb\t\n\n") == "a\n\nb\n"
    assert tidy("") == "\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x" * 300_000, "It is larger than 256 kB"),
        (b"# caf\xe9", "It is not UTF-8"),
    ],
)
def test_what_is_wrong_with_the_whole_of_a_file_is_told_without_a_line_of_it(
    tmp_path, content, said
):
    own = tmp_path / "templates" / "reports" / "month.md.j2"
    own.parent.mkdir(parents=True)
    own.write_bytes(content)
    with pytest.raises(ConfigError) as told:
        render("reports/month.md.j2", {}, tmp_path / "templates")
    assert told.value.line == f"template reports/month.md.j2: {said}."


def test_signs_that_steer_a_terminal_or_break_xml_do_not_leave_a_template(tmp_path):
    own = tmp_path / "templates" / "reports" / "month.md.j2"
    own.parent.mkdir(parents=True)
    own.write_text("\0# A\x1b]0;x\x07 \x9b31m\u202e{{ team }}\n", encoding="utf-8")
    made = render("reports/month.md.j2", {"team": "Squad"}, tmp_path / "templates")
    assert made == "# A]0;x 31mSquad\n"
