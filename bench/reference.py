"""Compare the program with the independent reference on many random worlds; prints seeds.

python bench/reference.py 0 1000          # seeds [0, 1000)
python bench/reference.py 17              # one seed, every difference
python bench/reference.py --parts 0 300   # a month's own part of a long past tells the same
python bench/reference.py --store data/cadence.db --config cadence.toml --month 2021-02
"""

import argparse
import sys
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from reference.compare import differences
from reference.worlds import make_world, write_store
from stretched import stretched, summed_up
from test_reach import YEARS, read_both

from cadence.config import load_config
from cadence.month import Month


def of_seed(seed: int) -> list[str]:
    """The differences in the world of one seed, and in its month before."""
    world = make_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "cadence.db"
        write_store(world.rows(), store)
        told = []
        for month in (world.month.back(1), world.month):
            found = differences(store, world.config, month, world.now)
            told += [f"{month} {line}" for line in found]
        return told


def of_parts(seed: int) -> list[str]:
    """What the months of a world with a long past tell otherwise when only their part is read."""
    world = stretched(seed, YEARS)
    with tempfile.TemporaryDirectory() as folder:
        try:
            read_both(world, world.config, summed_up(world, Path(folder) / "cadence.db"))
        except AssertionError as fault:
            return [f"{world.month} parts: {str(fault)[:200]}"]
    return []


def main() -> int:
    """Run the seeds that were asked for; exit 1 if any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("end", type=int, nargs="?")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--month")
    parser.add_argument("--parts", action="store_true")
    wanted = parser.parse_args()
    if wanted.store:
        month = Month.parse(wanted.month, date.today())
        told = differences(wanted.store, load_config(wanted.config), month, datetime.now(UTC))
        print(*told or ["no differences"], sep="\n")
        return bool(told)
    seeds = range(wanted.first, wanted.end or wanted.first + 1)
    kinds: Counter[str] = Counter()
    wrong = 0
    for seed in seeds:
        told = of_parts(seed) if wanted.parts else of_seed(seed)
        wrong += bool(told)
        for line in told:
            kinds[line.split(" ", 1)[1].split(":")[0].replace("TFIO-", "")] += 1
            print(f"seed {seed}: {line}")
    print(f"{len(seeds)} worlds, {wrong} with differences")
    for kind, count in kinds.most_common(20):
        print(f"{count:6} {kind}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
