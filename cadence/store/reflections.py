"""The month's reflection in the store: opened, gathered, revealed, closed; or skipped."""

import secrets
from datetime import date
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from cadence.anonymity import enough
from cadence.errors import ConfigError
from cadence.model import Anonymity
from cadence.month import Month
from cadence.store.traceless import rewrite, traceless

CARRIED_AT_MOST = 2
"""An action carried so often must be done, shrunk or dropped."""

SHOWN = "shown"
"""The kind of the marks of what links had said by the time that all became anonymous."""

_TIGHTER = (Anonymity.NAMED, Anonymity.ENTRY, Anonymity.ALL)


class Opening(StrEnum):
    """What opening a month's reflection found: nothing, an open one, or a skipped month."""

    NEW = "new"
    OPEN = "open"
    SKIPPED = "skipped"


def save_opening(db: Database, month: Month, anonymity: Anonymity, day: date) -> Opening:
    """Open a month's reflection, or tighten its anonymity; return what was there.

    A skip is taken back by it. Raises ConfigError if it is closed, or the anonymity would loosen.
    Where no name is kept any longer, none stays in the file either: it is written anew.
    """
    held = state_of(db, month)
    found = _save_opening(db, month, anonymity, day)
    if held and held["opened"] and held["anonymity"] != anonymity:
        rewrite(db)
    return found


def _save_opening(db: Database, month: Month, anonymity: Anonymity, day: date) -> Opening:
    with traceless(db):
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
    with traceless(db):
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


def save_gathering(db: Database, month: Month, day: date, smallest: int) -> None:
    """Show the answers that no name is kept of; from now on no more of them are taken.

    Were answers shown one by one, whoever looks twice could tell whose the new ones are.
    Raises ConfigError if fewer have answered than the smallest group.
    """
    with traceless(db, anew=True):
        held = state_of(db, month)
        check_open(month, held)
        count, seen = count_answered(db, month), held["seen"] if held else 0
        if count < smallest:
            raise ConfigError(
                f"{counted_people(count)} answered, and answers of fewer than {smallest} are not"
                " shown where all are anonymous",
                remedy="Wait for more answers",
            )
        if not enough(count, seen, smallest):
            raise ConfigError(
                f"{counted_people(count - seen)} answered since all are anonymous; what was said"
                " before was shown, so that it would stand out which answers are new",
                remedy=f"Wait until {smallest} have",
            )
        db.conn.execute(
            "UPDATE reflections SET gathered = coalesce(gathered, ?) WHERE month = ?",
            (day.isoformat(), str(month)),
        )


def save_reveal(db: Database, month: Month, day: date) -> None:
    """Show the votes; from now on nobody can vote, and what proved their votes is erased."""
    with traceless(db, anew=True):
        held = check_meeting(db, month)
        if held["revealed"]:
            raise ConfigError(f"The votes of {month} were shown on {held['revealed']}")
        db.conn.execute(
            "UPDATE reflections SET revealed = ? WHERE month = ?", (day.isoformat(), str(month))
        )
        db.conn.execute("DELETE FROM marks WHERE month = ? AND kind = 'voted'", (str(month),))


def save_closing(db: Database, month: Month, day: date) -> None:
    """Close a month's reflection: from now on it stands as it is.

    Links, drafts and all that let people take back what they said go with it.
    Raises ConfigError if it is not open, or an action would be carried a third time.
    """
    with traceless(db, anew=True):
        check_open(month, state_of(db, month))
        _check_carried(db, month)
        db.conn.execute(
            "UPDATE reflections SET closed = ? WHERE month = ?", (day.isoformat(), str(month))
        )
        for table in ("invites", "drafts", "marks"):
            db.conn.execute(f"DELETE FROM {table} WHERE month = ?", (str(month),))


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


