"""Put hostile text through every format and every command at full size; exit 1 if any of it acts.

python bench/hostile.py                 # 10,000 titles a format, 2,000 mentions, every command
python bench/hostile.py --seed 7 --titles 1000 --format jira --format commands
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from cadence.formats import Page  # noqa: E402
from cadence.markup import escape  # noqa: E402
from cadence.render import render  # noqa: E402
from cadence.reports import REPORTS  # noqa: E402
from cadence.sandbox import apart  # noqa: E402
from tests.hostile import WRITERS, faults, texts, titles, trial  # noqa: E402
from tests.readers.seen import PING  # noqa: E402
from tests.terminals import COLOURS, PROGRAM, READING, STEERING, poison, sent, steering  # noqa: E402
from tests.test_hostile import CARELESS, MENTIONS, kinds  # noqa: E402

MONTH = json.loads((ROOT / "tests" / "pages" / "hostile.json").read_text("utf-8"))


def main() -> int:
    """Run all trials, then show the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--titles", type=int, default=10_000)
    parser.add_argument("--format", choices=[*WRITERS, "commands"], action="append")
    asked = parser.parse_args()
    apart.SECONDS = 300  # texts are judged here, not how busy this machine is
    wanted = asked.format or [*WRITERS, "commands"]
    print(f"seed {asked.seed}, {asked.titles} titles a format", flush=True)
    bad = 0
    for name in [name for name in WRITERS if name in wanted]:
        bad += _told(f"reports, {name}", _reports(name, asked.seed, asked.titles))
        bad += _told(f"careless template, {name}", _careless(name, asked.seed, asked.titles // 5))
        bad += _told(f"mentions, {name}", _mentions(name, 2_000))
    bad += _told("cells that start a formula", _formulas(asked.seed))
    if "commands" in wanted:
        bad += _told("commands on a terminal and in a pipe", _commands(asked.seed))
    return int(bad > 0)


def _told(what: str, trials: Iterator[tuple[int, list[str]]]) -> int:
    """Run trials of (how many texts, what they broke); print and return the faults."""
    began, count, broken = time.monotonic(), 0, Counter[str]()
    for texts_tried, found in trials:
        count += texts_tried
        broken.update(found)
    spent = time.monotonic() - began
    print(f"{what:42} {count:7,} texts {broken.total():5} broken {spent:6.1f} s", flush=True)
    for line, times in broken.most_common(5):
        print(f"    {times} x {line[:300]}")
    return broken.total()


def _reports(name: str, seed: int, count: int) -> Iterator[tuple[int, list[str]]]:
    """Every kind of report, with a title in each free text."""
    new, done = texts(seed, 100 * count), 0
    while done < count:
        for report in REPORTS.values():
            one = trial(MONTH, new)
            done += len(one.words)
            yield len(one.words), list(faults(name, report.template, one))


def _careless(name: str, seed: int, count: int) -> Iterator[tuple[int, list[str]]]:
    """A template of somebody who thinks of no escaping; it places each title 13 times."""
    new = texts(seed + 1, count)
    while some := list(islice(new, 50)):
        yield len(some), _acting(name, some)


def _mentions(name: str, count: int) -> Iterator[tuple[int, list[str]]]:
    forms = [
        f"{before}{form}{after}" for before in _AROUND for form in MENTIONS for after in _AROUND
    ]
    for start in range(0, count, 50):
        some = [forms[place % len(forms)] for place in range(start, start + 50)]
        yield len(some), _acting(name, some)


_AROUND = ("", " ", "(", ",", "\n", "*", "x ", ": ", "|", "é", ">", '"')


def _acting(name: str, some: list[str]) -> list[str]:
    writer, readers = WRITERS[name]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.md.j2").write_text(CARELESS, encoding="utf-8")
        evil, good = (
            writer.write(Page({}, render("page.md.j2", {"titles": told}, Path(folder))))
            for told in (some, ["w"] * len(some))
        )
    found = []
    for reader in readers:
        seen, plain = reader.read(evil), reader.read(good)
        found += [f"{name}: {extra}" for extra in kinds(seen.does) - kinds(plain.does)]
        found += [f"{name}: {len(seen.does)} for {len(plain.does)}"] * (
            len(seen.does) > len(plain.does)
        )
        found += [f"{name}: ping {ping}" for ping in PING.findall(seen.says)]
    return found


def _formulas(seed: int) -> Iterator[tuple[int, list[str]]]:
    for title in titles(seed, 2_000):
        starts = str.__str__(escape(title)).strip()[:1] in tuple("=+-@＝＋－＠")
        yield 1, [f"starts a formula: {title!r}"] * starts


def _commands(seed: int) -> Iterator[tuple[int, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "demo"
        subprocess.run(
            [sys.executable, "-c", PROGRAM, "-q", "demo", str(workspace)],
            check=True,
            capture_output=True,
        )
        yield poison(workspace, seed), []
        for words in READING:
            found = [f"{words!a}: {code!r}" for code in steering(sent(words, workspace))]
            for terminal, more in ((True, ["--no-color"]), (False, [])):
                told = sent([*words[:1], *more, *words[1:]], workspace, terminal)
                codes = STEERING.findall(told) + COLOURS.findall(told)
                found += [f"{words!a} {more}: {code!r}" for code in codes]
                found += [f"{words!a}: traceback"] * (b"Traceback" in told)
            yield 0, found
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
