from zoneinfo import ZoneInfo

import pytest
from sites import small_world, utc

from cadence.demo.asking import Asking
from cadence.demo.jql import JqlError, parse
from cadence.demo.jql_fields import select


@pytest.fixture
def world():
    world = small_world()
    world.create("ada", "IO-1", "Epic", "Parity", labels=["io", "big"], due="2021-03-15")
    world.now = utc("2021-01-05 10:00")
    world.create("ada", "IO-2", "Story", "Read ahead", parent="IO-1", assignee="ben")
    world.create("ben", "IO-3", "Sub-task", "Measure", parent="IO-2")
    world.now = utc("2021-01-06 10:00:30")
    world.transition("ben", "IO-2", "Done", resolution="Done", fix_versions=["io 1.0"])
    world.create("ben", "OPS-1", "Story", "Restart", assignee="ada")
    world.now = utc("2021-01-06 12:00")
    return world


def keys(world, jql, zone="UTC", cloud=True):
    asking = Asking(world, ZoneInfo(zone), cloud)
    return [state.key for _, state in select(parse(f"{jql} ORDER BY id ASC"), asking)]


@pytest.mark.parametrize(
    ("jql", "selected"),
    [
        ('project = "IO"', "IO-1 IO-2 IO-3"),
        ("project in (OPS, 10000) AND issuetype != Epic", "IO-2 IO-3 OPS-1"),
        ("project not in (IO)", "OPS-1"),
        ("key in (IO-1, 'ops-1')", "IO-1 OPS-1"),
        ("id > 10001", "IO-3 OPS-1"),
        ("id in (10000, 10003)", "IO-1 OPS-1"),
        ("key >= IO-2", "IO-2 IO-3"),
        ("parent = IO-1", "IO-2"),
        ("parent in (10000, IO-2)", "IO-2 IO-3"),
        ("parent is EMPTY", "IO-1 OPS-1"),
        ("type = story and not project = io", "OPS-1"),
        ("status = 'In Progress'", ""),
        ("statusCategory = done", "IO-2"),
        ('statusCategory != "Done"', "IO-1 IO-3 OPS-1"),
        ("labels = io", "IO-1"),
        ("labels != io", ""),  # an empty field is never selected by a negation
        ("labels not in (io) or labels is empty", "IO-2 IO-3 OPS-1"),
        ("labels in (big, unheard-of)", "IO-1"),
        ("resolution = Unresolved", "IO-1 IO-3 OPS-1"),
        ("resolution is not null", "IO-2"),
        ("assignee = acc-ben", "IO-2"),
        ("assignee != acc-ben", "OPS-1"),
        ("assignee is EMPTY", "IO-1 IO-3"),
        ('fixVersion = "io 1.0"', "IO-2"),
        ("due < 2021-03-16", "IO-1"),
        ("due >= '2021/03/16'", ""),
        ("due is not EMPTY", "IO-1"),
        ("project = OPS or project = IO and type = Epic", "IO-1 OPS-1"),
        ("(project = OPS or project = IO) and type = Epic", "IO-1"),
        ('project = IO AND NOT (type = Epic OR parent = "IO-2")', "IO-2"),
        ("project = IO && !(type = Epic || type = Story)", "IO-3"),
        ("updated >= -120m", "IO-2 OPS-1"),
        ("updated >= -119m", ""),
        ("created <= -1d", "IO-1 IO-2 IO-3"),
        ("created < '-1w 2d'", ""),
    ],
)
def test_jql_selects(world, jql, selected):
    assert keys(world, jql) == selected.split()


def test_a_literal_is_the_very_start_of_its_minute(world):
    assert keys(world, 'updated = "2021-01-06 10:00"') == []
    assert keys(world, 'updated > "2021-01-06 10:00"') == ["IO-2", "OPS-1"]
    assert keys(world, 'updated >= "2021-01-06 10:01"') == []


def test_a_literal_is_read_in_the_zone_of_the_caller(world):
    assert keys(world, 'updated >= "2021-01-06 00:00"', "Pacific/Kiritimati") == [
        *("IO-2", "IO-3", "OPS-1"),
    ]
    assert keys(world, 'updated >= "2021-01-06 02:00"', "America/Los_Angeles") == ["IO-2", "OPS-1"]
    assert keys(world, 'updated >= "2021-01-06 02:01"', "America/Los_Angeles") == []


def test_a_bare_number_is_epoch_milliseconds_in_every_zone(world):
    last = world.issue("IO-2").visible(world.instant).updated
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        assert keys(world, f"updated >= {last}", zone) == ["IO-2", "OPS-1"]
        assert keys(world, f"updated >= {last + 1}", zone) == []


