"""What a guest says and votes through a personal link: theirs to change, and told to nobody.

An entry, a vote and the fact of having answered each leave a mark that only the link's token can
make again. The marks stand apart from what they are about, so that the store alone connects
neither people with entries, nor two entries of one person.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.invitations import Guest, mark
from cadence.model import Anonymity, Prompt
from cadence.store.answers import (
    Door,
    Thought,
    answering,
    check_not_shown,
    check_taking,
    insert_thoughts,
)
from cadence.store.reflections import SHOWN, check_meeting, count_unnamed, uncount_shown
from cadence.store.traceless import traceless


@dataclass(frozen=True)
class Said:
    """A thought of a guest, and whether their name stands with it."""

    prompt: Prompt
    text: str
    named: bool = False

    @property
    def thought(self) -> Thought:
        """The question and the words alone."""
        return self.prompt, self.text


# ---- answers ---------------------------------------------------------------------------------


def save_said(
    db: Database, guest: Guest, said: Sequence[Said], shown: Sequence[Said] | None = None
) -> int:
    """Save what a guest says; return how many thoughts are new.

    `shown` is what their form held when it was opened: what is there and no longer said is taken
    back, while what they have said since by another door stays (None: all else is taken back).
    Sent again, or a hundred times at once, it is one answer. What stays keeps its theme and its
    votes. `named` counts where each chooses; else the reflection decides.
    Raises ConfigError if the reflection takes no answers; or if what they had said was shown
    before all became anonymous, and this is more than to take it back.
    """
    with traceless(db):
        anonymity = check_taking(db, guest.month)
        wanted = Counter(_as_taken(one, anonymity) for one in said if one.text.strip())
        before = _own(db, guest)
        seen = Counter(held for _, held in before)
        if shown is not None:
            seen &= Counter(_as_taken(one, anonymity) for one in shown)
        stay, gone = _sorted_out(before, wanted, seen)
        new = list(wanted.elements())
        if new and was_shown(db, guest):  # to take something back is everybody's right
            check_not_shown(db, guest.month, "You have answered already")
        for entry_id in gone:
            _erase(db, guest, entry_id)
        for named in (True, False):
            thoughts = [(one.prompt, one.text) for one in new if one.named is named]
            author = guest.member if named else None
            for entry_id in insert_thoughts(db, guest.month, author, thoughts, Door.LINK):
                _put(db, guest, _entry(entry_id), "said")
        known = bool(before) and not any(held.named for _, held in before)
        _count(db, guest, [*stay, *new], known)
        db.conn.execute("DELETE FROM drafts WHERE mark = ?", (mark(guest.token, _draft(guest)),))
        return len(new)


def was_shown(db: Database, guest: Guest) -> bool:
    """Tell whether what a guest said was shown before all became anonymous."""
    marks = _marks(db, guest, SHOWN)
    return bool(marks) and any(
        mark(guest.token, _entry(str(row[0]))) in marks
        for row in db.execute("SELECT id FROM entries WHERE month = ?", (str(guest.month),))
    )


def load_said(db: Database, guest: Guest) -> tuple[Said, ...]:
    """Return what a guest has said so far, by the alphabet: its order is not kept."""
    held = (one for _, one in _own(db, guest))
    return tuple(sorted(held, key=lambda one: (list(Prompt).index(one.prompt), one.text)))


# ---- votes -----------------------------------------------------------------------------------


def save_vote(db: Database, guest: Guest, entry_id: str, votes: int, budget: int) -> int:
    """Make these the guest's votes for an entry; return how many of the budget are left.

    Raises ConfigError if they would have more than the budget together, there is no such entry,
    or the votes were shown already.
    """
    with traceless(db):
        held = check_meeting(db, guest.month)
        if held["revealed"]:
            raise ConfigError(f"The votes of {guest.month} were shown on {held['revealed']}")
        check_entry(db, guest.month, entry_id)
        own = _votes(db, guest, budget)
        before = own.pop(entry_id, 0)
        left = budget - sum(own.values()) - votes
        if votes < 0 or left < 0:
            raise ConfigError(
                f"{votes} votes are more than the {budget - sum(own.values())} you have left",
                remedy="Take some back from another entry first",
            )
        for number in range(max(before, votes)):
            vote = _vote(entry_id, number)
            if number < votes:
                _put(db, guest, vote, "voted")
            else:
                _take(db, guest, vote)
        _tally(db, entry_id, votes - before)
        return left


def load_votes(db: Database, guest: Guest, budget: int) -> dict[str, int]:
    """Return the guest's own votes by entry; nobody else can ask for them."""
    return _votes(db, guest, budget)


# ---- inside a transaction --------------------------------------------------------------------


def check_entry(db: Database, month: object, entry_id: str) -> None:
    """Raise ConfigError if a month has no such entry."""
    sql = "SELECT 1 FROM entries WHERE id = ? AND month = ?"
    if db.execute(sql, (entry_id, str(month))).fetchone() is None:
        raise ConfigError(f"{month} has no such entry", remedy="It may have been taken back")


