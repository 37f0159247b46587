"""A store in which many people stand everywhere, and the erasing of each, one after the other."""

import json
import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlite_utils import Database

from cadence.invitations import Guest, new_token
from cadence.model import (
    Action,
    Anonymity,
    CeremonyChange,
    Change,
    Gate,
    Issue,
    Note,
    Person,
    Prompt,
    SignOff,
)
from cadence.month import Month
from cadence.store import answers, facts, invites, journal, reflections
from cadence.store.calendar import save_ceremony_change
from cadence.store.database import open_store, writing
from cadence.store.forget import forget, load_known
from cadence.store.issued import save_issued

NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
DAY = date(2021, 3, 1)
MONTH = Month(2021, 2)
_FIRST = (
    "Ada Adélaïde Özgür Zoë Jürgen Nguyễn Łukasz Máire O'Neil Søren Иван 美咲 José-María".split()
)
_LAST = "Park Groß Yılmaz Ó'Brien Van-Dijk Šimić Müller Петров 田中 de+Souza Ng Ahmadi".split()
_BY_DESIGN = {"forgotten", "sqlite_sequence", "answered", "invites", "reflections"}


@dataclass(frozen=True)
class Erased:
    """How many names were found before, after all were erased, and after the next sync.

    `changed` counts the rows that differ in more than the alias.
    """

    before: int
    after: int
    back: int
    changed: int


def people_of(count: int, seed: int) -> list[tuple[Person, str]]:
    """Return made-up people, each with an e-mail address made of their name."""
    rng = random.Random(seed)
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    found = []
    for name in rng.sample(names, count):
        account = f"{rng.getrandbits(96):024x}"
        found.append((Person(account, name), f"{'.'.join(name.split()).lower()}@acme.example"))
    return found


def canaries(person: Person, email: str) -> list[str]:
    """Return what must be found of somebody no longer, folded as `found` folds it."""
    forms = {unicodedata.normalize(form, person.name) for form in ("NFC", "NFD")}
    escaped = {json.dumps(one)[1:-1] for one in forms}
    return sorted({one.casefold() for one in (*forms, *escaped, person.account, email)})


def found(folder: Path, people: list[tuple[Person, str]]) -> int:
    """Return how many of the names, accounts and addresses any file still holds."""
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    text = held.decode("utf-8", "replace").casefold()
    return sum(one in text for pair in people for one in canaries(*pair))


def _synced(db: Database, people: list[tuple[Person, str]], first: int = 1) -> None:
    with writing(db):
        facts.save_people(db, [person for person, _ in people])
        issues = []
        for n, (person, email) in enumerate(people):
            other, _ = people[n - 1]
            title = f"Ask {person.name} ({email}) or {other.name.upper()}; id {person.account}"
            issue = Issue(
                *(first + n, f"A-{first + n}", "A", "1", 0, title, "3", "new", NOW, NOW),
                assignee=person.account,
            )
            pair = (other.account, other.name, person.account, person.name)
            change = Change(issue.id, 1, 0, NOW, other.account, "assignee", *pair)
            issues.append((issue, [change]))
        facts.save_issues(db, issues)


def _filed(db: Database, people: list[tuple[Person, str]]) -> None:
    reflections.save_opening(db, MONTH, Anonymity.NAMED, DAY)
    invites.save_invites(db, [Guest(p.name, MONTH, new_token()) for p, _ in people], DAY)
    for n, (person, email) in enumerate(people):
        said = (Prompt.STOP, f"{n}: {unicodedata.normalize('NFD', person.name)} waits")
        answers.save_thought(db, MONTH, person.name, said)
        month = MONTH.back(n)
        journal.save_action(
            db, Action(month, f"Do {n} with {person.name}", person.name, DAY, DAY, NOW)
        )
        details = {"speaker": person.name, "mail": email}
        journal.save_note(db, Note("deep-dive", DAY, f"Loader {n}", NOW, details=details))
        link = f"https://wiki.example/{person.name.replace(' ', '%20')}"
        journal.save_sign_off(
            db, SignOff(1 + n, f"A-{1 + n}", Gate.BUILT, link, person.name, DAY, NOW)
        )
        save_ceremony_change(db, CeremonyChange(f"C{n}", DAY, NOW, facilitator=person.name))
    names = [person.name for person, _ in people]
    save_issued(db, MONTH, {"complete": True, "who": names}, NOW)


def _rows(db: Database, aliases: dict[str, list[str]]) -> list[str]:
    """Return all rows as text, with each person's names as one word."""
    told = []
    for table in sorted(set(db.table_names()) - _BY_DESIGN):
        columns = "id, month, prompt, text" if table == "entries" else "*"
        for row in db.execute(f'SELECT {columns} FROM "{table}"').fetchall():
            text = " | ".join([table, *map(str, row)]).casefold().replace("ı", "i")
            for word, names in aliases.items():
                text = re.sub("|".join(map(re.escape, names)), word, text)
            told.append(text)
    return sorted(told)


def erase_all(folder: Path, count: int, seed: int) -> Erased:
    """Fill a store, erase everybody from it one by one, sync again; return what was found."""
    people = people_of(count, seed)
    with open_store(folder / "cadence.db") as db:
        _synced(db, people)
        _filed(db, people)
        before = found(folder, people)
        words = {f"§{n}§": _written(*pair) for n, pair in enumerate(people)}
        rows = _rows(db, words)
        aliases = {}
        for n, (person, _) in enumerate(people):
            aliases[f"§{n}§"] = [forget(db, load_known(db, [person.name]))]
        after, left = found(folder, people), _rows(db, aliases)
        _synced(db, people)
        _synced(db, people, first=1 + count)
        return Erased(before, after, found(folder, people), len(set(rows) ^ set(left)))


def _written(person: Person, email: str) -> list[str]:
    forms = canaries(person, email)
    forms += [one.replace("ı", "i") for one in forms]
    quoted = [one.replace(" ", "%20") for one in forms]
    return sorted({*forms, *quoted}, key=len, reverse=True)
