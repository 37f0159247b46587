"""The sync: pages from Jira into the store, rows and cursor in one transaction."""

from cadence.sync.options import Options
from cadence.sync.plan import plan
from cadence.sync.run import Outcome, sync

__all__ = ["Options", "Outcome", "plan", "sync"]
