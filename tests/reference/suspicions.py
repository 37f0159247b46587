"""The findings of design.md 7 by brute force, as a set of (code, subject)."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

from . import afterwards, work
from .oracle import Report


def findings(report: Report) -> set[tuple[str, str]]:
    """Every finding of the codes in ASKS that the configuration does not switch off."""
    found = set()
    for code, (ask, default) in ASKS.items():
        wanted = report.config.findings.get(code, default)
        if wanted is False:
            continue
        threshold = default if wanted is True else wanted
        subjects = {str(subject) for subject in ask(report, threshold)}
        found |= {(code, one) for one in subjects if not afterwards.quiet(report, code, one)}
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


def wins_without_kpi(r: Report, percent):
    eve = r.month.back(1).first
    starts = (r.first_moment(eve) - 1, r.start - 1, r.moment)
    for goal in r.active_goals():
        own = milestones_of(r, goal)
        won = any(
            r.delivered(e, end) and not r.delivered(e, begin)
            for e in own
            for begin, end in pairwise(starts)
        )
        series = r.readings(goal, r.today) if r.has_kpi(goal) else []
        inside = [x["value"] for x in series if x["day"] >= eve.isoformat()]
        if won and inside:
            earlier = [x["value"] for x in series if x["day"] < eve.isoformat()]
            before = earlier[-1] if earlier else goal.kpi.baseline
            gain = inside[-1] - before if goal.kpi.direction == "up" else before - inside[-1]
            if gain < percent / 100 * abs(goal.kpi.target - goal.kpi.baseline):
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


def predictability_low(r: Report, threshold):
    for _, committed, kept in (one.kept() for one in r.recent()[-2:]):
        if committed < 2 or kept >= threshold:
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
    "milestone-slipped": (work.on_milestones(work.is_slipped), 0),
    "forecast-late": (work.on_milestones(work.is_forecast_late), 14),
    "milestone-stalled": (work.on_milestones(work.is_stalled), 14),
    "milestone-unclear-start": (work.on_milestones(work.is_unclear_start), True),
    "claimed-not-done": (work.on_milestones(work.is_claimed, also_dropped=True), True),
    "done-retracted": (work.on_milestones(work.is_retracted, also_dropped=True), True),
    "scope-growth": (work.on_milestones(work.is_grown), (20, 3)),
    "defects-after-done": (work.on_milestones(afterwards.is_defective, also_dropped=True), (3, 30)),
    "stage-evidence-missing": (work.on_milestones(afterwards.is_without_evidence), True),
    "history-incomplete": (afterwards.history_incomplete, True),
    "partner-not-told": (afterwards.partner_not_told, 30),
    "overload": (overload, (4, 2)),
    "possible-duplicates": (work.possible_duplicates, 0.6),
    "reopened": (work.on_issues(work.is_reopened), True),
    "back-and-forth": (work.on_issues(work.is_back_and_forth), 3),
    "handed-over": (work.on_issues(work.is_handed_over), 3),
    "unowned": (work.unowned, 3),
    "aging": (work.aging, 14),
    "orphan-work": (orphan_work, 25),
    "wins-without-kpi": (wins_without_kpi, 2),
    "support-repeats": (support_repeats, (3, 60)),
    "single-point": (work.on_milestones(work.is_single_point), (80, 10)),
    "stage-overrun": (work.on_milestones(work.is_stage_overrun), True),
    "no-path-to-production": (work.on_milestones(work.is_without_path), 60),
    "predictability-low": (predictability_low, 0.8),
    "actions-overdue": (actions_overdue, True),
    "reflection-missing": (reflection_missing, True),
}