def test_summer_time_shifts_literals_by_an_hour():
    world = small_world()
    for day, hour in ((13, 18), (14, 18), (14, 19)):
        world.now = utc(f"2021-03-{day} {hour}:00")
        world.create("ada", "IO", "Story", f"{day} {hour}")
    at_eleven = [
        keys(world, f'created >= "2021-03-{day} 11:00" and created < "2021-03-{day} 11:01"',
             "America/Los_Angeles")
        for day in (13, 14)
    ]  # fmt: skip
    assert at_eleven == [[], ["IO-2"]]
    at_ten = keys(world, 'created >= "2021-03-13 10:00"', "America/Los_Angeles")
    assert at_ten == ["IO-1", "IO-2", "IO-3"]


def test_the_hour_that_comes_twice_in_autumn_is_the_first_one():
    world = small_world()
    world.now = utc("2021-11-07 08:30")  # 01:30 summer time; 01:30 comes again at 09:30
    world.create("ada", "IO", "Story", "Between")
    assert keys(world, 'created >= "2021-11-07 01:30"', "America/Los_Angeles") == ["IO-1"]
    assert keys(world, 'created >= "2021-11-07 01:31"', "America/Los_Angeles") == []


def test_a_moved_issue_is_found_by_its_old_key(world):
    world.move("ada", "IO-3", "OPS")
    assert keys(world, "key = IO-3") == ["OPS-2"]


def test_on_data_center_only_a_sub_task_has_a_parent_and_epics_have_links(world):
    assert keys(world, "parent in (IO-1, IO-2)", cloud=False) == ["IO-3"]
    assert keys(world, '"Epic Link" = IO-1', cloud=False) == ["IO-2"]
    with pytest.raises(JqlError, match="Field 'epic link' does not exist"):
        keys(world, '"Epic Link" = IO-1', cloud=True)


def test_sorts_really_sort(world):
    def sorted_by(order):
        asking = Asking(world, ZoneInfo("UTC"))
        return [s.key for _, s in select(parse(f"id > 0 ORDER BY {order}"), asking)]

    assert sorted_by("key DESC") == ["OPS-1", "IO-3", "IO-2", "IO-1"]
    assert sorted_by("created, id")[0] == "OPS-1"  # dates descend unless told otherwise
    assert sorted_by("created ASC, id DESC") == ["IO-1", "IO-3", "IO-2", "OPS-1"]
    assert sorted_by("project ASC, updated DESC, key") == ["IO-2", "IO-3", "IO-1", "OPS-1"]


@pytest.mark.parametrize(
    ("jql", "complaint"),
    [
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("key in (IO-1, IO-99)", "An issue with key 'IO-99' does not exist for field 'key'."),
        ("id = 99", "A value with ID '99' does not exist for the field 'id'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("project ~ IO", "The operator '~' is not supported by the 'project' field."),
        ("project > IO", "The operator '>' is not supported by the 'project' field."),
        ("updated >= soon", "Date value 'soon' for field 'updated' is invalid"),
        ('updated >= "2021-01-06T10:00"', "is invalid"),
        ('updated >= "2021-01-06 10:00 +0000"', "is invalid"),
        ('updated >= "2021-02-30"', "is invalid"),
        ('updated >= "1609927200000"', "is invalid"),
        ("project = and", "'and' is a reserved JQL word"),
        ("project = IO.X", "The character '.' is a reserved JQL character"),
        ("project = IO type = Epic", "Expecting either 'OR' or 'AND'"),
        ("(project = IO", "before the end of the query"),
        ("project =", "before the end of the query"),
        ('project = "IO', "has not been completed"),
        ("project IO", "Expecting operator"),
        ("project in IO", "Expecting '('"),
        ("assignee = currentUser()", "Unable to find JQL function 'currentUser()'"),
        ("project = IO order id", "Expecting 'by'"),
        ("project = IO order by colour", "Field 'colour' does not exist"),
        ("sprint in openSprints()", "Expecting '('"),
    ],
)
def test_what_jira_does_not_understand_is_refused(world, jql, complaint):
    asking = Asking(world, ZoneInfo("UTC"))
    with pytest.raises(JqlError) as refused:
        select(parse(jql), asking)
    assert complaint in refused.value.messages[0]


def test_the_index_may_be_behind(world):
    late = Asking(world, ZoneInfo("UTC"), lag_ms=2 * 3600 * 1000)
    assert [s.key for _, s in select(parse("statusCategory = Done"), late)] == []
    fresh = Asking(world, ZoneInfo("UTC"), lag_ms=2 * 3600 * 1000, reconciled=frozenset([10001]))
    assert [s.key for _, s in select(parse("statusCategory = Done"), fresh)] == ["IO-2"]
