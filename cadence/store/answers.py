"""What people answer in a month's reflection, in the store.

What it does not hold cannot leak: an anonymous entry has no author, ids are random, and who
has answered stands in a table of its own, without a time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.model import Anonymity, Prompt
from cadence.month import Month
from cadence.store.database import writing
from cadence.store.reflections import check_open, new_id, state_of

Thought = tuple[Prompt, str]
"""A prompt and what somebody wrote under it."""

_NO_CHANCE = 2
"""So many equal thoughts are hardly two people's."""


@dataclass(frozen=True)
class Answer:
    """What one person answered; without an author nobody knows who."""

    author: str | None
    thoughts: tuple[Thought, ...]


def save_answers(db: Database, month: Month, answers: Sequence[Answer]) -> list[int]:
    """Save what different people answered; return how many entries of each are new.

    A named person's answers replace those they gave before, so collecting a form again, or a
    corrected one, does no harm. An unnamed form is compared with what was there before, never
    with the others: that different people share a thought is normal, and each is kept.
    """
    with writing(db):
        anonymity = check_open(month, state_of(db, month))
        known = _unnamed(db, month)
        new = [0] * len(answers)
        # The longest first: a short form must not take the place of one that holds it.
        for number in sorted(range(len(answers)), key=lambda n: -len(answers[n].thoughts)):
            new[number] = _save(db, month, anonymity, answers[number], known)
        return new


def save_thought(db: Database, month: Month, author: str | None, thought: Thought) -> None:
    """Add one thought to what its author has said."""
    with writing(db):
        anonymity = check_open(month, state_of(db, month))
        if author is None and anonymity is Anonymity.NAMED:
            raise ConfigError(f"The reflection of {month} is named", remedy="Add --author NAME")
        if author is not None:
            author, _ = _answering(db, month, author)
        _insert(db, month, None if anonymity is Anonymity.ALL else author, [thought])


def load_answered(db: Database, month: Month) -> tuple[str, ...]:
    """Return who has answered by name, in the order of the alphabet."""
    sql = "SELECT person FROM answered WHERE month = ? ORDER BY person"
    return tuple(str(row[0]) for row in db.execute(sql, (str(month),)).fetchall())


# ---- inside a transaction --------------------------------------------------------------------


def _save(
    db: Database, month: Month, anonymity: Anonymity, answer: Answer, known: Counter[Thought]
) -> int:
    """Save one person's answer; `known` are the unnamed entries that no form has claimed yet."""
    if answer.author is None:
        if anonymity is Anonymity.NAMED:
            raise ConfigError(
                f"The reflection of {month} is named",
                remedy="Add a line 'Author: NAME' to the form, or --author NAME",
            )
        claimed = _claimed(answer.thoughts, known)
        if not claimed:
            _count_unnamed(db, month)
        return _add_unnamed(db, month, answer.thoughts, claimed, known)
    author, before = _answering(db, month, answer.author)
    if anonymity is not Anonymity.ALL:
        return _replace(db, month, author, answer.thoughts)
    claimed = Counter(answer.thoughts) & known if before else Counter()
    return _add_unnamed(db, month, answer.thoughts, claimed, known)


def _answering(db: Database, month: Month, author: str) -> tuple[str, bool]:
    """Note that somebody has answered; return their name as it is known, and if they had before."""
    names = {name.casefold(): name for name in load_answered(db, month)}
    known = names.get(author.casefold())
    if known is None:
        db.conn.execute("INSERT INTO answered VALUES (?, ?)", (str(month), author))
    return known or author, known is not None


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
    _insert(db, month, None, new)
    return len(new)


def _count_unnamed(db: Database, month: Month) -> None:
    db.conn.execute(
        "UPDATE reflections SET answered_unnamed = answered_unnamed + 1 WHERE month = ?",
        (str(month),),
    )


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


def _insert(db: Database, month: Month, author: str | None, thoughts: Sequence[Thought]) -> None:
    db.conn.executemany(
        "INSERT INTO entries (id, month, prompt, text, author) VALUES (?, ?, ?, ?, ?)",
        [(new_id(), str(month), prompt.value, text, author) for prompt, text in thoughts],
    )
