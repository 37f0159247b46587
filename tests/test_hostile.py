"""Hostile text does nothing in any format: judged by parsers that are none of ours."""

import json
import re
from itertools import islice
from pathlib import Path

import pytest

from cadence.formats import FORMATS, Page
from cadence.markup import JOINER, escape
from cadence.render import render
from cadence.reports import REPORTS
from tests.hostile import CONTROL, WRITERS, faults, texts, titles, trial
from tests.readers import gfm, page, storage, wiki
from tests.readers.seen import PING

MONTH = json.loads((Path(__file__).parent / "pages" / "hostile.json").read_text("utf-8"))

CARELESS = """\
# {{ titles[0] }}

{% for title in titles %}
## {{ title }}

{{ title }}{{ title }}

**{{ title }}**: {{ title }} [{{ title }}](https://good.example/{{ loop.index }}) *{{ title }}*

- {{ title }}
    - {{ title }}: {{ title }}

> {{ title }}
> {{ title }}

| {{ title }} | b |
| --- | ---: |
| {{ title }}{{ title }} | {{ title }} |
{% endfor %}
"""
"""What somebody may write who thinks of no escaping at all."""


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.kind)
def test_a_report_full_of_hostile_texts_has_the_structure_of_a_harmless_one(name, report):
    one = trial(MONTH, texts(6, 10_000))
    assert len(one.words) > 20
    assert list(faults(name, report.template, one)) == []


@pytest.fixture(scope="module")
def careless(tmp_path_factory):
    folder = tmp_path_factory.mktemp("careless")
    (folder / "page.md.j2").write_text(CARELESS, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", WRITERS)
def test_a_careless_template_makes_no_hostile_text_act(careless, name):
    """200 titles wherever a template may put one: no element, link or ping but the template's."""
    written, readers = WRITERS[name]
    good = written.write(Page({}, render("page.md.j2", {"titles": ["w"] * 50}, careless)))
    harmless = [kinds(reader.read(good).does) for reader in readers]
    new = texts(len(name), 200)
    while some := list(islice(new, 50)):
        evil = written.write(Page({}, render("page.md.j2", {"titles": some}, careless)))
        for reader, known in zip(readers, harmless, strict=True):
            seen = reader.read(evil)
            assert kinds(seen.does) <= known, name
            assert not PING.findall(seen.says), name
        assert not CONTROL.search(evil)


def kinds(does):
    return {re.sub(r"\d+", "", str(one)) for one in does}


MENTIONS = [
    *(
        "@ada @here @all @channel @everyone @team/x @U123 a@b.example [~ada] [~accountid:5b10]"
    ).split(),
    *(
        "<!here> <!channel> <!everyone> <@U123> <#C123|x> <!subteam^S1|@team> :smile: :+1: :100:"
    ).split(),
    *("#123 #general GH-1 org/repo#1 !1 group/project!1 &1 %1 $1 ~label ^alert#1").split(),
    '<ac:link><ri:user ri:account-id="5b10" /></ac:link>',
    '{"type":"mention","attrs":{"id":"5b10"}}',
]


@pytest.mark.parametrize("name", WRITERS)
def test_no_form_of_a_mention_reaches_anybody(careless, name):
    written, readers = WRITERS[name]
    chance = [
        f"{before}{form}{after}" for form in MENTIONS for before in ("", "x ") for after in ("",)
    ]
    text = written.write(Page({}, render("page.md.j2", {"titles": chance}, careless)))
    for reader in readers:
        seen = reader.read(text)
        assert not PING.findall(seen.says)
        assert not [one for one in seen.does if "user" in str(one) or "ping" in str(one)]


def test_no_cell_starts_a_formula():
    for title in titles(3, 2_000):
        said = str.__str__(escape(title))
        assert said.lstrip()[:1] not in tuple("=+-@＝＋－＠"), title


def test_html_holds_no_script_of_the_texts_and_loads_nothing():
    one = trial(MONTH, texts(7, 10_000))
    text = FORMATS["html"].write(Page(one.hostile, render("reports/month.md.j2", one.hostile)))
    seen = page.read(text)
    for tag, attributes in seen.does:
        assert tag not in {
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
            "audio",
            "video",
        }
        for name, value in attributes:
            assert not name.startswith("on")
            assert name not in {"src", "srcset", "background", "srcdoc"}
            if name == "href":
                assert value.startswith("https://acme.atlassian.net/browse/")
    assert sum(tag == "script" for tag, _ in seen.does) == 1
    assert "javascript:" not in [
        value.lower() for _, attributes in seen.does for _, value in attributes
    ]


def test_storage_holds_no_macro_and_no_resource_but_the_templates_own():
    one = trial(MONTH, texts(8, 10_000))
    text = FORMATS["confluence"].write(
        Page(one.hostile, render("reports/month.md.j2", one.hostile))
    )
    assert not [node for node in storage.root(text).iter() if str(node.tag).startswith("{")]


@pytest.mark.parametrize(
    ("reader", "text", "sees"),
    [
        (gfm, "www.evil.example", "a"),
        (gfm, "a@b.example", "a"),
        (gfm, "<img src=x>", "img"),
        (gfm, "| a |\n| --- |\n", "table"),
        (page, "<p onclick=x>", "onclick"),
        (storage, '<ac:link><ri:user ri:account-id="5" /></ac:link>', "user"),
        (wiki, "{toc}", "macro"),
        (wiki, "[x|http://e.example]", "link"),
        (wiki, "!x.png!", "image"),
        (wiki, "a *b* c", "phrase"),
        (wiki, "http://e.example", "address"),
        (wiki, "[~ada]", "link"),
        (WRITERS["slack"][1][0], "<!here>", "!here"),
        (WRITERS["slack"][1][0], "a *b* c", "phrase"),
        (WRITERS["slack"][1][0], "train.py", "address"),
    ],
)
def test_the_readers_see_what_acts(reader, text, sees):
    assert any(sees in str(one) for one in reader.read(text).does)


def test_a_word_joiner_is_all_that_is_added_to_be_seen_nowhere():
    assert escape("see #12").replace(JOINER, "") == "see #12"
