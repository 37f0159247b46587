"""Cut writes to Jira and Confluence at their full size; exit 1 if a promise was broken.

python bench/writes.py                  # B1 to B5 of the promises, with the seed that is printed
python bench/writes.py --seed 7 --campaign push
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.campaigns import pages, places, writes
from tests.campaigns.tally import Tally

CAMPAIGNS = {
    "commands": ("B1", lambda seed, tally: places.run(seed, 50, tally)),
    "push": ("B2, B3", lambda seed, tally: writes.run(seed, 200, tally)),
    "pages": ("B3, B4", lambda seed, tally: pages.run(seed, 40, tally)),
}


def main() -> int:
    """Run what was asked for, then show the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaign", choices=CAMPAIGNS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    broken = 0
    print(f"seed {wanted.seed}")
    print(f"{'campaign':10} {'goals':8} {'cases':>6} {'faults':>7} {'kills':>6} {'broken':>7}")
    for name in wanted.campaign or CAMPAIGNS:
        goals, campaign = CAMPAIGNS[name]
        tally, begun = Tally(), time.monotonic()
        campaign(wanted.seed, tally)
        counts = f"{tally.cases:6} {tally.fired:7} {tally.kills:6} {len(tally.broken):7}"
        print(f"{name:10} {goals:8} {counts}   {time.monotonic() - begun:.0f} s", flush=True)
        for line in tally.broken:
            print(f"  {line[:400]}")
        broken += len(tally.broken)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
