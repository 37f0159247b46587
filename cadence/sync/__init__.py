"""The sync: pages from Jira into the store, rows and cursor in one transaction."""

from cadence.sync.run import Options, Outcome, plan, sync

__all__ = ["Options", "Outcome", "plan", "sync"]
