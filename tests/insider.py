"""An insider who holds everything and wants to know who wrote what: months made up, and attacked.

Each month, authors answer in a random order through random doors. The insider gets the store, its
log, a backup, the form files that are left, the links that were given, *and* (more than any real
one) the order in which people answered and how many thoughts each wrote. An attack is an order of
the entries, read off some trace; laid against the order of the people it names an author for each
entry. Without any trace it is right as often as chance: sum(c^2) / n^2 for c thoughts a person.
"""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from cadence.invitations import Guest, new_token
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store import answers, guests, invites, reflections
from cadence.store.answers import Answer
from cadence.store.database import open_store
from cadence.store.guests import Said

DAY = date(2021, 3, 1)
MONTH = Month(2021, 2)
WORDS = "alpha beta gamma delta loader cache queue meeting review release night desk".split()


@dataclass
class Loot:
    """What the insider holds of a month, and the truth that they are measured by."""

    folder: Path
    order: list[str]
    author: dict[str, str]
    snapshots: list[set[str]] = field(default_factory=list)

    @property
    def counts(self) -> list[int]:
        """How many thoughts each author wrote, in the order in which they answered."""
        written = list(self.author.values())
        return [written.count(name) for name in self.order]

    @property
    def chance(self) -> float:
        """How often a guess is right that knows all this and has no trace."""
        return sum(count**2 for count in self.counts) / len(self.author) ** 2


def live_month(folder: Path, seed: int, authors: int = 20, watched: bool = False) -> Loot:
    """Let people answer for a month; return what lies about while the store is still open."""
    rng = random.Random(seed)
    names = [f"Member {n:02} Ofteam" for n in range(authors)]
    arrival = rng.sample(names, authors)
    loot = Loot(folder, arrival, {})
    with open_store(folder / "cadence.db") as db:
        reflections.save_opening(db, MONTH, Anonymity.ALL, DAY)
        given = {name: Guest(name, MONTH, new_token()) for name in names}
        invites.save_invites(db, given.values(), DAY)
        for name in arrival:
            texts = [_thought(rng) for _ in range(rng.randint(1, 3))]
            loot.author |= dict.fromkeys(texts, name)
            _answer(db, rng.choice(DOORS), given[name], texts)
            if watched:
                loot.snapshots.append(set(stored(db)))
        _carry_off(folder, db)
    return loot


def _thought(rng: random.Random) -> str:
    return f"{' '.join(rng.choices(WORDS, k=rng.randint(2, 25)))} {rng.getrandbits(64):016x}"


def _answer(db: Database, door: str, guest: Guest, texts: list[str]) -> None:
    thoughts = tuple((Prompt.STOP, text) for text in texts)
    if door == "line":
        for thought in thoughts:
            answers.save_thought(db, MONTH, guest.member, thought)
    elif door == "form":
        answers.save_answers(db, MONTH, [Answer(guest.member, thoughts)])
    else:
        invites.save_draft(db, guest, "; ".join(texts))
        guests.save_said(db, guest, [Said(*thought) for thought in thoughts[:1]])
        guests.save_said(db, guest, [Said(*thought) for thought in thoughts])


DOORS = ("line", "form", "link")


def _carry_off(folder: Path, db: Database) -> None:
    """Copy all that lies about, with the store still open, and make a backup, too."""
    loot = folder / "loot"
    loot.mkdir()
    for path in folder.glob("cadence.db*"):
        shutil.copy(path, loot / path.name)
    with sqlite3.connect(loot / "backup.db") as copy:
        db.conn.backup(copy)


def stored(db: Database) -> list[str]:
    """Return the texts as the store gives them when it is asked for no order."""
    return [str(row[0]) for row in db.conn.execute("SELECT text FROM entries")]


# ---- attacks ---------------------------------------------------------------------------------


def attacks(loot: Loot) -> Iterator[tuple[str, list[str]]]:
    """Yield each trace with the order of the entries that it tells, if it tells any."""
    texts = sorted(loot.author)
    with sqlite3.connect(loot.folder / "loot" / "backup.db") as db:
        rows = db.execute("SELECT text FROM entries").fetchall()
        by_id = db.execute("SELECT text FROM entries ORDER BY id DESC").fetchall()
    yield "order of the rows", [text for (text,) in rows]
    yield "ids, backwards", [text for (text,) in by_id]
    for name in ("cadence.db", "cadence.db-wal", "cadence.db-shm", "backup.db"):
        path = loot.folder / "loot" / name
        held = path.read_bytes() if path.exists() else b""
        for trace, find in (("first", held.find), ("last", held.rfind)):
            places = {text: find(text.encode()) for text in texts}
            found = sorted((text for text in texts if places[text] >= 0), key=places.__getitem__)
            if len(found) == len(texts):
                yield f"{trace} place in {name}", found
                yield f"{trace} place in {name}, backwards", found[::-1]
        again = {text: held.count(text.encode()) for text in texts}
        if len(set(again.values())) > 1:
            yield f"how often in {name}", sorted(texts, key=lambda text: -again[text])
    yield "length", sorted(texts, key=len)


def named(loot: Loot, order: list[str]) -> float:
    """Return how many entries an order of them, laid against that of people, names rightly."""
    people = [
        name for name, count in zip(loot.order, loot.counts, strict=True) for _ in " " * count
    ]
    right = sum(loot.author[text] == name for text, name in zip(order, people, strict=True))
    return right / len(order)


def names_left(loot: Loot) -> list[str]:
    """Return the files that hold an author's name beside the list of links."""
    with sqlite3.connect(loot.folder / "loot" / "backup.db") as db:
        held = [
            (table, row)
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if table != "invites"
            for row in db.execute(f'SELECT * FROM "{table}"')
        ]
    return [table for table, row in held for name in loot.order if name in str(row)]


def watching(loot: Loot) -> float:
    """Return how well it works to copy the store after each answer, without seeing the people.

    Which entries came together is seen by it; whose they are must be guessed from the order of
    the links, the only names there are.
    """
    before: set[str] = set()
    order: list[str] = []
    for now in loot.snapshots:
        order += sorted(now - before)
        before = now
    people = sorted(loot.order)
    counts = dict(zip(loot.order, loot.counts, strict=True))
    guess = [name for name in people for _ in range(counts[name])]
    right = sum(loot.author[text] == name for text, name in zip(order, guess, strict=True))
    return right / len(order)


def drawn_by_lot(orders: list[list[int]], rng: random.Random, draws: int = 300) -> float:
    """Return how often positions drawn by lot are as like those of arrival as these are (p)."""
    middle = sum(len(one) * ((len(one) - 1) / 2) ** 2 for one in orders)

    def likeness(places: list[list[int]]) -> float:
        return abs(sum(n * place for one in places for n, place in enumerate(one)) - middle)

    seen = likeness(orders)
    drawn = [likeness([rng.sample(one, len(one)) for one in orders]) for _ in range(draws)]
    return sum(one >= seen for one in drawn) / draws
