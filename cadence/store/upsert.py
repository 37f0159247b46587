"""The SQL that inserts a row, or replaces the one that is there."""


def upsert(table: str, columns: str, key: int = 1) -> str:
    """Return the SQL that inserts a row or replaces the one with the same first `key` columns."""
    names = columns.replace(",", " ").split()
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[key:])
    marks = ", ".join("?" * len(names))
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        f" ON CONFLICT ({', '.join(names[:key])}) DO UPDATE SET {sets}"
    )
