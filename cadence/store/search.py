"""Full-text search over the team's log: SQLite's FTS5, filled for the search and gone after it.

The log is small: an index that is made anew costs milliseconds, and keeps no words of a note
that was changed or of a person who is forgotten.
"""

import re
import sqlite3
from collections.abc import Iterable

from cadence.model import Note

_WORD = re.compile(r"\w+")


def find_notes(notes: Iterable[Note], text: str) -> list[Note]:
    """Return the notes that have all the words of a text, the best first.

    Words match in any of their forms (Porter's stems), the last one also as a beginning, without
    accents and case. A text is only words: whatever signs stand in it, it is no query.
    """
    words = _WORD.findall(text)
    if not words:
        return []
    held = dict(enumerate(notes, 1))
    # In quotes a word is a word, also AND, OR and NEAR; within a word there are none.
    query = " ".join(f'"{word}"' for word in words) + "*"
    with sqlite3.connect(":memory:") as db:
        db.execute(
            "CREATE VIRTUAL TABLE found USING"
            " fts5(text, about, details, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        db.executemany(
            "INSERT INTO found (rowid, text, about, details) VALUES (?, ?, ?, ?)",
            ((number, *_words(note)) for number, note in held.items()),
        )
        sql = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 2.0), rowid"
        rows = db.execute(sql, (query,)).fetchall()
    db.close()
    return [held[number] for (number,) in rows]


def _words(note: Note) -> tuple[str, str, str]:
    about = f"{note.kind} {note.about or ''} {note.outcome or ''}"
    return note.text, about, " ".join(note.details.values())
