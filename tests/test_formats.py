"""Each format says what the page says, in the notation of its place."""

import json
import re
from pathlib import Path

import pytest

from cadence.formats import FLAVORS, FORMATS, Page, Picture, format_of
from cadence.formats.confluence import storage
from cadence.formats.html import fragment
from cadence.formats.slack import warning
from cadence.formats.tree import tree
from cadence.render import render
from cadence.reports import REPORTS
from tests.readers import page as pages
from tests.readers.storage import root

CASES = ("rich", "empty")
EVERYTHING = """\
# A & B

One line
and *soft* **bold** ~~gone~~ `code` a**b**c.\\
Next [link](https://x.example/a_b?c=1&d=%7C) and ![alt](https://x.example/i.png).

- one
    - two

      more
- three

3. three
4. four

> said
> twice

> [!WARNING]
> Take care.

| a | b |
| --- | ---: |
| x | 1 |
| | 22 |

---

```python
if a < b: {x}
```

    indented

#### deep
"""
"""Every type of node that Markdown knows here."""


def values(case: str):
    return json.loads((Path(__file__).parent / "pages" / f"{case}.json").read_text("utf-8"))


def month(case: str) -> Page:
    told = values(case)
    return Page(told, render(REPORTS["month"].template, told))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("json", "markdown")])
def test_the_months_page_is_as_it_was(name, case, golden):
    form = FORMATS[name]
    golden(f"month-{case}.{form.suffix}", form.write(month(case)))


@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_months_page_is_as_it_was_in_each_flavor(flavor, golden):
    text = format_of("markdown", flavor).write(month("rich"))
    golden("month-rich.md" if flavor in ("github", "gitlab") else f"month-rich.{flavor}.md", text)


@pytest.mark.parametrize("name", FORMATS)
def test_every_type_of_node_has_its_place_in_every_format(name):
    types = {node.type for node in tree(EVERYTHING).walk()}
    assert len(types) == 26
    text = FORMATS[name].write(Page({}, EVERYTHING))
    assert text.endswith("\n")
    assert name == "json" or "Take care" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "html",
            [
                "<h1>A &amp; B</h1>",
                "One line\nand <em>soft</em> <strong>bold</strong> <del>gone</del> <code>code</code>",
                'href="https://x.example/a_b?c=1&amp;d=%7C" rel="noopener noreferrer nofollow">link</a>',
                'href="https://x.example/i.png" rel="noopener noreferrer nofollow">alt</a>',
                '<ol start="3">',
                '<aside class="warning">\n<p><strong>Warning</strong></p>\n<p>Take care.</p>\n</aside>',
                '<th scope="col" style="text-align: right">b</th>',
                "<pre><code>if a &lt; b: {x}\n</code></pre>",
            ],
        ),
        (
            "confluence",
            [
                '<a href="https://x.example/a_b?c=1&amp;d=%7C">link</a>',
                '<ac:structured-macro ac:name="note" ac:schema-version="1"><ac:rich-text-body>\n<p>Take care.</p>\n</ac:rich-text-body></ac:structured-macro>',
                '<td><p style="text-align: right;">22</p></td>',
                "<ac:plain-text-body><![CDATA[if a < b: {x}]]></ac:plain-text-body>",
            ],
        ),
        (
            "jira",
            [
                "h1. A & B\n",
                "One line and _soft_ *bold* -gone- {{code}} a{*}b{*}c. \\\\ Next [link|https://x.example/a_b?c=1&d=%7C]",
                "* one\n** two \\\\ more\n* three\n",
                "# three\n# four\n",
                "{quote}\nsaid twice\n{quote}",
                "{panel:title=Warning}\nTake care.\n{panel}",
                "||a||b||\n|x|1|\n| |22|\n",
                "\n----\n",
                "{noformat}\nif a < b: {\u2060x}\n{noformat}",
                "h4. deep",
            ],
        ),
        (
            "slack",
            [
                "*A &amp; B*\n",
                "One line\nand _soft_ *bold* ~gone~ `code` a*b*c.\nNext <https://x.example/a_b?c=1&amp;d=%7C|link>",
                "• one\n    ◦ two\n        more\n• three\n",
                "3. three\n4. four\n",
                "> said\n> twice\n",
                "> *Warning*\n> Take care.\n",
                "```\na   b\n─  ──\nx   1\n   22\n```",
                "```\nif a &lt; b: {x}\n```",
            ],
        ),
    ],
)  # fmt: skip
def test_a_format_writes_its_own_notation(name, expected):
    text = FORMATS[name].write(Page({}, EVERYTHING))
    for part in expected:
        assert part in text


