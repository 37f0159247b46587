"""Who looks at a month again and again: what do the differences between two looks tell of authors?

Months made up: people answer, correct and take back by each door; leads tighten, gather and close
at odd moments. The observer sees board and report after *every* step, and knows whose step it was:
more than any real one. What was shown before all became anonymous is left out: its authors chose
so, and knew that it is shown at once.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from sqlite_utils import Database

from cadence.config import Config
from cadence.errors import ConfigError
from cadence.invitations import Guest, new_token
from cadence.model import Anonymity, Facts, Prompt
from cadence.reports.reflection import reflection_content
from cadence.snapshot import snapshot_at
from cadence.store import answers, board, guests, invites, reflections
from cadence.store.database import open_store
from cadence.store.guests import Said
from cadence.store.journal import load_filed
from tests.insider import DAY, MONTH

SMALLEST = 5
LINK = ("link", "link again", "take back", "line")
FORM = ("form", "line")
"""A person answers by a link, or by one form; whoever does both is counted twice, and no month
would hold what it promises to those few."""
_NOW = datetime(2021, 6, 1, tzinfo=UTC)


@dataclass
class Watched:
    """A month as it was watched: after each step a look, and who wrote something in that step."""

    looks: list[frozenset[str]] = field(default_factory=lambda: [frozenset()])
    wrote: list[str | None] = field(default_factory=lambda: [None])
    author: dict[str, str] = field(default_factory=dict)
    public: frozenset[str] = frozenset()

    def step(self, db: Database, who: str | None = None) -> None:
        """Look after a step; `who` if somebody's new words were taken in it."""
        self.looks.append(shown_texts(db))
        self.wrote.append(who)

    def tightened(self) -> None:
        """Forget who wrote before: what they said is public."""
        self.public = frozenset().union(*self.looks)
        self.wrote = [None] * len(self.wrote)

    @property
    def pairs(self) -> int:
        """How many pairs of looks differ."""
        return sum(one != other for one, other in combinations(self.looks, 2))

    def narrowed(self) -> dict[str, int]:
        """Return for each anonymous text that was shown to how few people two looks narrow it.

        The texts that two looks differ by were written by those who wrote between them; and the
        fewer of them there are, the less they hide each other.
        """
        found: dict[str, int] = {}
        for n, look in enumerate(self.looks):
            for earlier, before in enumerate(self.looks[:n]):
                if new := look - before - self.public:
                    able = {who for who in self.wrote[_since(self, earlier) : n + 1] if who}
                    few = min(len(able), len({self.author[text] for text in new}))
                    found |= {text: min(few, found.get(text, few)) for text in new}
        return found


def _since(watched: Watched, look: int) -> int:
    """Return the step after the look before which nobody's hidden words are left: all are shown."""
    hidden = not watched.looks[look] - watched.public
    return 0 if hidden else look + 1


def shown_texts(db: Database) -> frozenset[str]:
    """Return what the board and the report show together."""
    seen = {entry.text for entry in board.load_board(db, MONTH, SMALLEST, 3).entries}
    told = reflection_content(snapshot_at(Facts(), load_filed(db), Config(), MONTH, _NOW))
    groups = (told.start, told.stop, told.continue_, told.other)
    return frozenset(seen | {entry.text for group in groups for entry in group})


def live_watched(folder: Path, seed: int) -> Watched:
    """Let a month pass that somebody watches."""
    rng, watched = random.Random(seed), Watched()
    people = [Guest(f"M{n}", MONTH, new_token()) for n in range(rng.randint(3, 20))]
    doors = {guest.member: rng.choice((LINK, LINK, FORM)) for guest in people}
    kind = rng.choice(list(Anonymity))
    steps = rng.choices(people, k=rng.randint(1, 3 * len(people)))
    tighten_at = 0 if kind is Anonymity.ALL else rng.randint(0, len(steps) // 2)
    if tighten_at and rng.random() < 0.5:  # from then on only those who have answered come again
        steps[tighten_at:] = rng.choices(steps[:tighten_at], k=len(steps) - tighten_at)
    gather_at = rng.randint(tighten_at, len(steps))
    with open_store(folder / "cadence.db") as db:
        reflections.save_opening(db, MONTH, kind, DAY)
        invites.save_invites(db, people, DAY + timedelta(days=30))
        for n, guest in enumerate(steps):
            if n == tighten_at and kind is not Anonymity.ALL:
                reflections.save_opening(db, MONTH, Anonymity.ALL, DAY)
                watched.tightened()
            door = rng.choice(doors[guest.member])
            doors[guest.member] = tuple(one for one in doors[guest.member] if one != "form")
            _answer(db, watched, guest, (door, f"{guest.member} says {n}"))
            if n == gather_at or rng.random() < 0.05:
                with suppress(ConfigError):  # too few so far
                    reflections.save_gathering(db, MONTH, DAY, SMALLEST)
                watched.step(db)
        if tighten_at == len(steps):
            reflections.save_opening(db, MONTH, Anonymity.ALL, DAY)
            watched.tightened()
        reflections.save_closing(db, MONTH, DAY)
        watched.step(db)
    return watched


def _answer(db: Database, watched: Watched, guest: Guest, deed: tuple[str, str]) -> None:
    """Let somebody do something; what is refused leaves nothing to be seen."""
    door, text = deed
    watched.author[text] = guest.member
    thought, own = (Prompt.STOP, text), guests.load_said(db, guest)
    wrote = None if door == "take back" else guest.member
    try:
        if door == "line":
            answers.save_thought(db, MONTH, guest.member, thought)
        elif door == "form":
            answers.save_answers(db, MONTH, [answers.Answer(guest.member, (thought,))])
        elif door == "take back":
            guests.save_said(db, guest, own[1:])
        else:
            kept = own if door == "link again" else ()
            guests.save_said(db, guest, [*kept, Said(*thought)])
    except ConfigError:
        wrote = None
    watched.step(db, wrote)
