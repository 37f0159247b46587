"""The findings on milestones and issues, by brute force."""

import re
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from .oracle import Report, nearest_rank

COMMON = set("a an and at by for from in is it of on or the to with".split())


# ---- milestones ----


def on_milestones(holds, *, also_dropped: bool = False):
    def ask(r: Report, threshold):
        for e in r.milestones(r.moment):
            if (also_dropped or r.phase(e, r.moment) != "dropped") and holds(r, e, threshold):
                yield r.value(e, "key", r.moment)

    return ask


def is_slipped(r: Report, e: int, days) -> bool:
    slip = r.slip(e)
    return slip["deleted"] if slip["in_month"] is None else slip["in_month"] > days


def is_forecast_late(r: Report, e: int, days) -> bool:
    forecast, due = r.forecast(e), r.value(e, "due", r.moment)
    return bool(forecast and due) and (date.fromisoformat(forecast["p85"]) - due).days >= days


def is_stalled(r: Report, e: int, days) -> bool:
    start = r.milestone_started(e, r.moment)
    if start is None or r.built(e, r.moment) is not None:
        return False
    last = start
    for child in r.children(e, r.moment):
        closed = [(m, "done" if p == "dropped" else p) for m, p in r.phases(child, r.moment)]
        for before, after in pairwise(closed):
            if before[1] != after[1]:
                last = max(last, after[0])
    return (r.today - r.day(last)).days >= days


def steps(r: Report, number: int):
    """Each moment at which the status changed up to T, with the millisecond before."""
    moments = r.moments(number, r.moment, "status")
    return [(m - 1, m) for m in moments if m > r.created(number)]


def is_unclear_start(r: Report, e: int, _) -> bool:
    start = r.milestone_started(e, r.moment)
    if start is None or not r.start <= start <= r.moment:
        return False
    then = max(start, r.created(e))
    held = (r.value(e, "assignee", then), r.value(e, "due", then), r.value(e, "description", then))
    return not all(held) or not r.children(e, then)


def is_claimed(r: Report, e: int, _) -> bool:
    return r.claimed(e, r.moment)


def is_retracted(r: Report, e: int, _) -> bool:
    before = r.start - 1
    known_then = r.exists(e, before) and r.level(e, before) >= 1
    return r.retracted(e, r.moment) and not (known_then and r.retracted(e, before))


def is_grown(r: Report, e: int, threshold) -> bool:
    percent, least = threshold
    added = len(r.added(e))
    if added < least:
        return False
    held = len(r.children(e, r.scope_moment(r.milestone_started(e, r.moment))))
    return added > Fraction(percent, 100) * held


def is_single_point(r: Report, e: int, threshold) -> bool:
    percent, least = threshold
    by_person: dict[str, Fraction] = {}
    for day in r.working_days():
        for person in r.persons():
            for number, effort in r.person_day(person, day)["effort"].items():
                then = r.end_of(day)
                if e in ancestors(r, number, then) and r.level(e, then) >= 1:
                    by_person[person] = by_person.get(person, Fraction(0)) + effort
    total = sum(by_person.values(), Fraction(0))
    if len(r.persons()) < 3 or total < least:
        return False
    return max(by_person.values()) >= Fraction(percent, 100) * total


def ancestors(r: Report, number: int, moment: int) -> list[int]:
    found: list[int] = []
    node = r.parent(number, moment)
    while node is not None and node not in found:
        found.append(node)
        node = r.parent(node, moment)
    return found


def is_stage_overrun(r: Report, e: int, _) -> bool:
    set_stages = [s for s in r.config.stages if s.label in r.value(e, "labels", r.moment)]
    if not set_stages or r.built(e, r.moment) is not None:
        return False
    stage = set_stages[-1]
    since = r.since(e, r.moment, lambda m: stage.label in r.value(e, "labels", m), "labels")[0]
    decided = [
        note
        for note in r.rows["notes"]
        if note["kind"] == "decision"
        and note["about"] in r.keys_ever(e)
        and since.isoformat() <= note["day"] <= r.today.isoformat()
    ]
    return (r.today - since).days > stage.timebox_days > 0 and not decided


def is_without_path(r: Report, e: int, days) -> bool:
    match, start = r.config.production, r.milestone_started(e, r.moment)
    if not (match.labels or match.types) or start is None or r.built(e, r.moment) is not None:
        return False
    carries = any(r.matches(match, child, r.moment) for child in r.children(e, r.moment))
    return (r.today - r.day(start)).days >= days and not carries


# ---- issues ----


def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", (text or "").casefold())) - COMMON


def possible_duplicates(r: Report, likeness):
    until = r.moment
    open_issues = [n for n in r.known(until) if r.level(n, until) == 0 and r.open(n, until)]
    for one in open_issues:
        for other in open_issues:
            if (r.created(one), one) <= (r.created(other), other):
                continue
            owners = r.value(one, "assignee", until), r.value(other, "assignee", until)
            if None in owners or owners[0] == owners[1]:
                continue
            if not any(
                r.created(n) >= r.start or r.active_in(n, r.start, until) for n in (one, other)
            ):
                continue
            a, b = words(r.value(one, "summary", until)), words(r.value(other, "summary", until))
            if a | b and Fraction(len(a & b), len(a | b)) >= Fraction(str(likeness)):
                yield r.value(one, "key", until)


def on_issues(holds):
    """Issues and sub-tasks known at T, not milestones."""

    def ask(r: Report, threshold):
        for number in r.known(r.moment):
            if r.level(number, r.moment) < 1 and holds(r, number, threshold):
                yield r.value(number, "key", r.moment)

    return ask


def is_reopened(r: Report, number: int, _) -> bool:
    return any(
        r.phase(number, before) == "done" and r.category(number, after) != "done"
        for before, after in steps(r, number)
        if after >= r.start
    )


def is_back_and_forth(r: Report, number: int, times) -> bool:
    order = {"new": 0, "indeterminate": 1, "done": 2}
    back = [
        1
        for before, after in steps(r, number)
        if after >= r.start and order[r.category(number, after)] < order[r.category(number, before)]
    ]
    return r.level(number, r.moment) == 0 and len(back) >= times


def is_handed_over(r: Report, number: int, times) -> bool:
    over = [
        1
        for m in r.moments(number, r.moment, "assignee")
        if m > r.created(number)
        and m >= r.start
        and None
        not in (held := (r.value(number, "assignee", m - 1), r.value(number, "assignee", m)))
        and held[0] != held[1]
    ]
    return r.level(number, r.moment) == 0 and len(over) >= times


def unowned(r: Report, days):
    for number in r.known(r.moment):
        had = [
            day
            for day in r.working_days()
            if r.level(number, r.end_of(day)) < 1
            and r.had(number, None, r.first_moment(day), r.end_of(day))
        ]
        if len(had) > days:
            yield r.value(number, "key", r.moment)


def aging(r: Report, days):
    since = r.first_moment(r.today - timedelta(days=89))
    times = sorted(days for _, days in r.cycle_times(since, r.moment))
    limit = nearest_rank(times, 85) if len(times) >= 10 else days
    for number in r.known(r.moment):
        if r.level(number, r.moment) == 0 and r.phase(number, r.moment) == "active":
            age = (r.today - r.day(r.started(number, r.moment))).days + 1
            if age > limit:
                yield r.value(number, "key", r.moment)
