"""Attack the anonymous entries of many months as an insider; exit 1 if a promise was broken.

python bench/anonymity.py          # A1, A3, A4: 500 months of 20 authors; A2: 200; A5: 50 people
python bench/anonymity.py --months 50 --watched 0 --people 0 --seed 7
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests import differencing, erasing, insider

POINTS = 0.05
"""So much better than chance no attack may be."""


def attacked(months: int, seed: int) -> bool:
    """Let months pass, attack each, show the table; tell whether A1, A3 and A4 were kept."""
    begun = time.monotonic()
    rates: dict[str, list[float]] = defaultdict(list)
    chances, named, likeness = [], 0, []
    for number in range(months):
        with tempfile.TemporaryDirectory() as folder:
            loot = insider.live_month(Path(folder), seed * 1_000_000 + number, watched=True)
            chances.append(loot.chance)
            named += len(insider.names_left(loot))
            rates["copies after each answer"].append(insider.watching(loot))
            for trace, order in insider.attacks(loot):
                rates[trace].append(insider.named(loot, order))
                if trace == "order of the rows":
                    arrived = list(loot.author)
                    likeness.append([arrived.index(text) for text in order])
            shutil.rmtree(Path(folder) / "loot")
    chance = mean(chances)
    print(f"{months} months, {time.monotonic() - begun:.0f} s; chance {chance:.1%}\n")
    for trace, found in sorted(rates.items(), key=lambda pair: -mean(pair[1])):
        print(f"{mean(found):7.1%}  {trace} ({len(found)} months)")
    p = insider.drawn_by_lot(likeness, random.Random(seed))
    print(f"\nNames beside the list of links: {named}. Order of the rows: p = {p:.3f}.")
    return max(map(mean, rates.values())) <= chance + POINTS and named == 0 and p > 0.01


def watched(months: int, seed: int) -> bool:
    """Look at months after every step; tell whether any two looks narrow a text to few (A2)."""
    begun, looks, pairs = time.monotonic(), 0, 0
    groups: Counter[int] = Counter()
    shown = 0
    for number in range(months):
        with tempfile.TemporaryDirectory() as folder:
            month = differencing.live_watched(Path(folder), seed * 1_000_000 + number)
        narrowed = month.narrowed()
        looks, pairs, shown = looks + len(month.looks), pairs + month.pairs, shown + bool(narrowed)
        groups.update(narrowed.values())
    few = sum(count for size, count in groups.items() if size < differencing.SMALLEST)
    print(
        f"{months} months watched, {time.monotonic() - begun:.0f} s: {looks} looks, {pairs} pairs"
        f" that differ; {shown} months showed {groups.total()} anonymous texts, each hidden among"
        f" {min(groups, default=0)} people or more; narrowed to fewer than"
        f" {differencing.SMALLEST}: {few}; to one: {groups[1]}"
    )
    return few == 0 < shown


def erased(people: int, seed: int) -> bool:
    """Erase one person after the other from one store; tell whether a byte names any (A5)."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = erasing.erase_all(Path(folder), people, seed)
    print(
        f"{people} people erased, {time.monotonic() - begun:.0f} s: {told.before} names found"
        f" before, {told.after} after, {told.back} after the next sync; rows that differ in"
        f" something else: {told.changed}"
    )
    return told.before >= 3 * people and told.after == told.back == told.changed == 0


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=500)
    parser.add_argument("--watched", type=int, default=200)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}")
    good = not wanted.months or attacked(wanted.months, wanted.seed)
    good &= not wanted.watched or watched(wanted.watched, wanted.seed)
    good &= not wanted.people or erased(wanted.people, wanted.seed)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
