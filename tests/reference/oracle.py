"""The month of design.md 8 by brute force: `focus`, `done` and the findings as a set."""

from datetime import date
from fractions import Fraction

from .delivery import Delivery
from .effort import Effort
from .past import Past
from .record import Record
from .rows import Rows, ms


class Report(Record, Delivery, Effort, Past):
    """One month's report; T is `self.moment`, the last moment the report covers."""

    def __init__(self, rows: Rows, config, month, now: str) -> None:
        super().__init__(rows, config)
        self.month = month
        self.start = self.first_moment(month.first)
        self.moment = min(self.last_moment(month.last), ms(now))
        self.today = self.day(self.moment)
        self.days = [day for day in self.month_days() if day <= self.today]

    def data(self) -> dict:
        return {
            "focus": self.focus(),
            "done": self.done(),
            "trends": self.trends(),
            "data_quality": self.data_quality(),
        }

    # ---- focus ----

    def active_goals(self) -> list:
        return [
            goal
            for goal in self.config.goals
            if any(goal.start <= day <= goal.end for day in self.days)
        ]

    def shares(self) -> dict:
        """The ratios of the focus report, exactly; None where there is nothing to divide by."""
        totals = self.effort_totals()
        capacity, effort, buckets = totals["capacity"], totals["effort"], totals["buckets"]
        idle = totals["stale"] + totals["unallocated"]
        aimed = sum(buckets.get(goal.id, 0) for goal in self.config.goals)
        coverage = _ratio(effort, capacity)
        covered = coverage is not None and coverage >= Fraction(60, 100)
        return {
            "coverage": coverage,
            "focus": _ratio(aimed, effort) if covered else None,
            "focus_low": _ratio(aimed, capacity),
            "focus_high": _ratio(aimed + idle, capacity),
            "support": _ratio(buckets.get("support", 0), effort),
        }

    def focus(self) -> dict:
        totals, shares = self.effort_totals(), self.shares()
        members = len(self.persons())
        names = [goal.id for goal in self.active_goals()] + ["support", "other"]
        counted = self.count_shares()
        none = 0.0 if counted else None
        days = {name: totals["buckets"].get(name, Fraction(0)) for name in names}
        return {
            "capacity_days": float(totals["capacity"]),
            "effort_days": float(totals["effort"]),
            "stale_days": float(totals["stale"]),
            "unallocated_days": float(totals["unallocated"]),
            "unassigned_days": float(totals["unassigned"]),
            "effective_weeks": float(totals["capacity"] / (5 * members)) if members else None,
            "coverage": _float(shares["coverage"]),
            "focus": _float(shares["focus"]),
            "focus_low": _float(shares["focus_low"]),
            "focus_high": _float(shares["focus_high"]),
            "buckets": {
                name: (float(n), _float(_ratio(n, totals["effort"])), counted.get(name, none))
                for name, n in days.items()
            },
            "goals": {goal.id: self.goal_data(goal) for goal in self.active_goals()},
            "flow": self.flow(),
        }

    def goal_data(self, goal) -> dict:
        milestones = [
            e for e in self.milestones(self.moment) if self.goal_of(e, self.moment) == goal.id
        ]
        return {
            "title": goal.title,
            "kpi": self.kpi_data(goal),
            "milestones": sorted(self.value(e, "key", self.moment) for e in milestones),
        }

    def has_kpi(self, goal) -> bool:
        return goal.kpi is not None and (goal.kpi.agreed or goal.start) <= self.today

    def kpi_data(self, goal) -> dict | None:
        if not self.has_kpi(goal):
            return None
        kpi, series = goal.kpi, self.readings(goal, self.today)
        last = series[-1] if series else {}
        return {
            "name": kpi.name,
            "unit": kpi.unit,
            "baseline": kpi.baseline,
            "target": kpi.target,
            "latest": last.get("value"),
            "measured_on": last.get("day"),
            "method": last.get("method"),
            "on_track": self.on_track(goal),
            "series": [[reading["day"], reading["value"]] for reading in series],
        }

    def on_track(self, goal) -> bool | None:
        series = self.readings(goal, self.today)
        if not series:
            return None
        kpi, last = goal.kpi, series[-1]
        elapsed = (date.fromisoformat(last["day"]) - goal.start).days / max(
            (goal.end - goal.start).days, 1
        )
        line = kpi.baseline + (kpi.target - kpi.baseline) * min(max(elapsed, 0), 1)
        behind = last["value"] - line if kpi.direction == "down" else line - last["value"]
        return behind <= 0.1 * abs(kpi.target - kpi.baseline) + 1e-12

    def flow(self) -> dict:
        finished = self.finished_issues(self.start, self.moment)
        times = sorted(days for _, days in self.cycle_times(self.start, self.moment))
        return {
            "throughput": len(finished),
            "cycle_time_p50": nearest_rank(times, 50) if len(times) >= 5 else None,
            "cycle_time_p85": nearest_rank(times, 85) if len(times) >= 5 else None,
            "cycle_times": times if len(times) < 5 else [],
            "wip": self.wip(),
        }

    def finished_issues(self, first: int, last: int) -> list[int]:
        """Neither milestones nor sub-tasks, finished (as seen at T) between two moments."""
        return [
            number
            for number in self.known(self.moment)
            if self.level(number, self.moment) == 0
            and first <= (self.finished(number, self.moment) or -1) <= last
        ]

    def cycle_times(self, first: int, last: int) -> list[tuple[int, int]]:
        times = []
        for number in self.finished_issues(first, last):
            started = self.started(number, self.moment)
            if started is not None:
                end = self.finished(number, self.moment)
                times.append((number, (self.day(end) - self.day(started)).days + 1))
        return times

    # ---- done ----

    def done(self) -> dict:
        until, before = self.moment, self.start - 1
        known = self.milestones(until)
        key = {
            e: self.value(e, "key", until if self.exists(e, until) else before)
            for e in self.milestones(before)
        }
        key |= {e: self.value(e, "key", until) for e in known}
        committed = [e for e in self.milestones(before) if self.is_committed(e)]
        kept = [e for e in committed if self.delivered(e, until)]
        return {
            "delivered": sorted(
                key[e] for e in known if self.delivered(e, until) and not self.delivered(e, before)
            ),
            "committed": sorted(key[e] for e in committed),
            "delivered_of_committed": sorted(key[e] for e in kept),
            "predictability": len(kept) / len(committed) if committed else None,
            "milestones": {key[e]: self.milestone_data(e) for e in known if self.is_listed(e)},
            "retracted": sorted(key[e] for e in known if self.retracted(e, until)),
            "claimed_not_done": sorted(key[e] for e in known if self.claimed(e, until)),
            "predictability_months": self.predictability_months(),
            "forecast_accuracy": self.forecast_accuracy(),
            "shots_on_goal": self.shots(),
        }

    def is_committed(self, e: int) -> bool:
        before = self.start - 1
        due = self.value(e, "due", before)
        if due is None or not self.month.first <= due <= self.month.last:
            return False
        return not self.delivered(e, before) and self.phase(e, before) != "dropped"

    def is_listed(self, e: int) -> bool:
        until, before = self.moment, self.start - 1
        delivered = self.delivered(e, before) and self.delivered(e, until)
        dropped = self.exists(e, before) and "dropped" == self.phase(e, before) == self.phase(
            e, until
        )
        return not delivered and not dropped

    def milestone_data(self, e: int) -> dict:
        until, before = self.moment, self.start - 1
        started = self.milestone_started(e, until)
        built, shipped, proven = self.gates(e, until)
        due = self.value(e, "due", until)
        due_then = self.value(e, "due", before) if self.exists(e, before) else None
        children = self.children(e, until)
        goal = self.goal_of(e, until)
        slip = self.slip(e)
        return {
            "title": self.value(e, "summary", until),
            "owner": self.person_name(self.value(e, "assignee", until)),
            "goal": goal,
            "stage": self.stage(e, until),
            "started": _text(self.day(started)) if started is not None else None,
            "due": _text(due),
            "due_at_month_start": _text(due_then),
            "slip_in_month_days": slip["in_month"],
            "slip_days": slip["days"],
            "built": _text(built),
            "shipped": _text(shipped),
            "proven": _text(proven),
            "children": {
                "open": sum(self.open(c, until) for c in children),
                "done": sum(self.phase(c, until) == "done" for c in children),
                "added": len(self.added(e)),
            },
            "forecast": self.forecast(e),
            "first_due": _text(slip["b0"]),
            "moves": slip["moves"],
            "chance": self.chance(e),
            "dropped": self.phase(e, until) == "dropped",
            "claimed": self.claimed(e, until),
            "retracted": self.retracted(e, until),
        }


def nearest_rank(ordered: list[int], percent: int) -> int:
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def _ratio(part, whole) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _text(day) -> str | None:
    return day.isoformat() if day is not None else None
