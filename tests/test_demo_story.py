import time

import pytest
from sites import small_world, utc

from cadence.demo.records import Item
from cadence.demo.story import load_world, tell
from cadence.errors import ConfigError
from cadence.resources import folder

STORY = """
# The first weeks.
04 10:12 ada  IO-1  new Epic "Read ahead in the shard cache" assignee=ben labels=io,cache due=2021-03-15
04 10:13 ben  IO-2  new Story "Measure \\"before\\"" parent=IO-1 points=3 description="Why, and what"
05 09:00 ben  IO-2  > "In Progress"
09 16:20 ben  IO-2  > Done resolution=Done labels+=measured   # with a number
10 11:00 ada  IO-1  due=2021-05-15 assignee=none
10 11:05 ada  IO-1  labels-=cache fix_versions+="io 1.0" components+=loader
12 09:00 ben  IO-1  comment "It's late"
15 09:00 ben  version "io 2.0" new project=IO due=2021-06-01
20 15:00 ben  version "io 1.0" rename="io 1" release=2021-01-19
21 10:00 ada  IO-2  move OPS
22 10:00 ada  IO-1  delete
"""


def test_each_line_of_a_story_happens_at_its_time_in_its_zone():
    world = small_world("America/Los_Angeles")
    tell(world, STORY, "2021-01")
    epic, story = world.issues.values()
    assert world.now == utc("2021-01-22 18:00")
    assert epic.states.values[0].labels == ("cache", "io")
    assert epic.visible(world.instant) is None
    assert story.created == utc("2021-01-04 18:13").timestamp() * 1000
    assert [item.field for history in story.histories for item in history.items] == [
        *("status", "status", "resolution", "labels", "project", "key")
    ]
    assert epic.histories[0].items == (
        Item("due", "2021-03-15", "2021-03-15 00:00:00.0", "2021-05-15", "2021-05-15 00:00:00.0"),
        Item("assignee", "ben", "Ben Ito", None, None),
    )
    assert world.version("10100").name == "io 1"
    assert world.version("10101").release_date == "2021-06-01"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("04 10:00 zoe IO-1 new Story x", "nobody is called 'zoe'"),
        ("04 10:00 ada IO-9 > Done", "there is no issue IO-9"),
        ("04 10:00 ada IO-1 new Story", "'new' is no field=value"),
        ("31 25:00 ada IO-1 delete", "hour must be in 0..23"),
        ("04 10:00 ada IO-1", "an event is: DD HH:MM who KEY rest"),
        ("04 10:00 ada version v9 new project=ZZ", "there is no project ZZ"),
        ('04 10:00 ada IO-1 new Story "open', "No closing quotation"),
        ("01 00:00 ada IO-1 new Story x", "earlier than the event before"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(line, complaint):
    world = small_world()
    with pytest.raises(ConfigError, match=r"story\.txt:2") as told:
        tell(world, f"# one\n{line}\n", "2021-01", where="story.txt")
    assert complaint in told.value.line


def test_a_broken_site_is_told_with_its_file(tmp_path):
    (tmp_path / "site.toml").write_text('zone = "UTC"\n[[people]]\nhandle = "ada"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"site\.toml.*people"):
        load_world(tmp_path)


def test_the_shipped_story_is_a_few_hundred_issues_and_loads_in_no_time():
    begun = time.perf_counter()
    world = load_world()
    assert time.perf_counter() - begun < 1
    assert 200 <= len(world.issues) <= 600
    assert world.now == utc("2021-06-02 16:00")


def test_the_shipped_story_is_the_same_every_time():
    def told():
        world = load_world()
        return [(i.id, s.key, s.updated, len(i.histories)) for i, s in world.visible()]

    assert told() == told()


def test_every_month_of_the_story_is_told():
    months = sorted(path.stem for path in folder("data/demo").glob("20*.txt"))
    assert months[:7] == [*("2020-11", "2020-12"), *(f"2021-0{n}" for n in range(1, 6))]
