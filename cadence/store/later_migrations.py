"""The later steps of the schema, after those of `migrations`; the whole list is taken from here."""

from sqlite_utils import Database

from cadence.store.migrations import MIGRATIONS as MIGRATIONS
from cadence.store.migrations import migration
from cadence.store.summary import ASSIGNED, fill_assigned


@migration
def m010_seen_before_all_were_anonymous(db: Database) -> None:
    """How many had answered when all became anonymous: their answers had been shown by then."""
    db.execute("ALTER TABLE reflections ADD COLUMN seen INTEGER NOT NULL DEFAULT 0")


@migration
def m011_who_had_what(db: Database) -> None:
    """Since when who had each issue: a team without configured members is everybody who ever had.

    And who leads a version: Cloud tells it, and Jira keeps no history of it.
    """
    for statement in ASSIGNED:
        db.execute(statement)
    fill_assigned(db)
    db.execute("ALTER TABLE versions ADD COLUMN driver TEXT")  # an account
