"""Who wrote what to which other system, and what came of it: rows are only ever added."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from cadence.store.instants import instant_of, instant_text


@dataclass(frozen=True)
class Written:
    """One write to another system; `who` is the account that the system knows us by."""

    at: datetime
    who: str
    did: str
    target: str
    body_hash: str
    result: str


def body_hash(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a body that was sent."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def save_written(db: Database, written: Written) -> None:
    """Add a row; within the caller's transaction."""
    db.conn.execute(
        "INSERT INTO audit (at, who, did, target, body_hash, result) VALUES (?, ?, ?, ?, ?, ?)",
        (
            instant_text(written.at),
            written.who,
            written.did,
            written.target,
            written.body_hash,
            written.result,
        ),
    )


def load_written(db: Database) -> tuple[Written, ...]:
    """Return all rows, the oldest first."""
    rows = db.conn.execute(
        "SELECT at, who, did, target, body_hash, result FROM audit ORDER BY id"
    ).fetchall()
    return tuple(Written(instant_of(at), *rest) for at, *rest in rows)
