"""The findings of design.md 7 by brute force, as a set of (code, subject)."""

import re
from datetime import date, timedelta
from fractions import Fraction

from .oracle import Report, nearest_rank
from .rows import instant_text

COMMON = set("a an and at by for from in is it of on or the to with".split())


def findings(report: Report) -> set[tuple[str, str]]:
    """Every finding of the codes in ASKS that the configuration does not switch off."""
    found = set()
    for code, (ask, default) in ASKS.items():
        wanted = report.config.findings.get(code, default)
        if wanted is False:
            continue
        threshold = default if wanted is True else wanted
        found |= {(code, str(subject)) for subject in ask(report, threshold)}
    return found


# ---- goals ----


def goal_without_kpi(r: Report, _):
    return [goal.id for goal in active_at_the_end(r) if not r.has_kpi(goal)]


def active_at_the_end(r: Report) -> list:
    return [goal for goal in r.config.goals if goal.start <= r.today <= goal.end]


def kpi_not_measured(r: Report, _):
    return [g.id for g in r.active_goals() if r.has_kpi(g) and not readings_in_month(r, g)]


def readings_in_month(r: Report, goal) -> list[dict]:
    return [x for x in r.readings(goal, r.today) if x["day"] >= r.month.first.isoformat()]


def kpi_off_track(r: Report, _):
    return [g.id for g in r.active_goals() if r.has_kpi(g) and r.on_track(g) is False]


def kpi_unreliable(r: Report, threshold):
    percent, days = threshold
    for goal in r.active_goals():
        inside = readings_in_month(r, goal) if r.has_kpi(goal) else []
        apart = any(
            a["day"] == b["day"]
            and abs(a["value"] - b["value"]) > percent / 100 * max(abs(a["value"]), abs(b["value"]))
            for a in inside
            for b in inside
        )
        by_hand = inside and all(x["method"] == "manual" for x in inside)
        if apart or (by_hand and (r.today - goal.start).days > days):
            yield goal.id


def goal_unexamined(r: Report, days):
    for goal in active_at_the_end(r):
        last = [goal.start]
        last += [date.fromisoformat(x["day"]) for x in r.readings(goal, r.today)]
        for e in milestones_of(r, goal):
            ends = [r.finished(c, r.moment) for c in r.children(e, r.moment)]
            last += [r.day(end) for end in ends if end is not None]
        if (r.today - max(last)).days >= days:
            yield goal.id


def milestones_of(r: Report, goal) -> list[int]:
    return [e for e in r.milestones(r.moment) if r.goal_of(e, r.moment) == goal.id]


def nothing_delivered(r: Report, _):
    for goal in r.active_goals():
        own = milestones_of(r, goal)
        worked = any(r.active_in(e, r.start, r.moment) for e in own)
        delivered = any(r.delivered(e, r.moment) and not r.delivered(e, r.start - 1) for e in own)
        if worked and not delivered:
            yield goal.id


# ---- effort ----


def off_goal(r: Report, threshold):
    high = r.shares()["focus_high"]
    return ["team"] if high is not None and high < Fraction(str(threshold)) else []


def support_heavy(r: Report, threshold):
    share = r.shares()["support"]
    return ["team"] if share is not None and share > Fraction(str(threshold)) else []


def low_coverage(r: Report, threshold):
    coverage = r.shares()["coverage"]
    return ["team"] if coverage is not None and coverage < Fraction(str(threshold)) else []


def overload(r: Report, threshold):
    size, count = threshold if isinstance(threshold, tuple | list) else (threshold, 2)
    for person in r.persons():
        wip = r.person_wip(person)
        owned = [
            e
            for e in r.milestones(r.moment)
            if r.value(e, "assignee", r.moment) == person
            and r.milestone_started(e, r.moment) is not None
            and r.open(e, r.moment)
        ]
        if (wip is not None and wip > size) or len(owned) > count:
            yield r.written(person)


def orphan_work(r: Report, percent):
    total = orphan = Fraction(0)
    for day in r.working_days():
        for person in r.persons():
            for number, effort in r.person_day(person, day)["effort"].items():
                total += effort
                if not under_milestone(r, number, r.end_of(day)):
                    orphan += effort
    return ["team"] if total and orphan / total > Fraction(percent, 100) else []


def under_milestone(r: Report, number: int, moment: int) -> bool:
    walked = set()
    node = r.parent(number, moment)
    while node is not None and node not in walked:
        if r.level(node, moment) >= 1:
            return True
        walked.add(node)
        node = r.parent(node, moment)
    return False


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
        for before, after in steps(r, child):
            if r.category(child, before) != r.category(child, after):
                last = max(last, after)
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


# ---- issues ----


def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", (text or "").casefold())) - COMMON


def possible_duplicates(r: Report, likeness):
    T = r.moment
    open_issues = [n for n in r.known(T) if r.level(n, T) == 0 and r.open(n, T)]
    for one in open_issues:
        for other in open_issues:
            if (r.created(one), one) <= (r.created(other), other):
                continue
            owners = r.value(one, "assignee", T), r.value(other, "assignee", T)
            if None in owners or owners[0] == owners[1]:
                continue
            if not any(r.created(n) >= r.start or r.active_in(n, r.start, T) for n in (one, other)):
                continue
            a, b = words(r.value(one, "summary", T)), words(r.value(other, "summary", T))
            if a | b and Fraction(len(a & b), len(a | b)) >= Fraction(str(likeness)):
                yield r.value(one, "key", T)


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


