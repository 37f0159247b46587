"""Typed words over real HTTP: each is stored once, or comes back with the answer."""

import re
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from cadence.model import Anonymity
from cadence.store.database import open_store
from cadence.store.reflections import save_gathering, save_opening
from tests.serving import JUNE, NAMES, entries, opened, serving


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


def test_what_is_too_long_is_told_with_its_size_the_limit_and_the_remedy(pages, ada):
    back = pages.ask("/reflection/send", {"pass": ada, "start": "x" * 300_000})
    with socket.create_connection(("127.0.0.1", pages.port)) as caller:
        head = f"POST /reflection/send HTTP/1.1\r\nHost: {pages.url[7:]}\r\nContent-Length: 700000"
        caller.sendall(f"{head}\r\n\r\n".encode())
        turned_away = caller.makefile("rb").read().decode()
    assert back.status == 413
    assert turned_away.startswith("HTTP/1.1 413 ")
    assert "300 kB, and a form takes 262 kB" in back.body
    for told in (back.body, turned_away):
        assert "a form takes 262 kB" in told
        assert "Send it in two parts" in told


def test_what_was_shown_before_all_became_anonymous_stands_as_it_is(told_story, tmp_path):
    folder = Path(shutil.copytree(told_story, tmp_path / "demo"))
    links = opened(folder, NAMES)
    with serving(folder) as served:
        ada = {"pass": links["Ada Park"]}
        served.ask("/reflection/send", {**ada, "start": "Seen by all", "named-start": "on"})
        with open_store(served.store) as db:
            save_opening(db, JUNE, Anonymity.ALL, date(2021, 6, 30))
        form = served.ask("/reflection", ada).body
        assert "it stands as it is" in form
        assert "readonly>\nSeen by all</textarea>" in form
        assert 'name="start"' not in form
        late = served.ask("/reflection/send", {**ada, "start": "Seen by all\nOne more"})
        assert late.status == 409
        assert "One more" in late.body
        assert 'name="start"' in served.ask("/reflection", {"pass": links["Dev Rao"]}).body
        with open_store(served.store) as db, db.conn:
            db.execute("UPDATE reflections SET seen = 0, answered_unnamed = 5")
        with open_store(served.store) as db:
            save_gathering(db, JUNE, date(2021, 6, 30), 5)
        form = served.ask("/reflection", {"pass": links["Dev Rao"]}).body
        assert "no more are taken" in form
        assert 'name="start"' not in form
