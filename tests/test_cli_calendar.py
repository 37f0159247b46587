"""`cadence calendar`: the .ics file, read by two readers, and what is changed about meetings."""

import json
import re
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

icalendar = pytest.importorskip("icalendar")

TOML = """
[team]
name = "Squad"
timezone = "{zone}"
holidays = [2021-04-05]
[[team.members]]
name = "Ada Park"
days_off = [2021-03-11]
[[team.members]]
name = "Ben Ito"
[[team.members]]
name = "Chloé Martin"
[[ceremonies]]
name = "Deep dive; with, commas"
rule = "FREQ=WEEKLY;BYDAY=TH"
at = "{at}"
minutes = 45
facilitators = ["Ada Park", "Ben Ito"]
[[ceremonies]]
name = "Monthly reflection"
rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3"
facilitators = ["Chloé Martin"]
"""


@pytest.fixture
def home(tmp_path, run, monkeypatch):
    def make(zone="America/Los_Angeles", at="15:00", more=""):
        (tmp_path / "cadence.toml").write_text(TOML.format(zone=zone, at=at) + more)
        monkeypatch.setenv("CADENCE_NOW", "2021-03-01T18:00:00Z")
        return tmp_path

    return make


def events(home):
    calendar = icalendar.Calendar.from_ical((home / "calendar.ics").read_bytes())
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def by_day(home):
    return {str(event["UID"])[:8]: event for event in events(home).values()}


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/Los_Angeles", "15:00"),
        ("America/Los_Angeles", "03:30"),
        ("Europe/Zurich", "02:15"),
        ("Australia/Lord_Howe", "00:00"),
        ("Asia/Kathmandu", "10:00"),
        ("UTC", "10:00"),
    ],
)
def test_every_meeting_is_at_its_local_time_for_two_readers_also_after_the_clocks_change(
    zone, at, home, run
):
    rule = f'[[ceremonies]]\nname = "Daily"\nrule = "FREQ=DAILY"\nat = "{at}"\n'
    folder = home(zone, at, rule)
    assert run("calendar", "--months", 9).code == 0
    text = (folder / "calendar.ics").read_text()
    if zone == "UTC":
        assert "VTIMEZONE" not in text
        starts = re.findall(r"DTSTART:(\d{8}T\d{6})Z", text)
        assert len(starts) > 270
        return
    second = tzical(str(folder / "calendar.ics")).get(zone)
    seen = set()
    for event in events(folder).values():
        start = event.decoded("DTSTART").replace(tzinfo=None)
        right = start.replace(tzinfo=ZoneInfo(zone))
        if right.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != start:
            continue  # a time that the clocks leave out: readers differ
        told = start.replace(tzinfo=second)
        assert told.utcoffset() == right.utcoffset(), start
        seen.add(right.utcoffset())
    assert len(seen) == (1 if zone == "Asia/Kathmandu" else 2)


def test_the_file_names_who_leads_and_keeps_the_words(home, run):
    folder = home()
    assert run("calendar").code == 0
    told = by_day(folder)
    assert str(told["20210304"]["SUMMARY"]).startswith("Deep dive; with, commas (")
    assert str(told["20210303"]["SUMMARY"]) == "Monthly reflection (Chloé Martin leads)"
    assert told["20210311"]["SUMMARY"].endswith("(Ben Ito leads)")  # Ada Park is away
    length = told["20210304"].decoded("DTEND") - told["20210304"].decoded("DTSTART")
    assert length.total_seconds() == 45 * 60
    assert all(
        len(line.encode()) <= 75
        for line in (folder / "calendar.ics").read_bytes().decode().split("\r\n")
    )


def test_writing_again_gives_the_same_bytes(home, run, monkeypatch):
    folder = home()
    run("calendar")
    first = (folder / "calendar.ics").read_bytes()
    monkeypatch.setenv("CADENCE_NOW", "2021-03-09T18:00:00Z")
    run("calendar")
    assert (folder / "calendar.ics").read_bytes() == first


