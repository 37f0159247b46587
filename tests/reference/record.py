"""What looks back over six months: trends, commitments kept, forecasts that held, shots on goal."""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from statistics import median

from .rows import instant_text


class Record:
    """The figures of a report that rest on the months before."""

    def recent(self) -> list:
        """The reports of the last six months, the oldest first."""
        if "_recent" not in self.__dict__:
            found = [self]
            while len(found) < 6:
                month = found[0].month.back(1)
                before = type(self)(
                    self.rows, self.config, month, instant_text(self.last_moment(month.last))
                )
                before._memory = self._memory
                found.insert(0, before)
            self.__dict__["_recent"] = found
        return self.__dict__["_recent"]

    def trends(self) -> dict:
        months = self.recent()
        named = {
            "focus": lambda r: _float(r.shares()["focus"]),
            "coverage": lambda r: _float(r.shares()["coverage"]),
            "support": lambda r: _float(r.shares()["support"]),
            "throughput-per-week": lambda r: _per_week(r, r.flow()["throughput"]),
            "cycle-time-p85": lambda r: r.flow()["cycle_time_p85"],
            "wip": lambda r: r.wip(),
            "delivered": lambda r: len(r.delivered_in_month()),
            "delivered-per-week": lambda r: _per_week(r, len(r.delivered_in_month())),
            "predictability": lambda r: r.kept()[2],
        }
        goals = [goal for goal in self.active_goals() if self.has_kpi(goal)]
        while len(months) > 1 and not (
            any(ask(months[0]) for ask in named.values())
            or any(_last_reading(months[0], goal) is not None for goal in goals)
        ):
            months = months[1:]
        values = {name: tuple(ask(r) for r in months) for name, ask in named.items()}
        for goal in goals:
            values[f"kpi-{goal.id}"] = tuple(_last_reading(r, goal) for r in months)
        return {"months": tuple(str(r.month) for r in months), "values": values}

    def delivered_in_month(self) -> list[int]:
        return [
            e
            for e in self.milestones(self.moment)
            if self.delivered(e, self.moment) and not self.delivered(e, self.start - 1)
        ]

    def kept(self) -> tuple[int, int, float | None]:
        committed = [e for e in self.milestones(self.start - 1) if self.is_committed(e)]
        kept = sum(self.delivered(e, self.moment) for e in committed)
        return kept, len(committed), kept / len(committed) if committed else None

    def predictability_months(self) -> tuple:
        return tuple((str(r.month), *r.kept()[:2]) for r in self.recent())

    def forecast_accuracy(self) -> dict:
        outcomes = []
        for before in self.recent()[:-1]:
            for e in before.milestones(before.moment):
                told = before.forecast(e)
                if told is not None:
                    outcomes.append(self._came_true(e, date.fromisoformat(told["p85"])))
        decided = [one for one in outcomes if one is not None]
        return {
            "held": sum(decided),
            "decided": len(decided),
            "undecided": len(outcomes) - len(decided),
            "share": sum(decided) / len(decided) if decided else None,
        }

    def _came_true(self, e: int, by: date) -> bool | None:
        if not self.exists(e, self.moment) or self.phase(e, self.moment) == "dropped":
            return None
        built = self.built(e, self.moment)
        if built is not None:
            return built <= by
        return False if self.today > by else None

    def shots(self) -> dict:
        today, notes = self.today.isoformat(), self.rows["notes"]
        days = [
            note["day"]
            for note in notes
            if note["kind"] == "experiment"
            and note["outcome"] in ("validated", "invalidated", "inconclusive")
            and note["day"] <= today
            and any(
                one["kind"] == "learning"
                and one["about"] == note["about"]
                and note["day"] <= one["day"] <= today
                for one in notes
            )
        ]
        shipped = (self.gates(e, self.moment)[1] for e in self.milestones(self.moment))
        days = sorted([date.fromisoformat(day) for day in days] + [day for day in shipped if day])
        first = self.month.back(5).first
        apart = [(b - a).days for a, b in pairwise(day for day in days if day >= first)]
        return {
            "count": sum(self.month.contains(day) for day in days),
            "median_days_between": float(median(apart)) if apart else None,
        }

    def count_shares(self) -> dict[str, float]:
        worked = set()
        for day in self.working_days():
            for person in self.persons():
                for number, effort in self.person_day(person, day)["effort"].items():
                    if effort:
                        worked.add((number, self.bucket(number, day)))
        names = [name for _, name in worked]
        return {name: names.count(name) / len(names) for name in names}

    def data_quality(self) -> dict[str, list[str]]:
        """Some of the unusual things, by name: the keys at which they were seen."""
        until = self.moment
        begun = [
            e
            for e in self.milestones(until)
            if self.open(e, until) and self.milestone_started(e, until) is not None
        ]
        straight = [
            n for n in self.finished_issues(self.start, until) if self.started(n, until) is None
        ]
        gone = [n for n in self.known(self.start - 1) if not self.exists(n, until)]
        seen = {
            "without-owner": [e for e in begun if self.value(e, "assignee", until) is None],
            "without-date": [e for e in begun if self.value(e, "due", until) is None],
            "without-forecast": [
                e
                for e in begun
                if any(self.open(c, until) for c in self.children(e, until))
                and self.forecast(e) is None
            ],
            "straight-to-done": straight,
        }
        told = {k: sorted(self.value(n, "key", until) for n in v) for k, v in seen.items() if v}
        if gone:
            told["gone"] = sorted(self.value(n, "key", self.start - 1) for n in gone)
        return told


def _per_week(report, count: int) -> float | None:
    members = len(report.persons())
    weeks = report.effort_totals()["capacity"] / (5 * members) if members else None
    return float(Fraction(count) / weeks) if weeks else None


def _last_reading(report, goal) -> float | None:
    inside = [
        x
        for x in report.readings(goal, report.today)
        if report.month.contains(date.fromisoformat(x["day"]))
    ]
    return inside[-1]["value"] if inside else None


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
