"""B3, B4: months on a wiki that others write on, too, over a wire that breaks."""

import random
from contextlib import suppress
from pathlib import Path

from cadence.confluence.publishing import Step
from cadence.demo.faults import cut_body, reset, status, too_many
from cadence.errors import JiraUnreachable
from tests.campaigns.nursery import workplace
from tests.campaigns.tally import Tally
from tests.publishing import TITLE, Place
from tests.wikis import Confluence, storage_fault

FLAVORS = ("cloud", "datacenter")
_FAULTS = {
    "reset": reset(),
    "cut": cut_body(),
    "502": status(502),
    "409": status(409),
    "429": too_many("0.01"),
}


class Killed(BaseException):
    """Stands for the end of the process in the midst of a write."""


def run(seed: int, cases: int, tally: Tally | None = None) -> list[str]:
    """Let so many pages live, each from its own seed; return the broken promises."""
    tally = tally or Tally()
    with workplace() as folder:
        for number in range(cases):
            rng = random.Random(f"{seed} pages {number}")
            flavor = FLAVORS[number % 2]
            home = Path(folder) / str(number)
            home.mkdir()
            with Confluence(flavor) as wiki:
                found, fired = _lived(Place(home, wiki), rng)
            tally.case(f"{flavor}, page {number} (seed {seed})", found, fired)
    return tally.broken


def _lived(place: Place, rng: random.Random) -> tuple[list[str], int]:
    """Let a page live through ten events; return what is wrong, and how many faults fired."""
    fired = 0
    found: list[str] = []
    for event in range(10):
        match rng.randrange(6):
            case 0:
                place.change(f"Change {event} <em>{rng.randrange(99)}</em>")
            case 1 if place.wiki.titled(TITLE):
                place.wiki.edit(place.page.id, f"<p>Eve {event}</p>")
            case 2 if place.wiki.titled(TITLE):
                place.wiki.edit(place.page.id, place.page.last.body)
            case _:
                fired += _published(place, rng)
        found += _wrong(place, event)
    return found + _settled(place), fired


def _published(place: Place, rng: random.Random) -> int:
    """Publish once, mostly over a wire that breaks somewhere; return how many faults fired."""
    place.wiki.planned.clear()
    kind = rng.choice([*_FAULTS, "kill", "none"])
    left = [rng.choice([1, 1, 2])]
    fits = rng.choice([lambda r: r.method in ("POST", "PUT"), lambda r: "content" in r.path
                       or "pages" in r.path])  # fmt: skip

    def some(request: object) -> bool:
        hit = fits(request) and left[0] > 0
        left[0] -= hit
        return hit

    standing = None
    if kind in _FAULTS:
        instead = kind == "429" or rng.random() < 0.5
        standing = place.wiki.always(some, _FAULTS[kind], instead=instead)
    with suppress(JiraUnreachable, Killed):
        if kind == "kill":
            place.apply_killed(Killed, before=rng.random() < 0.5)
        else:
            place.apply()
    place.wiki.planned.clear()
    return kind == "kill" or (standing is not None and standing.fired)


def _wrong(place: Place, event: int) -> list[str]:
    """Return what is wrong with the wiki as it is now."""
    found = []
    pages = [p for p in place.wiki.pages.values() if p.last.title == TITLE]
    if len(pages) > 1:
        found.append(f"{len(pages)} pages after event {event}")
    for page in pages:
        for before, after in zip(page.versions, page.versions[1:], strict=False):
            if before.author == "eve" and "Eve" in before.body and after.author != "eve":
                found.append(f"an edit was overwritten by event {event}")
            if before.body == after.body and after.author != "eve":
                found.append(f"a version without a change at event {event}")
        found += [fault for version in page.versions if (fault := storage_fault(version.body))]
    return found


def _settled(place: Place) -> list[str]:
    """Publish without faults; return what is wrong in the end."""
    before = [len(page.versions) for page in place.wiki.titled(TITLE)]
    told = place.apply()
    found = _wrong(place, 99)
    again = place.apply()
    if told.step is not Step.REFUSE and again.step is not Step.NOTHING:
        found.append(f"after {told.step} comes {again.step}")
    if told.step is Step.REFUSE and before != [len(place.page.versions)]:
        found.append("refused, and yet written")
    if place.audit_differs():
        found.append("the audit and the writes differ")
    return found
