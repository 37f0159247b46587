"""What bench/sync.py found, as Markdown: seconds, ratios, requests, memory, and the targets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from sync_site import CHANGES

_PAGE = {"cloud": 5000, "datacenter": 1000}
"""So many ids are on one page of the walk."""

_HISTORY_PAGE, _HISTORY_GROUP = 10_000, 1000
_CONTENDERS = ("a", "b", "c discard", "c store")


@dataclass(frozen=True)
class Measured:
    """All turns at one size and latency; a turn has what each contender took, by its name."""

    flavor: str
    issues: int
    latency: float
    turns: Sequence[dict[str, dict[str, Any]]]

    @property
    def name(self) -> str:
        """Which row this is."""
        return f"{self.flavor} | {self.issues:,} | {self.latency * 1000:.0f} ms"

    def of(self, who: str, what: str) -> float:
        """Return the median over the turns."""
        return median(turn[who][what] for turn in self.turns)

    def ratio(self, left: str, right: str) -> float:
        """Return the median of the ratios within each turn."""
        return median(turn[left]["seconds"] / turn[right]["seconds"] for turn in self.turns)

    @property
    def overhead(self) -> float:
        """Return the seconds of a sync of nothing new, without its requests' latency."""
        turns = (turn["again"] for turn in self.turns)
        return median(told["seconds"] - told["requests"] * self.latency for told in turns)

    @property
    def most_requests(self) -> tuple[int, int]:
        """Return how many requests a first load, and a sync of nothing new, may send."""
        ids = ceil(self.issues / _PAGE[self.flavor])
        pages = ceil(_HISTORY_GROUP * CHANGES / _HISTORY_PAGE)
        histories = ceil(self.issues / _HISTORY_GROUP) * pages if self.flavor == "cloud" else 0
        return ids + ceil(self.issues / 100) + histories + 10, ids + 10


def report(results: Sequence[Measured], workers: int) -> str:
    """Return all tables, and which targets were met."""
    return "\n\n".join(
        (
            f"Medians of {len(results[0].turns)} turns, {CHANGES} changes an issue,"
            f" {workers} requests at once in b and c. a: jira library + sqlite-utils;"
            " b: cadence, first load; c: the requests of b, thrown away or stored bare.",
            _table(
                "flavor | issues | latency | a, s | b, s | c discard, s | c store, s | a/b"
                " | b/c store",
                map(_seconds, results),
            ),
            _table(
                "flavor | issues | latency | b: requests (allowed) | unchanged: requests (allowed)"
                " | unchanged, s, without latency",
                map(_requests, results),
            ),
            "Where the CPU went, and how busy the server was:",
            _table(
                "flavor | issues | latency | CPU of a, s | b | c discard | c store | b aside"
                " | server's CPU, share of the time: a | b | c discard | c store | MB sent: a | b",
                map(_cpu, results),
            ),
            "Peak memory:",
            _table("flavor | issues | b, MB | b aside, MB | a, MB", _memory(results)),
            "\n".join(_targets(results)),
        )
    )


def _table(head: str, rows: Iterable[str]) -> str:
    rule = " | ".join(["---"] * (head.count("|") + 1))
    return "\n".join(f"| {row} |" for row in (head, rule, *rows))


def _seconds(one: Measured) -> str:
    took = (f"{one.of(who, 'seconds'):.2f}" for who in _CONTENDERS)
    ratios = (f"{one.ratio('a', 'b'):.1f}", f"{one.ratio('b', 'c store'):.2f}")
    return " | ".join((one.name, *took, *ratios))


def _requests(one: Measured) -> str:
    first, again = one.most_requests
    return (
        f"{one.name} | {one.of('b', 'requests'):.0f} ({first})"
        f" | {one.of('again', 'requests'):.0f} ({again}) | {one.overhead:.2f}"
    )


def _cpu(one: Measured) -> str:
    cpu = [f"{one.of(who, 'cpu'):.2f}" for who in _CONTENDERS]
    cpu.append(f"{one.of('b', 'cpu aside'):.2f}")
    share = (f"{one.of(who, 'server') / one.of(who, 'seconds'):.0%}" for who in _CONTENDERS)
    sent = (f"{one.of(who, 'sent') / 2**20:.1f}" for who in ("a", "b"))
    return " | ".join((one.name, *cpu, *share, *sent))


def _peak(results: Iterable[Measured], who: str, what: str = "rss") -> float:
    """Return the most megabytes that a run had."""
    return max(turn[who][what] for one in results for turn in one.turns) / 2**20


def _by_size(results: Iterable[Measured]) -> dict[tuple[str, int], list[Measured]]:
    found: dict[tuple[str, int], list[Measured]] = {}
    for one in results:
        found.setdefault((one.flavor, one.issues), []).append(one)
    return found


def _memory(results: Sequence[Measured]) -> Iterable[str]:
    for (flavor, issues), some in _by_size(results).items():
        peaks = (_peak(some, "b"), _peak(some, "b", "rss aside"), _peak(some, "a"))
        yield " | ".join((flavor, f"{issues:,}", *(f"{peak:.0f}" for peak in peaks)))


def _targets(results: Sequence[Measured]) -> Iterable[str]:
    for one in results:
        if one.issues == 10_000 and one.latency == 0.1:
            yield _target(f"{one.flavor}: a/b at 10k and 100 ms", one.ratio("a", "b"), least=6)
            limit = one.ratio("b", "c store")
            yield _target(f"{one.flavor}: b/c store at 10k and 100 ms", limit, most=1.3)
        if one.issues == 100_000:
            told = f"{one.flavor}: unchanged sync of 100k at {one.latency * 1000:.0f} ms, s"
            yield _target(f"{told}, without latency", one.overhead, most=3)
        for (who, what), allowed in zip(
            (("b", "first load"), ("again", "unchanged")), one.most_requests, strict=True
        ):
            sent = one.of(who, "requests")
            if sent > allowed:
                yield _target(f"{one.name}: requests, {what}", sent, most=allowed)
        if any(told["rendered"] for turn in one.turns for told in turn.values()):
            yield f"- {one.name}: NOT VALID, the server made answers while it was measured"
    for flavor in dict.fromkeys(one.flavor for one in results):
        sizes = {size: some for (of, size), some in _by_size(results).items() if of == flavor}
        small, large = min(sizes), max(sizes)
        if small < large:
            grown = sum(
                _peak(sizes[large], "b", what) - _peak(sizes[small], "b", what)
                for what in ("rss", "rss aside")
            )
            told = f"{flavor}: memory of b at {large:,} over that at {small:,}, MB"
            yield _target(told, grown, most=60)


def _target(what: str, found: float, least: float = 0, most: float = float("inf")) -> str:
    wanted = f">= {least:g}" if least else f"<= {most:g}"
    met = "met" if least <= found <= most else "NOT MET"
    return f"- {what}: {found:.2f} ({wanted}): {met}"
