"""Erasing a person from the store: every name of theirs, everywhere, for good."""

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from cadence.store.database import writing
from cadence.store.forgotten import counted_words, fold, mark_of, trimmed
from cadence.store.reflections import count_unnamed, read_month
from cadence.store.traceless import lay_anew, rewrite

FORMER = "Former user"
"""What Jira shows in the place of a name once the account is closed."""

# From the beginning of a run of letters only: within a long one each letter would be a new start.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-][\w.+'’-]{0,99}@[\w-]+(?:\.[\w-]+)+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "'": "", "’": ""})
_SHORT = 6
"""An account of fewer characters may be a word: it is replaced only where it stands alone."""

_LEFT = {"forgotten"}


@dataclass(frozen=True)
class Known:
    """All that a person is called in the store: accounts, names, e-mail addresses."""

    accounts: tuple[str, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every one of them."""
        return (*self.accounts, *self.names, *self.emails)


def load_known(db: Database, called: Iterable[str]) -> Known:
    """Return all that the store knows of whoever is called so; nothing where nobody is."""
    told = {" ".join(one.split()) for one in called if one.strip()}
    wanted = {fold(one) for one in told}
    accounts, names = set(), {one for one in told if "@" not in one}
    emails = {fold(one) for one in told if "@" in one}
    for account, name, user_name in db.execute("SELECT account, name, user_name FROM people"):
        if wanted & {fold(one) for one in (account, name, user_name or "")}:
            accounts |= {account, *([user_name] if user_name else [])}
            names |= {name} if name not in (FORMER, account) else set()
    for account in list(accounts):
        names |= _names_in_histories(db, account)
    names = {name for name in names if fold(name) not in {fold(one) for one in accounts}}
    # As Jira writes it before as it was asked for: one of each case is enough to find them all.
    names = set({one.lower(): one for one in sorted(names, key=str.islower, reverse=True)}.values())
    emails |= _emails(db, names, accounts)
    by_length = [sorted(group, key=lambda one: (-len(one), one)) for group in (names, emails)]
    return Known(tuple(sorted(accounts)), tuple(by_length[0]), tuple(by_length[1]))


def _names_in_histories(db: Database, account: str) -> set[str]:
    found: set[str] = set()
    for side in ("from", "to"):
        sql = f"SELECT DISTINCT {side}_text FROM changes WHERE {side}_id = ? AND field = 'assignee'"
        found |= {row[0] for row in db.execute(sql, (account,)).fetchall() if row[0]}
    return found - {FORMER}


def _emails(db: Database, names: set[str], accounts: set[str]) -> set[str]:
    """Return the addresses in any text whose first part is made of the person's name."""
    wanted = {fold(one) for one in accounts}
    for name in names:
        for form in _as_in_addresses(name):
            words = form.split()
            if len(words) > 1:
                first, last = words[0], words[-1]
                wanted |= {f"{first}{sep}{last}" for sep in ("", ".", "_", "-")}
                wanted |= {f"{first[0]}{last}", f"{first[0]}.{last}", f"{last}.{first}"}
    found: set[str] = set()
    for table, column in _text_columns(db):
        sql = f'SELECT "{column}" FROM "{table}" WHERE "{column}" LIKE \'%@%\''
        for (text,) in db.execute(sql):
            addresses = _EMAIL.findall(text)
            found |= {a for a in addresses if _as_in_addresses(a.split("@")[0]) & wanted}
    return found


def _as_in_addresses(name: str) -> set[str]:
    """Return a name as addresses write it: as it is, without accents, or with `ue` for `ü`."""
    folded = fold(name)
    bare = unicodedata.normalize("NFKD", folded.translate(_LETTERS))
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    umlauts = unicodedata.normalize("NFKD", folded.translate(_UMLAUTS).translate(_LETTERS))
    return {folded, bare, "".join(one for one in umlauts if not unicodedata.combining(one))}


def count_hits(db: Database, known: Known) -> dict[str, int]:
    """Return in how many cells of each table the person stands."""
    scrub = Scrub(known, "x")
    db.conn.create_function("hit", 1, lambda text: scrub.text(text) != text, deterministic=True)
    counts: dict[str, int] = {}
    for table, column in _text_columns(db):
        sql = f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL AND hit("{column}")'
        if found := db.execute(sql).fetchone()[0]:
            counts[table] = counts.get(table, 0) + int(found)
    return counts


def forget(db: Database, known: Known) -> str:
    """Erase a person; return the alias that stands in their place.

    What they did stays, under the alias: no figure of the team changes. What they said by name in
    a reflection stays without one. The file is written anew and the log emptied, so that no page
    that is no longer used still names them.
    """
    alias = f"forgotten-{secrets.token_hex(4)}"
    scrub = Scrub(known, alias)
    db.conn.execute("PRAGMA secure_delete = ON")
    db.conn.create_function("scrubbed", 1, scrub.text, deterministic=True)
    with writing(db):
        _unname(db, known)
        # Whoever had an issue under two accounts had it since the earlier of both.
        db.conn.execute(
            "INSERT OR IGNORE INTO unsummed SELECT DISTINCT issue_id FROM assigned"
            " WHERE scrubbed(account) <> account"
        )
        for table, column in _text_columns(db):
            _put_alias(db, table, column)
        db.conn.execute(
            "UPDATE people SET name = account, user_name = NULL WHERE account = ?", (alias,)
        )
        called = {form for one in known.all for form in (one, trimmed(one))}
        rows = ((mark_of(one), alias, counted_words(one)) for one in sorted(called))
        db.conn.executemany("INSERT OR REPLACE INTO forgotten VALUES (?, ?, ?)", rows)
        lay_anew(db)
    rewrite(db)
    return alias


def _put_alias(db: Database, table: str, column: str) -> None:
    """Put the alias into a column. What then says the same as another row takes its place.

    Somebody with two accounts is one under the alias. A theme has entries, and is told apart.
    """
    where = f'WHERE "{column}" IS NOT NULL AND scrubbed("{column}") <> "{column}"'
    change = f'"{table}" SET "{column}" = scrubbed("{column}")'
    if (table, column) == ("themes", "title"):
        db.conn.execute(f"UPDATE OR IGNORE {change} {where}")
        change += " || ' ' || substr(id, 1, 4)"
    db.conn.execute(f"UPDATE OR REPLACE {change} {where}")


def scrub_closed(db: Database) -> int:
    """Erase those whose accounts Jira reports as closed; return how many they were."""
    sql = "SELECT account FROM people WHERE active = 0 AND name = ?"
    closed = [str(row[0]) for row in db.execute(sql, (FORMER,)).fetchall()]
    for account in closed:
        forget(db, load_known(db, [account]))
    return len(closed)


class Scrub:
    """Puts an alias in the place of all that a person is called."""

    def __init__(self, known: Known, alias: str) -> None:
        self._alias = alias
        self._alone = {fold(one) for one in known.all}
        within = [
            one
            for one in (*known.emails, *known.names, *known.accounts)
            if " " in one or "@" in one or (len(one) >= _SHORT and one in known.accounts)
        ]
        within += [one.upper() for one in within]  # ß is SS there
        within += [unicodedata.normalize(form, one) for one in within for form in ("NFC", "NFD")]
        # In JSON a name may be written with escapes.
        escaped = [json.dumps(one)[1:-1] for one in within]
        forms = sorted({*within, *escaped}, key=len, reverse=True)
        words = (r"(?:\s|%20|\+)+".join(map(re.escape, one.split())) for one in forms)
        pattern = "|".join(f"(?<!\\w){one}(?!\\w)" for one in words)
        self._within = re.compile(pattern or r"(?!)", re.IGNORECASE)
        quoted = "|".join(re.escape(json.dumps(one, ensure_ascii=False)) for one in known.all)
        self._quoted = re.compile(quoted or r"(?!)", re.IGNORECASE)

    def text(self, text: Any) -> Any:
        """Return a cell without the person."""
        if not isinstance(text, str):
            return text
        if fold(text) in self._alone:
            return self._alias
        text = self._quoted.sub(f'"{self._alias}"', text) if '"' in text else text
        return self._within.sub(self._alias, text)


def _unname(db: Database, known: Known) -> None:
    """Take a person's name off what they answered; that somebody answered stays."""
    names = {fold(one) for one in known.all}
    for (author,) in db.execute("SELECT DISTINCT author FROM entries").fetchall():
        if author and fold(author) in names:
            db.conn.execute(
                "UPDATE entries SET author = NULL, door = NULL WHERE author = ?", (author,)
            )
    for month, person in db.execute("SELECT month, person FROM answered").fetchall():
        if fold(person) in names:
            db.conn.execute("DELETE FROM answered WHERE month = ? AND person = ?", (month, person))
            count_unnamed(db, read_month(month))
    for month, member in db.execute("SELECT month, member FROM invites").fetchall():
        if fold(member) in names:
            db.conn.execute("DELETE FROM invites WHERE month = ? AND member = ?", (month, member))


def _text_columns(db: Database) -> list[tuple[str, str]]:
    tables = [name for name in db.table_names() if not name.startswith("sqlite_")]
    return [
        (table, row[1])
        for table in sorted(set(tables) - _LEFT)
        for row in db.execute(f'PRAGMA table_info("{table}")').fetchall()
        if row[2] == "TEXT"
    ]
