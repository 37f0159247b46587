"""Small worlds and connections for tests against the sample Jira."""

from datetime import UTC, datetime
from typing import Any

import requests

from cadence.demo.records import Component, Person, Project, Status, Type, Version
from cadence.demo.server import SampleJira
from cadence.demo.world import World

STATUSES = (
    Status("1", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("5", "Done", "done"),
)
TYPES = (Type("10000", "Epic", 1), Type("10001", "Story", 0), Type("10003", "Sub-task", -1))
ADA = Person("ada", "Ada Park", "acc-ada", "apark", "JIRAUSER101", "ada@example.com")
BEN = Person("ben", "Ben Ito", "acc-ben", "bito", "JIRAUSER102")


def utc(text: str) -> datetime:
    """Read `2021-03-02 17:30` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def small_world(zone: str = "UTC", issues: int = 0) -> World:
    """Return a site of two people, two projects and so many stories, one a minute."""
    world = World(zone)
    world.add(ADA, BEN, *STATUSES, *TYPES)
    world.add(Project("10000", "IO", "Training I/O"), Project("10001", "OPS", "Operations"))
    world.add(Component("10010", "loader", "IO"), Version("10100", "io 1.0", "IO"))
    world.now = utc("2021-01-04 09:00")
    for number in range(issues):
        world.now = datetime.fromtimestamp(world.now.timestamp() + 60, UTC)
        world.create("ada", "IO", "Story", f"Story {number + 1}")
    return world


def caller(jira: SampleJira) -> requests.Session:
    """Return a session with the right credentials of this site."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = jira.authorization
    return session


def get(jira: SampleJira, path: str, **query: Any) -> requests.Response:
    """GET a path of the site."""
    with caller(jira) as session:
        return session.get(jira.url + path, params=query, timeout=10)


def post(jira: SampleJira, path: str, body: Any) -> requests.Response:
    """POST a JSON body to a path of the site."""
    with caller(jira) as session:
        return session.post(jira.url + path, json=body, timeout=10)
