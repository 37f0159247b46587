"""What one team's month costs as the store grows: a month must cost what the month contains.

python bench/month.py                     # stores of 10 000 and 100 000 issues, 10 changes each
python bench/month.py --all               # and of 1 000 000
python bench/month.py --sizes 5000 50000  # others
python bench/month.py --everybody         # of a team without configured members

Every store holds the same stream of work of the same team; all else is older and finished, in other
projects. Two times are shown: the month as `cadence report` reads it, and from a naive read of
everything. The stores are made anew, from fixed SQL and one seed, and deleted at the end.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from cadence.config import Config, Done, Goal, Jira, Match, Member, Signs, Support, Team
from cadence.model import Facts, Filed
from cadence.month import Month
from cadence.reach import facts_of
from cadence.reports.content import month_content
from cadence.snapshot import month_of, snapshot_at
from cadence.store.database import open_store, writing
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed
from cadence.store.summary import mend_summary
from cadence.world import world_of

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
MONTH = Month(2026, 5)
STREAM_MONTHS = 24
STREAM = 60
"""Issues that the team begins in a month: five people, three a week."""
PER_EPIC = 10
OLDEST = datetime(2014, 1, 6, 9, tzinfo=UTC)
ACCOUNTS = [f"acc-{name}" for name in ("ada", "ben", "chloe", "dev", "eve", "far")]
CONFIG = Config(
    jira=Jira(projects=("TEAM",)),
    team=Team(members=tuple(Member(name[4:].title(), name) for name in ACCOUNTS[:5])),
    goals=(
        Goal("io", "Fast reads", date(2026, 1, 1), date(2026, 6, 30), Match(labels=("io",))),
        Goal("ui", "Clear views", date(2026, 1, 1), date(2026, 6, 30), Match(labels=("ui",))),
    ),
    support=Support(Match(labels=("support",))),
    done=Done(Signs(labels=("shipped",)), Signs(labels=("proven",))),
)
ISSUE = """
    INSERT INTO issues (id, key, project, type_id, level, summary, status_id, category, created,
        updated, resolution, assignee, parent_id, due, resolved, labels, components, fix_versions,
        described) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', 1)"""
CHANGE = """
    INSERT INTO changes (issue_id, history_id, item, at, author, field, from_id, from_text, to_id,
        to_text) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?)"""
WORDS = "cache shard reader index loader retry disk network split view list form page text".split()


# ---- the store -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """An issue or epic of the bench, from its first day to its last; None: it is still open."""

    number: int
    project: str
    epic: int | None
    begun: datetime
    ended: datetime | None
    label: str


def build(path: Path, issues: int) -> None:
    """Write a store of so many issues, and sum it up as a sync does."""
    chosen = random.Random(7)
    with open_store(path) as db:
        db.conn.execute("PRAGMA synchronous = OFF")
        with writing(db):
            _lists(db.conn)
            pieces = pieces_of(issues, chosen)
            while batch := [piece for piece, _ in zip(pieces, range(20_000), strict=False)]:
                rows = [_rows(piece, chosen) for piece in batch]
                db.conn.executemany(ISSUE, (row for row, _ in rows))
                db.conn.executemany(CHANGE, (change for _, held in rows for change in held))
        with writing(db):
            mend_summary(db)


def pieces_of(count: int, chosen: random.Random) -> Iterator[Piece]:
    """Yield the older work of other projects, then the team's own stream up to now."""
    stream = STREAM * STREAM_MONTHS
    start = NOW - timedelta(days=30 * STREAM_MONTHS)
    days = (start - OLDEST).days - 90
    for number in range(1, count - stream + 1):
        place = number // PER_EPIC
        begun = OLDEST + timedelta(days=days * number / count)
        epic = number - number % PER_EPIC if number % PER_EPIC else None
        ended = begun + timedelta(days=chosen.randint(3, 30) if epic else 60)
        yield Piece(number, f"OLD{place % 60}", epic, begun, ended, f"y{begun.year}")
    first = count - stream + 1
    for number in range(first, count + 1):
        at = number - first
        begun = start + timedelta(days=30 * at / STREAM)
        epic = number - at % PER_EPIC if at % PER_EPIC else None
        ended = begun + timedelta(days=chosen.randint(2, 20) if epic else 35)
        label = chosen.choice(("io", "ui", "support", "other"))
        yield Piece(number, "TEAM", epic, begun, ended if ended < NOW else None, label)


def _rows(piece: Piece, chosen: random.Random) -> tuple[tuple[object, ...], list[object]]:
    """Return an issue and its ten changes, evenly spread from its first day to its last."""
    steps = list(_steps(piece, chosen))
    long = (piece.ended or NOW) - piece.begun
    at = [_text(piece.begun + long * (n + 1) / len(steps)) for n in range(len(steps))]
    author = chosen.choice(ACCOUNTS)
    changes = [
        (piece.number, piece.number * 16 + n, at[n], author, *step) for n, step in enumerate(steps)
    ]
    epic, done = piece.epic is None, piece.ended is not None
    labels = f'["{piece.label}", "proven", "shipped"]' if epic and done else f'["{piece.label}"]'
    issue = (
        piece.number,
        f"{piece.project}-{piece.number}",
        piece.project,
        "100" if epic else "101",
        int(epic),
        steps[2][4],
        "4" if done else "2",
        "done" if done else "indeterminate",
        _text(piece.begun),
        at[-1],
        "Done" if done else None,
        steps[8][3],
        piece.epic,
        (piece.begun + timedelta(days=40)).date().isoformat() if epic else None,
        at[-1] if done else None,
        labels,
    )
    return issue, changes


