"""Where the days went: design.md 6, "Capacity", "Effort", "Bucket", "WIP", person by person, day by day."""

from datetime import date
from fractions import Fraction

from .past import ONE_DAY


class Effort:
    """The daily figures of a report."""

    def month_days(self) -> list[date]:
        days, day = [], self.month.first
        while day <= self.month.last:
            days.append(day)
            day += ONE_DAY
        return days

    def end_of(self, day: date) -> int:
        """The last moment of the day that the report covers."""
        return min(self.last_moment(day), self.moment)

    # ---- people ----

    def account(self, written: str) -> str:
        """Jira's account of somebody written in cadence.toml (account, or Data Center user name)."""
        if written in self.people:
            return written
        return next(
            (p["account"] for p in self.rows["people"] if p["user_name"] == written), written
        )

    def written(self, account: str) -> str:
        """The account as cadence.toml writes it."""
        return next(
            (m.account for m in self.config.team.members if self.account(m.account) == account),
            account,
        )

    def person_name(self, account: str | None) -> str | None:
        if account is None:
            return None
        for member in self.config.team.members:
            if self.account(member.account) == account:
                return member.name
        return self.people[account]["name"] if account in self.people else account

    def persons(self) -> list[str]:
        if self.config.team.members:
            return [self.account(member.account) for member in self.config.team.members]
        ever = set()
        for number in self.issues:
            for m in self.moments(number, self.moment, "assignee"):
                ever.add(self.value(number, "assignee", m))
        apps = {p["account"] for p in self.rows["people"] if p["kind"] == "app"}
        return sorted(ever - apps - {None})

    def capacity(self, person: str, day: date) -> Fraction:
        if not self.is_working_day(day):
            return Fraction(0)
        for member in self.config.team.members:
            if self.account(member.account) == person:
                return Fraction(0) if day in member.days_off else Fraction(str(member.part_time))
        return Fraction(1)

    # ---- A(p, d) ----

    def assigned(self, person: str | None, day: date) -> set[int]:
        """A(p,d); with None, the issues that nobody had."""
        key = ("A", person, day)
        if key not in self._memory:
            self._memory[key] = self._assigned(person, day)
        return self._memory[key]

    def _assigned(self, person: str | None, day: date) -> set[int]:
        first, last = self.first_moment(day), self.end_of(day)
        found = {
            number
            for number in self.issues
            if self.level(number, last) < 1 and self.had(number, person, first, last)
        }
        return found - self._parents(found, last)

    def had(self, number: int, person: str | None, first: int, last: int) -> bool:
        inside = [m for m in self.moments(number, last) if m >= first]
        return any(
            self.exists(number, m)
            and self.phase(number, m) == "active"
            and self.value(number, "assignee", m) == person
            for m in (first, *inside)
        )

    def _parents(self, found: set[int], last: int) -> set[int]:
        subtasks = [number for number in found if self.level(number, last) == -1]
        return {self.value(number, "parent", last) for number in subtasks}

    def is_fresh(self, number: int, day: date) -> bool:
        working, back = [], day
        while len(working) < 10:
            if self.is_working_day(back):
                working.append(back)
            back -= ONE_DAY
            if (day - back).days > 400:
                break
        since, last = self.first_moment(working[-1]), self.end_of(day)
        if since <= self.created(number) <= last:
            return True
        return any(
            since <= change["ms"] <= last and self.is_person(change["author"])
            for change in self.changes[number]
        )

    def is_person(self, author: str | None) -> bool:
        if author is None:
            return False
        person = self.people.get(author, {"kind": "person", "user_name": None})
        robots = self.config.jira.robots
        return (
            person["kind"] != "app" and author not in robots and person["user_name"] not in robots
        )

    def person_day(self, person: str, day: date) -> dict:
        """Effort by issue, stale and unallocated of one person on one day."""
        capacity, found = self.capacity(person, day), self.assigned(person, day)
        fresh = {number for number in found if self.is_fresh(number, day)}
        return {
            "capacity": capacity,
            "effort": {number: capacity / len(fresh) for number in fresh},
            "stale": capacity if found and not fresh else Fraction(0),
            "unallocated": Fraction(0) if found else capacity,
        }

    def effort_totals(self) -> dict:
        key = ("totals", self.month)
        if key not in self._memory:
            self._memory[key] = self._effort_totals()
        return self._memory[key]

    def _effort_totals(self) -> dict:
        totals = dict.fromkeys(
            ("capacity", "effort", "stale", "unallocated", "unassigned"), Fraction(0)
        )
        buckets: dict[str, Fraction] = {}
        for day in filter(self.is_working_day, self.days):
            totals["unassigned"] += len(self.assigned(None, day))
            for person in self.persons():
                one = self.person_day(person, day)
                for name in ("capacity", "stale", "unallocated"):
                    totals[name] += one[name]
                for number, days in one["effort"].items():
                    totals["effort"] += days
                    bucket = self.bucket(number, day)
                    buckets[bucket] = buckets.get(bucket, Fraction(0)) + days
        return totals | {"buckets": buckets}

    # ---- buckets ----

    def bucket(self, number: int, day: date, moment: int | None = None) -> str:
        """The bucket by what was true at the day's end, or at a moment, of that day's goals."""
        moment = self.end_of(day) if moment is None else moment
        node, walked = number, set()
        while node is not None and node not in walked:
            walked.add(node)
            for goal in self.config.goals:
                if goal.start <= day <= goal.end and self.matches(goal.match, node, moment):
                    return goal.id
            if self.matches(self.config.support.match, node, moment):
                return "support"
            node = self.parent(node, moment)
        return "other"

    def matches(self, match, node: int, moment: int) -> bool:
        key = self.value(node, "key", moment)
        kind = self.types.get(self.value(node, "type", moment), {"name": None})
        versions = {
            self.versions[v]["name"]
            for v in self.value(node, "fix_versions", moment)
            if v in self.versions
        }
        return (
            bool(set(match.epics) & self.keys_ever(node))
            or bool(set(match.labels) & self.value(node, "labels", moment))
            or bool(set(match.components) & self.value(node, "components", moment))
            or bool(set(match.fix_versions) & versions)
            or key.rpartition("-")[0] in match.projects
            or kind["name"] in match.types
        )

    def keys_ever(self, node: int) -> set[str]:
        moved = [change for change in self.changes[node] if change["field"] == "key"]
        return (
            {self.issues[node]["key"]}
            | {c["from_text"] for c in moved}
            | {c["to_text"] for c in moved}
        )

    def goal_then(self, milestone: int, moment: int, day: date) -> str:
        """The goal that a milestone, as at the moment, served on a day."""
        return self.bucket(milestone, day, moment)

    def goal_of(self, milestone: int, moment: int) -> str | None:
        bucket = self.bucket(milestone, self.day(moment))
        return bucket if bucket in {goal.id for goal in self.config.goals} else None

    # ---- WIP ----

    def working_days(self) -> list[date]:
        return [day for day in self.days if self.is_working_day(day)]

    def wip(self) -> float | None:
        key = ("wip", self.month)
        if key not in self._memory:
            self._memory[key] = self._wip()
        return self._memory[key]

    def _wip(self) -> float | None:
        sizes = [len(self.active_on(day)) for day in self.working_days()]
        return float(Fraction(sum(sizes), len(sizes))) if sizes else None

    def active_on(self, day: date) -> set[int]:
        first, last = self.first_moment(day), self.end_of(day)
        found = {
            number
            for number in self.issues
            if self.level(number, last) < 1 and self.active_in(number, first, last)
        }
        return found - self._parents(found, last)

    def person_wip(self, person: str) -> Fraction | None:
        sizes = [len(self.assigned(person, day)) for day in self.working_days()]
        return Fraction(sum(sizes), len(sizes)) if sizes else None