# ---- more of goals, effort and milestones ----


def wins_without_kpi(r: Report, percent):
    eve = r.month.back(1).first
    starts = (r.first_moment(eve) - 1, r.start - 1, r.moment)
    for goal in r.active_goals():
        own = milestones_of(r, goal)
        won = any(
            r.delivered(e, end) and not r.delivered(e, begin)
            for e in own
            for begin, end in zip(starts, starts[1:], strict=False)
        )
        series = r.readings(goal, r.today) if r.has_kpi(goal) else []
        inside = [x["value"] for x in series if x["day"] >= eve.isoformat()]
        if won and inside:
            earlier = [x["value"] for x in series if x["day"] < eve.isoformat()]
            before = earlier[-1] if earlier else goal.kpi.baseline
            gain = abs(goal.kpi.target - before) - abs(goal.kpi.target - inside[-1])
            if gain < percent / 100 * abs(goal.kpi.target - goal.kpi.baseline):
                yield goal.id


def support_repeats(r: Report, threshold):
    least, days = threshold
    match = r.config.support.match
    support = [
        n
        for n in r.known(r.moment)
        if r.level(n, r.moment) == 0 and r.bucket(n, r.today) == "support"
    ]
    for field, own in (("components", match.components), ("labels", match.labels)):
        names = {name for n in support for name in r.value(n, field, r.moment)} - set(own)
        for name in sorted(names):
            created = sorted(r.created(n) for n in support if name in r.value(n, field, r.moment))
            for last in created:
                near = [c for c in created if c <= last and (r.day(last) - r.day(c)).days <= days]
                if last >= r.start and len(near) >= least:
                    yield name
                    break


def is_single_point(r: Report, e: int, threshold) -> bool:
    percent, least = threshold
    by_person: dict[str, Fraction] = {}
    for day in r.working_days():
        for person in r.persons():
            for number, effort in r.person_day(person, day)["effort"].items():
                if e in ancestors(r, number, r.end_of(day)):
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


def predictability_low(r: Report, threshold):
    before = Report(r.rows, r.config, r.month.back(1), instant_text(r.start - 1))
    for done in (r.done(), before.done()):
        kept = done["predictability"]
        if len(done["committed"]) < 2 or kept >= threshold:
            return []
    return ["team"]


# ---- upkeep ----


def actions_overdue(r: Report, _):
    today = r.today.isoformat()
    for action in r.rows["actions"]:
        ended = [day for day in (action["done"], action["dropped"]) if day and day <= today]
        if action["day"] > today or ended:
            continue
        carried = [
            one
            for one in r.rows["reflections"]
            if one["month"] > action["month"] and one["closed"] and one["closed"] <= today
        ]
        if action["due"] < today or len(carried) >= 2:
            yield action["id"]


def reflection_missing(r: Report, _):
    starts = [goal.start for goal in r.config.goals]
    if starts and r.month.contains(min(starts)):
        return []
    today, before = r.today.isoformat(), str(r.month.back(1))
    kept = [
        one
        for one in r.rows["reflections"]
        if one["month"] == before
        and any(one[day] and one[day] <= today for day in ("closed", "skipped"))
    ]
    return [] if kept else ["team"]


ASKS = {
    "goal-without-kpi": (goal_without_kpi, True),
    "kpi-not-measured": (kpi_not_measured, True),
    "kpi-unreliable": (kpi_unreliable, (10, 60)),
    "kpi-off-track": (kpi_off_track, True),
    "goal-unexamined": (goal_unexamined, 30),
    "off-goal": (off_goal, 0.5),
    "support-heavy": (support_heavy, 0.3),
    "low-coverage": (low_coverage, 0.6),
    "nothing-delivered": (nothing_delivered, True),
    "milestone-slipped": (on_milestones(is_slipped), 0),
    "forecast-late": (on_milestones(is_forecast_late), 14),
    "milestone-stalled": (on_milestones(is_stalled), 14),
    "milestone-unclear-start": (on_milestones(is_unclear_start), True),
    "claimed-not-done": (on_milestones(is_claimed, also_dropped=True), True),
    "done-retracted": (on_milestones(is_retracted, also_dropped=True), True),
    "scope-growth": (on_milestones(is_grown), (20, 3)),
    "overload": (overload, (4, 2)),
    "possible-duplicates": (possible_duplicates, 0.6),
    "reopened": (on_issues(is_reopened), True),
    "back-and-forth": (on_issues(is_back_and_forth), 3),
    "handed-over": (on_issues(is_handed_over), 3),
    "unowned": (unowned, 3),
    "aging": (aging, 14),
    "orphan-work": (orphan_work, 25),
    "wins-without-kpi": (wins_without_kpi, 2),
    "support-repeats": (support_repeats, (3, 60)),
    "single-point": (on_milestones(is_single_point), (80, 10)),
    "stage-overrun": (on_milestones(is_stage_overrun), True),
    "no-path-to-production": (on_milestones(is_without_path), 60),
    "predictability-low": (predictability_low, 0.8),
    "actions-overdue": (actions_overdue, True),
    "reflection-missing": (reflection_missing, True),
}
