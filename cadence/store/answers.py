"""What people answer in a month's reflection, in the store.

What it does not hold cannot leak: an anonymous entry has no author, and ids are random. Who has
answered by name stands in a table of its own, without a time; of those who gave none only the
number is kept, since a name that comes on the same day as an entry would tell whose it is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store.reflections import check_open, count_unnamed, new_id, state_of
from cadence.store.traceless import traceless

Thought = tuple[Prompt, str]
"""A prompt and what somebody wrote under it."""

_NO_CHANCE = 2
"""So many equal thoughts are hardly two people's."""


class Door(StrEnum):
    """By which door a thought came in: a form's file, typed over what was there, a line, a link."""

    FORM = "form"
    TYPED = "typed"  # in the editor, or at the desk
    LINE = "line"
    LINK = "link"


@dataclass(frozen=True)
class Answer:
    """What one person answered; without an author nobody knows who.

    `shown` is what their form held when it was opened, if it held anything: what is there and no
    longer said is taken back. Without it, it is a file, and takes the place of the files before.
    """

    author: str | None
    thoughts: tuple[Thought, ...]
    shown: tuple[Thought, ...] | None = None


def save_answers(db: Database, month: Month, answers: Sequence[Answer]) -> list[int]:
    """Save what different people answered; return how many entries of each are new.

    A named person's form replaces the one they gave before, so collecting it again, or a corrected
    one, does no harm; what they said by another door stays. An unnamed form is compared with what
    was there before, never with the others: that different people share a thought is normal, and
    each is kept.
    """
    with traceless(db):
        anonymity = check_taking(db, month)
        known = _unnamed(db, month)
        new = [0] * len(answers)
        # The longest first: a short form must not take the place of one that holds it.
        for number in sorted(range(len(answers)), key=lambda n: -len(answers[n].thoughts)):
            new[number] = _save(db, month, anonymity, answers[number], known)
        return new


def save_thought(db: Database, month: Month, author: str | None, thought: Thought) -> None:
    """Add one thought to what its author has said; where all are anonymous, to nobody's."""
    with traceless(db):
        anonymity = check_taking(db, month)
        if author is None and anonymity is Anonymity.NAMED:
            raise ConfigError(f"The reflection of {month} is named", remedy="Add --author NAME")
        if anonymity is Anonymity.ALL:
            check_not_shown(db, month, "Nobody can tell whether you had answered before")
            author = None
        if author is not None:
            author = answering(db, month, author)
        insert_thoughts(db, month, author, [thought], Door.LINE)


def load_answered(db: Database, month: Month) -> tuple[str, ...]:
    """Return who has answered by name, in the order of the alphabet."""
    sql = "SELECT person FROM answered WHERE month = ? ORDER BY person"
    return tuple(str(row[0]) for row in db.execute(sql, (str(month),)).fetchall())


# ---- inside a transaction --------------------------------------------------------------------


def _save(
    db: Database, month: Month, anonymity: Anonymity, answer: Answer, known: Counter[Thought]
) -> int:
    """Save one person's answer; `known` are the unnamed entries that no form has claimed yet."""
    if answer.author is None or anonymity is Anonymity.ALL:
        if anonymity is Anonymity.NAMED:
            raise ConfigError(
                f"The reflection of {month} is named",
                remedy="Add a line 'Author: NAME' to the form, or --author NAME",
            )
        claimed = _claimed(answer.thoughts, known)
        if not claimed:
            count_unnamed(db, month)
        elif anonymity is Anonymity.ALL:
            _check_corrected(db, month, answer, claimed)
        return _add_unnamed(db, month, answer.thoughts, claimed, known)
    return _replace(db, month, answering(db, month, answer.author), answer)


def check_taking(db: Database, month: Month) -> Anonymity:
    """Return the anonymity of a reflection that takes answers. Raises ConfigError if it does not.

    Where all are anonymous, none are taken once the others are shown: it would stand out.
    """
    held = state_of(db, month)
    anonymity = check_open(month, held)
    if anonymity is Anonymity.ALL and held and held["gathered"]:
        raise ConfigError(
            f"The answers of {month} were shown on {held['gathered']}, and a late one would tell"
            " whose it is",
            remedy=f"Say it in the meeting, or in the next one, with --month {month.back(-1)}",
        )
    return anonymity


def check_form(db: Database, month: Month, answer: Answer) -> None:
    """Raise ConfigError if a form corrects what was shown before all became anonymous."""
    if check_taking(db, month) is Anonymity.ALL:
        claimed = _claimed(answer.thoughts, _unnamed(db, month))
        _check_corrected(db, month, answer, claimed)


