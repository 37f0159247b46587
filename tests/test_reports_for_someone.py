"""Partner, executive and personal reports: true at T, without keys, and for whom they are."""

import json
from dataclasses import replace

import pytest
from boards import Board, at, day

from cadence.config import Match, Member, Partner
from cadence.figures.partners import last_word
from cadence.model import Entry, Note, PartnerTold, Prompt
from cadence.plain import plain
from cadence.render import render
from cadence.reports.content import month_content
from cadence.reports.executive import without_keys
from cadence.reports.person import person_content
from cadence.store.database import open_store
from cadence.store.journal import load_filed

ADS = Partner("Ads", Match(labels=("ads",)))


def partner_board() -> Board:
    board = Board()
    board.goal(labels=("io",))
    board.config = replace(board.config, partners=(ADS,))
    board.add(
        "A-1", type="Epic", labels=("ads", "io"), summary="A-9: Parity (A-2)", due="2021-03-15"
    )
    board.add("A-2", parent="A-1")
    board.move("A-2", "2021-01-10 active")
    return board


def note(kind: str, on: str, outcome: str | None = None, retired: str | None = None) -> Note:
    off = day(retired) if retired else None
    return Note(kind, day(on), f"{kind} of {on}", at(on), "Ads", outcome, off)


def ads(board: Board, month: str) -> dict:
    (partner,) = plain(month_content(board.month(month)))["partners"]
    return partner


def test_a_partner_reads_the_first_date_and_the_move_and_is_asked_for_a_word():
    board = partner_board()
    board.set("A-1", "2021-03-02", "due", "2021-05-15")
    (m,) = ads(board, "2021-03")["milestones"]
    assert (m["first_due"], m["due_before"], m["due"]) == ("2021-03-15", "2021-03-15", "2021-05-15")
    assert (m["moved"], m["explained"], m["awaits_answer"]) == (True, False, True)
    (before,) = ads(board, "2021-02")["milestones"]
    assert (before["moved"], before["due"]) == (False, "2021-03-15")


def test_an_answer_after_the_move_is_the_word_that_was_asked_for():
    board = partner_board()
    board.set("A-1", "2021-03-02", "due", "2021-05-15")
    for on, waits in (("2021-03-01", True), ("2021-03-02", False)):
        board.filed = replace(board.filed, notes=(note("partner-ack", on, "ok"),))
        (m,) = ads(board, "2021-03")["milestones"]
        assert m["awaits_answer"] is waits
    assert ads(board, "2021-02")["answered_on"] is None


def test_what_we_need_stands_until_it_is_retired():
    board = partner_board()
    board.filed = replace(
        board.filed, notes=(note("partner-need", "2021-02-10", None, "2021-03-05"),)
    )
    told = [len(ads(board, month)["needs"]) for month in ("2021-01", "2021-02", "2021-03")]
    assert told == [0, 1, 0]


def test_an_issued_partner_report_counts_as_the_last_word_from_its_day_on():
    board = partner_board()
    board.filed = replace(board.filed, told=(PartnerTold("Ads", at("2021-02-20")),))
    assert last_word(board.month("2021-01"), ADS) is None
    assert last_word(board.month("2021-02"), ADS) == day("2021-02-20")
    codes = {
        month: {f["code"] for f in plain(month_content(board.month(month)))["findings"]}
        for month in ("2021-01", "2021-02")
    }
    assert "partner-not-told" in codes["2021-01"]
    assert "partner-not-told" not in codes["2021-02"]


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("A-9: Parity (A-2)", "Parity"),
        ("[A-1] Parity", "Parity"),
        ("Parity after A-12 and AB-3", "Parity after and AB-3"),
        ("GPT-4 and UTF-8 stay", "GPT-4 and UTF-8 stay"),
        ("A-1", "a milestone"),
    ],
)
def test_an_executive_reads_no_keys(title, bare):
    assert without_keys(title, frozenset({"A"})) == bare


def test_the_executive_page_holds_no_key_and_names_the_risk():
    board = partner_board()
    board.set("A-1", "2021-03-02", "due", "2021-05-15")
    told = plain(month_content(board.month("2021-03")))["executive"]
    assert "A-" not in str(told)
    (goal,) = told["goals"]
    assert goal["next"]["title"] == "Parity"
    assert [m["moved_from"] for m in goal["at_risk"]] == ["2021-03-15"]


def test_an_executive_reads_of_each_date_that_the_findings_call_late(ours):
    """May: Async reads has 59 % for its date, and a finding says 25 days late: no "none"."""
    told = json.loads(ours("report", "--month", "2021-05", "--format", "json").out)
    late = [f["subject"] for f in told["findings"] if f["code"] == "forecast-late"]
    assert late
    titles = [m["title"] for m in told["done"]["milestones"] if m["key"] in late]
    risky = [m["title"] for goal in told["executive"]["goals"] for m in goal["at_risk"]]
    assert set(titles) <= set(risky)


