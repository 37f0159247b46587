"""T5: an answer that unfolds, never ends or hardly moves ends the run cleanly, soon and small."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, pairwise, repeat
from pathlib import Path
from time import monotonic

from cadence.demo import wire
from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally

LONGEST_REQUEST = 30.0
LARGEST_MB = 300.0
ENDS = (0, 3, 5)
"""0 where the fault passes: a body that is merely named wrongly may be asked for again."""

_SLACK = 2.0
_LONGEST_RUN = 110.0
"""Some requests of half a minute each; then the run has to see that it leads nowhere."""

Fault = Callable[[Answer], Answer]


def _json_of_a_gigabyte() -> Fault:
    """One right answer whose list goes on for a gigabyte."""
    piece = b"1," * (1 << 19)

    def fault(answer: Answer) -> Answer:
        return replace(answer, script=chain([b'{"issues": ['], repeat(piece, 1 << 10), [b"1]}"]))

    return fault


def _long_header() -> Fault:
    return lambda answer: replace(answer, headers={**answer.headers, "X-Long": "x" * 200_000})


def _many_headers() -> Fault:
    more = {f"X-More-{number}": "x" for number in range(5000)}
    return lambda answer: replace(answer, headers={**answer.headers, **more})


@dataclass(frozen=True)
class Bomb:
    """A fault of the wire; `slow` ones take half a minute a request."""

    name: str
    fault: Callable[[], Fault]
    slow: bool = False


BOMBS = (
    Bomb("a gigabyte in gzip", wire.bomb),
    Bomb("ten layers", lambda: wire.layered(10)),
    Bomb("fifty layers", wire.layered),
    Bomb("a gigabyte of JSON", _json_of_a_gigabyte),
    Bomb("an endless body", wire.endless),
    Bomb("no gzip", wire.misnamed),
    Bomb("an unknown encoding", lambda: wire.misnamed("zstd, br, odd")),
    Bomb("a long header", _long_header),
    Bomb("many headers", _many_headers),
    Bomb("half a body, reset", wire.aborted_body),
    Bomb("a byte a second", lambda: wire.dripping(1.0), slow=True),
    Bomb("ten bytes a second", lambda: wire.dripping(0.1), slow=True),
    Bomb("half a body, then nothing", wire.stalled, slow=True),
    Bomb("nothing", wire.silent, slow=True),
)

PLACES = ("serverInfo", "search", "fetch")


def run(seed: int, every: int = 12, slow: bool = False, tally: Tally | None = None) -> list[str]:
    """Serve each n-th bomb, once or for ever, at some place; the slow ones too, if asked for."""
    tally = tally or Tally()
    cases = [
        (bomb, place, flavor, for_ever)
        for bomb in BOMBS
        for place in PLACES
        for flavor in FLAVORS
        for for_ever in (True, False)
        # The slow ones take their time: one place, one flavor each.
        if not bomb.slow or (slow and place == "fetch" and flavor == "cloud")
    ]
    with Nursery() as nursery, workplace() as folder:
        for number, case in enumerate(cases):
            if number % every == seed % every:
                _run(nursery, Path(folder) / str(number), case, seed, tally)
    return tally.broken


def _meets(request: Request, place: str) -> bool:
    body = request.body or {}
    full = "bulkfetch" in request.path or "changelog" in body.get("expand", ())
    return full if place == "fetch" else place in request.path


def _run(
    nursery: Nursery, folder: Path, case: tuple[Bomb, str, str, bool], seed: int, tally: Tally
) -> None:
    bomb, place, flavor, for_ever = case
    fault = bomb.fault()
    fired = 0
    arrivals: list[float] = []

    def going(request: Request, answer: Answer, number: int) -> Answer:
        nonlocal fired
        arrivals.append(monotonic())
        if not _meets(request, place) or (fired and not for_ever):
            return answer
        fired += 1
        return fault(answer)

    # So many that several requests for issues in full are on their way at once.
    with Rig(made_world(seed, 60 if bomb.slow else 450, 100), flavor) as rig:
        home = Home(nursery, folder, rig)
        rig.going = going
        ended = home.run(longest=_LONGEST_RUN)
        found = rude(ended, ENDS)
        found += [] if fired else ["the bomb was not served"]
        if ended.rss_mb > LARGEST_MB:
            found.append(f"{ended.rss_mb:.0f} MB of memory")
        begun = [*arrivals, arrivals[0] + ended.seconds]
        longest = max(after - before for before, after in pairwise(begun))
        if longest > LONGEST_REQUEST + _SLACK:
            found.append(f"{longest:.0f} s on one request")
        if not bomb.slow and ended.seconds > LONGEST_REQUEST:
            found.append(f"{ended.seconds:.0f} s in all")
        rig.calm()
        found += [f"the next run: {line}" for line in rude(home.run(), (0,))]
        found += oracle.differences(rig.world, home.store, rig.cloud)
    often = "for ever" if for_ever else "once"
    told = f"{ended.seconds:.1f} s, {ended.rss_mb:.0f} MB, exit {ended.code}"
    tally.case(f"{flavor}, {bomb.name} at {place} {often} ({told})", found, fired)
