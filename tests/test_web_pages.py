"""What a page holds: safe headers, labels and landmarks, and hostile words as words."""

import shutil
from pathlib import Path

from cadence.web.guard import CSP
from tests.serving import NAMES, PAGES, Elements, opened, serving


def test_every_answer_bears_the_headers_that_keep_it_safe(pages, ada):
    asked = [
        *(pages.ask(path, {"pass": ada}) for path in PAGES),
        *(pages.ask(path) for path in ("/", "/nowhere", "/static/cadence.css", "/static/../x")),
        pages.ask("/reflection", method="PUT", body=""),
        pages.ask("/reflection", method="OPTIONS"),
        pages.ask("/reflection/send", {"pass": ada}, {"Origin": "null"}),
        pages.ask("/reflection/send", method="POST", body=b"x" * 700_000),
        pages.ask("/" + "x" * 20_000),
        pages.ask("/board", {"pass": ada}, {"Transfer-Encoding": "gzip"}),
    ]
    for told in asked:
        assert told.headers["content-security-policy"] == CSP, told
        assert "default-src 'none'" in CSP
        assert "frame-ancestors 'none'" in CSP
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["cache-control"] == "no-store"
        assert told.headers["referrer-policy"] == "same-origin"
        assert "server" not in told.headers


def test_no_page_has_a_script_or_a_style_of_its_own(pages, ada):
    for path in (*PAGES, "/reflection/thanks"):
        for tag, attributes in Elements(pages.ask(path, {"pass": ada}).body).found:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert tag != "style"
            assert tag != "script" or attributes.get("src") == "/static/cadence.js"


def test_every_field_has_a_label_and_every_page_its_landmarks(pages, ada):
    for path in PAGES:
        page = Elements(pages.ask(path, {"pass": ada}).body).found
        named = {attributes.get("for") for tag, attributes in page if tag == "label"}
        for tag, attributes in page:
            if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden":
                labelled = attributes.get("id") in named or attributes.get("type") == "checkbox"
                assert labelled, (path, attributes)
        tags = [tag for tag, _ in page]
        assert tags.count("main") == tags.count("h1") == 1 or path.startswith("/reports/")
        assert "nav" in tags
        assert "header" in tags
        ids = [attributes["id"] for _, attributes in page if "id" in attributes]
        assert len(ids) == len(set(ids)), path


def test_buttons_of_one_name_are_told_apart_by_what_they_are_about(pages, ada):
    pages.ask("/reflection/send", {"pass": ada, "start": "One\nTwo", "was": "[]"})
    pages.ask("/board/theme", {"pass": ada, "title": "A theme"})
    page = Elements(pages.ask("/board", {"pass": ada}).body).found
    ids = {attributes["id"] for _, attributes in page if "id" in attributes}
    votes = [attributes for _, attributes in page if attributes.get("aria-label") == "Give a vote"]
    moves = [attributes for _, attributes in page if (attributes.get("id") or "")[:2] == "m-"]
    assert len(votes) == len(moves) == 2
    for alike in (votes, moves):
        about = {attributes["aria-describedby"] for attributes in alike}
        assert about <= ids
        assert len(about) == 2
    pages.ask("/reflection/send", {"pass": ada, "withdraw": "yes"})


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "[x](javascript:alert(1))",
    "<a href='data:text/html,x'>",
    "&lt;script&gt;",
    "\u202etxet\u202c \u2028 \x07",
    "<!-- <input name=pass> -->",
    "`${alert(1)}`",
]


def test_hostile_words_stay_words_on_every_page(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, [NAMES[0], "<b>Eve</b>"])
    with serving(folder) as served:
        clean = [Elements(served.ask(path, {"pass": links[NAMES[0]]}).body) for path in PAGES]
        known = {tag for page in clean for tag, _ in page.found} | {"ul", "section", "strong"}
        for token in links.values():
            told = served.ask(
                "/reflection/send",
                {"pass": token, "start": "\n".join(HOSTILE), "named-start": "on"},
            )
            assert told.status == 200
        for title in HOSTILE:
            served.ask("/board/theme", {"pass": token, "title": title})
        for path in (*PAGES, "/reflection/thanks", "/reports/2021-06/reflection"):
            page = served.ask(path, {"pass": token}).body
            assert "{{ 7 * 7 }}" in page or "7 * 7" not in page
            for tag, attributes in Elements(page).found:
                assert tag in known, (path, tag)
                assert not [name for name in attributes if name.startswith("on")]
                address = attributes.get("href") or attributes.get("src") or ""
                assert not address.startswith(("javascript:", "data:"))
