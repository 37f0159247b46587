"""The public tables of a store (design.md 9) as plain dicts, read with nothing but sqlite3."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

TABLES = (
    "issues changes versions statuses types people projects observations syncs "
    "readings sign_offs reflections actions notes stage_evidence dismissals"
).split()

Rows = dict[str, list[dict]]


def read_rows(path: Path) -> Rows:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        rows = {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}")] for table in TABLES
        }
    finally:
        db.close()
    for issue in rows["issues"]:
        for column in ("labels", "components", "fix_versions"):
            issue[column] = json.loads(issue[column])
    return rows


def ms(text: str) -> int:
    """An instant's text as whole milliseconds since 1970."""
    instant = datetime.fromisoformat(text)
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def instant_text(moment: int) -> str:
    """Milliseconds since 1970 as the store writes an instant: `2021-02-03T18:11:12.123Z`."""
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03d}Z"
