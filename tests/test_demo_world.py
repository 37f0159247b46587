from datetime import timedelta

import pytest
from sites import small_world, utc

from cadence.demo.records import Item


def items(world, key):
    return [item for history in world.issue(key).histories for item in history.items]


def test_a_history_may_say_what_the_fields_do_not():
    world = small_world(issues=1)
    odd = {"field": "status", "from": None, "fromString": "Old", "to": None, "toString": "Gone"}
    world.record(None, "IO-1", odd)
    (history,) = world.issue("IO-1").histories
    assert (history.author, history.items) == (None, (odd,))


def test_the_world_is_shown_as_of_its_clock():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead")
    world.now += timedelta(days=1)
    world.transition("ben", "IO-1", "In Progress")
    world.create("ben", "IO-2", "Story", "Later")
    world.now = utc("2021-01-04 10:00")
    ((issue, state),) = world.visible()
    assert (state.status, issue.told(world.instant)) == ("1", [])
    world.now += timedelta(days=1)
    assert [state.status for _, state in world.visible()] == ["3", "1"]
    assert len(world.issue("IO-1").told(world.instant)) == 1


def test_all_sets_of_an_event_are_items_of_one_history():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead")
    world.transition("ben", "IO-1", "Done", resolution="Done", assignee="ben")
    (history,) = world.issue("IO-1").histories
    assert history.author == "ben"
    assert sorted(item.field for item in history.items) == ["assignee", "resolution", "status"]


def test_labels_are_told_whole_and_versions_one_by_one():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead", labels=["io"])
    world.create_version("io 2.0", "IO")
    world.edit("ada", "IO-1", labels_add=["cache"], fix_versions=["io 1.0", "io 2.0"])
    world.edit("ada", "IO-1", labels_remove=["io"], fix_versions_remove=["io 1.0"])
    assert items(world, "IO-1") == [
        Item("labels", None, "io", None, "cache io"),
        Item("fix_versions", None, None, "10100", "io 1.0"),
        Item("fix_versions", None, None, "10101", "io 2.0"),
        Item("labels", None, "cache io", None, "cache"),
        Item("fix_versions", "10100", "io 1.0", None, None),
    ]


def test_labels_added_and_taken_at_once_are_one_item():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead", labels=["stage:poc"])
    world.edit("ada", "IO-1", labels_add=["stage:p1"], labels_remove=["stage:poc"])
    assert items(world, "IO-1") == [Item("labels", None, "stage:poc", None, "stage:p1")]


def test_leaving_done_clears_the_resolution_and_its_date():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead")
    world.transition("ada", "IO-1", "Done", resolution="Done")
    assert world.issue("IO-1").visible(world.instant).resolved == world.instant
    world.transition("ada", "IO-1", "In Progress")
    state = world.issue("IO-1").visible(world.instant)
    assert (state.resolution, state.resolved) == (None, None)
    assert items(world, "IO-1")[-1] == Item("resolution", "10000", "Done", None, None)


def test_a_moved_issue_keeps_its_id_and_answers_to_both_keys():
    world = small_world()
    first = world.create("ada", "IO-1", "Story", "Read ahead", components=["loader"])
    assert world.move("ada", "IO-1", "OPS") == "OPS-1"
    assert world.issue("IO-1") is world.issue("ops-1") is first
    assert items(world, "OPS-1") == [
        Item("project", "10000", "Training I/O", "10001", "Operations"),
        Item("key", None, "IO-1", None, "OPS-1"),
    ]


def test_a_comment_bumps_updated_and_writes_no_history():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead")
    world.now += timedelta(hours=1)
    world.comment("ben", "IO-1", "Why?")
    assert world.issue("IO-1").visible(world.instant).updated == world.instant
    assert items(world, "IO-1") == []


def test_a_change_to_the_same_value_is_no_event():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead", assignee="ben")
    world.now += timedelta(hours=1)
    world.edit("ada", "IO-1", assignee="ben", labels_add=())
    assert world.issue("IO-1").histories == []
    assert world.issue("IO-1").visible(world.instant).updated < world.instant


def test_a_deleted_issue_takes_its_sub_tasks_along():
    world = small_world()
    world.create("ada", "IO-1", "Story", "Read ahead")
    world.create("ada", "IO-2", "Sub-task", "Measure", parent="IO-1")
    world.now += timedelta(hours=1)
    world.delete("IO-1")
    assert list(world.visible()) == []
    world.now -= timedelta(minutes=1)
    assert len(list(world.visible())) == 2


def test_a_hidden_issue_comes_back():
    world = small_world(issues=1)
    world.hide("IO-1")
    assert list(world.visible()) == []
    world.hide("IO-1", hidden=False)
    assert len(list(world.visible())) == 1


def test_versions_are_as_they_were():
    world = small_world()
    world.now += timedelta(days=1)
    world.edit_version("io 1.0", released=True, release_date="2021-01-05")
    world.edit_version("io 1.0", name="io 1")
    assert world.version("10100").name == "io 1"
    world.now -= timedelta(hours=1)
    assert not world.version("10100").released


def test_only_the_latest_state_can_be_changed():
    world = small_world(issues=1)
    world.now -= timedelta(days=1)
    with pytest.raises(ValueError, match="earlier than the one before"):
        world.edit("ada", "IO-1", summary="Too late")


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ({"assignee": "zoe"}, "nobody is called 'zoe'"),
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"parent": "IO-99"}, "there is no issue IO-99"),
        ({"fix_versions": ["9.9"]}, "there is no version '9.9' in IO"),
        ({"type": "Saga"}, "'Saga' is none of Epic, Story, Sub-task"),
        ({"due": "soon"}, "Invalid isoformat string: 'soon'"),
        ({"labels": ["two words"]}, "'two words' is no label"),
    ],
)
def test_what_the_world_does_not_know_is_refused(sets, message):
    world = small_world(issues=1)
    with pytest.raises(ValueError, match=message):
        world.edit("ada", "IO-1", **sets)
