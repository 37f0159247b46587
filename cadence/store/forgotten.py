"""Those who are forgotten stay so: what Jira tells of them again is stored under an alias.

Only hashes of their names are kept. Whoever has a name can find out that it is among them, which
is what the next sync does; nobody can read the names off the list.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlite_utils import Database

from cadence.model import Change, Issue, Person

_WORD = re.compile(r"\w+(?:[.@+-]\w+)*")


def mark_of(name: str) -> str:
    """Return what is kept of a name, whatever its case and spaces."""
    return hashlib.sha256(f"cadence forgotten {fold(name)}".encode()).hexdigest()


def fold(name: str) -> str:
    """Return a name as names are compared: whatever its case, spaces, and way to write accents."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def counted_words(name: str) -> int:
    """Return of how many words a name is, as they are counted in a text: O'Neil is of two."""
    return len(_WORD.findall(name))


def trimmed(name: str) -> str:
    """Return a name from its first letter to its last: `Ada Park (guest` of `Ada Park (guest)`."""
    words = list(_WORD.finditer(name))
    return name[words[0].start() : words[-1].end()] if words else name


class Forgotten:
    """The list of those who are forgotten, as their marks."""

    def __init__(self, db: Database) -> None:
        rows = db.execute("SELECT mark, alias, words FROM forgotten").fetchall()
        self._alias = {str(mark): str(alias) for mark, alias, _ in rows}
        self._sizes = sorted({int(words) for *_, words in rows if words > 1}, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._alias)

    def one(self, name: str | None) -> str | None:
        """Return what stands in the place of a name or an account: itself, or its alias."""
        return self._alias.get(mark_of(name), name) if name else name

    def text(self, text: str) -> str:
        """Return a text with an alias in the place of each full name in it."""
        words = list(_WORD.finditer(text))
        for size in (*self._sizes, 1):
            for first in range(len(words) - size, -1, -1):
                start, end = words[first].start(), words[first + size - 1].end()
                said = text[start:end]
                # One word alone is no name, unless it is an address or an account.
                if size > 1 or "@" in said or any(c.isdigit() for c in said):
                    alias = self._alias.get(mark_of(said))
                    if alias:
                        return self.text(text[:start] + alias + text[end:])
        return text

    def texts(self, value: str | None) -> str | None:
        """Return a value that may be a name, or a text that holds one."""
        return self.text(self.one(value) or "") if value else value


def people_kept(db: Database, people: Iterable[Person]) -> list[Person]:
    """Return people as they may be stored."""
    held = Forgotten(db)
    if not held:
        return list(people)
    return [_person(held, one) for one in people]


def _person(held: Forgotten, one: Person) -> Person:
    account = held.one(one.account) or one.account
    if account == one.account:
        return one
    return Person(account, account, None, one.kind, one.active)


def issues_kept(
    db: Database, issues: Sequence[tuple[Issue, Sequence[Change]]]
) -> Sequence[tuple[Issue, Sequence[Change]]]:
    """Return issues with their histories as they may be stored."""
    held = Forgotten(db)
    if not held:
        return issues
    return [
        (
            replace(issue, assignee=held.one(issue.assignee), summary=held.text(issue.summary)),
            [_change(held, change) for change in changes],
        )
        for issue, changes in issues
    ]


def _change(held: Forgotten, change: Change) -> Change:
    return change._replace(
        author=held.one(change.author),
        from_id=held.one(change.from_id),
        to_id=held.one(change.to_id),
        from_text=held.texts(change.from_text),
        to_text=held.texts(change.to_text),
    )
