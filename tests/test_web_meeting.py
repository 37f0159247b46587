"""The meeting, the gates and the reports in the browser, over real HTTP."""

import re
import shutil
from pathlib import Path

from cadence.model import Anonymity
from tests.serving import DUE, NAMES, NOW, entries, opened, serving


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
