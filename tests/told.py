"""The shipped story, synced over HTTP and filed, as the months' plain data."""

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cadence.cli.filing import Story, file_story
from cadence.config import Config, load_config
from cadence.credentials import Credentials
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.model import Facts, Filed
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.content import month_content
from cadence.resources import folder
from cadence.snapshot import snapshot_at
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed
from cadence.sync import sync
from cadence.workspace import Workspace


@dataclass(frozen=True)
class Told:
    """What the store knows at the story's end, and how to tell a month of it."""

    facts: Facts
    filed: Filed
    config: Config
    now: datetime

    def month(self, name: str) -> "MonthTold":
        """The month's report as plain data."""
        month = Month.parse(name, self.now.date())
        content = month_content(snapshot_at(self.facts, self.filed, self.config, month, self.now))
        return MonthTold(plain(content), self)

    def key(self, title: str) -> str:
        """The key of the one issue whose title contains these words."""
        (key,) = (issue.key for issue in self.facts.issues if title in issue.summary)
        return key


@dataclass(frozen=True)
class MonthTold:
    """A month's report as plain data, with short ways to what the story speaks of."""

    data: dict[str, Any]
    story: Told

    def subjects(self, code: str) -> set[str]:
        """What a finding fires on; people by their first names."""
        first = {m.account: m.name.split()[0] for m in self.story.config.team.members}
        found = (f["subject"] for f in self.data["findings"] if f["code"] == code)
        return {first.get(subject, subject) for subject in found}

    def evidence(self, code: str) -> str:
        """All that is said under a finding."""
        found = (f for f in self.data["findings"] if f["code"] == code)
        return " / ".join(" ".join([f["summary"], *f["evidence"]]) for f in found)

    def milestone(self, title: str) -> dict[str, Any]:
        """The one listed milestone whose title contains these words."""
        (found,) = (m for m in self.data["done"]["milestones"] if title in m["title"])
        return dict(found)

    def share(self, bucket: str) -> float:
        """A bucket's share of the effort."""
        shares = {b["id"]: b["share"] for b in self.data["focus"]["buckets"]}
        return float(shares[bucket])

    def goal(self, name: str) -> dict[str, Any]:
        """What is told about a goal's KPI."""
        (found,) = (g for g in self.data["focus"]["goals"] if g["id"] == name)
        return dict(found["kpi"])


def told_by_the_demo(folder: Path) -> Told:
    """What `cadence demo` has left in a folder."""
    workspace = Workspace(folder)
    return _told(workspace.store_path, load_config(workspace.config_path))


def told_by_a_data_center(root: Path) -> Told:
    """The same story from a Jira Data Center, where people have user names."""
    world = load_world()
    with SampleJira(world, flavor="datacenter") as jira:
        path = root / "cadence.toml"
        text = (folder("data/demo") / "cadence.toml").read_text("utf-8")
        path.write_text(text.replace("[jira]", f'[jira]\nurl = "{jira.url}"', 1), "utf-8")
        config = _with_user_names(load_config(path))
        sync(root / "story.db", config, Credentials(None, jira.token), world.now)
    filed = tomllib.loads((folder("data/demo") / "filed.toml").read_text("utf-8"))
    with open_store(root / "story.db") as db:
        file_story(Story(db, config, load_facts(db)), filed)
    return _told(root / "story.db", config)


def _told(store: Path, config: Config) -> Told:
    with open_store(store) as db:
        return Told(load_facts(db), load_filed(db), config, load_world().now)


def _with_user_names(config: Config) -> Config:
    names = {person.account: person.user for person in load_world().people.values()}
    members = tuple(replace(m, account=names[m.account]) for m in config.team.members)
    robots = tuple(names[robot] for robot in config.jira.robots)
    return replace(
        config,
        team=replace(config.team, members=members),
        jira=replace(config.jira, robots=robots),
    )
