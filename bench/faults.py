"""Run the campaigns of faults at their full size; exit 1 if a promise was broken.

python bench/faults.py                                  # all of them
python bench/faults.py --campaign kills --seed 7
python bench/faults.py --scale small
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.campaigns.catalogue import CAMPAIGNS
from tests.campaigns.tally import Tally

_LONGEST_LINE = 400


def main() -> int:
    """Run what was asked for, then show the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaign", choices=CAMPAIGNS, action="append")
    parser.add_argument("--scale", choices=("full", "small"), default="full")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    tallies = {name: _run(name, wanted.scale, wanted.seed) for name in wanted.campaign or CAMPAIGNS}
    print(f"\n{'campaign':12} {'goals':10} {'cases':>6} {'faults':>7} {'kills':>6} {'broken':>7}")
    for name, tally in tallies.items():
        counts = f"{tally.cases:6} {tally.fired:7} {tally.kills:6} {len(tally.broken):7}"
        print(f"{name:12} {CAMPAIGNS[name].goals:10} {counts}")
    for name, tally in tallies.items():
        for line in tally.broken:
            print(f"\n{name}: {line[:_LONGEST_LINE]}")
    return int(any(tally.broken for tally in tallies.values()))


def _run(name: str, scale: str, seed: int) -> Tally:
    print(f"{name}, seed {seed}, {scale}", flush=True)
    tally = Tally(say=lambda line: print(f"  {line[:_LONGEST_LINE]}", flush=True))
    begun = time.monotonic()
    (CAMPAIGNS[name].small if scale == "small" else CAMPAIGNS[name].full)(seed, tally)
    print(f"  {tally.cases} cases in {time.monotonic() - begun:.0f} s", flush=True)
    return tally


if __name__ == "__main__":
    sys.exit(main())
