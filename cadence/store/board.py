"""The board of a meeting: what may be seen of a month's answers, and the themes made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from cadence.anonymity import may_show
from cadence.errors import ConfigError, did_you_mean
from cadence.invitations import Guest
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store.database import writing
from cadence.store.guests import check_entry, load_votes
from cadence.store.reflections import check_meeting, count_answered, new_id, state_of
from cadence.themes import folded


@dataclass(frozen=True)
class BoardEntry:
    """An entry on the board; `votes` is 0 until they are shown, `mine` are the guest's own."""

    id: str
    prompt: Prompt
    text: str
    author: str | None
    theme_id: str | None
    votes: int
    mine: int


@dataclass(frozen=True)
class BoardTheme:
    """A theme, the votes of its entries together, and the earlier months that had it, too."""

    id: str
    title: str
    votes: int
    earlier: tuple[Month, ...]


@dataclass(frozen=True)
class Board:
    """What a meeting sees.

    `withheld` counts the entries that are there and not shown: where all are anonymous, before
    they are gathered, or for good if too few have answered.
    """

    month: Month
    anonymity: Anonymity
    answered: int
    gathered: bool
    revealed: bool
    closed: bool
    entries: tuple[BoardEntry, ...]
    themes: tuple[BoardTheme, ...]
    withheld: int
    votes_left: int | None


def load_board(
    db: Database, month: Month, smallest: int, budget: int, guest: Guest | None = None
) -> Board:
    """Return the board, in an order that says nothing about people.

    `smallest` is the smallest group whose anonymous answers are shown, `budget` the votes that
    each has. Raises ConfigError if the reflection was never opened.
    """
    held = state_of(db, month)
    if held is None:
        raise ConfigError(
            f"The reflection of {month} is not open",
            remedy=f"Open it with 'cadence reflect open --month {month}'",
        )
    revealed = bool(held["revealed"] or held["closed"])
    anonymity, answered = Anonymity(held["anonymity"]), count_answered(db, month)
    ended = bool(held["gathered"] or held["closed"])
    shown = may_show(
        anonymity, ended=ended, answered=answered, smallest=smallest, seen=held["seen"]
    )
    mine = load_votes(db, guest, budget) if guest else {}
    entries = _entries(db, month, mine, revealed)
    return Board(
        month=month,
        anonymity=anonymity,
        answered=answered,
        gathered=bool(held["gathered"]),
        revealed=revealed,
        closed=bool(held["closed"]),
        entries=entries if shown else (),
        themes=_themes(db, month, entries) if shown else (),
        withheld=0 if shown else len(entries),
        votes_left=None if guest is None or revealed else budget - sum(mine.values()),
    )


def entry_named(db: Database, month: Month, text: str) -> str:
    """Return the id of the entry that a text names: the whole of it, or a part of one alone.

    Raises ConfigError if there is none, or several that differ.
    """
    sql = "SELECT id, text FROM entries WHERE month = ? ORDER BY id"
    rows = db.execute(sql, (str(month),)).fetchall()
    same = [row for row in rows if row[1] == text]
    found = same or [row for row in rows if text.strip() and folded(text) in folded(row[1])]
    if not found:
        raise ConfigError(
            f"{month} has no entry '{text}'", remedy="See them with 'cadence reflect show'"
        )
    if len({said for _, said in found}) > 1:
        raise ConfigError(
            f"'{text}' stands in {len(found)} entries of {month}", remedy="Write more of the one"
        )
    return str(found[0][0])


def theme_named(db: Database, month: Month, title: str) -> str:
    """Return the id of the theme of that title. Raises ConfigError if there is none."""
    found = _same_title(db, month, title)
    if found is None:
        sql = "SELECT title FROM themes WHERE month = ? ORDER BY title"
        known = [str(row[0]) for row in db.execute(sql, (str(month),)).fetchall()]
        told = f"Themes: {', '.join(known)}" if known else "Make one with 'reflect theme add'"
        raise ConfigError(
            f"{month} has no theme '{title}'", remedy=did_you_mean(title, known, told)
        )
    return found


# ---- themes ----------------------------------------------------------------------------------


def save_new_theme(db: Database, month: Month, title: str) -> str:
    """Make a theme; return its id. One of that title, whatever its case, is taken instead."""
    with writing(db):
        check_meeting(db, month)
        said = _title(title)
        same = _same_title(db, month, said)
        return same or _insert(db, month, said)


def save_theme(db: Database, month: Month, title: str, texts: Iterable[str]) -> None:
    """Put entries, named by their texts, under a theme of the month, made if it is new."""
    with writing(db):
        check_meeting(db, month)
        entries = [entry_named(db, month, text) for text in texts]
        said = _title(title)
        theme_id = _same_title(db, month, said) or _insert(db, month, said)
        for entry_id in entries:
            _move(db, entry_id, theme_id)


