import json
import random
import re
from datetime import date
from pathlib import Path

import pytest

from cadence.config import Direction, MilestoneSource, load_config
from cadence.config.checks import FINDINGS
from cadence.errors import ConfigError
from cadence.findings import RULES
from cadence.resources import folder
from cadence.toml_file import key_lines

GOOD = """\
[jira]
url = "https://acme.atlassian.net"
projects = ["TFIO"]

[team]
name = "Squad"
timezone = "America/Los_Angeles"
workdays = ["mon", "tue", "wed", "thu", "fri"]
holidays = [2020-12-25]
[[team.members]]
name = "Ada Park"
account = "5b10"
part_time = 0.5
lead = true
[[team.members]]
name = "Ben Ito"

[[goals]]
id = "io"
title = "Training jobs no longer wait"
start = 2020-12-01
end = 2021-06-30
[goals.match]
epics = ["TFIO-1"]
[goals.kpi]
name = "share"
unit = "%"
direction = "down"
baseline = 90
target = 30.0
agreed = 2021-01-12

[[goals]]
id = "self-serve"
title = "Teams tune their own jobs"
start = 2020-12-01
end = 2021-06-30

[milestones]
from = "versions"

[done.shipped]
labels = ["shipped"]

[[stages]]
name = "PoC"
label = "stage:poc"
timebox_days = 30

[[ceremonies]]
name = "Reflection"
rule = "FREQ=MONTHLY"
at = "10:00"
facilitators = ["Ada Park"]

[[partners]]
name = "Ads"

[findings]
overload = [5, 3]
off-goal = 0.4
reopened = false
"""


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "cadence.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ConfigError) as fault:
        load_config(path)
    assert fault.value.exit_code == 2
    assert "\n" not in fault.value.line
    return fault.value.line


def test_the_whole_file_becomes_records(tmp_path):
    config = load_config(write(tmp_path, GOOD))
    assert config.jira.projects == ("TFIO",)
    assert config.team.holidays == (date(2020, 12, 25),)
    assert config.team.members[0].part_time == 0.5
    assert config.goals[0].kpi is not None
    assert config.goals[0].kpi.direction is Direction.DOWN
    assert config.milestones.source is MilestoneSource.VERSIONS
    assert config.findings == {"overload": (5, 3), "off-goal": 0.4, "reopened": False}
    assert config.done.shipped.labels == ("shipped",)
    assert config.done.proven.sign_offs


def test_an_empty_file_has_the_defaults(tmp_path):
    config = load_config(write(tmp_path, ""))
    assert config.team.timezone == "UTC"
    assert config.done.shipped.versions


@pytest.mark.parametrize("name", ["data/demo", "data/starter"])
def test_what_ships_is_valid(name):
    load_config(folder(name) / "cadence.toml")