def _as_taken(one: Said, anonymity: Anonymity) -> Said:
    """Return a thought as it is kept: in one line, with a name only where that may be."""
    named = {Anonymity.NAMED: True, Anonymity.ENTRY: one.named, Anonymity.ALL: False}[anonymity]
    return Said(one.prompt, " ".join(one.text.split()), named)


def _own(db: Database, guest: Guest) -> list[tuple[str, Said]]:
    """Return the guest's entries: those with their name, and those that their token marks."""
    marks = _marks(db, guest, "said", SHOWN)
    sql = "SELECT id, author FROM entries WHERE month = ? ORDER BY id"
    own = [
        entry_id
        for entry_id, author in db.execute(sql, (str(guest.month),)).fetchall()
        if (author is None and marks and mark(guest.token, _entry(entry_id)) in marks)
        or (author or "").casefold() == guest.member.casefold()
    ]
    found = []
    for entry_id in own:
        sql = "SELECT prompt, text, author FROM entries WHERE id = ?"
        prompt, text, author = db.execute(sql, (entry_id,)).fetchone()
        found.append((entry_id, Said(Prompt(prompt), text, author is not None)))
    return found


def _sorted_out(
    before: Sequence[tuple[str, Said]], wanted: Counter[Said], seen: Counter[Said]
) -> tuple[list[Said], list[str]]:
    """Return what stays of a guest's entries, and the ids of those that are taken back.

    What is there already is taken out of `wanted`.
    """
    stay, gone = [], []
    for entry_id, held in before:
        if not wanted[held] and seen[held]:
            gone.append(entry_id)
        else:
            stay.append(held)
            wanted[held] -= 1 if wanted[held] else 0
        seen[held] -= 1
    return stay, gone


def _erase(db: Database, guest: Guest, entry_id: str) -> None:
    db.conn.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
    _take(db, guest, _entry(entry_id))


def _count(db: Database, guest: Guest, said: Sequence[Said], known: bool) -> None:
    """Count the guest once: by name if a name stands with anything, else as one more.

    `known`: all they had said stood without a name, so that they are counted as such already.
    """
    if not said and _is_marked(db, guest, f"answered {guest.month}", SHOWN):
        _take(db, guest, f"answered {guest.month}")
        uncount_shown(db, guest.month)
        return
    named = any(one.named for one in said)
    counted = _is_marked(db, guest, f"answered {guest.month}", "said")
    if counted and (named or not said):
        _take(db, guest, f"answered {guest.month}")
        count_unnamed(db, guest.month, -1)
    if named:
        answering(db, guest.month, guest.member)
        return
    db.conn.execute(
        "DELETE FROM answered WHERE month = ? AND person = ?", (str(guest.month), guest.member)
    )
    if said and not counted:
        kind = SHOWN if was_shown(db, guest) else "said"
        _put(db, guest, f"answered {guest.month}", kind)
        count_unnamed(db, guest.month, 0 if known else 1)


def _marks(db: Database, guest: Guest, *kinds: str) -> set[str]:
    sql = "SELECT mark FROM marks WHERE month = ? AND kind IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.execute(sql, (str(guest.month), json.dumps(kinds)))}


def _is_marked(db: Database, guest: Guest, purpose: str, kind: str) -> bool:
    row = (mark(guest.token, purpose), str(guest.month), kind)
    sql = "SELECT 1 FROM marks WHERE mark = ? AND month = ? AND kind = ?"
    return db.execute(sql, row).fetchone() is not None


def _put(db: Database, guest: Guest, purpose: str, kind: str) -> None:
    row = (mark(guest.token, purpose), str(guest.month), kind)
    db.conn.execute("INSERT OR IGNORE INTO marks (mark, month, kind) VALUES (?, ?, ?)", row)


def _take(db: Database, guest: Guest, purpose: str) -> None:
    db.conn.execute("DELETE FROM marks WHERE mark = ?", (mark(guest.token, purpose),))


def _votes(db: Database, guest: Guest, budget: int) -> dict[str, int]:
    marks = _marks(db, guest, "voted")
    sql = "SELECT id FROM entries WHERE month = ? ORDER BY id"
    found = {}
    for (entry_id,) in db.execute(sql, (str(guest.month),)).fetchall() if marks else ():
        own = [n for n in range(budget) if mark(guest.token, _vote(entry_id, n)) in marks]
        if own:
            found[str(entry_id)] = len(own)
    return found


def _tally(db: Database, entry_id: str, more: int) -> None:
    db.conn.execute(
        "INSERT INTO votes (entry_id, votes) VALUES (?, max(?, 0))"
        " ON CONFLICT (entry_id) DO UPDATE SET votes = max(votes + ?, 0)",
        (entry_id, more, more),
    )


def _entry(entry_id: str) -> str:
    return f"entry {entry_id}"


def _vote(entry_id: str, number: int) -> str:
    return f"vote {entry_id} {number}"


def _draft(guest: Guest) -> str:
    return f"draft {guest.month}"
