"""What the tests of the sync share: a workspace's store, and how to compare what it holds."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cadence.config import Config, Jira
from cadence.credentials import Credentials
from cadence.demo.exchange import Answer, Request
from cadence.demo.faults import Fault
from cadence.demo.server import SampleJira
from cadence.demo.world import World
from cadence.jira.patience import Patience
from cadence.model import Facts, Issue
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.sync import Options, Outcome, sync

NOW = datetime(2021, 6, 2, 16, tzinfo=UTC)
FLAVORS = ("cloud", "datacenter")
HASTY = Patience(attempts=2, first_pause=0.01, longest_total=0.2)
_TABLES = "issues changes versions statuses types people projects observations".split()


def credentials_of(jira: SampleJira) -> Credentials:
    return Credentials(jira.email if jira.cloud else None, jira.token)


def run_sync(
    store: Path,
    jira: SampleJira,
    *,
    projects: tuple[str, ...] = ("IO",),
    now: datetime = NOW,
    options: Options | None = None,
    **more: Any,
) -> Outcome:
    """Sync a store with the sample Jira; `more` are keys of `[jira]`."""
    config = Config(jira=Jira(url=jira.url, projects=projects, **more))
    hasty = Patience(attempts=2, first_pause=0.01, longest_total=0.2)
    options = options or Options(patience=hasty)
    return sync(store, config, credentials_of(jira), now, options)


def facts_of(store: Path) -> Facts:
    with open_store(store, create=False) as db:
        return load_facts(db)


def issues_of(store: Path) -> dict[str, Issue]:
    return {issue.key: issue for issue in facts_of(store).issues}


def content_hash(store: Path) -> str:
    """Return a hash of all facts, without what depends on when and how often they were fetched."""
    digest = hashlib.sha256()
    with open_store(store, create=False) as db:
        for table in _TABLES:
            columns = [c.name for c in db.table(table).columns if c.name != "seen"]
            order = ", ".join(f'"{name}"' for name in columns)
            for row in db.conn.execute(f"SELECT {order} FROM {table} ORDER BY {order}"):
                digest.update(repr((table, row)).encode())
    return digest.hexdigest()


def spoil(jira: SampleJira, when: Callable[[Request], bool], fault: Fault) -> Callable[[], None]:
    """Let every request that fits go wrong, until the function that is returned is called."""
    right = jira.answer

    def answer(request: Request) -> Answer:
        told = right(request)
        return fault(told) if when(request) else told

    def mend() -> None:
        jira.answer = right

    jira.answer = answer
    return mend


def later(world: World, **delta: float) -> None:
    """Let so much time pass on the site."""
    world.now = world.now + timedelta(**delta)