def _steps(piece: Piece, chosen: random.Random) -> Iterator[tuple[str | None, ...]]:
    """Yield ten changes: field, from (id, text), to (id, text)."""
    one, two = chosen.sample(ACCOUNTS, 2)
    done = piece.ended is not None
    yield ("assignee", None, None, one, one)
    yield ("status", "1", "To Do", "2", "In Progress")
    yield ("summary", None, "Draft", None, " ".join(chosen.sample(WORDS, 4)))
    yield ("labels", None, "", None, piece.label)
    yield ("description", None, None, None, "text")
    yield ("status", "2", "In Progress", "3", "Review")
    yield ("status", "3", "Review", "2", "In Progress")
    signed = f"{piece.label} proven shipped" if piece.epic is None and done else piece.label
    yield ("labels", None, piece.label, None, signed)
    yield ("assignee", one, one, two, two)
    if done:
        yield ("status", "2", "In Progress", "4", "Done")
    else:
        yield ("description", None, "text", None, "more text")


def _lists(conn) -> None:
    for row in (("1", "To Do", "new"), ("2", "In Progress", "indeterminate")):
        conn.execute("INSERT INTO statuses VALUES (?, ?, ?)", row)
    for row in (("3", "Review", "indeterminate"), ("4", "Done", "done")):
        conn.execute("INSERT INTO statuses VALUES (?, ?, ?)", row)
    conn.execute("INSERT INTO types VALUES ('100', 'Epic', 1), ('101', 'Story', 0)")
    for account in ACCOUNTS:
        conn.execute("INSERT INTO people (account, name) VALUES (?, ?)", (account, account[4:]))
    seen = _text(NOW)
    sql = "INSERT INTO syncs (started, finished, complete, requests) VALUES (?, ?, 1, 1)"
    conn.execute(sql, (seen, seen))


def _text(at: datetime) -> str:
    return f"{at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


# ---- the months ------------------------------------------------------------------------------


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the median processor time of some work: what else runs here does not count."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def read(
    path: Path, months: list[Month], whole: bool, config: Config = CONFIG
) -> tuple[Facts, Filed]:
    """Return what the store holds for these months, or all, and what people filed."""
    with open_store(path) as db:
        filed = load_filed(db)
        if whole:
            return load_facts(db), filed
        return facts_of(db, filed, config, months, NOW), filed


def one_month(
    path: Path, month: Month = MONTH, whole: bool = False, config: Config = CONFIG
) -> object:
    """Return the content of a month, from the store on."""
    facts, filed = read(path, [month], whole, config)
    return month_content(snapshot_at(facts, filed, config, month, NOW))


def twelve_months(path: Path, config: Config = CONFIG) -> object:
    """Return the content of a year of months; the world is read and replayed once."""
    months = [MONTH.back(back) for back in range(12)]
    facts, filed = read(path, months, whole=False, config=config)
    world = world_of(facts, config)
    return [month_content(month_of(world, filed, month, NOW)) for month in months]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--all", action="store_true", help="and a million issues")
    parser.add_argument(
        "--naive", type=int, default=100_000, help="the largest store to read naively (minutes)"
    )
    parser.add_argument(
        "--everybody", action="store_true", help="a team without configured members"
    )
    return parser.parse_args()


def main() -> None:
    """Build each store, print its line, delete it."""
    wanted = _asked()
    config = replace(CONFIG, team=Team()) if wanted.everybody else CONFIG
    sizes = [*wanted.sizes, 1_000_000] if wanted.all else wanted.sizes
    print(
        "  issues  store     read      a month         a past month    12 months       naive month"
    )
    base: list[float] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cadence.db"
            build(path, size)
            facts, _ = read(path, [MONTH], whole=False, config=config)
            works: list[Callable[[], object]] = [
                lambda path=path: one_month(path, config=config),
                lambda path=path: one_month(path, MONTH.back(6), config=config),
                lambda path=path: twelve_months(path, config),
            ]
            if size <= wanted.naive:
                all_of_it = partial(one_month, path, whole=True, config=config)
                assert works[0]() == all_of_it(), "they tell different things"
                works.append(all_of_it)
            times = [seconds(work, 5 if n < 2 else 1) for n, work in enumerate(works)]
            base = base or times
            told = "".join(f"{t:8.2f} s {t / b:5.1f} x" for t, b in zip(times, base, strict=False))
            room = path.stat().st_size / 1e6
            print(f"{size:8}  {room:5.0f} MB {len(facts.issues):6}  {told}", flush=True)


if __name__ == "__main__":
    main()