def save_theme_title(db: Database, month: Month, theme_id: str, title: str) -> None:
    """Rename a theme. Raises ConfigError if another bears the title already."""
    with writing(db):
        check_meeting(db, month)
        _check_theme(db, month, theme_id)
        said = _title(title)
        if _same_title(db, month, said) not in (None, theme_id):
            raise ConfigError(
                f"{month} already has a theme '{said}'", remedy="Merge the two instead"
            )
        db.conn.execute("UPDATE themes SET title = ? WHERE id = ?", (said, theme_id))


def save_entry_theme(db: Database, month: Month, entry_id: str, theme_id: str | None) -> None:
    """Put an entry under a theme, or under none. A theme that is left empty goes."""
    with writing(db):
        check_meeting(db, month)
        check_entry(db, month, entry_id)
        if theme_id is not None:
            _check_theme(db, month, theme_id)
        _move(db, entry_id, theme_id)


def save_merged_themes(db: Database, month: Month, theme_id: str, into: str) -> None:
    """Put all entries of a theme under another one, which keeps its title; the first is gone."""
    with writing(db):
        check_meeting(db, month)
        for one in (theme_id, into):
            _check_theme(db, month, one)
        if theme_id == into:
            raise ConfigError("A theme cannot be merged with itself")
        db.conn.execute("UPDATE entries SET theme_id = ? WHERE theme_id = ?", (into, theme_id))
        _drop_empty(db, theme_id)


# ---- hands -----------------------------------------------------------------------------------


def save_votes(db: Database, month: Month, text: str, votes: int, day: date) -> None:
    """Set how many hands went up for an entry, named by its text; whose they were is not kept.

    Hands are seen by all, so that the votes count as shown from that day on. Raises ConfigError
    while votes that were given by link are hidden.
    """
    with writing(db):
        check_meeting(db, month)
        secret = "SELECT 1 FROM marks WHERE month = ? AND kind = 'voted'"
        if db.execute(secret, (str(month),)).fetchone():
            raise ConfigError(
                f"Votes of {month} were given by link and are hidden",
                remedy="Show them first with 'cadence reflect reveal'",
            )
        entry_id = entry_named(db, month, text)
        db.conn.execute("INSERT OR REPLACE INTO votes VALUES (?, ?)", (entry_id, votes))
        db.conn.execute(
            "UPDATE reflections SET revealed = coalesce(revealed, ?) WHERE month = ?",
            (day.isoformat(), str(month)),
        )


# ---- inside a transaction --------------------------------------------------------------------


def _title(title: str) -> str:
    said = " ".join(title.split())
    if not said:
        raise ConfigError("A theme needs a title")
    return said


def _same_title(db: Database, month: Month, title: str) -> str | None:
    rows = db.execute("SELECT id, title FROM themes WHERE month = ?", (str(month),)).fetchall()
    return next((one for one, held in rows if folded(held) == folded(title)), None)


def _insert(db: Database, month: Month, title: str) -> str:
    theme_id = new_id()
    row = (theme_id, str(month), title)
    db.conn.execute("INSERT INTO themes (id, month, title) VALUES (?, ?, ?)", row)
    return theme_id


def _check_theme(db: Database, month: Month, theme_id: str) -> None:
    sql = "SELECT 1 FROM themes WHERE id = ? AND month = ?"
    if db.execute(sql, (theme_id, str(month))).fetchone() is None:
        raise ConfigError(f"{month} has no such theme", remedy="It may have been merged")


def _move(db: Database, entry_id: str, theme_id: str | None) -> None:
    (old,) = db.execute("SELECT theme_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    db.conn.execute("UPDATE entries SET theme_id = ? WHERE id = ?", (theme_id, entry_id))
    if old != theme_id:
        _drop_empty(db, old)


def _drop_empty(db: Database, theme_id: str | None) -> None:
    db.conn.execute(
        "DELETE FROM themes WHERE id = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM entries WHERE theme_id = ?1)",
        (theme_id,),
    )


def _entries(
    db: Database, month: Month, mine: dict[str, int], revealed: bool
) -> tuple[BoardEntry, ...]:
    sql = """
        SELECT e.id, e.prompt, e.text, e.author, e.theme_id, coalesce(v.votes, 0)
        FROM entries e LEFT JOIN votes v ON v.entry_id = e.id
        WHERE e.month = ? ORDER BY e.text, e.id"""
    return tuple(
        BoardEntry(one, Prompt(prompt), text, author, theme, votes * revealed, mine.get(one, 0))
        for one, prompt, text, author, theme, votes in db.execute(sql, (str(month),)).fetchall()
    )


def _themes(db: Database, month: Month, entries: tuple[BoardEntry, ...]) -> tuple[BoardTheme, ...]:
    rows = db.execute("SELECT id, month, title FROM themes ORDER BY month, title").fetchall()
    earlier: dict[str, list[Month]] = {}
    for _, held, title in rows:
        if held < str(month):
            earlier.setdefault(folded(title), []).append(Month(int(held[:4]), int(held[5:])))
    return tuple(
        BoardTheme(
            theme_id,
            title,
            sum(entry.votes for entry in entries if entry.theme_id == theme_id),
            tuple(dict.fromkeys(earlier.get(folded(title), []))),
        )
        for theme_id, held, title in rows
        if held == str(month)
    )
