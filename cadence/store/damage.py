"""A store that SQLite finds sound and that says nonsense: told as damaged, not as our fault."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from cadence.errors import StoreUnusable

T = TypeVar("T")
P = ParamSpec("P")


def or_damaged(
    load: Callable[Concatenate[Database, P], T],
) -> Callable[Concatenate[Database, P], T]:
    """Let a loader raise StoreUnusable if a table is missing, or holds what cadence never wrote."""

    @wraps(load)
    def loaded(db: Database, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return load(db, *args, **kwargs)
        except (ValueError, TypeError, KeyError) as fault:
            raise _damaged(db, fault) from fault
        except sqlite3.OperationalError as fault:
            # That the file is busy, full or read-only is told where it is opened.
            if getattr(fault, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR":
                raise
            raise _damaged(db, fault) from fault

    return loaded


def _damaged(db: Database, fault: Exception) -> StoreUnusable:
    path = db.conn.execute("PRAGMA database_list").fetchone()[2]
    return StoreUnusable(
        f"The store is damaged ({fault})",
        where=path,
        remedy="Put a copy of the file in its place",
    )
