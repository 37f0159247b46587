"""Who gets in: personal links, guesses, own hosts, own posts; nobody else changes anything."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from cadence.invitations import Guest
from cadence.store.database import open_store
from cadence.store.invites import save_invites
from cadence.store.reflections import save_closing
from cadence.web.guard import CSP, GUESSES_A_MINUTE, Guesses, is_own_host, own_origins
from cadence.web.visits import Visits
from tests.serving import DUE, JUNE, NAMES, PAGES, entries, opened, serving


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


def test_a_replaced_link_is_told_in_the_words_of_a_wrong_one_also_if_it_had_opened(
    told_story, tmp_path
):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        assert served.ask("/reflection", {"pass": links["Ada Park"]}).status == 200
        new = [Guest(name, JUNE, letter * 32) for name, letter in zip(NAMES[:2], "no", strict=True)]
        with open_store(served.store) as db:
            save_invites(db, new, date(2031, 1, 1))
        for path in ("/reflection", "/board"):
            told = [
                served.ask(path, {"pass": token})
                for token in (links["Ada Park"], links["Ben Ito"], "W" * 32)
            ]
            assert {one.status for one in told} == {404}
            assert len({re.sub("value=.{34}", "", one.body) for one in told}) == 1
        assert served.ask("/reflection", {"pass": "n" * 32}).status == 200


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
