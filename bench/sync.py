"""How fast a sync is: ratios of contenders side by side, in one run, against the sample Jira.

python bench/sync.py [--sizes 1000,10000] [--latency 0,0.1] [--flavor cloud] [--rounds 3]

- `a` the way most people write it: the jira library's objects, page after page, and dicts into
  sqlite-utils
- `b` cadence: a first load, then a second sync of what has not changed
- `c` the limit: the very requests of `b` again, as many at once, thrown away, and stored bare

Each runs in a process of its own, its imports done before the clock starts; they take turns. The
site has ten changes an issue, makes each answer once (in a first turn that does not count) and
from then on sends the same bytes, each after the latency. The parent stays small: a child's peak
of memory begins with its parent's.

The largest size needs some 4 GB and a quarter of an hour:

python bench/sync.py --sizes 1000,100000 --rounds 1

What is measured of cadence is its sync alone. The command then sums the issues up for the months'
reports, which is no part of these figures.
"""

import argparse
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sync_site import CHANGES, Site
from sync_table import Measured, report

from cadence.config import Jira

RUNS = Path(__file__).with_name("sync_runs.py")


class Bench:
    """Runs of all contenders against one site; each gets a store that is new."""

    def __init__(self, site: Site, folder: Path, workers: int) -> None:
        self._site = site
        self._folder = folder
        self._numbers = count()
        self._order = {
            **site.access,
            "flavor": site.flavor,
            "workers": workers,
            "headers": _headers(site),
        }

    def turn(self, latency: float) -> dict[str, dict[str, Any]]:
        """Let each of them run once; return what each took."""
        told = {"a": self._run("library", latency)}
        store = self._new_store()
        told["b"] = self._run("cadence", latency, store=store)
        told["again"] = self._run("cadence", latency, store=store)
        requests = told["b"]["log"]
        told["c discard"] = self._run("discard", latency, requests=requests)
        told["c store"] = self._run("store", latency, requests=requests)
        for name in ("a", "b", "again", "c store"):
            self._check(name, told[name])
        return told

    def _run(self, what: str, latency: float, **more: Any) -> dict[str, Any]:
        order = {**self._order, "store": self._new_store(), **more}
        self._site.begin(latency)
        done = subprocess.run(
            [sys.executable, str(RUNS), what], input=json.dumps(order), stdout=-1, text=True
        )
        if done.returncode:
            sys.exit(f"{what} failed")
        served = self._site.end()
        cost = {"server": served["cpu"], "sent": served["sent"], "rendered": served["rendered"]}
        return {**json.loads(done.stdout), **cost, "log": served["log"]}

    def _new_store(self) -> str:
        return str(self._folder / f"{next(self._numbers)}.db")

    def _check(self, name: str, told: dict[str, Any]) -> None:
        """All must have stored all: a bench of what is left out would be worth nothing."""
        expected = (self._site.issues, self._site.issues * CHANGES)
        if (told["issues"], told["changes"]) != expected:
            sys.exit(f"{name} stored {told['issues']} issues and {told['changes']} changes")


def _headers(site: Site) -> dict[str, str]:
    """Return what the bare download sends: the same credentials, and that it takes gzip."""
    email, token = site.access["email"], site.access["token"]
    pair = base64.b64encode(f"{email}:{token}".encode()).decode()
    login = f"Basic {pair}" if site.flavor == "cloud" else f"Bearer {token}"
    return {
        "Authorization": login,
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
    }


def measured(flavor: str, issues: int, wanted: argparse.Namespace) -> Iterator[Measured]:
    """Yield the turns at each latency, against one site of this size."""
    _say(f"{flavor}, {issues} issues: making the site")
    with tempfile.TemporaryDirectory() as folder, Site(flavor, issues) as site:
        bench = Bench(site, Path(folder), wanted.workers)
        _say("first turn, which does not count")
        bench.turn(0.0)
        for latency in wanted.latency:
            turns = []
            for number in range(wanted.rounds):
                _say(f"{latency * 1000:.0f} ms, turn {number + 1} of {wanted.rounds}")
                turns.append(bench.turn(latency))
            yield Measured(flavor, issues, latency, turns)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _wanted(words: Sequence[str] | None = None) -> argparse.Namespace:
    def listed(kind: type) -> Any:
        return lambda text: [kind(one) for one in text.split(",")]

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=listed(int), default=[1000, 10_000])
    parser.add_argument("--latency", type=listed(float), default=[0.0, 0.1], help="seconds")
    parser.add_argument("--flavor", choices=("cloud", "datacenter", "both"), default="cloud")
    parser.add_argument("--rounds", type=int, default=3)
    told = "requests at once of b and c (default: cadence's own)"
    parser.add_argument("--workers", type=int, default=Jira().workers, help=told)
    wanted = parser.parse_args(words)
    wanted.flavors = ("cloud", "datacenter") if wanted.flavor == "both" else (wanted.flavor,)
    return wanted


def main() -> None:
    """Run what was asked for and print the tables."""
    wanted = _wanted()
    results = [
        one
        for flavor in wanted.flavors
        for issues in sorted(wanted.sizes)
        for one in measured(flavor, issues, wanted)
    ]
    print(report(results, wanted.workers))


if __name__ == "__main__":
    main()
