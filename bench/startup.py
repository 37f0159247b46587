"""How long `cadence` takes to start, against bare Python, in turn and in one run.

python bench/startup.py [ROUNDS]
"""

import statistics
import subprocess
import sys
import time

BARE = ("-c", "pass")
STARTS = {
    "cadence --help": ("-c", "from cadence.cli.app import main; main()", "--help"),
    "cadence --version": ("-c", "from cadence.cli.app import main; main()", "--version"),
    "cadence report --help": ("-c", "from cadence.cli.app import main; main()", "report", "--help"),
    "import of all that a report needs": ("-c", "import cadence.cli.report"),
    "import of all that a sync needs": ("-c", "import cadence.cli.sync, cadence.sync"),
}


def seconds(command: tuple[str, ...]) -> float:
    """Return the wall time of one whole process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], capture_output=True, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the median of each start, and its median ratio to the bare start beside it."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    ratios: dict[str, list[float]] = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, command in STARTS.items():
            bare = seconds(BARE)
            times[name].append(seconds(command))
            ratios[name].append(times[name][-1] / bare)
    for name in STARTS:
        told = f"{statistics.median(times[name]) * 1000:6.0f} ms"
        print(f"{name:36} {told}   {statistics.median(ratios[name]):4.1f} x bare Python")


if __name__ == "__main__":
    main()
