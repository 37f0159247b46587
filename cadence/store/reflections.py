"""The month's reflection in the store: opened, themed, closed; or skipped."""

import secrets
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.model import Anonymity
from cadence.month import Month
from cadence.store.database import writing

_TIGHTER = (Anonymity.NAMED, Anonymity.ENTRY, Anonymity.ALL)


class Opening(StrEnum):
    """What opening a month's reflection found: nothing, an open one, or a skipped month."""

    NEW = "new"
    OPEN = "open"
    SKIPPED = "skipped"


def save_opening(db: Database, month: Month, anonymity: Anonymity, day: date) -> Opening:
    """Open a month's reflection, or tighten its anonymity; return what was there.

    A skip is taken back by it. Raises ConfigError if it is closed, or the anonymity would loosen.
    """
    with writing(db):
        held = state_of(db, month)
        if held is None:
            db.conn.execute(
                "INSERT INTO reflections (month, anonymity, opened) VALUES (?, ?, ?)",
                (str(month), anonymity, day.isoformat()),
            )
            return Opening.NEW
        skipped = held["skipped"] is not None
        if skipped:
            db.conn.execute(
                "UPDATE reflections SET skipped = NULL, why = NULL, opened = ? WHERE month = ?",
                (day.isoformat(), str(month)),
            )
        check_open(month, {**held, "skipped": None})
        if held["opened"]:
            _tighten(db, month, Anonymity(held["anonymity"]), anonymity)
        else:  # nobody has relied on what stood beside a skip
            _set_anonymity(db, month, anonymity)
        return Opening.SKIPPED if skipped else Opening.OPEN


def save_skip(db: Database, month: Month, why: str, day: date) -> None:
    """Record that a month goes without a reflection, and why.

    Raises ConfigError if it is closed or skipped, or somebody has already answered.
    """
    with writing(db):
        held = state_of(db, month)
        if held is not None:
            check_open(month, held)
            if db.execute("SELECT 1 FROM entries WHERE month = ?", (str(month),)).fetchone():
                raise ConfigError(
                    f"{month} already has answers, which a skip would hide",
                    remedy="Close it with 'cadence reflect close'",
                )
        db.conn.execute(
            "INSERT INTO reflections (month, anonymity, skipped, why) VALUES (?, 'entry', ?, ?)"
            " ON CONFLICT (month) DO UPDATE SET skipped = excluded.skipped, why = excluded.why",
            (str(month), day.isoformat(), why),
        )


def save_closing(db: Database, month: Month, day: date) -> None:
    """Close a month's reflection: from now on it stands as it is."""
    with writing(db):
        check_open(month, state_of(db, month))
        db.conn.execute(
            "UPDATE reflections SET closed = ? WHERE month = ?", (day.isoformat(), str(month))
        )


def save_theme(db: Database, month: Month, title: str, texts: Iterable[str]) -> None:
    """Put entries, named by their texts, under a theme of the month."""
    with writing(db):
        check_open(month, state_of(db, month))
        db.conn.execute(
            "INSERT OR IGNORE INTO themes (id, month, title) VALUES (?, ?, ?)",
            (new_id(), str(month), title),
        )
        for text in texts:
            entry = _entry_id(db, month, text)
            db.conn.execute(
                "UPDATE entries SET theme_id = (SELECT id FROM themes WHERE month = ? AND"
                " title = ?) WHERE id = ?",
                (str(month), title, entry),
            )


def save_votes(db: Database, month: Month, text: str, votes: int) -> None:
    """Set how many voted for an entry, named by its text; who voted is not kept."""
    with writing(db):
        check_open(month, state_of(db, month))
        db.conn.execute(
            "INSERT OR REPLACE INTO votes VALUES (?, ?)", (_entry_id(db, month, text), votes)
        )


# ---- inside a transaction --------------------------------------------------------------------


def state_of(db: Database, month: Month) -> dict[str, Any] | None:
    """Return a month's row, or None if its reflection was neither opened nor skipped."""
    rows = db.query("SELECT * FROM reflections WHERE month = ?", (str(month),))
    return next(iter(rows), None)


def check_open(month: Month, held: dict[str, Any] | None) -> Anonymity:
    """Return the anonymity of an open reflection. Raises ConfigError if it is not open."""
    if held is None:
        raise ConfigError(
            f"The reflection of {month} is not open",
            remedy=f"Open it with 'cadence reflect open --month {month}'",
        )
    if held["closed"]:
        raise ConfigError(
            f"The reflection of {month} was closed on {held['closed']}",
            remedy=f"It stands as it is; say it in the next one, with --month {month.back(-1)}",
        )
    if held["skipped"]:
        raise ConfigError(
            f"The reflection of {month} was skipped on {held['skipped']}",
            remedy=f"Open it after all with 'cadence reflect open --month {month}'",
        )
    return Anonymity(held["anonymity"])


def _tighten(db: Database, month: Month, old: Anonymity, new: Anonymity) -> None:
    if _TIGHTER.index(new) < _TIGHTER.index(old):
        raise ConfigError(
            f"The reflection of {month} was opened with anonymity '{old}' and people relied on it",
            remedy="It may only become tighter: named, then entry, then all",
        )
    _set_anonymity(db, month, new)
    if new is Anonymity.ALL:
        db.conn.execute("UPDATE entries SET author = NULL WHERE month = ?", (str(month),))


def _set_anonymity(db: Database, month: Month, kind: Anonymity) -> None:
    db.conn.execute(
        "UPDATE reflections SET anonymity = ? WHERE month = ?", (kind.value, str(month))
    )


def _entry_id(db: Database, month: Month, text: str) -> str:
    sql = "SELECT id FROM entries WHERE month = ? AND text = ?"
    row = db.execute(sql, (str(month), text)).fetchone()
    if row is None:
        raise ConfigError(
            f"{month} has no entry '{text}'", remedy="See them with 'cadence reflect show'"
        )
    return str(row[0])


def new_id() -> str:
    """Return a random id: it tells neither order nor author."""
    return secrets.token_hex(16)
