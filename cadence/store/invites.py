"""Personal links in the store: kept as hashes, one a member and month, and gone when it is over."""

from collections.abc import Iterable
from datetime import date

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.invitations import Guest, is_token, same, seal, token_hash, unseal
from cadence.invitations import mark as mark_of
from cadence.month import Month
from cadence.store.database import writing
from cadence.store.reflections import check_open, read_month, state_of
from cadence.store.traceless import traceless

LONGEST_DRAFT = 200_000
"""Characters. More than anybody types; a draft is no store for files."""


def save_invites(db: Database, guests: Iterable[Guest], expires: date) -> None:
    """Save new links; one that a member had for the month no longer opens anything.

    Raises ConfigError if the reflection is not open, or a member who had a link may have voted by
    it: with a second one they could vote twice.
    """
    with writing(db):
        for guest in guests:
            month = str(guest.month)
            check_open(guest.month, state_of(db, guest.month))
            had = db.execute(
                "SELECT 1 FROM invites WHERE month = ? AND member = ?", (month, guest.member)
            ).fetchone()
            if had and _votes_begun(db, guest.month):
                raise ConfigError(
                    f"Votes of {guest.month} are in, and a second link would be a second ballot",
                    where=guest.member,
                    remedy="The link that was given still works; else count their hand with"
                    " 'cadence reflect vote ENTRY --hands N'",
                )
            db.conn.execute(
                "INSERT INTO invites (token_hash, month, member, expires) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (month, member) DO UPDATE SET"
                " token_hash = excluded.token_hash, expires = excluded.expires",
                (token_hash(guest.token), month, guest.member, expires.isoformat()),
            )


def load_invited(db: Database, month: Month) -> tuple[str, ...]:
    """Return who has a link for a month, in the order of the alphabet."""
    sql = "SELECT member FROM invites WHERE month = ? ORDER BY member"
    return tuple(str(row[0]) for row in db.execute(sql, (str(month),)).fetchall())


def member_of_invite(db: Database, token: str, today: date) -> Guest | None:
    """Return who comes through a link; None if it opens nothing, for whatever reason.

    An unknown, an expired, a replaced link and one of a closed month take the same way through
    here, so that neither the answer nor its time tells them apart.
    """
    wanted = token_hash(token if is_token(token) else "")
    row = db.execute(
        "SELECT i.token_hash, i.member, i.month, i.expires, r.closed, r.skipped"
        " FROM invites i JOIN reflections r ON r.month = i.month WHERE i.token_hash = ?",
        (wanted,),
    ).fetchone()
    held, member, month, expires, closed, skipped = row or ("0" * 64, "", "0001-01", "", None, None)
    live = same(held, wanted) and today.isoformat() <= expires and not (closed or skipped)
    return Guest(member, read_month(month), token) if live else None


# ---- drafts ----------------------------------------------------------------------------------


def save_draft(db: Database, guest: Guest, text: str) -> None:
    """Keep what a guest has typed so far; only their own link reads it. An empty text erases it."""
    if len(text) > LONGEST_DRAFT:
        raise ConfigError(
            f"The draft has {len(text):,} characters, at most {LONGEST_DRAFT:,} are kept",
            remedy="Shorten it, or send it",
        )
    with traceless(db, anew=False):
        check_open(guest.month, state_of(db, guest.month))
        db.conn.execute("DELETE FROM drafts WHERE mark = ?", (_draft(guest),))
        if text:
            row = (_draft(guest), str(guest.month), seal(guest.token, text))
            db.conn.execute("INSERT INTO drafts (mark, month, box) VALUES (?, ?, ?)", row)


def load_draft(db: Database, guest: Guest) -> str:
    """Return what a guest had typed; nothing if there is no draft."""
    row = db.execute("SELECT box FROM drafts WHERE mark = ?", (_draft(guest),)).fetchone()
    return (unseal(guest.token, row[0]) or "") if row else ""


def _draft(guest: Guest) -> str:
    return mark_of(guest.token, f"draft {guest.month}")


def _votes_begun(db: Database, month: Month) -> bool:
    sql = "SELECT 1 FROM votes JOIN entries ON id = entry_id WHERE month = ? AND votes > 0"
    return db.execute(sql, (str(month),)).fetchone() is not None
