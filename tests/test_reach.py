"""A month reads only its own part of the store, and tells what it would tell of everything."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from stretched import stretched, summed_up

from cadence.config import (
    Config,
    Done,
    Goal,
    Jira,
    Member,
    Milestones,
    MilestoneSource,
    Signs,
    Team,
    load_config,
)
from cadence.figures.capacity import people
from cadence.model import Change, Filed, Issue, IssueType, Status
from cadence.month import Month
from cadence.plain import plain
from cadence.reach import facts_of, window
from cadence.reports.content import month_content
from cadence.snapshot import month_of, snapshot_at
from cadence.store import facts
from cadence.store.database import open_store, writing
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed
from cadence.store.summary import mend_summary
from cadence.world import world_of

YEARS = 25
"""How far the past is stretched: what took four months takes eight years."""

BACK = (-1, 0, 1, 3, 7, 15, 30)


def told(read, filed, config, month, now):
    return json.dumps(plain(month_content(snapshot_at(read, filed, config, month, now))))


def read_both(world, config, path):
    """Whether all months agree; and how many issues were in the store, and how many were read."""
    with open_store(path) as db:
        full, filed = load_facts(db), load_filed(db)
        counts = []
        for month in (world.month.back(back) for back in BACK):
            if month.start(config.team.zone) > world.now:
                continue
            part = facts_of(db, filed, config, [month], world.now)
            asked = (filed, config, month, world.now)
            assert told(part, *asked) == told(full, *asked), f"seed {world.seed}, {month}"
            counts.append((len(full.issues), len(part.issues)))
    return counts


@pytest.mark.parametrize("seed", range(12))
def test_the_part_that_is_read_tells_what_everything_tells(seed, tmp_path):
    world = stretched(seed, YEARS)
    read_both(world, world.config, summed_up(world, tmp_path / "cadence.db"))


@pytest.mark.parametrize("seed", range(700, 706))
def test_a_team_without_configured_members_reads_a_part_too(seed, tmp_path):
    world = stretched(seed, YEARS)
    config = replace(world.config, team=replace(world.config.team, members=()))
    path = summed_up(world, tmp_path / "cadence.db")
    with open_store(path) as db, writing(db):  # a tenth is not summed up
        db.conn.execute("INSERT INTO unsummed SELECT id FROM issues WHERE id % 10 = 3")
    read_both(world, config, path)


@pytest.mark.parametrize("seed", range(500, 507))
def test_with_versions_as_milestones_too(seed, tmp_path):
    world = stretched(seed, YEARS)
    config = replace(world.config, milestones=Milestones(MilestoneSource.VERSIONS))
    read_both(world, config, summed_up(world, tmp_path / "cadence.db"))


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_several_months_that_share_one_read_tell_the_same(seed, tmp_path):
    world = stretched(seed, YEARS)
    months = [world.month.back(back) for back in range(12)]
    with open_store(summed_up(world, tmp_path / "cadence.db")) as db:
        full, filed = load_facts(db), load_filed(db)
        shared = world_of(facts_of(db, filed, world.config, months, world.now), world.config)
    for month in months:
        content = plain(month_content(month_of(shared, filed, month, world.now)))
        assert json.dumps(content) == told(full, filed, world.config, month, world.now)


def test_the_months_of_the_demo_are_told_from_their_part_as_from_everything(told_story):
    config = load_config(told_story / "cadence.toml")
    now = datetime(2021, 6, 2, 16, tzinfo=UTC)
    with open_store(told_story / "data" / "cadence.db") as db:
        full, filed = load_facts(db), load_filed(db)
        for month in (Month(2020, 12), *(Month(2021, number) for number in range(1, 7))):
            part = facts_of(db, filed, config, [month], now)
            assert told(part, filed, config, month, now) == told(full, filed, config, month, now)


def test_of_a_long_past_only_what_is_open_moving_or_untold_is_read(tmp_path):
    """
    Ten epics of 2015, delivered with their children; one of them closed and never proven; one open
    issue of then; one issue of 2015 that somebody relabelled last week; the work of this month.
    """
    config = Config(
        team=Team(members=(Member("Ada", "ada"),)),
        done=Done(Signs(labels=("shipped",)), Signs(labels=("proven",))),
    )
    with open_store(tmp_path / "cadence.db") as db:
        with writing(db):
            facts.save_statuses(db, [Status("1", "To Do", "new"), Status("4", "Done", "done")])
            facts.save_types(db, [IssueType("100", "Epic", 1), IssueType("101", "Story", 0)])
            for number in range(10, 110, 10):
                signs = ("shipped",) if number == 50 else ("proven", "shipped")
                save(db, number, labels=signs, level=1)
                save(db, number + 1, parent_id=number)
            save(db, 200, open_=True)
            save(db, 201, relabelled=at(2021, 3, 3))
            save(db, 202, created=at(2021, 2, 9))
        months = [Month(2021, 2)]
        read = facts_of(db, Filed(), config, months, at(2021, 3, 9))
        assert [issue.id for issue in read.issues] == [50, 51, 200, 202]
        later = facts_of(db, Filed(), config, [Month(2021, 3)], at(2021, 3, 9))
        assert [issue.id for issue in later.issues] == [50, 51, 200, 201, 202]


def test_whoever_was_ever_assigned_counts_though_what_they_had_is_not_read(tmp_path):
    """
    All have one closed issue of 2015. Ben had that of Ada before; Cy got his in March 2021, Dee in
    2015, before Eve; a robot had one, too. Fay is told by an issue that is not summed up: it was
    Gil's when it was.
    """
    config = Config(jira=Jira(robots=("bot",)))
    with open_store(tmp_path / "cadence.db") as db:
        with writing(db):
            facts.save_statuses(db, [Status("1", "To Do", "new"), Status("4", "Done", "done")])
            facts.save_types(db, [IssueType("101", "Story", 0)])
            save(db, 1, assignee="ada", handed=(at(2015, 3, 4), "ben"))
            save(db, 2, assignee="cy", handed=(at(2021, 3, 4), None))
            save(db, 3, assignee="eve", handed=(at(2015, 3, 4), "dee"))
            save(db, 4, assignee="bot")
            save(db, 5, assignee="gil")
            db.conn.execute("UPDATE issues SET assignee = 'fay' WHERE id = 5")
        counted = {}
        for month in (Month(2015, 3), Month(2021, 2), Month(2021, 3)):
            read = facts_of(db, Filed(), config, [month], at(2021, 4, 9))
            asked = (Filed(), config, month, at(2021, 4, 9))
            assert told(read, *asked) == told(load_facts(db), *asked)
            counted[str(month)] = [*people(snapshot_at(read, *asked))]
    assert [issue.id for issue in read.issues] == [2, 5]
    assert counted["2021-02"] == ["ada", "ben", "dee", "eve", "fay"]
    assert counted["2021-03"] == ["ada", "ben", "cy", "dee", "eve", "fay"]


def at(*day):
    return datetime(*day, 12, tzinfo=UTC)


LONG_AGO = at(2015, 3, 2)


def save(
    db, number, created=LONG_AGO, level=0, open_=False, relabelled=None, handed=None, **fields
):
    end = created + timedelta(days=5)
    issue = Issue(
        id=number,
        key=f"A-{number}",
        project="A",
        type_id="100" if level else "101",
        level=level,
        summary="",
        status_id="1" if open_ else "4",
        category="new" if open_ else "done",
        created=created,
        updated=end,
        resolved=None if open_ else end,
        resolution=None if open_ else "Done",
        **fields,
    )
    changes = [] if open_ else [Change(number, 1, 0, end, "ada", "status", "1", "", "4", "")]
    if relabelled:
        changes.append(Change(number, 2, 0, relabelled, "ada", "labels", None, "", None, "x"))
    if handed:
        when, before = handed
        changes.append(Change(number, 3, 0, when, "x", "assignee", before, "", issue.assignee, ""))
    changes.sort(key=lambda change: change.at)
    facts.save_issues(db, [(issue, changes)])
    mend_summary(db)


def test_a_look_back_reaches_as_far_as_goals_and_thresholds_ask():
    month, now = Month(2021, 3), at(2021, 6, 1)
    assert window(Config(), [month], now).months == ("2020-06", "2021-03")
    long = Config(findings={"support-repeats": (3, 400)})
    assert window(long, [month], now).first == datetime(2019, 7, 29, tzinfo=UTC)
    goal = Goal("io", "Reads", date(2018, 5, 2), date(2021, 3, 1))
    assert window(Config(goals=(goal,)), [month], now).months[0] == "2018-05"
    over = Goal("io", "Reads", date(2018, 5, 2), date(2020, 1, 1))
    assert window(Config(goals=(over,)), [month], now).months[0] == "2020-06"
