"""When a milestone will be finished, from its own children's past. Definition: design.md 6."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cadence.figures.milestones import finished_children, open_children, started
from cadence.snapshot import IssueAt, Snapshot

SPANS = 12
SPAN_DAYS = 7
ENOUGH_SPANS = 4
ENOUGH_DAYS = 5
_HORIZON_WEEKS = 52 * 20
_EXACT = 1e-12


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days by which the work is finished with 50, 85 and 95 %; the chance to meet the date."""

    p50: date
    p85: date
    p95: date
    chance: float | None


def forecast(snapshot: Snapshot, milestone: IssueAt) -> Forecast | None:
    """Return the forecast of an open milestone; None without enough history or open work.

    The weeks to finish, if each week brings as many children as some past week, drawn with
    replacement: computed exactly, without random draws, and never from story points.
    """
    remaining = len(open_children(snapshot.moment, milestone))
    supply = weekly_supply(snapshot, milestone)
    if not (milestone.is_open and remaining and supply):
        return None
    today = snapshot.as_of.astimezone(snapshot.world.zone).date()
    chances = list(_chances(remaining, supply))
    weeks = [
        next((w for w, c in enumerate(chances) if c >= p - _EXACT), None) for p in (0.5, 0.85, 0.95)
    ]
    p50, p85, p95 = (today + timedelta(weeks=w) if w is not None else None for w in weeks)
    if not (p50 and p85 and p95):
        return None
    left = (milestone.due - today).days // 7 if milestone.due else None
    chance = None if left is None else 0.0 if left < 0 else chances[min(left, len(chances) - 1)]
    return Forecast(p50, p85, p95, chance)


def weekly_supply(snapshot: Snapshot, milestone: IssueAt) -> tuple[int, ...]:
    """Return the children finished in each of the last seven-day spans that end at T.

    At most 12, none that begins before the day of the start; empty with fewer than 4 spans, or
    fewer than 5 distinct days with a finish in them: not enough history.
    """
    start = started(snapshot.moment, milestone)
    if start is None:
        return ()
    day = snapshot.world.day
    spans = min(SPANS, ((snapshot.day - day(start)).days + 1) // SPAN_DAYS)
    finished = finished_children(snapshot.moment, milestone)
    ages = [(snapshot.day - day(child.finished)).days for child in finished if child.finished]
    recent = [age for age in ages if age < SPAN_DAYS * spans]
    if spans < ENOUGH_SPANS or len(set(recent)) < ENOUGH_DAYS:
        return ()
    per_span = Counter(age // SPAN_DAYS for age in recent)
    return tuple(per_span[span] for span in range(spans))


def _chances(remaining: int, supply: Sequence[int]) -> Iterator[float]:
    """Yield the chance that the work is finished within 0, 1, 2, … weeks."""
    draws = {count: times / len(supply) for count, times in Counter(supply).items()}
    open_work = {remaining: 1.0}
    for _ in range(_HORIZON_WEEKS):
        left = sum(open_work.values())
        yield 1.0 - left
        if left < _EXACT:
            return
        after: dict[int, float] = {}
        for work, chance in open_work.items():
            for count, likely in draws.items():
                if work > count:
                    after[work - count] = after.get(work - count, 0.0) + chance * likely
        open_work = after
