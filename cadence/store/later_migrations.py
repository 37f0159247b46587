"""The later steps of the schema, after those of `migrations`; the whole list is taken from here."""

from sqlite_utils import Database

from cadence.store.migrations import MIGRATIONS as MIGRATIONS
from cadence.store.migrations import migration


@migration
def m010_seen_before_all_were_anonymous(db: Database) -> None:
    """How many had answered when all became anonymous: their answers had been shown by then."""
    db.execute("ALTER TABLE reflections ADD COLUMN seen INTEGER NOT NULL DEFAULT 0")