def test_a_change_keeps_the_uid_and_raises_the_sequence_of_what_it_changes(home, run):
    folder = home()
    run("calendar")
    before = by_day(folder)
    assert {int(event["SEQUENCE"]) for event in before.values()} == {0}
    assert run("calendar", "swap", "2021-03-18", "chloe").code == 0
    assert run("calendar", "skip", "2021-04-15", "--why", "Off-site, all day").code == 0
    run("calendar")
    after = by_day(folder)
    assert set(after) == set(before)
    assert [str(after[d]["UID"]) for d in after] == [str(before[d]["UID"]) for d in after]
    assert str(after["20210318"]["SUMMARY"]).endswith("(Chloé Martin leads)")
    assert (str(after["20210415"]["STATUS"]), int(after["20210415"]["SEQUENCE"])) == (
        "CANCELLED",
        1,
    )
    for day, event in after.items():
        changed = event["SUMMARY"] != before[day]["SUMMARY"] or "CANCELLED" in event["STATUS"]
        assert int(event["SEQUENCE"]) == int(changed), day


def test_what_the_rule_no_longer_holds_is_cancelled_where_it_was_written(home, run):
    folder = home()
    run("calendar")
    toml = folder / "cadence.toml"
    toml.write_text(toml.read_text().replace("FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;BYDAY=FR"))
    assert "cancelled" in run("calendar").err
    told = by_day(folder)
    assert str(told["20210318"]["STATUS"]) == "CANCELLED"
    assert str(told["20210319"]["STATUS"]) == "CONFIRMED"
    again = (folder / "calendar.ics").read_bytes()
    run("calendar")
    assert (folder / "calendar.ics").read_bytes() == again


def test_the_list_says_who_leads_and_json_says_it_too(home, run):
    home()
    out = run("calendar", "list").out
    assert "Thu 2021-03-11 15:00  Deep dive; with, commas, 45 min: Ben Ito leads" in out
    told = json.loads(run("calendar", "list", "--format", "json").out)
    assert {"ceremony", "start", "end", "facilitator", "skipped", "day"} == set(told[0])


def test_status_names_the_next_meeting_and_who_leads_it(story, run, monkeypatch):
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T16:00:00Z")
    out = run("--workspace", story, "status").out
    assert "Thu 2021-06-03 15:00: Deep dive, 45 min, Ada Park leads" in out
    assert run("--workspace", story, "calendar", "swap", "2021-06-03", "Dev").code == 0
    assert "Deep dive, 45 min, Dev Rao leads" in run("--workspace", story, "status").out


def test_stdout_holds_the_calendar_alone(home, run):
    folder = home()
    out = run("calendar", "--stdout").out
    assert out.startswith("BEGIN:VCALENDAR\n")
    assert not (folder / "calendar.ics").exists()


def test_a_skip_can_be_taken_back(home, run):
    home()
    was = run("calendar", "list").out
    run("calendar", "skip", "2021-03-18", "--why", "x")
    assert "not held: x" in run("calendar", "list").out
    assert "leads" in run("calendar", "restore", "2021-03-18").err
    assert run("calendar", "list").out == was


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("swap", "2021-03-19", "Ada"), "The nearest is Deep dive; with, commas on 2021-03-18"),
        (("swap", "2021-03-18", "Eve"), "'Eve' is no member"),
        (("swap", "soon", "Ada"), "'soon' is no day"),
        (("skip", "2021-03-18", "--why", " "), "A reason is missing"),
        (("skip", "2021-03-18", "--why", "x", "--ceremony", "Deep"), "There is no ceremony 'Deep'"),
    ],
)
def test_what_cannot_be_changed_is_told_in_one_line(home, run, args, said):
    home()
    told = run("calendar", *args)
    assert told.code == 2
    assert said in told.err
    assert told.err.count("\n") == 1


def test_two_on_one_day_must_be_told_apart(home, run):
    home(more='[[ceremonies]]\nname = "Other"\nrule = "FREQ=WEEKLY;BYDAY=TH"\n')
    assert "There are 2 on 2021-03-18" in run("calendar", "swap", "2021-03-18", "Ada").err
    assert run("calendar", "swap", "2021-03-18", "Ada", "--ceremony", "other").code == 0


