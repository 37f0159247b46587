"""The pages that cadence keeps in a wiki: which they are, and what it wrote there last."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from cadence.store.instants import instant_of, instant_text


@dataclass(frozen=True)
class Published:
    """A page, by place, month and kind: the version that we wrote, and hashes of its body.

    `sent_hash` is of the body as it was sent, `kept_hash` of what the wiki has made of it; None
    if that was not seen.
    """

    place: str
    month: str
    kind: str
    page_id: str
    title: str
    version: int
    sent_hash: str
    kept_hash: str | None
    saved: datetime


def load_published(db: Database, place: str, month: str, kind: str) -> Published | None:
    """Return what was published of a month; None if nothing was."""
    row = db.conn.execute(
        "SELECT page_id, title, version, sent_hash, kept_hash, saved FROM pages"
        " WHERE place = ? AND month = ? AND kind = ?",
        (place, month, kind),
    ).fetchone()
    if row is None:
        return None
    page_id, title, version, sent, kept, saved = row
    at = instant_of(saved)
    return Published(place, month, kind, page_id, title, version, sent, kept, at)


def save_published(db: Database, page: Published) -> None:
    """Save what was published; within the caller's transaction."""
    db.conn.execute(
        "INSERT INTO pages (place, month, kind, page_id, title, version, sent_hash, kept_hash,"
        " saved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (place, month, kind) DO UPDATE SET"
        " page_id = excluded.page_id, title = excluded.title, version = excluded.version,"
        " sent_hash = excluded.sent_hash, kept_hash = excluded.kept_hash, saved = excluded.saved",
        (
            page.place,
            page.month,
            page.kind,
            page.page_id,
            page.title,
            page.version,
            page.sent_hash,
            page.kept_hash,
            instant_text(page.saved),
        ),
    )