PICTURE = Picture(
    "KPI", '<svg role="img"><title>KPI</title></svg>', mermaid="gantt\n  a", text="KPI: ▁▄█"
)
DRAWN = Page({}, "# A\n\n![](picture:kpi)\n\nEnd.\n", {"kpi": PICTURE})


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (format_of("markdown", "github"), "# A\n\n```mermaid\ngantt\n  a\n```\n\nEnd.\n"),
        (format_of("markdown", "gitlab"), "# A\n\n```mermaid\ngantt\n  a\n```\n\nEnd.\n"),
        (format_of("markdown", "notion"), "# A\n\nKPI: ▁▄█\n\nEnd.\n"),
        (format_of("markdown", "confluence"), "# A\n\nKPI: ▁▄█\n\nEnd.\n"),
        (FORMATS["confluence"], "<h1>A</h1>\n<p>KPI: ▁▄█</p>\n\n<p>End.</p>\n"),
        (FORMATS["jira"], "h1. A\n\nKPI: ▁▄█\n\nEnd.\n"),
        (FORMATS["slack"], "*A*\n\nKPI: ▁▄█\n\nEnd.\n"),
    ],
)
def test_a_picture_is_drawn_where_a_place_draws_and_told_elsewhere(form, shown):
    assert form.write(DRAWN) == shown


def test_html_draws_the_picture_and_confluence_takes_it_from_beside_the_page():
    assert f"<figure>{PICTURE.svg}</figure>" in fragment(DRAWN.markdown, DRAWN.pictures)
    text = storage(DRAWN, attached=("kpi",))
    assert '<ac:image ac:alt="KPI"><ri:attachment ri:filename="kpi.svg" /></ac:image>' in text
    root(text)


def test_an_image_from_elsewhere_is_never_loaded():
    for name in ("html", "confluence"):
        text = FORMATS[name].write(
            Page({}, "![a](https://x.example/i.png)\n\n![b](picture:none)\n")
        )
        assert "<img" not in text
        assert "ac:image" not in text
        assert "picture:" not in re.sub(r"(?s)<textarea.*</textarea>", "", text)


@pytest.mark.parametrize(
    "markdown",
    [
        "[a](javascript:alert)",
        "[a](data:text/html,x)",
        "[a](//evil.example)",
        "<b onclick=x>",
        "<https://ok.example> <mailto:a@b.example>",
        "a\x00b\ufffe",
        "]]>",
        "```\n]]>\n```",
        "&#60;b&#62; &copy; &nbsp;",
    ],
)
def test_what_a_careless_template_writes_is_safe_in_html_and_well_formed_in_storage(markdown):
    seen = pages.read(fragment(markdown))
    for tag, attributes in seen.does:
        assert tag in {"html", "head", "body", "p", "a", "pre", "code"}
        assert all(value.startswith("https://") for name, value in attributes if name == "href")
    root(storage(Page({}, markdown)))


def test_an_alert_is_one_only_where_the_template_wrote_it():
    assert "<aside" in fragment("> [!NOTE]\n> x\n")
    assert "<aside" not in fragment("> \\[!NOTE\\]\n> x\n")
    assert "<aside" not in fragment("> [!NOTE] x\n")


@pytest.mark.parametrize("flavor", ["confluence", "notion"])
def test_editors_get_paragraphs_without_breaks_alerts_as_words_and_three_levels(flavor):
    text = format_of("markdown", flavor).write(
        Page({}, "a\nb\n\nc\\\nd\n\n> [!TIP]\n> e\n\n#### f\n\n- g\n  h\n")
    )
    assert text == "a b\n\nc\\\nd\n\n> **Tip**\n>\n> e\n\n**f**\n\n- g\n  h\n"


def test_the_whole_page_brings_all_it_needs_and_lets_nothing_else_in():
    text = FORMATS["html"].write(month("rich"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "script-src 'sha256-" in policy[1]
    assert "https://" not in policy[1]
    assert text.count("<script>") == 1
    assert "<title>Training I/O squad: May 2021</title>" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_the_page_of_html_carries_its_markdown_whole():
    page = month("hostile")
    area = re.search(r"(?s)<textarea[^>]*>\n(.*)</textarea>", FORMATS["html"].write(page))
    assert area
    names = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&"}
    assert re.sub("|".join(names), lambda name: names[name[0]], area[1]) == page.markdown


def test_slacks_limits_are_told():
    assert warning("x" * 3_000) == ""
    assert "3,000 characters" in warning("x" * 3_001)
    assert "cuts a message at 40,000" in warning("x" * 40_001)


def test_the_same_page_gives_the_same_bytes():
    for form in FORMATS.values():
        assert form.write(month("rich")) == form.write(month("rich"))