def _check_corrected(db: Database, month: Month, answer: Answer, claimed: Counter[Thought]) -> None:
    if 0 < claimed.total() < len(answer.thoughts):
        check_not_shown(db, month, "This form corrects one that was collected before")


def check_not_shown(db: Database, month: Month, why: str) -> None:
    """Refuse to add to what may have been shown before all became anonymous. Raises ConfigError.

    Those who came later are shown only as a group; one more thought of somebody who had answered
    before would be counted with nobody, and stand alone beside what everybody has read already.
    """
    held = state_of(db, month)
    if held and held["seen"]:
        raise ConfigError(
            f"{why}; what was said in {month} before all became anonymous was shown, and what is"
            " added to it would tell whose it is",
            remedy="Say it in the meeting; who has not answered yet does so by a personal link"
            " ('cadence reflect invite') or a form",
        )


def answering(db: Database, month: Month, author: str) -> str:
    """Note that somebody has answered by name; return the name as it is known."""
    names = {name.casefold(): name for name in load_answered(db, month)}
    known = names.get(author.casefold())
    if known is None:
        db.conn.execute("INSERT INTO answered VALUES (?, ?)", (str(month), author))
    return known or author


def _unnamed(db: Database, month: Month) -> Counter[Thought]:
    sql = "SELECT prompt, text FROM entries WHERE month = ? AND author IS NULL"
    rows = db.execute(sql, (str(month),)).fetchall()
    return Counter((Prompt(prompt), text) for prompt, text in rows)


def _claimed(thoughts: Sequence[Thought], known: Counter[Thought]) -> Counter[Thought]:
    """Return the known entries of a form that was collected before, perhaps corrected since.

    No mark is kept that could tie a person's entries together, so it is told by its thoughts
    alone: all of them are there, or most and at least two. Else it is another person's.
    """
    found = Counter(thoughts) & known
    count, whole = found.total(), len(thoughts)
    again = count == whole or (count >= _NO_CHANCE and 2 * count > whole)
    return found if again else Counter()


def _add_unnamed(
    db: Database,
    month: Month,
    thoughts: Sequence[Thought],
    claimed: Counter[Thought],
    known: Counter[Thought],
) -> int:
    """Add what a form says beyond the entries that it claims."""
    known.subtract(claimed)
    new = list((Counter(thoughts) - claimed).elements())
    insert_thoughts(db, month, None, new, Door.FORM)
    return len(new)


def load_own(db: Database, month: Month, author: str) -> tuple[Thought, ...]:
    """Return what somebody has said by name, in an order that stays."""
    sql = "SELECT prompt, text FROM entries WHERE month = ? AND author = ?"
    rows = db.execute(sql, (str(month), author)).fetchall()
    found = ((Prompt(prompt), text) for prompt, text in rows)
    return tuple(sorted(found, key=lambda one: (list(Prompt).index(one[0]), one[1])))


def _replace(db: Database, month: Month, author: str, answer: Answer) -> int:
    """Make these what the author's forms say; those that stay keep their theme and votes."""
    rows = db.execute(
        "SELECT id, prompt, text, door FROM entries WHERE month = ? AND author = ?",
        (str(month), author),
    ).fetchall()
    wanted = Counter(answer.thoughts)
    shown = None if answer.shown is None else Counter(answer.shown)
    for entry_id, prompt, text, door in rows:
        thought = (Prompt(prompt), text)
        if wanted[thought]:
            wanted[thought] -= 1
        elif shown[thought] if shown is not None else door in (None, Door.FORM):
            db.conn.execute("DELETE FROM entries WHERE id = ?", (entry_id,))
        if shown is not None:
            shown[thought] -= 1
    new = list(wanted.elements())
    # A file that is collected later takes the place of files alone.
    door = Door.FORM if answer.shown is None else Door.TYPED
    insert_thoughts(db, month, author, new, door)
    return len(new)


def insert_thoughts(
    db: Database, month: Month, author: str | None, thoughts: Sequence[Thought], door: Door
) -> list[str]:
    """Write thoughts as entries; return their ids. Of an anonymous one the door is not kept."""
    ids = [new_id() for _ in thoughts]
    db.conn.executemany(
        "INSERT INTO entries (id, month, prompt, text, author, door) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry_id, str(month), prompt.value, text, author, door if author else None)
            for entry_id, (prompt, text) in zip(ids, thoughts, strict=True)
        ],
    )
    return ids
