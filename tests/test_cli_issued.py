"""Reports of months that have ended are archived; --diff says what has changed since."""

import json
import sqlite3

import pytest

from cadence.reports.since import changes_since


@pytest.fixture
def ours(run, story, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    monkeypatch.setenv("CADENCE_WORKSPACE", str(story))
    return run


def archived(story):
    conn = sqlite3.connect(story / "data" / "cadence.db")
    rows = conn.execute("SELECT month, kind, complete FROM issued").fetchall()
    conn.close()
    return rows


@pytest.fixture
def untold(story):
    """Empty the archive: nothing of the story was told."""
    conn = sqlite3.connect(story / "data" / "cadence.db")
    with conn:
        conn.execute("DELETE FROM issued")
    conn.close()


def test_what_the_demo_wrote_is_archived_as_told(ours, story):
    months = ["2020-12", *(f"2021-0{number}" for number in range(1, 6))]
    assert sorted(archived(story)) == [(month, "month", 1) for month in months]
    for month in months:
        told = ours("report", "--diff", "--month", month).out
        assert told == f"Since {month} was told on 2021-06-02 09:00, nothing has changed.\n"


def test_a_month_that_has_ended_is_archived_once_as_long_as_it_tells_the_same(ours, story, untold):
    for _ in range(2):
        assert ours("report", "--month", "2021-02").code == 0
    assert ours("report", "--month", "2021-02", "--kind", "done").code == 0
    assert archived(story) == [("2021-02", "month", 1)]


def test_a_running_month_is_not_archived(ours, story, untold):
    assert ours("report", "--month", "this").code == 0
    assert archived(story) == []


def test_what_was_never_told_is_one_line(ours, story, untold):
    done = ours("report", "--diff", "--month", "2021-02")
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert "2021-02 was not told yet" in done.out
    assert archived(story) == []


def test_what_has_not_changed_is_one_line(ours):
    ours("report", "--month", "2021-02")
    done = ours("report", "--diff", "--month", "2021-02")
    assert done.out == "Since 2021-02 was told on 2021-06-02 09:00, nothing has changed.\n"


def test_a_late_reading_shows_as_what_it_changed(ours):
    ours("report", "--month", "2021-04")
    ours("goal", "measure", "io", "44", "--on", "2021-04-29", "--method", "automatic")
    done = ours("report", "--diff", "--month", "2021-04")
    assert done.code == 0
    goal = "- Goal 'Training jobs no longer wait for I/O': "
    assert f"{goal}a reading of 44 %, dated 2021-04-29, came in after the month" in done.out
    assert f"{goal}the latest reading is now 44 %, told as 74 %\n" in done.out
    assert f"{goal}now on track, told as not on track\n" in done.out
    trend = "- Trend of 'share of step time spent in I/O', 2021-04: now 44, told as none\n"
    assert trend in done.out
    told = json.loads(ours("report", "--diff", "--month", "2021-04", "--format", "json").out)
    assert [f"- {line}" for line in told["changes"]] == done.out.splitlines()[1:]
    ours("report", "--month", "2021-04")
    assert "nothing has changed" in ours("report", "--diff", "--month", "2021-04").out


def test_a_late_sign_off_is_a_sentence_about_its_milestone(ours):
    link = ("--evidence", "https://wiki.example/doctor", "--on", "2021-05-28")
    ours("done", "sign", "TFIO-187", "--gate", "proven", *link, "--by", "Ada Park")
    told = ours("report", "--diff", "--month", "2021-05").out
    doctor = "TFIO-187 'I/O doctor for training jobs'"
    assert f"- Delivered now: {doctor}\n" in told
    assert f"- {doctor}: proven on 2021-05-28; this was not yet so when the month was" in told
    sign = "a sign-off for 'proven' by Ada Park, dated 2021-05-28, came in after the month was told"
    assert f"- {doctor}: {sign}\n" in told
    assert "- Trend of 'Milestones delivered', 2021-05: now 3, told as 2\n" in told


def test_a_difference_is_no_file(ours, tmp_path):
    done = ours("report", "--diff", "--output", tmp_path)
    assert (done.code, done.out) == (2, "")


def test_what_is_delivered_found_and_moved_is_said_in_words():
    def data(delivered, due, findings, focus):
        one = {"key": "A-1", "title": "Reads", "due": due, "dropped": False}
        return {
            "synced_at": due,
            "focus": {"focus": focus},
            "done": {"delivered": delivered, "milestones": [one]},
            "findings": findings,
        }

    found = {"code": "overload", "subject": "ada", "summary": "Ada carries much", "evidence": []}
    told = data([], "2021-03-01", [found], 0.5)
    now = data(["A-1"], None, [{**found, "code": "aging"}], 0.61)
    assert changes_since(told, now) == [
        "Delivered now: A-1 'Reads'",
        "New finding: aging ada: Ada carries much",
        "Finding gone: overload ada: Ada carries much",
        "Focus: now 61 %, told as 50 %",
        "A-1 'Reads': due date: now none, told as 2021-03-01",
    ]
    assert changes_since(now, now) == []
    assert changes_since(now, told)[0] == "No longer delivered: A-1 'Reads'"


def test_what_we_need_of_a_partner_and_its_answer_show_once_they_come_in_late(ours):
    ours("report", "--month", "2021-04")
    need = ("log", "add", "partner-need", "A second host", "--about", "Ads ranking")
    assert ours(*need, "--on", "2021-04-20").code == 0
    answer = ("log", "add", "partner-ack", "Not so sure", "--about", "Ads ranking")
    assert ours(*answer, "--outcome", "concerned", "--on", "2021-04-29").code == 0
    told = ours("report", "--diff", "--month", "2021-04").out.splitlines()
    who = "- Ads ranking: "
    assert f"{who}what we need, 'A second host', came in after the month was told" in told
    last = "last answer now concerned, on 2021-04-29, told as ok, on 2021-04-28"
    assert f"{who}{last}" in told


def test_a_need_that_was_withdrawn_and_a_partner_that_came_or_went_are_named():
    def month(*partners: dict) -> dict:
        done = {"milestones": [], "delivered": []}
        return {"done": done, "findings": [], "partners": list(partners)}

    needy, calm = {"name": "Ads", "needs": [{"text": "A host"}]}, {"name": "Ads", "needs": []}
    gone = "Ads: what we need, 'A host', no longer counts"
    assert changes_since(month(needy), month(calm)) == [gone]
    assert changes_since(month(), month(calm)) == ["Partner Ads is new"]
    assert changes_since(month(calm), month()) == ["Partner Ads is gone"]


def test_a_value_that_only_a_newer_cadence_tells_is_no_change():
    done = {"milestones": [], "delivered": []}
    told = {"done": done, "findings": [], "focus": {"coverage": 0.5}}
    now = {**told, "focus": {"coverage": 0.5, "invented_later": None}, "later": {"x": 1}}
    assert changes_since(told, now) == changes_since(now, told) == []
