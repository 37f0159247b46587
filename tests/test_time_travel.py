"""A report for a past month is the same whenever it is produced, to the last byte."""

import json
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from boards import Board
from hypothesis import given, settings
from hypothesis import strategies as st

from cadence.cli.filing import Story, file_story
from cadence.config import load_config
from cadence.credentials import Credentials
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.formats import FORMATS, Page
from cadence.month import Month
from cadence.plain import plain
from cadence.render import render
from cadence.reports import REPORTS, TEAM_KINDS
from cadence.reports.content import month_content
from cadence.resources import folder
from cadence.snapshot import snapshot_at
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed
from cadence.sync import sync

events = st.lists(
    st.tuples(
        st.integers(2, 6),
        st.integers(1, 28),
        st.sampled_from(["A-1", "A-2", "A-3", "A-4"]),
        st.sampled_from(
            [
                ("status", "active"),
                ("status", "done"),
                ("status", "new"),
                ("assignee", "ada"),
                ("assignee", None),
                ("due", "2021-04-20"),
                ("due", None),
                ("labels", ("io",)),
                ("labels", ()),
                ("parent", "A-1"),
                ("parent", None),
                ("resolution", "Duplicate"),
                ("resolution", None),
                ("summary", "Another name"),
                ("description", "text"),
                ("Link", "A-1"),
            ]
        ),
    ),
    max_size=25,
)


def pages(values: dict) -> dict[str, str]:
    """Every kind of report, as Markdown and as values: all other formats are made of these alone."""
    return {
        f"{kind}.{form}": FORMATS[form].write(Page(values, render(REPORTS[kind].template, values)))
        for kind in TEAM_KINDS
        for form in ("markdown", "json")
    }


def told(happened, month):
    board = Board(timezone="America/Los_Angeles")
    board.goal(labels=("io",), epics=("A-1",))
    board.add("A-1", type="Epic", due="2021-03-15")
    board.add("A-2", parent="A-1")
    board.add("A-3")
    board.add("A-4", type="Sub-task", parent="A-3")
    for number, day, key, (field, value) in happened:
        if field != "parent" or key == "A-2":
            board.set(key, f"2021-{number:02d}-{day:02d}", field, value)
    return plain(month_content(board.month(month)))


@settings(deadline=None)
@given(events)
def test_what_happens_after_the_month_changes_nothing_in_it(happened):
    later = told(happened, "2021-04")
    then = told([e for e in happened if e[0] <= 4], "2021-04")
    # Every report in every format is made of these values alone.
    assert json.dumps(later) == json.dumps(then)


# ---- the story, synced at a month's end and a year later ---------------------------------------

LONG_AFTER = datetime(2022, 6, 1, 9, tzinfo=UTC)


def synced(root: Path, until: str | None, now: datetime) -> Path:
    """The story's store as a sync at `now` left it, when Jira held the months up to `until`."""
    told_until = root / "world"
    told_until.mkdir(parents=True)
    for path in sorted(folder("data/demo").iterdir()):
        if path.suffix != ".txt" or until is None or path.stem <= until:
            shutil.copy(path, told_until)
    world = load_world(told_until)
    world.now = now
    with SampleJira(world) as jira:
        text = (folder("data/demo") / "cadence.toml").read_text("utf-8")
        config_path = root / "cadence.toml"
        config_path.write_text(text.replace("[jira]", f'[jira]\nurl = "{jira.url}"', 1), "utf-8")
        config = load_config(config_path)
        sync(root / "cadence.db", config, Credentials(jira.email, jira.token), now)
    filed = tomllib.loads((folder("data/demo") / "filed.toml").read_text("utf-8"))
    with open_store(root / "cadence.db") as db:
        facts = load_facts(db)
        there = {issue.key for issue in facts.issues}
        for kind in ("sign_offs", "stage_evidence"):
            filed[kind] = [row for row in filed[kind] if row["key"] in there]
        file_story(Story(db, config, facts), filed)
    return root


def report(root: Path, month: str, now: datetime) -> dict:
    config = load_config(root / "cadence.toml")
    with open_store(root / "cadence.db") as db:
        asked = (load_facts(db), load_filed(db), config, Month.parse(month, now.date()), now)
    return plain(month_content(snapshot_at(*asked)))


@pytest.fixture(scope="module")
def year_later(tmp_path_factory):
    return synced(tmp_path_factory.mktemp("later"), None, LONG_AFTER)


@pytest.mark.parametrize("month", ["2020-12", "2021-02", "2021-03", "2021-05"])
def test_a_sync_at_the_months_end_and_one_a_year_later_tell_the_same_month(
    month, year_later, tmp_path
):
    config = load_config(year_later / "cadence.toml")
    end = Month.parse(month, LONG_AFTER.date()).end(config.team.zone).astimezone(UTC)
    then = report(synced(tmp_path / "then", month, end), month, end)
    later = report(year_later, month, LONG_AFTER)
    assert then["complete"]
    assert later["complete"]
    for values in (then, later):
        values["synced_at"] = "2022-06-01T09:00:00.000Z"  # the sync's time is told, and differs
        values["site_url"] = ""  # the sample Jira has another port each time
    assert json.dumps(then, indent=1) == json.dumps(later, indent=1)
    assert pages(then) == pages(later)
