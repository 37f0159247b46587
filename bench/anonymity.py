"""Attack the anonymous entries of many months as an insider; exit 1 if a promise was broken.

python bench/anonymity.py                  # 500 months of 20 authors: promises A1, A3 and A4
python bench/anonymity.py --months 50 --seed 7
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import insider

POINTS = 0.05
"""So much better than chance no attack may be."""


def main() -> int:
    """Let months pass, attack each, show the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    begun = time.monotonic()
    rates: dict[str, list[float]] = defaultdict(list)
    chances, named, likeness = [], 0, []
    for number in range(wanted.months):
        with tempfile.TemporaryDirectory() as folder:
            seed = wanted.seed * 1_000_000 + number
            loot = insider.live_month(Path(folder), seed, watched=True)
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
    print(f"{wanted.months} months, {time.monotonic() - begun:.0f} s; chance {chance:.1%}\n")
    for trace, found in sorted(rates.items(), key=lambda pair: -mean(pair[1])):
        print(f"{mean(found):7.1%}  {trace} ({len(found)} months)")
    p = insider.drawn_by_lot(likeness, random.Random(wanted.seed))
    print(f"\nNames beside the list of links: {named}. Order of the rows: p = {p:.3f}.")
    return int(max(map(mean, rates.values())) > chance + POINTS or named > 0 or p <= 0.01)


if __name__ == "__main__":
    sys.exit(main())