WRONG = [
    # what is replaced, by what; the line and the words that the complaint must have
    ('projects = ["TFIO"]', 'projcts = ["TFIO"]', 3, "Did you mean 'projects'?"),
    ('projects = ["TFIO"]', 'projects = "TFIO"', 3, "A list belongs here"),
    ('projects = ["TFIO"]', "projects = [1]", 3, "in quotes"),
    ('projects = ["TFIO"]', 'projects = [" "]', 3, "is no project's key"),
    ('projects = ["TFIO"]', 'projects = ["A/../B"]', 3, "is no project's key"),
    ('projects = ["TFIO"]', 'projects = ["A?x=1"]', 3, "is no project's key"),
    ('projects = ["TFIO"]', 'jql = "  "', 3, "empty"),
    ('projects = ["TFIO"]', 'jql = "ORDER BY created"', 3, "ORDER BY"),
    ('projects = ["TFIO"]', 'jql = "a = 1) OR (b = 2"', 3, "parentheses"),
    ('projects = ["TFIO"]', "jql = 'text ~ \"a'", 3, "quotes"),
    ('projects = ["TFIO"]', 'token = "s3cret"', 3, "cadence login"),
    ('projects = ["TFIO"]', 'api_key = "s3cret"', 3, "cadence login"),
    ('projects = ["TFIO"]', 'Password = "s3cret"', 3, "cadence login"),
    ('projects = ["TFIO"]', "workers = 0", 3, "between 1 and 8"),
    ('projects = ["TFIO"]', "workers = 2.5", 3, "whole number"),
    ('projects = ["TFIO"]', "overlap_hours = nan", 3, "nan"),
    ('projects = ["TFIO"]', "overlap_hours = -1", 3, "between"),
    ('projects = ["TFIO"]', 'jql = "a\\nb"', 3, "line break"),
    ("https://acme", "http://acme", 2, "https://"),
    ("https://acme", "ftp://acme", 2, "https://"),
    ("https://acme.atlassian.net", "acme.atlassian.net", 2, "https://"),
    ("https://acme.atlassian.net", "https://", 2, "no site"),
    ("https://acme", "https://me:s3cret@acme", 2, "password"),
    ("https://acme.atlassian.net", "https://acme.atlassian.net/?x=1", 2, "after ?"),
    ("https://acme.atlassian.net", "https://[::1", 2, "no address"),
    ('"America/Los_Angeles"', '"America/Los Angeles"', 7, "Did you mean 'America/Los_Angeles'?"),
    ('"America/Los_Angeles"', '"../../etc/passwd"', 7, "Unknown time zone"),
    ('"America/Los_Angeles"', '""', 7, "time zone"),
    ('"thu"', '"Thursday"', 8, "Did you mean 'thu'?"),
    ('["mon", "tue", "wed", "thu", "fri"]', "[]", 8, "no day"),
    ("2020-12-25]", '"2020-12-25"]', 9, "without quotes"),
    ("2020-12-25]", "2020-12-25T10:00:00]", 9, "A day belongs here"),
    ("2020-12-25]", "2020-13-25]", 9, "no TOML"),
    ("part_time = 0.5", "part_time = 1.5", 13, "part_time"),
    ("part_time = 0.5", "part_time = true", 13, "A number belongs here"),
    ("lead = true", 'lead = "yes"', 14, "true or false"),
    ('name = "Ben Ito"', 'name = "ada park"', 16, "twice"),
    ('name = "Ben Ito"', 'name = " "', 16, "empty"),
    ('name = "Ben Ito"', 'nme = "Ben Ito"', 16, "Did you mean 'name'?"),
    ("[[team.members]]", "[team.members]", None, ""),
    ('id = "self-serve"', 'id = "io"', 34, "twice"),
    ('id = "self-serve"', 'id = "support"', 34, "bucket"),
    ("end = 2021-06-30\n[goals", "end = 2020-06-30\n[goals", 22, "before the start"),
    ('title = "Teams tune their own jobs"', "", 33, "'title' is missing"),
    ("target = 30.0", "", 25, "'target' is missing"),
    ("target = 30.0", "target = 90", 30, "equals the baseline"),
    ('direction = "down"', 'direction = "up"', 28, "below the baseline"),
    ('direction = "down"', 'direction = "sideways"', 28, '"up" or "down"'),
    ("agreed = 2021-01-12", "agreed = 2022-01-12", 31, "after the goal's end"),
    ('from = "versions"', 'from = "epic"', 40, '"epics" or "versions"'),
    ('from = "versions"', 'source = "epics"', 40, "Unknown key 'source'"),
    ("[done.shipped]", "[done.shiped]", 42, "Did you mean 'shipped'?"),
    ("[done.shipped]", "[finished]", 42, "Unknown key 'finished'"),
    ("timebox_days = 30", "timebox_days = -1", 48, "between"),
    ('rule = "FREQ=MONTHLY"', 'rule = "monthly"', 52, "RFC 5545"),
    ('at = "10:00"', 'at = "25:00"', 53, "no time"),
    ('["Ada Park"]\n\n[[partners', '["Ada Parc"]\n\n[[partners', 54, "Did you mean 'Ada Park'?"),
    ("overload = [5, 3]", "overlod = 5", 60, "Did you mean 'overload'?"),
    ("overload = [5, 3]", "overload = [5, 3, 1]", 60, "2 thresholds"),
    ("overload = [5, 3]", "overload = -5", 60, "below 0"),
    ("overload = [5, 3]", "overload = true", 60, "false"),
    ("overload = [5, 3]", 'overload = "high"', 60, "A number belongs here"),
    ("reopened = false", "reopened = 3", 62, "no threshold"),
    ("[team]", "team = 3", None, ""),
    ("[team]", "[jira]", 5, "no TOML"),
    ('name = "Squad"', "name = Squad", 6, "no TOML"),
    ('name = "Squad"', 'name = "Squad', 6, "no TOML"),
    ('name = "Squad"', 'name = "Squad"\nname = "Team"', 7, "no TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "words"), WRONG)
def test_a_mistake_is_named_with_file_line_and_remedy(tmp_path, old, new, line, words):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    said = complaint(path)
    assert said.startswith(str(path))
    assert words in said
    assert "s3cret" not in said
    if line:
        assert re.match(rf"{re.escape(str(path))}:{line}\b", said), said


@pytest.mark.parametrize("jql", ['text ~ "order by) (\\"("', "a in (1, (2)) AND b = 'x('"])
def test_quoted_text_in_a_filter_is_no_structure(tmp_path, jql):
    path = write(tmp_path, GOOD.replace('projects = ["TFIO"]', f"jql = {json.dumps(jql)}", 1))
    assert load_config(path).jira.jql == jql


def test_a_third_active_goal_is_refused_and_the_two_are_named(tmp_path):
    third = '[[goals]]\nid = "third"\ntitle = "More"\nstart = 2021-06-30\nend = 2021-12-31\n'
    path = write(tmp_path, GOOD + third)
    said = complaint(path)
    assert all(f"'{goal}'" in said for goal in ("third", "io", "self-serve"))
    later = third.replace("2021-06-30", "2021-07-01")
    assert len(load_config(write(tmp_path, GOOD + later)).goals) == 3


def test_plain_http_is_accepted_for_loopback(tmp_path):
    for host in ("127.0.0.1:8080/jira", "localhost", "[::1]:80"):
        load_config(write(tmp_path, f'[jira]\nurl = "http://{host}"\n'))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\ufeff[jira]\n".encode(), "byte order mark"),
        ('[team]\nname = "Chlo\xe9"\n'.encode("latin-1"), "UTF-8"),
        ("[jira]\n".encode("utf-16"), "UTF-8"),
        (b"\x00", "no TOML"),
        (b"x = " + b"[" * 3000, "Nested too deeply"),
        (b"x = " + b"9" * 5000, "no TOML"),
        (b"# " + b"x" * 1_000_000, "1 MB"),
    ],
)
def test_what_is_no_text_of_ours_is_refused(tmp_path, content, words):
    assert words in complaint(write(tmp_path, content))