def check_meeting(db: Database, month: Month) -> dict[str, Any]:
    """Return a month's row if a meeting may work with its entries. Raises ConfigError if not.

    Where all are anonymous, nobody sees them before they are gathered.
    """
    held = state_of(db, month)
    anonymity = check_open(month, held)
    if anonymity is Anonymity.ALL and held and not held["gathered"]:
        raise ConfigError(
            f"The answers of {month} are anonymous and not shown yet",
            remedy=f"Show them with 'cadence reflect reveal --month {month}'; no more are taken"
            " from then on",
        )
    assert held
    return held


def _tighten(db: Database, month: Month, old: Anonymity, new: Anonymity) -> None:
    if _TIGHTER.index(new) < _TIGHTER.index(old):
        raise ConfigError(
            f"The reflection of {month} was opened with anonymity '{old}' and people relied on it",
            remedy="It may only become tighter: named, then entry, then all",
        )
    _set_anonymity(db, month, new)
    if new is Anonymity.ALL and old is not new:
        sql = "UPDATE reflections SET seen = ? WHERE month = ?"
        db.conn.execute(sql, (count_answered(db, month), str(month)))
    if new is Anonymity.ALL:
        db.conn.execute(
            "UPDATE entries SET author = NULL, door = NULL WHERE month = ?", (str(month),)
        )
        gone = db.conn.execute("DELETE FROM answered WHERE month = ?", (str(month),)).rowcount
        count_unnamed(db, month, gone)
    if new is Anonymity.ALL and old is not new:
        db.conn.execute(
            "UPDATE marks SET kind = ? WHERE month = ? AND kind = 'said'", (SHOWN, str(month))
        )


def _set_anonymity(db: Database, month: Month, kind: Anonymity) -> None:
    db.conn.execute(
        "UPDATE reflections SET anonymity = ? WHERE month = ?", (kind.value, str(month))
    )


def _check_carried(db: Database, month: Month) -> None:
    """Refuse to carry an action for the third time: by then it will not be done as it is."""
    sql = """
        SELECT a.id, a.text FROM actions a
        WHERE a.month < ?1 AND a.done IS NULL AND a.dropped IS NULL AND ?2 <= (
            SELECT count(*) FROM reflections r
            WHERE r.month > a.month AND r.month < ?1 AND r.closed > coalesce(a.shrunk, ''))
        ORDER BY a.id"""
    for number, text in db.execute(sql, (str(month), CARRIED_AT_MOST)).fetchall():
        raise ConfigError(
            f"Action {number}, '{text}', was carried over twice and is still open",
            remedy=f"Decide first: 'cadence action done {number}', 'cadence action shrink {number}"
            f" TEXT --due DATE' or 'cadence action drop {number} --why …'",
        )


def count_answered(db: Database, month: Month) -> int:
    """Return how many have answered, with and without a name."""
    sql = """
        SELECT answered_unnamed + (SELECT count(*) FROM answered a WHERE a.month = r.month)
        FROM reflections r WHERE month = ?"""
    row = db.execute(sql, (str(month),)).fetchone()
    return int(row[0]) if row else 0


def count_unnamed(db: Database, month: Month, more: int = 1) -> None:
    """Count more people (fewer, if negative) who answered without a name."""
    db.conn.execute(
        "UPDATE reflections SET answered_unnamed = max(answered_unnamed + ?, 0) WHERE month = ?",
        (more, str(month)),
    )


def uncount_shown(db: Database, month: Month) -> None:
    """Count one less of those whose answers were shown before all became anonymous."""
    count_unnamed(db, month, -1)
    sql = "UPDATE reflections SET seen = max(seen - 1, 0) WHERE month = ?"
    db.conn.execute(sql, (str(month),))


def counted_people(count: int) -> str:
    """Return `Nobody has`, `One person has` or `3 people have`."""
    return ("Nobody has", "One person has")[count] if count < 2 else f"{count} people have"


def read_month(text: str) -> Month:
    """Return a month as the store writes it, `2021-02`."""
    return Month(int(text[:4]), int(text[5:7]))


def new_id() -> str:
    """Return a random id: it tells neither order nor author."""
    return secrets.token_hex(16)
