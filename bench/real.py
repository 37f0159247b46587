"""Tell the months of real Jira sites: `CADENCE_REAL_JIRA=FOLDER python bench/real.py [NAME]…`.

Serves the recorded answers of each site over HTTP on loopback, lets `cadence sync`, `report` and
`findings` run on them as a user would, and prints what was stored and told beside a count from the
raw JSON that shares no code with the program; then the whole month beside the reference of the
tests, number by number. Exit 1 if a command fails or anything differs.
"""

import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cadence.config import load_config
from cadence.month import Month
from tests.recorded.recordings import RECORDINGS, Recording
from tests.recorded.smaller import SMALLER
from tests.recorded.telling import Outcome, told
from tests.reference.compare import differences

_CODE = "import sys; from cadence.cli.app import run; sys.exit(run(sys.argv[1:]))"


def main() -> int:
    """Tell each site that was named, or all of them."""
    sites = RECORDINGS | SMALLER
    same = [_site(sites[name]()) for name in sys.argv[1:] or sites]
    return int(not all(same))


def _site(site: Recording) -> bool:
    """Print a site's outcome; tell whether every count is the same."""
    with tempfile.TemporaryDirectory() as folder:

        def cadence(*args: object) -> tuple[int, str, str]:
            given = [sys.executable, "-c", _CODE, *map(str, args)]
            done = subprocess.run(given, capture_output=True, text=True, env=_environment(site))
            return done.returncode, done.stdout, done.stderr

        outcome = told(site, Path(folder), cadence)
        apart = [line for month in site.months for line in _apart(site, Path(folder), month)]
    _print(site, outcome)
    print(f"  months told by the reference, too: {len(site.months)}; differences: {len(apart)}")
    for line in apart:
        print(f"    {line}")
    pairs = [*outcome.stored.values(), *(m.finished for m in outcome.months)]
    same = all(ours == raw for ours, raw in (*pairs, *(m.reopened for m in outcome.months)))
    return same and not apart


def _apart(site: Recording, workspace: Path, month: str) -> list[str]:
    now = datetime.fromisoformat(site.now)
    asked = (load_config(workspace / "cadence.toml"), Month.parse(month, now.date()), now)
    return [f"{month}: {line}" for line in differences(workspace / "data/cadence.db", *asked)]


def _environment(site: Recording) -> dict[str, str]:
    email = {"CADENCE_JIRA_EMAIL": "reader@example.com"} if site.cloud else {}
    others = {k: v for k, v in os.environ.items() if not k.startswith("CADENCE_")}
    return {**others, "CADENCE_JIRA_TOKEN": "recorded", "CADENCE_NOW": site.now, **email}


def _print(site: Recording, outcome: Outcome) -> None:
    print(f"\n{site.name}, {'Cloud' if site.cloud else 'Data Center'}")
    print(f"  {outcome.said.strip()}")
    for what, (ours, raw) in outcome.stored.items():
        print(f"  {what}: {ours} stored, {raw} recorded")
    print(f"  set aside: {len(outcome.set_aside)}; without an answer: {list(outcome.unknown)}")
    for subject, reason in outcome.set_aside:
        print(f"    {subject}: {reason}")
    for month in outcome.months:
        print(
            f"  {month.month}: finished {month.finished[0]}, counted {month.finished[1]};"
            f" reopened {month.reopened[0]}, counted {month.reopened[1]};"
            f" {len(month.findings)} findings"
        )


if __name__ == "__main__":
    sys.exit(main())