def test_a_missing_file_and_a_folder_for_a_file_are_refused(tmp_path):
    assert "cadence init" in complaint(tmp_path / "cadence.toml")
    assert "no file" in complaint(tmp_path)


def test_hundreds_of_broken_files_are_one_line_each(tmp_path):
    """Characters removed, doubled and swapped at random: never another fault than ours."""
    chance = random.Random(7)
    for _ in range(300):
        text = list(GOOD)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            text[at] = chance.choice(["", text[at] * 2, "[", "]", '"', "=", "\n", "0", "\t", "'"])
        try:
            load_config(write(tmp_path, "".join(text)))
        except ConfigError as fault:
            assert "\n" not in fault.line  # noqa: PT017 - a file may also stay valid


def test_every_rule_of_ours_has_its_code_and_as_many_thresholds():
    assert {rule.code: len(rule.thresholds) for rule in RULES}.items() <= FINDINGS.items()


def test_keys_are_found_in_lists_of_tables_and_quoted_keys():
    text = '[a]\n"b c" = 1\n[[d]]\nx = """\n[e]\n"""\n[d.f]\ny = 2\n[[d]]\n[d.f]\ny.z = 3\n'
    lines = key_lines(text)
    assert lines["a", "b c"] == 2
    assert lines["d", 0, "f", "y"] == 8
    assert lines["d", 1] == 9
    assert lines["d", 1, "f", "y", "z"] == 11


def test_a_guest_may_lead_a_ceremony_and_a_slip_of_the_pen_is_named(tmp_path):
    guest = 'facilitators = ["Ada Park", "Ben Ito"]'
    path = write(tmp_path, GOOD.replace('facilitators = ["Ada Park"]', guest))
    assert load_config(path).ceremonies[0].facilitators == ("Ada Park", "Ben Ito")
    slip = write(
        tmp_path, GOOD.replace('facilitators = ["Ada Park"]', 'facilitators = ["Ada Prak"]')
    )
    assert "'Ada Prak' is no member. Did you mean 'Ada Park'?" in complaint(slip)
