"""What hostile words and wrong links come to on the team's pages; exit 1 if a promise was broken.

python bench/web.py                     # 1,000 payloads (W3), 500 links of each kind (W4)
python bench/web.py --payloads 100 --links 50 --seed 7
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cadence.config import load_config
from cadence.invitations import Guest, new_token
from cadence.model import Anonymity
from cadence.month import Month
from cadence.store.database import open_store
from cadence.store.invites import save_invites
from cadence.store.reflections import save_closing, save_opening
from cadence.web.app import ROUTES, Answer, Request, answer
from cadence.web.site import Site
from tests.serving import CADENCE, JUNE, NAMES, NOW, opened, serving
from tests.stored import BATCH, Walked, payloads, store_batch, walk

MEDIANS_MS = 5.0
MOMENT = datetime.fromisoformat(NOW)
DOOR = next(route for route in ROUTES if route.path == "/in/<token>")


def hostile(folder: Path, count: int, seed: int) -> bool:
    """W3: store payloads by each door of the pages, and walk every page after each batch."""
    begun, faults, pages, done = time.monotonic(), Counter[str](), 0, 0
    links = opened(folder, [*NAMES, "<img src=x onerror=alert(1)>"])
    new = payloads(seed, count)
    with serving(folder) as served:
        # What a page with harmless words is made of: nothing else may ever stand in one.
        store_batch(served, {"": links[NAMES[0]]}, [f"p{n}q harmless {n}" for n in range(BATCH)])
        plain = walk(served, links[NAMES[0]], Walked())
        while batch := list(islice(new, BATCH)):
            store_batch(served, links, batch)
            found = walk(served, links[NAMES[0]], plain)
            faults.update([*found.faults, *found.missing(batch)])
            done, pages = done + len(batch), pages + found.pages
    print(
        f"W3: {done} payloads stored, {pages} pages walked, {time.monotonic() - begun:.0f} s:"
        f" {faults.total()} faults"
    )
    for line, times in faults.most_common(5):
        print(f"    {times} x {line[:300]}")
    return not faults and done == count


def alike(folder: Path, count: int) -> bool:
    """W4: open links that are wrong, replaced, expired, or of a closed month, in turns."""
    config = load_config(folder / "cadence.toml")
    store = folder / "data" / "cadence.db"
    kinds = links_of(store, count)
    origins = frozenset(["http://127.0.0.1:1"])
    site = Site(store, folder / "templates", config, lambda: MOMENT, origins, "d" * 32, print)
    for token in kinds["opened, then replaced"]:
        site.visits.opened(Guest(f"Visitor {token}", JUNE, token))
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    told: dict[str, set[tuple[int, int]]] = {kind: set() for kind in kinds}
    for n in range(count):
        for kind, tokens in kinds.items():
            request = Request("GET", "/in/x", {"Host": "127.0.0.1:1"}, caller=f"{kind} {n}")
            begun = time.perf_counter()
            shown: Answer = answer(site, request, DOOR, {"token": tokens[n]})
            times[kind].append((time.perf_counter() - begun) * 1000)
            told[kind].add((shown.status, len(shown.html)))
    medians = {kind: statistics.median(one) for kind, one in times.items()}
    print("W4: " + ", ".join(f"{kind} {ms:.2f} ms" for kind, ms in medians.items()))
    print(f"    status and length: {set().union(*told.values())}")
    apart = max(medians.values()) - min(medians.values())
    return len(set().union(*told.values())) == 1 and apart <= MEDIANS_MS


def links_of(store: Path, count: int) -> dict[str, list[str]]:
    """Return so many links of each kind that opens nothing."""
    kinds = {
        kind: [Guest(f"{kind} {n}", month, new_token()) for n in range(count)]
        for kind, month in (
            ("replaced", JUNE),
            ("opened, then replaced", JUNE),
            ("expired", JUNE),
            ("closed", Month(2021, 7)),
        )
    }
    with open_store(store) as db:
        for month in (JUNE, Month(2021, 7)):
            save_opening(db, month, Anonymity.ENTRY, date(2021, 6, 30))
        replaced = [*kinds["replaced"], *kinds["opened, then replaced"]]
        save_invites(db, [*replaced, *kinds["closed"]], date(2031, 1, 1))
        save_invites(db, kinds["expired"], date(2020, 1, 1))
        again = [Guest(one.member, one.month, new_token()) for one in replaced]
        save_invites(db, again, date(2031, 1, 1))
        save_closing(db, Month(2021, 7), date(2021, 7, 30))
    tokens = {kind: [one.token for one in guests] for kind, guests in kinds.items()}
    return {"unknown": [new_token() for _ in range(count)], **tokens}


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=1_000)
    parser.add_argument("--links", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        command = [*CADENCE, "-q", "demo", str(home)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        good = not wanted.payloads or hostile(home, wanted.payloads, wanted.seed)
        good &= not wanted.links or alike(home, wanted.links)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
