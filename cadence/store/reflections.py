"""The month's reflection in the store: opened, filled, themed, closed; or skipped.

What it does not hold cannot leak: an anonymous entry has no author, ids are random, and who
has answered stands in a table of its own, without a time.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store.database import writing

Thought = tuple[Prompt, str]
"""A prompt and what somebody wrote under it."""

_TIGHTER = (Anonymity.NAMED, Anonymity.ENTRY, Anonymity.ALL)


def save_opening(db: Database, month: Month, anonymity: Anonymity, day: date) -> bool:
    """Open a month's reflection, or tighten its anonymity; return whether it is new.

    Raises ConfigError if it is closed or skipped, or the anonymity would loosen.
    """
    with writing(db):
        held = _state(db, month)
        if held is None:
            db.conn.execute(
                "INSERT INTO reflections (month, anonymity, opened) VALUES (?, ?, ?)",
                (str(month), anonymity, day.isoformat()),
            )
            return True
        _check_open(month, held)
        _tighten(db, month, Anonymity(held["anonymity"]), anonymity)
        return False


def save_skip(db: Database, month: Month, why: str, day: date) -> None:
    """Record that a month goes without a reflection, and why.

    Raises ConfigError if it is closed or skipped, or somebody has already answered.
    """
    with writing(db):
        held = _state(db, month)
        if held is not None:
            _check_open(month, held)
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
        _check_open(month, _state(db, month))
        db.conn.execute(
            "UPDATE reflections SET closed = ? WHERE month = ?", (day.isoformat(), str(month))
        )


def save_answers(
    db: Database, month: Month, author: str | None, thoughts: Sequence[Thought]
) -> int:
    """Save one person's answers; return how many entries are new.

    A named person's answers replace those they gave before, so collecting a form again, or a
    corrected one, does no harm. Without a name only what is not there yet is added.
    """
    with writing(db):
        held = _state(db, month)
        anonymity = _check_open(month, held)
        if author is None and anonymity is Anonymity.NAMED:
            raise ConfigError(
                f"The reflection of {month} is named",
                remedy="Add a line 'Author: NAME' to the form, or --author NAME",
            )
        if author is not None:
            db.conn.execute("INSERT OR IGNORE INTO answered VALUES (?, ?)", (str(month), author))
        if author is not None and anonymity is not Anonymity.ALL:
            return _replace(db, month, author, thoughts)
        return _add_unnamed(db, month, thoughts, counted=author is None)


def save_thought(db: Database, month: Month, author: str | None, thought: Thought) -> None:
    """Add one thought to what its author has said."""
    with writing(db):
        anonymity = _check_open(month, _state(db, month))
        if author is None and anonymity is Anonymity.NAMED:
            raise ConfigError(f"The reflection of {month} is named", remedy="Add --author NAME")
        if author is not None:
            db.conn.execute("INSERT OR IGNORE INTO answered VALUES (?, ?)", (str(month), author))
        _insert(db, month, None if anonymity is Anonymity.ALL else author, [thought])


def save_theme(db: Database, month: Month, title: str, texts: Iterable[str]) -> None:
    """Put entries, named by their texts, under a theme of the month."""
    with writing(db):
        _check_open(month, _state(db, month))
        db.conn.execute(
            "INSERT OR IGNORE INTO themes (id, month, title) VALUES (?, ?, ?)",
            (_new_id(), str(month), title),
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
        _check_open(month, _state(db, month))
        db.conn.execute(
            "INSERT OR REPLACE INTO votes VALUES (?, ?)", (_entry_id(db, month, text), votes)
        )


def load_answered(db: Database, month: Month) -> tuple[str, ...]:
    """Return who has answered by name, in the order of the alphabet."""
    sql = "SELECT person FROM answered WHERE month = ? ORDER BY person"
    return tuple(str(row[0]) for row in db.execute(sql, (str(month),)).fetchall())


# ---- inside a transaction --------------------------------------------------------------------


def _state(db: Database, month: Month) -> dict[str, Any] | None:
    rows = db.query("SELECT * FROM reflections WHERE month = ?", (str(month),))
    return next(iter(rows), None)


def _check_open(month: Month, held: dict[str, Any] | None) -> Anonymity:
    """Return the anonymity of an open reflection. Raises ConfigError if it is not open."""
    if held is None:
        raise ConfigError(
            f"The reflection of {month} is not open",
            remedy=f"Open it with 'cadence reflect open --month {month}'",
        )
    if held["closed"]:
        raise ConfigError(f"The reflection of {month} was closed on {held['closed']}")
    if held["skipped"]:
        raise ConfigError(f"The reflection of {month} was skipped on {held['skipped']}")
    return Anonymity(held["anonymity"])


def _tighten(db: Database, month: Month, old: Anonymity, new: Anonymity) -> None:
    if _TIGHTER.index(new) < _TIGHTER.index(old):
        raise ConfigError(
            f"The reflection of {month} was opened with anonymity '{old}' and people relied on it",
            remedy="It may only become tighter: named, then entry, then all",
        )
    db.conn.execute("UPDATE reflections SET anonymity = ? WHERE month = ?", (new.value, str(month)))
    if new is Anonymity.ALL:
        db.conn.execute("UPDATE entries SET author = NULL WHERE month = ?", (str(month),))


def _replace(db: Database, month: Month, author: str, thoughts: Sequence[Thought]) -> int:
    """Make these the author's thoughts; those that stay keep their theme and votes."""
    rows = db.execute(
        "SELECT id, prompt, text FROM entries WHERE month = ? AND author = ?", (str(month), author)
    ).fetchall()
    wanted = Counter(thoughts)
    for entry_id, prompt, text in rows:
        thought = (Prompt(prompt), text)
        if wanted[thought]:
            wanted[thought] -= 1
        else:
            db.conn.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
    new = list(wanted.elements())
    _insert(db, month, author, new)
    return len(new)


def _add_unnamed(db: Database, month: Month, thoughts: Sequence[Thought], *, counted: bool) -> int:
    """Add the thoughts that no unnamed entry holds yet.

    A form that is mostly here is taken for one collected before, perhaps corrected, and not
    for another person's answer: no mark is kept that could tie an author's entries together.
    """
    rows = db.execute(
        "SELECT prompt, text FROM entries WHERE month = ? AND author IS NULL", (str(month),)
    ).fetchall()
    known = Counter((Prompt(prompt), text) for prompt, text in rows)
    new = list((Counter(thoughts) - known).elements())
    _insert(db, month, None, new)
    if counted and 2 * len(new) > len(thoughts):
        db.conn.execute(
            "UPDATE reflections SET answered_unnamed = answered_unnamed + 1 WHERE month = ?",
            (str(month),),
        )
    return len(new)


def _insert(db: Database, month: Month, author: str | None, thoughts: Sequence[Thought]) -> None:
    db.conn.executemany(
        "INSERT INTO entries (id, month, prompt, text, author) VALUES (?, ?, ?, ?, ?)",
        [(_new_id(), str(month), prompt.value, text, author) for prompt, text in thoughts],
    )


def _entry_id(db: Database, month: Month, text: str) -> str:
    sql = "SELECT id FROM entries WHERE month = ? AND text = ?"
    row = db.execute(sql, (str(month), text)).fetchone()
    if row is None:
        raise ConfigError(
            f"{month} has no entry '{text}'", remedy="See them with 'cadence reflect show'"
        )
    return str(row[0])


def _new_id() -> str:
    """Return a random id: it tells neither order nor author."""
    return secrets.token_hex(16)
