"""How a sync is to go about it, and the connection that it makes for that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cadence.config import Config
from cadence.credentials import Credentials
from cadence.errors import ConfigError
from cadence.jira.client import Client
from cadence.jira.connect import Connection, connect
from cadence.jira.patience import Patience
from cadence.sync.run_state import Progress

MOST_WORKERS = 8


def _silent(done: int, total: int) -> None:
    """Show no progress."""


def _untold(line: str) -> None:
    """Tell nobody of a wait."""


@dataclass(frozen=True)
class Options:
    """How to sync: `full` fetches all anew; `allow_deletions` believes that much has vanished.

    `tell` is told, while the sync waits for Jira, why and how long; `clock` dates the end of the
    run, which without it ends when it began.
    """

    full: bool = False
    allow_deletions: bool = False
    progress: Progress = _silent
    tell: Callable[[str], None] = _untold
    clock: Callable[[], datetime] | None = None
    patience: Patience | None = None


def connected(config: Config, credentials: Credentials, options: Options) -> Connection:
    """Connect to the configured site. Raises ConfigError if nothing says what to pull from it."""
    if not config.jira.projects and not config.jira.jql:
        raise ConfigError(
            "Nothing says what to pull", where="[jira]", remedy="Set projects, or jql, or both"
        )
    patience = options.patience or Patience(
        longest_run=config.jira.max_hours * 3600,
        most_requests=config.jira.max_requests,
        tell=options.tell,
    )
    return connect(Client(config.jira.url, credentials, patience, workers_of(config)))


def workers_of(config: Config) -> int:
    """Return how many requests may be in flight at once."""
    return max(1, min(config.jira.workers, MOST_WORKERS))