def test_message_partner_and_executive_doubt_the_same_dates(ours):
    """One rule in one place: February's parity and May's async reads, in each page for someone."""
    for month, title in (("2021-02", "Reader parity with the old pipeline"), ("2021-05", "Async")):
        told = json.loads(ours("report", "--month", month, "--format", "json").out)
        doubted = {m["title"] for m in told["done"]["milestones"] if m["doubtful"]}
        assert any(one.startswith(title) for one in doubted)
        late = {f["subject"] for f in told["findings"] if f["code"] == "forecast-late"}
        assert {m["key"] for m in told["done"]["milestones"] if m["doubtful"]} >= late
        risky = {m["title"] for g in told["executive"]["goals"] for m in g["at_risk"]}
        assert doubted <= risky
        for partner in told["partners"]:
            assert all(m["doubtful"] is (m["title"] in doubted) for m in partner["milestones"])
        message = ours("report", "--month", month).out.split("Data as of")[0]
        assert all(f"“{one}” is due on" in message for one in doubted)


def test_a_dismissed_finding_still_leaves_the_date_in_doubt(run, story, monkeypatch):
    """The team has set its question aside; who waits is told of the date all the same."""
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(story))
    dismiss = ("findings", "dismiss", "forecast-late", "TFIO-97", "--why", "We know")
    assert run(*dismiss, "--on", "2021-02-28").code == 0
    told = json.loads(run("report", "--month", "2021-02", "--format", "json").out)
    assert "forecast-late" not in {f["code"] for f in told["findings"]}
    (m,) = [m for m in told["done"]["milestones"] if m["key"] == "TFIO-97"]
    assert m["doubtful"]


def test_february_tells_everyone_that_the_kpi_cannot_be_relied_on(ours):
    for kind in ("month", "focus", "executive"):
        page = ours("report", "--month", "2021-02", "--kind", kind).out
        assert "readings of one day range from 74 % to 85 %" in page.split("## Goals")[0]
    page = ours("report", "--month", "2021-05", "--kind", "executive").out
    assert "relied on" not in page


def test_a_kpi_without_a_reading_is_a_risk_and_not_a_comfort(ours):
    values = json.loads(ours("report", "--month", "2021-02", "--format", "json").out)
    for goal in values["executive"]["goals"]:
        goal["kpi"] |= {"latest": None, "on_track": None, "series": [], "doubt": None}
        goal["at_risk"] = []
    page = render("reports/executive.md.j2", values)
    assert page.count("Risk: without a reading nothing can show whether the goal comes") == 2
    assert "show none" not in page


def own(board: Board, month: str, name: str) -> dict:
    return plain(person_content(board.month(month), name, Member(name, name)))["person"]


def test_a_persons_own_days_add_up_and_nobody_else_is_in_it():
    board = Board(members=("ada", "ben"))
    board.support(labels=("support",))
    for key, who, labels in (("A-1", "ada", ()), ("A-2", "ada", ("support",)), ("A-3", "ben", ())):
        board.add(key, assignee=who, labels=labels)
        board.move(key, "2021-02-01 active", "2021-02-10 done")
    board.filed = replace(
        board.filed,
        entries=tuple(
            Entry(board.month("2021-02").month, Prompt.STOP, text, author)
            for text, author in (("mine", "ada"), ("hers", "ben"), ("nobody's", None))
        ),
    )
    told = own(board, "2021-02", "ada")
    (month,) = [one for one in told["months"] if one["month"] == "2021-02"]
    spent = sum(month[f"{kind}_days"] for kind in ("goals", "support", "other", "not_visible"))
    assert spent == pytest.approx(month["capacity_days"])
    assert [one["key"] for one in told["issues"]] == ["A-1", "A-2"]
    assert [one["text"] for one in told["entries"]] == ["mine"]
    assert "ben" not in str(told)
    assert "A-3" not in str(told)


def test_a_member_who_did_nothing_has_a_page_too():
    told = own(Board(members=("ada", "ben")), "2021-02", "ben")
    assert (told["issues"], told["milestones"], told["entries"]) == ([], [], [])


# ---- at the command line ---------------------------------------------------------------------


@pytest.fixture
def ours(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(story))
    return run


@pytest.mark.parametrize(
    "args",
    [
        ["--kind", "person"],
        ["--kind", "person", "--person", "Nobody"],
        ["--kind", "person", "--kind", "month", "--person", "Ada Park"],
        ["--person", "Ada Park"],
        ["--kind", "focus", "--person", "Ada Park"],
        ["--kind", "partner", "--partner", "Nobody"],
        ["--partner", "Ads ranking"],
    ],
)
def test_what_does_not_go_together_is_one_line(ours, args):
    done = ours("report", *args)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_a_persons_page_is_written_for_its_owner_and_kept_nowhere_else(ours, story, tmp_path):
    def archived() -> list[tuple]:
        with open_store(story / "data" / "cadence.db") as db:
            return db.execute("SELECT * FROM issued").fetchall()

    before = archived()
    done = ours("report", "--kind", "person", "--person", "chloe", "--output", tmp_path / "o")
    path = tmp_path / "o" / "2021-05" / "person-chloe-martin.md"
    assert path.read_text() == done.out
    assert path.stat().st_mode & 0o777 == 0o600
    for other in ("Ada", "Ben", "Dev"):
        assert other not in done.out
    assert b"my May 2021" not in (story / "data" / "cadence.db").read_bytes()
    assert archived() == before


def test_a_partner_report_is_issued_to_the_partners_it_holds_and_no_file_of_all_kinds_is(
    ours, story, tmp_path
):
    def told() -> list[str]:
        with open_store(story / "data" / "cadence.db") as db:
            return [one.partner for one in load_filed(db).told]

    ours("report", "--output", tmp_path / "o")
    assert told() == []
    ours("report", "--kind", "partner", "--partner", "ads ranking", "--month", "this")
    assert told() == ["Ads ranking"]
