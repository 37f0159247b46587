"""Keys and titles by what a key begins with: what a shell completes, read in one small query."""

from sqlite_utils import Database

MOST = 200
"""More than these help nobody who reads a list in a shell."""


def keys_beginning(db: Database, typed: str, least_level: int = -1) -> list[tuple[str, str]]:
    """Return the keys of issues of at least that level, with their titles; the newest first."""
    return _found(
        db,
        f"""SELECT issues.key, issues.summary FROM issues
        WHERE {_BEGINS.format("issues.key")} AND level >= ? AND state = 'present'
        ORDER BY issues.created DESC, issues.id DESC LIMIT ?""",
        (typed, least_level),
    )


def versions_beginning(db: Database, typed: str) -> list[tuple[str, str]]:
    """Return the names of versions; the newest first."""
    sql = f"""SELECT name, '' FROM versions WHERE {_BEGINS.format("name")}
        ORDER BY CAST(id AS INTEGER) DESC LIMIT ?"""
    return _found(db, sql, (typed,))


_BEGINS = "substr({0}, 1, length(?1)) = ?1 COLLATE NOCASE"


def _found(db: Database, sql: str, asked: tuple[str | int, ...]) -> list[tuple[str, str]]:
    return [(str(key), str(text or "")) for key, text in db.conn.execute(sql, (*asked, MOST))]
