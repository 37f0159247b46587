"""The team's pages over real HTTP: what they promise of words, of names, and against strangers."""

import json
import re
import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cadence.invitations import Guest
from cadence.model import Anonymity
from cadence.store.database import open_store
from cadence.store.reflections import save_closing
from cadence.web.guard import CSP, GUESSES_A_MINUTE, Guesses, is_own_host, own_origins
from cadence.web.visits import Visits
from tests.serving import DUE, JUNE, NOW, Served, opened, serving

pytestmark = pytest.mark.xdist_group("serve")

PAGES = ("/reflection", "/board", "/gates", "/reports", "/reports/2021-05/month")
NAMES = ["Ada Park", "Ben Ito", "Chloé Martin", "Dev Rao"]


@pytest.fixture(scope="module")
def pages(told_story, tmp_path_factory):
    """The story's pages in June, with a link for each member."""
    folder = Path(shutil.copytree(told_story, tmp_path_factory.mktemp("web") / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        served.links = links
        yield served


@pytest.fixture
def ada(pages):
    return pages.links["Ada Park"]


def entries(pages: Served) -> list[tuple[object, ...]]:
    return pages.rows("SELECT prompt, text, author FROM entries WHERE month = '2021-06' ORDER BY 2")


class Elements(HTMLParser):
    """Collects every element of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


# ---- the way in ------------------------------------------------------------------------------


def test_a_link_opens_by_a_button_and_its_secret_stands_in_no_later_address(pages, ada):
    door = pages.ask(f"/in/{ada}")
    assert "Hello Ada Park" in door.body
    assert 'action="/reflection"' in door.body
    form = pages.ask("/reflection", {"pass": ada})
    assert form.status == 200
    addresses = re.findall(r'(?:action|href|src|formaction)="([^"]*)"', form.body)
    assert addresses
    assert not [one for one in addresses if ada in one]


def test_every_page_is_reached_without_a_cookie(pages, ada):
    for path in PAGES:
        told = pages.ask(path, {"pass": ada})
        assert told.status == 200, path
        assert "Ada Park" in told.body


def test_with_the_cookie_a_page_can_be_reloaded_and_the_cookie_alone_changes_nothing(pages, ada):
    offered = pages.ask("/reflection", {"pass": ada}).headers["set-cookie"]
    assert "HttpOnly" in offered
    assert "SameSite=Strict" in offered
    assert ada not in offered
    cookie = {"Cookie": offered.partition(";")[0]}
    assert "Ada Park" in pages.ask("/board", headers=cookie).body
    assert pages.ask("/board", {"pass": ada}, cookie).headers["location"] == "/board"
    refused = pages.ask("/board/theme", {"title": "By cookie alone"}, cookie)
    assert refused.status == 401
    assert not pages.rows("SELECT 1 FROM themes WHERE title = 'By cookie alone'")


def test_without_a_link_no_page_opens(pages):
    for path in PAGES:
        assert pages.ask(path).status == 401
        assert pages.ask(path, {"x": "y"}).status == 401


def test_unknown_expired_replaced_and_malformed_links_look_alike(pages, story):
    told = [pages.ask(f"/in/{token}") for token in ("A" * 32, "B" * 32, "short", "x" * 300)]
    assert {one.status for one in told} == {404}
    assert len({len(one.body) for one in told}) == 1
    assert len({json.dumps(sorted(one.headers)) for one in told}) == 1


def test_guesses_are_slowed_and_links_that_have_opened_still_open(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        assert served.ask(f"/in/{links['Ada Park']}").status == 200
        statuses = [served.ask(f"/in/{n:032d}").status for n in range(30)]
        assert statuses == [404] * GUESSES_A_MINUTE + [429] * (30 - GUESSES_A_MINUTE)
        assert served.ask("/reflection", {"pass": links["Ada Park"]}).status == 200
        late = served.ask("/reflection/send", {"pass": "C" * 32, "start": "My words"})
        assert late.status == 429
        assert late.headers["retry-after"] == "60"
        assert "My words" in late.body


def test_a_caller_may_try_again_after_a_minute():
    guesses = Guesses()
    for second in range(GUESSES_A_MINUTE):
        guesses.count("10.0.0.7", float(second))
    assert guesses.too_many("10.0.0.7", 30.0)
    assert not guesses.too_many("10.0.0.8", 30.0)
    assert not guesses.too_many("10.0.0.7", 61.0)


def test_a_link_that_was_replaced_is_not_opened_again_by_the_end_of_its_month():
    old, new = (Guest("Ada Park", JUNE, letter * 32) for letter in "ab")
    visits = Visits()
    visits.opened(old)
    visits.opened(new)
    assert visits.guest(old.token) is None
    assert visits.guest(new.token) == new


def test_an_expired_link_that_had_opened_stays_shut_after_the_end(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    ada = opened(folder, NAMES)["Ada Park"]
    with serving(folder) as served:
        assert served.ask("/reflection", {"pass": ada}).status == 200
        with open_store(served.store) as db, db.conn:
            db.execute("UPDATE invites SET expires = '2021-06-01'")
        assert served.ask("/reflection", {"pass": ada}).status == 404
        with open_store(served.store) as db:
            save_closing(db, JUNE, date(2021, 6, 30))
        assert served.ask("/reflection", {"pass": ada}).status == 404


# ---- hosts and origins -----------------------------------------------------------------------

FORGED_HOSTS = [
    *("evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "localhost:1", "0.0.0.0:{port}"),
    *("127.0.0.1.evil.example:{port}", "evil.example:{port}", "localhost.:{port}", "[::]:{port}"),
    *("127.1:{port}", "2130706433:{port}", "0x7f.1:{port}", "127.0.0.1:{port}:{port}", ""),
    *("127.0.0.1:{port}@evil.example", "evil.example#127.0.0.1:{port}", "127.0.0.1:{port}.x", None),
    *("http://127.0.0.1:{port}", "127.0.0.1 :{port}", "localhost:{port}/", "127.0.0.1:{port},evil"),
]


@pytest.mark.parametrize("host", FORGED_HOSTS)
def test_a_forged_host_is_served_nothing(pages, ada, host):
    sent = None if host is None else host.format(port=pages.port)
    for told in (
        pages.ask(f"/in/{ada}", headers={"Host": sent}),
        pages.ask("/reflection/send", {"pass": ada, "start": "By a forged host"}, {"Host": sent}),
    ):
        assert told.status in (400, 421)
        assert "Ada Park" not in told.body
        assert told.headers["content-security-policy"] == CSP
    assert "By a forged host" not in str(entries(pages))


def test_no_method_and_no_file_is_served_under_a_forged_host_either(pages):
    for method in ("OPTIONS", "GET", "HEAD", "PUT"):
        for path in ("/board", "/static/cadence.css"):
            told = pages.ask(path, headers={"Host": "evil.example"}, method=method)
            assert told.status in (404, 405, 421), (method, path)
            assert "allow" not in told.headers


def test_a_public_address_is_one_more_own_name():
    own = own_origins(8765, "https://cadence.example")
    assert is_own_host("cadence.example", own)
    assert is_own_host("cadence.example:443", own)
    assert not is_own_host("cadence.example:8765", own)
    assert not is_own_host("cadence.example.evil", own)


CROSS = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": None},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost"},
    {"Origin": None, "Referer": "https://evil.example/127.0.0.1"},
    {"Origin": None, "Referer": "http://[broken"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": None, "Sec-Fetch-Site": "cross-site"},
    {"Content-Type": "text/plain"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/json"},
    {"Content-Type": None},
]
CHANGES = {
    "/reflection/send": {"start": "Across sites"},
    "/board/theme": {"title": "Across sites"},
    "/board/action": {"text": "Across sites", "owner": "Ada Park", "due": DUE},
    "/gates/sign": {"key": "TFIO-155", "gate": "built", "evidence": "https://across.example/x"},
    "/board/close": {"sure": "yes"},
}


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("headers", CROSS, ids=str)
def test_a_post_of_another_page_changes_nothing(pages, ada, path, headers):
    told = pages.ask(path, {"pass": ada, **CHANGES[path]}, headers)
    assert told.status in (403, 415)
    for value in CHANGES[path].values():
        assert value == "yes" or value in told.body  # no word is lost, not even a stranger's


def test_nothing_came_of_the_posts_of_other_pages(pages):
    assert "cross" not in str(entries(pages)).lower()
    for table, column in (("themes", "title"), ("actions", "text"), ("sign_offs", "evidence")):
        assert not pages.rows(f"SELECT 1 FROM {table} WHERE {column} LIKE '%cross%'")
    assert pages.rows("SELECT closed FROM reflections WHERE month = '2021-06'") == [(None,)]


def test_a_look_changes_nothing(pages):
    for path, fields in CHANGES.items():
        query = "&".join(f"{name}={value}" for name, value in fields.items())
        assert pages.ask(f"{path}?{query.replace(' ', '+')}").status == 405


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": None, "Referer": "{url}/reflection"}, {}],
    ids=["secure", "old", "plain"],
)
def test_the_real_form_works_in_each_kind_of_browser(pages, headers):
    sent = {name: value and value.format(url=pages.url) for name, value in headers.items()}
    ben = pages.links["Ben Ito"]
    told = pages.ask("/reflection/send", {"pass": ben, "stop": "Guessing, because it costs"}, sent)
    assert told.status == 200
    assert "Thank you" in told.body
    assert ("stop", "Guessing, because it costs", None) in entries(pages)


# ---- words -----------------------------------------------------------------------------------


def test_a_form_sent_a_hundred_times_at_once_is_one_answer(pages):
    dev = {"pass": pages.links["Dev Rao"], "continue": "Sending once", "named-continue": "on"}
    with ThreadPoolExecutor(20) as crowd:
        told = list(crowd.map(lambda _: pages.ask("/reflection/send", dev), range(100)))
    assert {one.status for one in told} == {200}
    assert [row for row in entries(pages) if row[1] == "Sending once"] == [
        ("continue", "Sending once", "Dev Rao")
    ]


def test_an_answer_can_be_changed_and_taken_back(pages):
    ben = {"pass": pages.links["Ben Ito"]}
    pages.ask("/reflection/send", {**ben, "start": "- One thing\n2. Another thing\n\n"})
    own = {row[1] for row in entries(pages)}
    assert {"One thing", "Another thing"} <= own
    form = pages.ask("/reflection", ben).body
    assert "Another thing\nOne thing</textarea>" in form
    pages.ask("/reflection/send", {**ben, "start": "Another thing, said better"})
    own = {row[1] for row in entries(pages)}
    assert "Another thing, said better" in own
    assert not {"One thing", "Another thing"} & own
    assert pages.ask("/reflection/send", {**ben, "withdraw": "yes"}).status == 200
    assert "Another thing, said better" not in {row[1] for row in entries(pages)}


def test_what_was_said_by_another_door_since_the_form_was_opened_stays(pages):
    ben = {"pass": pages.links["Ben Ito"]}
    pages.ask("/reflection/send", {**ben, "stop": "Old one"})
    was = '[["stop", "Old one", false]]'
    pages.ask("/reflection/send", {**ben, "was": "[]", "start": "From my phone"})
    pages.ask("/reflection/send", {**ben, "was": was, "stop": "New one"})
    held = {row[1] for row in entries(pages)}
    assert {"From my phone", "New one"} <= held
    assert "Old one" not in held
    assert (
        "[[&#34;start&#34;, &#34;From my phone&#34;, false]" in pages.ask("/reflection", ben).body
    )
    pages.ask("/reflection/send", {**ben, "withdraw": "yes"})


def test_a_signed_thought_has_its_name_and_another_has_none(pages):
    chloe = {"pass": pages.links["Chloé Martin"], "start": "Signed so", "named-start": "on"}
    pages.ask("/reflection/send", {**chloe, "stop": "Unsigned so"})
    assert ("start", "Signed so", "Chloé Martin") in entries(pages)
    assert ("stop", "Unsigned so", None) in entries(pages)
    assert pages.ask("/board", chloe).body.count("Chloé Martin") >= 2  # the card, and who is here


WORDS = 'Über "alles" <b>& </textarea><script>alert(1)</script> 🙂\nline two\ttab'


@pytest.mark.parametrize(
    ("path", "fields", "headers", "status"),
    [
        ("/reflection/send", {"pass": "D" * 32}, {}, 404),
        ("/reflection/send", {}, {}, 401),
        ("/reflection/send", {}, {"Origin": "https://evil.example"}, 403),
        ("/reflection/send", {}, {"Host": "evil.example"}, 421),
        ("/nowhere", {}, {}, 404),
        ("/board/action", {"pass": "{ada}"}, {}, 400),
        ("/board/close", {"pass": "{ben}"}, {}, 400),
        ("/board/move", {"pass": "{ada}", "entry": "no such"}, {}, 409),
        ("/gates/sign", {"pass": "{ada}", "evidence": "no link"}, {}, 409),
        ("/reflection/send", {"pass": "{ada}", "pad": "x" * 300_000}, {}, 413),
    ],
)
def test_every_error_gives_the_typed_words_back(pages, path, fields, headers, status):
    ada, ben = pages.links["Ada Park"], pages.links["Ben Ito"]
    sent = {name: value.format(ada=ada, ben=ben) for name, value in fields.items()}
    told = pages.ask(path, {**sent, "start": WORDS}, headers)
    assert told.status == status
    found = re.search(r'<textarea[^>]*name="start"[^>]*>\n(.*?)</textarea>', told.body, re.DOTALL)
    assert found
    back = (found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')).replace(
        "&amp;", "&"
    )
    assert back == WORDS


def test_words_that_are_given_back_can_be_sent_again_with_a_link(pages):
    lost = pages.ask("/reflection/send", {"pass": "E" * 32, "continue": "Not lost"})
    assert 'action="/reflection/send"' in lost.body
    ben = pages.links["Ben Ito"]
    again = {"pass": "E" * 32, "continue": "Not lost", "link": f"{pages.url}/in/{ben}"}
    assert pages.ask("/reflection/send", again).status == 200
    assert ("continue", "Not lost", None) in entries(pages)
    pages.ask("/reflection/send", {"pass": ben, "withdraw": "yes"})


def test_what_was_typed_is_kept_when_somebody_looks_at_another_page(pages):
    ben = {"pass": pages.links["Ben Ito"]}
    told = pages.ask("/board", {**ben, "start": "Half a thought", "stop": ""})
    assert "kept as a draft" in told.body
    assert ">\nHalf a thought</textarea>" in pages.ask("/reflection", ben).body
    assert "Half a thought" not in str(entries(pages))
    for file in pages.store.parent.iterdir():
        assert b"Half a thought" not in file.read_bytes()  # sealed by the link
    pages.ask("/reflection/send", {**ben, "start": "A whole thought"})
    assert "Half a thought" not in pages.ask("/reflection", ben).body


def test_an_empty_form_stores_nothing_and_says_so(pages, ada):
    before = entries(pages)
    told = pages.ask("/reflection/send", {"pass": ada, "start": " \n - \n"})
    assert told.status == 400
    assert "Nothing is written yet" in told.body
    assert entries(pages) == before


# ---- what a page holds -----------------------------------------------------------------------


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


# ---- the meeting -----------------------------------------------------------------------------


def test_a_meeting_from_the_first_theme_to_the_end(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        ada, ben = ({"pass": links[name]} for name in NAMES[:2])
        served.ask("/reflection/send", {**ada, "start": "A slack week"})
        served.ask("/reflection/send", {**ben, "stop": "Late merges"})
        entry = {text: one for one, text in served.rows("SELECT id, text FROM entries")}
        served.ask("/board/theme", {**ada, "title": "Time"})
        ((theme,),) = served.rows("SELECT id FROM themes WHERE title = 'Time'")
        served.ask("/board/move", {**ada, "entry": entry["A slack week"], "theme": theme})
        for voter, votes in ((ada, 2), (ben, 1)):
            told = served.ask(
                "/board/vote", {**voter, "entry": entry["A slack week"], "votes": votes}
            )
            assert told.status == 200, told.body[300:1200]
        over = served.ask("/board/vote", {**ada, "entry": entry["Late merges"], "votes": 2})
        assert over.status == 409  # two of three are given
        board = served.ask("/board", {**ben}).body
        assert "3 votes" not in board.replace("of 3 left", "")
        assert "<strong>2 votes</strong>" in board
        refused = served.ask("/board/reveal", {**ada})
        assert refused.status == 403  # Ben leads
        assert "3 votes" in served.ask("/board/reveal", {**ben}).body
        agreed = {
            "text": "One week in six is free",
            "owner": "Dev Rao",
            "due": DUE,
            "how": "We look",
        }
        for _ in range(2):
            assert served.ask("/board/action", {**ada, **agreed}).status == 200
        held = served.rows("SELECT text, owner, due, how FROM actions WHERE month = '2021-06'")
        assert held == [tuple(agreed.values())]
        assert served.ask("/board/close", {**ben}).status == 400
        end = {**ben, "sure": "yes", "principle": "Proof before the next epic"}
        assert "is closed" in served.ask("/board/close", end).body
        assert ("Proof before the next epic",) in served.rows(
            "SELECT text FROM notes WHERE kind = 'principle' AND day = '2021-06-30'"
        )
        # The links are gone with it; who was there may still read, and changes nothing.
        assert served.ask("/reports/2021-06/reflection", {**ben}).status == 200
        late = served.ask("/reflection/send", {**ada, "start": "Too late"})
        assert late.status == 409
        assert "Too late" in late.body
        assert served.ask(f"/in/{links['Dev Rao']}").body == served.ask(f"/in/{'F' * 32}").body


def test_an_action_is_settled_by_one_of_the_three_ways_alone(pages, ada):
    open_ones = "SELECT id FROM actions WHERE done IS NULL AND dropped IS NULL ORDER BY id"
    before = pages.rows(open_ones)
    told = pages.ask("/board/settle", {"pass": ada, "id": before[0][0], "what": "anything"})
    assert told.status == 400
    assert pages.rows(open_ones) == before


def test_nobody_fills_the_board_with_one_title(pages, ada):
    told = pages.ask("/board/theme", {"pass": ada, "title": "T" * 5_000})
    assert told.status == 400
    assert "T" * 5_000 in told.body


def test_a_form_that_tells_nonsense_of_what_it_held_is_no_fault(pages, ada):
    for was in ("[" * 20_000, '[["start", 1, []]]', "{}", '[["start"]]', "null"):
        told = pages.ask("/reflection/send", {"pass": ada, "start": "Said so", "was": was})
        assert told.status == 200, was[:20]
    pages.ask("/reflection/send", {"pass": ada, "withdraw": "yes"})


def test_where_all_are_anonymous_nothing_is_shown_before_it_is_gathered(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    people = NAMES  # whose smallest group is three
    links = opened(folder, people, Anonymity.ALL)
    with serving(folder) as served:
        for name in people[:2]:
            served.ask(
                "/reflection/send", {"pass": links[name], "start": f"Said by someone {name[0]}"}
            )
        desk = {"pass": served.desk}
        board = served.ask("/board", desk).body
        assert "Said by someone" not in board
        assert "2 entries are there and not shown" in board
        assert served.ask("/board/gather", desk).status == 409  # fewer than three
        served.ask("/reflection/send", {"pass": links[people[2]], "start": "Said by someone C"})
        assert served.ask("/board/gather", desk).body.count("Said by someone") >= 3
        late = served.ask("/reflection/send", {"pass": links[people[3]], "start": "A late one"})
        assert late.status == 409
        assert "A late one" in late.body
        assert (
            served.rows("SELECT 1 FROM entries WHERE author IS NOT NULL AND month='2021-06'") == []
        )


def test_a_sign_off_needs_a_link_and_stands_on_the_page(pages, ada):
    sign = {"pass": ada, "key": "TFIO-155", "gate": "built"}
    assert pages.ask("/gates/sign", {**sign, "evidence": "it works"}).status == 409
    told = pages.ask("/gates/sign", {**sign, "evidence": "https://ci.example/run/7"})
    assert 'href="https://ci.example/run/7"' in told.body
    held = pages.rows('SELECT key, gate, "by", day FROM sign_offs WHERE evidence LIKE "%run/7"')
    assert held == [("TFIO-155", "built", "Ada Park", "2021-06-30")]


def test_a_report_is_the_one_that_the_command_prints(pages, ada, run, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", NOW)
    page = pages.ask("/reports/2021-05/month", {"pass": ada}).body
    told = run("--workspace", pages.folder, "report", "--month", "2021-05", "--stdout").out
    area = re.search(r'<textarea id="markdown"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert area
    lines = [line for line in told.splitlines() if line.isascii() and not set(line) & set("<>&\"'")]
    assert len(lines) > 20
    assert not [line for line in lines if line not in area[1]]


def test_nobody_reads_the_months_of_one_person_here(pages, ada):
    for kind in ("person", "partner", "nothing"):
        assert pages.ask(f"/reports/2021-05/{kind}", {"pass": ada}).status == 404


def test_the_desk_adds_what_it_was_told_once(pages):
    desk = {"pass": pages.desk, "author": "Dev Rao", "start": "Told to the desk"}
    before = entries(pages)
    assert [pages.ask("/reflection/send", desk).status for _ in range(2)] == [200, 200]
    assert len(entries(pages)) == len(before) + 1
    assert ("start", "Told to the desk", "Dev Rao") in entries(pages)
    stranger = pages.ask("/reflection/send", {**desk, "author": "Nobody Known"})
    assert stranger.status == 400


# ---- strain ----------------------------------------------------------------------------------


def test_idle_sockets_and_broken_requests_stop_nobody(pages, ada):
    idle = [socket.create_connection(("127.0.0.1", pages.port)) for _ in range(200)]
    try:
        for one in idle[:100]:
            one.sendall(
                b"POST /reflection/send HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"
            )
        many = {f"f{n}": "x" for n in range(10_000)}
        assert pages.ask("/reflection/send", {"pass": ada, **many}).status in (400, 413)
        broken = pages.ask(
            "/reflection/send",
            headers={"Content-Type": "multipart/form-data; boundary=B"},
            body=b"--B\r\nContent-Disposition: form-data; name=start\r\n\r\nKept words",
        )
        assert broken.status == 415
        assert "Kept words" in broken.body
        seen: list[int] = []
        looks = [
            threading.Thread(target=lambda: seen.append(pages.ask("/board", {"pass": ada}).status))
            for _ in range(10)
        ]
        for look in looks:
            look.start()
        for look in looks:
            look.join(10)
        assert seen == [200] * 10
    finally:
        for one in idle:
            one.close()


def test_what_was_acknowledged_is_there_after_a_kill(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    for number, name in enumerate(NAMES):
        with serving(folder) as served:
            told = served.ask("/reflection/send", {"pass": links[name], "stop": f"Kill {number}"})
            assert "Thank you" in told.body
            served.process.kill()
        assert (f"Kill {number}",) in served.rows("SELECT text FROM entries")


def test_nothing_is_logged_of_who_asks_what(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        served.ask("/reflection/send", {"pass": links["Ada Park"], "start": "Unlogged"})
        served.ask(f"/in/{links['Ben Ito']}", headers={"User-Agent": "Canary/1"})
        served.ask("/nowhere", headers={"User-Agent": "Canary/1"})
        served.process.terminate()
        out, err = served.process.communicate(timeout=10)
    assert out == ""
    assert "Ended. What was sent is stored." in err
    for path in folder.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert b"Canary/1" not in held
        assert not [token for token in links.values() if token.encode() in held], path
    assert "Canary" not in err
    assert not [token for token in links.values() if token in err]