def test_a_wrong_rule_is_a_mistake_of_the_configuration(home, run):
    home(more='[[ceremonies]]\nname = "Other"\nrule = "FREQ=WEEKLY;BYDAY=XX"\n')
    told = run("calendar")
    assert told.code == 2
    assert "line 2" in told.err or "rule" in told.err


def test_a_team_without_ceremonies_gets_an_empty_calendar(run, tmp_path):
    (tmp_path / "cadence.toml").write_text('[team]\nname = "Squad"\n')
    assert run("calendar").code == 0
    assert "BEGIN:VEVENT" not in (tmp_path / "calendar.ics").read_text()


def test_whoever_has_left_leads_nothing_that_was_swapped_to_them(home, run):
    folder = home()
    run("calendar", "swap", "2021-03-18", "chloe")
    toml = (folder / "cadence.toml").read_text()
    left = toml.replace('[[team.members]]\nname = "Chloé Martin"\n', "")
    (folder / "cadence.toml").write_text(left.replace('["Chloé Martin"]', '["Ben Ito"]'))
    run("calendar")
    assert by_day(folder)["20210318"]["SUMMARY"].endswith(("(Ada Park leads)", "(Ben Ito leads)"))
    assert "Chlo" not in (folder / "calendar.ics").read_text()


def test_a_swap_with_oneself_changes_nothing_and_one_of_a_skipped_meeting_says_that_it_is_held(
    home, run
):
    home()
    was = run("calendar", "list").out
    leads = "Ada Park" if "2021-03-18 15:00  Deep dive; with, commas, 45 min: Ada" in was else "Ben"
    assert "already" in run("calendar", "swap", "2021-03-18", leads).err
    assert run("calendar", "list").out == was
    assert run("calendar", "skip", "2021-03-18", "--why", "Off-site").code == 0
    again = run("calendar", "skip", "2021-03-18", "--why", "Snow")
    assert "not held: Snow (it was not, already: Off-site)" in again.err
    swapped = run("calendar", "swap", "2021-03-18", "Ben").err
    assert "it is held after all (it was not: Snow)" in swapped
    assert "2021-03-18 15:00  Deep dive; with, commas, 45 min: Ben Ito leads" in (
        run("calendar", "list").out
    )


def test_a_month_in_which_all_is_skipped_is_told_as_cancelled_and_status_names_the_next(home, run):
    folder = home()
    run("calendar", "--months", "1")
    for day in ("04", "11", "18", "25"):
        args = ("--why", "Break", "--ceremony", "deep dive; with, commas")
        assert run("calendar", "skip", f"2021-03-{day}", *args).code == 0
    assert run("calendar", "skip", "2021-03-03", "--why", "Break").code == 0
    assert "0 meetings, 5 cancelled" in run("calendar", "--months", "1").err
    assert {str(one["STATUS"]) for one in events(folder).values()} == {"CANCELLED"}
    assert "2021-04-01" in run("calendar", "list", "--months", "2").out


def test_hostile_names_stay_words_of_the_file(run, tmp_path):
    word = "x;X-A:1\\n, \\, END:VEVENT 🙂"
    evil = word.replace("\\", "\\\\")  # as TOML writes it
    toml = TOML.format(zone="Europe/Zurich", at="02:30")
    toml = toml.replace("Deep dive; with, commas", evil).replace('"Squad"', f'"{evil}"')
    (tmp_path / "cadence.toml").write_text(toml.replace("Ada Park", evil.replace("x", "y")))
    run("calendar")
    run("calendar", "skip", "2021-02-18", "--why", "a\r\nATTACH:x\x1b[31m\u202e")
    assert run("calendar").code == 0
    calendar = icalendar.Calendar.from_ical((tmp_path / "calendar.ics").read_bytes())
    assert str(calendar["X-WR-CALNAME"]) == icalendar.vText(word).to_ical().decode()
    keys = {key for event in calendar.walk("VEVENT") for key in event}
    assert not keys & {"X-A", "ATTACH"}
    told = by_day(tmp_path)
    assert str(told["20210204"]["SUMMARY"]).startswith(word)
    assert str(told["20210218"]["DESCRIPTION"]).startswith("Not held: a ATTACH:x")
    raw = (tmp_path / "calendar.ics").read_text()
    assert not set(raw) & {"\x1b", "\u202e"}
