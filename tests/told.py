"""The shipped story, synced over HTTP and filed, as the months' plain data."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from cadence.config import Config, load_config
from cadence.credentials import Credentials
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.model import (
    Action,
    Anonymity,
    Facts,
    Filed,
    Gate,
    Note,
    Prompt,
    Reading,
    SignOff,
)
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.content import month_content
from cadence.resources import folder
from cadence.snapshot import snapshot_at
from cadence.store import journal, reflections
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.sync import sync


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


def tell_story(root: Path, flavor: str = "cloud") -> Told:
    """Sync the shipped story from a sample Jira of that kind, and file what its people filed."""
    world = load_world()
    with SampleJira(world, flavor=flavor) as jira:
        config = story_config(root, jira.url, flavor)
        email = jira.email if flavor == "cloud" else None
        sync(root / "story.db", config, Credentials(email, jira.token), world.now)
    with open_store(root / "story.db") as db:
        facts = load_facts(db)
        file_story(db, facts, config)
        return Told(facts, journal.load_filed(db), config, world.now)


def story_config(root: Path, url: str, flavor: str) -> Config:
    """The story's configuration with this site; on Data Center people have user names."""
    path = root / "cadence.toml"
    text = (folder("data/demo") / "cadence.toml").read_text("utf-8")
    path.write_text(text.replace("[jira]", f'[jira]\nurl = "{url}"', 1), "utf-8")
    config = load_config(path)
    if flavor == "cloud":
        return config
    names = {person.account: person.user for person in load_world().people.values()}
    members = tuple(replace(m, account=names[m.account]) for m in config.team.members)
    robots = tuple(names[robot] for robot in config.jira.robots)
    return replace(
        config,
        team=replace(config.team, members=members),
        jira=replace(config.jira, robots=robots),
    )


def file_story(db: Database, facts: Facts, config: Config) -> None:
    """File what data/demo/filed.toml says, through the journal's own doors."""
    told = tomllib.loads((folder("data/demo") / "filed.toml").read_text("utf-8"))
    ids = {issue.key: issue.id for issue in facts.issues}
    series = {goal.id: goal.kpi.series for goal in config.goals if goal.kpi}

    def filed(day: date) -> datetime:
        return datetime.combine(day, time(17), tzinfo=config.team.zone)

    for r in told["readings"]:
        day, goal = r["on"], r["goal"]
        read = Reading(goal, series[goal], day, r["value"], r["method"], r.get("note"), filed(day))
        journal.save_reading(db, read)
    for s in told["sign_offs"]:
        key, day = s["key"], s["on"]
        sign = SignOff(ids[key], key, Gate(s["gate"]), s["evidence"], s.get("by"), day, filed(day))
        journal.save_sign_off(db, sign)
    for n in told["notes"]:
        note = Note(n["kind"], n["on"], n["text"], filed(n["on"]), n.get("about"), n.get("outcome"))
        journal.save_note(db, note)
    for r in told["reflections"]:
        month = Month.parse(r["month"], date(2021, 6, 2))
        if "skipped" in r:
            reflections.save_skip(db, month, r["why"], r["skipped"])
        else:
            _file_reflection(db, month, r)
            _file_actions(db, month, r, config)


def _file_reflection(db: Database, month: Month, told: dict[str, Any]) -> None:
    anonymity = Anonymity(told["anonymity"])
    reflections.save_opening(db, month, anonymity, told["opened"])
    for answer in told["answers"]:
        author = None if anonymity is Anonymity.ALL else answer["author"]
        reflections.save_answers(db, month, author, list(_thoughts(answer)))
    for theme in told["themes"]:
        reflections.save_theme(db, month, theme["title"], theme["entries"])
    for vote in told["votes"]:
        reflections.save_votes(db, month, vote["text"], vote["votes"])
    reflections.save_closing(db, month, told["closed"])


def _thoughts(answer: dict[str, Any]) -> Iterator[tuple[Prompt, str]]:
    return ((prompt, text) for prompt in Prompt for text in answer.get(prompt.value, []))


def _file_actions(db: Database, month: Month, told: dict[str, Any], config: Config) -> None:
    for a in told["actions"]:
        filed = datetime.combine(a["on"], time(17), tzinfo=config.team.zone)
        action = Action(
            month, a["text"], a["owner"], a["due"], a["on"], filed, cures=a.get("cures")
        )
        number = journal.save_action(db, action)
        if "done" in a:
            journal.save_action_done(db, number, a["done"])
