"""What became of milestones: gates, commitment, slip, scope and forecast of design.md 6."""

from datetime import date, timedelta
from fractions import Fraction

from cadence.month import Month

from .past import ONE_DAY
from .rows import ms


class Delivery:
    """The figures of milestones in a report."""

    # ---- gates ----

    def gates(self, e: int, moment: int) -> tuple[date | None, date | None, date | None]:
        key = ("gates", e, moment)
        if key not in self._memory:
            built = self.built(e, moment)
            shipped = self.gate(e, "shipped", built, moment)
            self._memory[key] = built, shipped, self.gate(e, "proven", shipped, moment)
        return self._memory[key]

    def built(self, e: int, moment: int) -> date | None:
        ends = [self.finished(e, moment)]
        for child in self.children(e, moment):
            done, dropped = self.finished(child, moment), self.dropped(child, moment)
            ends.append(done if done is not None else dropped)
        return None if None in ends else self.day(max(ends))

    def gate(self, e: int, gate: str, before: date | None, moment: int) -> date | None:
        if before is None:
            return None
        signs = self.signs(e, gate, before, moment)
        return max(before, min(signs)) if signs else None

    def signs(self, e: int, gate: str, before: date, moment: int) -> list[date]:
        wanted, today = getattr(self.config.done, gate), self.day(moment)
        days: list[date] = []
        if wanted.versions:
            days += [
                d for v in self.value(e, "fix_versions", moment) if (d := self.released(v, moment))
            ]
        days += self.since(e, moment, lambda m: self.status_name(e, m) in wanted.statuses, "status")
        for label in wanted.labels:
            days += self.since(
                e, moment, lambda m, x=label: x in self.value(e, "labels", m), "labels"
            )
        if wanted.sign_offs:
            days += [
                date.fromisoformat(row["day"])
                for row in self.rows["sign_offs"]
                if row["milestone_id"] == e
                and row["gate"] == gate
                and not (row["withdrawn"] and row["withdrawn"] <= today.isoformat())
            ]
        if gate == "proven" and wanted.kpi:
            days += [
                date.fromisoformat(row["day"])
                for row in self.rows["readings"]
                if row["goal"] == self.goal_then(e, moment, before)
                and row["day"] > before.isoformat()
            ]
        return [day for day in days if day <= today]

    def status_name(self, e: int, moment: int) -> str | None:
        status = self.statuses.get(self.value(e, "status", moment))
        return status["name"] if status else None

    def since(self, e: int, moment: int, holds, field: str) -> list[date]:
        """The day since when this has held without a break, if it holds at the moment."""
        begun = None
        for m in self.moments(e, moment, field):
            if not holds(m):
                begun = None
            elif begun is None:
                begun = m
        return [] if begun is None else [self.day(begun)]

    def released(self, version: str, moment: int) -> date | None:
        """
        The day from which a version counts as released, as seen by the syncs up to the moment.

        It is the release date, but if a sync after that date still saw it unreleased, the day of
        the sync that saw it released first. A release that the next sync after the moment is the
        first that could see counts, too.
        """
        if version not in self.versions:
            return None
        seen, today = self.sightings(version), self.day(moment)
        last = max((n for n, one in enumerate(seen) if one[0] <= moment), default=0)
        if seen[last][1] != "1":
            last += 1
            if last == len(seen) or seen[last][1] != "1" or not seen[last][2]:
                return None
        first = last
        while first and seen[first - 1][1] == "1":
            first -= 1
        when, told = seen[first][0], seen[last][2]
        day = date.fromisoformat(told) if told else self.day(seen[last][0])
        if first and any(look < when and self.day(look) > day for look in self.looks):
            day = max(day, self.day(when))
        return day if day <= today else None

    def sightings(self, version: str) -> list[tuple[int, str, str | None]]:
        """Each moment at which a sync saw something new of a version: (seen, released, date)."""
        row, subject = self.versions[version], f"version:{version}"
        fields = (("released", str(row["released"])), ("release_date", row["release_date"]))
        moments = {seen for field, _ in fields for seen, _ in self.seen.get((subject, field), [])}
        return [
            (m, *(self.observed(subject, field, m, now) for field, now in fields))
            for m in sorted(moments) or [0]
        ]

    @property
    def looks(self) -> list[int]:
        return sorted(ms(row["started"]) for row in self.rows["syncs"])

    def readings(self, goal, last: date) -> list[dict]:
        """The readings of a goal's KPI as it is defined now, dated up to this day, in order."""
        return sorted(
            (
                row
                for row in self.rows["readings"]
                if row["goal"] == goal.id
                and goal.kpi is not None
                and row["series"] == goal.kpi.series
                and row["day"] <= last.isoformat()
            ),
            key=lambda row: (row["day"], row["filed"], row["id"]),
        )

    def delivered(self, e: int, moment: int) -> bool:
        if not self.exists(e, moment) or self.level(e, moment) < 1:
            return False
        return self.gates(e, moment)[2] is not None

    def retracted(self, e: int, moment: int) -> bool:
        """Delivered at the end of some month that ended before, and not now."""
        if self.delivered(e, moment):
            return False
        month, this = Month.of(self.day(self.created(e))), Month.of(self.day(moment))
        while month < this:
            if self.delivered(e, self.last_moment(month.last)):
                return True
            month = month.back(-1)
        return False

    def claimed(self, e: int, moment: int) -> bool:
        closed = not self.open(e, moment)
        return closed and any(self.open(child, moment) for child in self.children(e, moment))

    def stage(self, e: int, moment: int) -> str | None:
        names = [s.name for s in self.config.stages if s.label in self.value(e, "labels", moment)]
        return names[-1] if names else None

    # ---- slip ----

    def slip(self, e: int) -> dict:
        until, start = self.moment, self.milestone_started(e, self.moment)
        due = self.value(e, "due", until)
        b0, moves, deleted = self._moves(e, start)
        told = tuple(
            (str(self.day(m)), str(old), str(new), self.day(m) > old)
            for m, old, new in moves
            if old != new
        )
        result = {"b0": b0, "days": None, "in_month": None, "deleted": deleted, "moves": told}
        if due is None:
            return result
        end = self._end_day(e)
        late_days = [due + timedelta(days=n) for n in range(1, max((end - due).days, 0) + 1)]
        eve = self.month.first - ONE_DAY
        forward = sum(
            max((new - max(old, eve)).days, 0)
            for at, old, new in moves
            if new > old and self.start <= at <= until
        )
        inside = sum(1 for day in late_days if self.month.contains(day))
        return result | {"days": (due - b0).days + len(late_days), "in_month": forward + inside}

    def _moves(self, e: int, start: int | None):
        """The first date, the moves after the start, and whether the last deletion was in M."""
        until = self.moment
        if start is None:
            return self.value(e, "due", until), [], False
        last = b0 = self.value(e, "due", start)
        set_now, moves, deleted_at = b0 is not None, [], None
        for m in self.moments(e, until, "due"):
            if m <= start:
                continue
            new = self.value(e, "due", m)
            if new is None:
                deleted_at = m if set_now else deleted_at
            elif last is None:
                last = b0 = new
            else:
                moves.append((m, last, new))
                last = new
            set_now = new is not None
        gone = deleted_at is not None and not set_now and deleted_at >= self.start
        return b0, moves, gone

    def _end_day(self, e: int) -> date:
        """The day it was built or dropped, else the last day covered."""
        built, dropped = self.gates(e, self.moment)[0], self.dropped(e, self.moment)
        if dropped is not None:
            return self.day(dropped)
        return built if built is not None else self.day(self.moment)

    # ---- scope, forecast ----

    def added(self, e: int) -> set[int]:
        start = self.milestone_started(e, self.moment)
        if start is None:
            return set()
        return set(self.children(e, self.moment)) - set(self.children(e, self.scope_moment(start)))

    def scope_moment(self, start: int) -> int:
        return max(self.start - 1, start)

    def forecast(self, e: int) -> dict | None:
        until, start = self.moment, self.milestone_started(e, self.moment)
        children = self.children(e, until)
        remaining = sum(self.open(child, until) for child in children)
        if start is None or not remaining or not self.open(e, until):
            return None
        finished = [self.day(m) for c in children if (m := self.finished(c, until)) is not None]
        weeks, days = [], set()
        for back in range(12):
            last = self.today - timedelta(days=7 * back)
            span = [last - timedelta(days=n) for n in range(7)]
            if span[-1] < self.day(start):
                break
            weeks.append(sum(1 for day in finished if day in span))
            days |= set(finished) & set(span)
        if len(weeks) < 4 or len(days) < 5:
            return None
        self._supplies[e] = weeks, remaining
        origin = self.day(until + 1) if self.day(until + 1) > self.month.last else self.today
        return {
            f"p{percent}": (
                origin + timedelta(weeks=self._weeks(weeks, remaining, percent))
            ).isoformat()
            for percent in (50, 85, 95)
        }

    @property
    def _supplies(self) -> dict:
        return self.__dict__.setdefault("supplies", {})

    def supply(self, e: int) -> tuple[list[int], int]:
        """The children finished in each span, and the open ones, of a forecast that was made."""
        return self._supplies[e]

    def chance(self, e: int) -> float | None:
        """The chance that the open children are finished by the due date."""
        due = self.value(e, "due", self.moment)
        if self.forecast(e) is None or due is None:
            return None
        origin = self.day(self.moment + 1)
        origin = origin if origin > self.month.last else self.today
        weeks = (due - origin).days // 7
        if weeks < 0:
            return 0.0
        supply, remaining = self.supply(e)
        return float(self._by(supply, remaining, weeks))

    def _by(self, weeks: list[int], remaining: int, count: int) -> Fraction:
        """The part of all futures in which the work is done within so many weeks."""
        left = {remaining: Fraction(1)}
        for _ in range(count):
            after: dict[int, Fraction] = {}
            for rest, chance in left.items():
                for done in weeks:
                    next_rest = max(rest - done, 0)
                    after[next_rest] = after.get(next_rest, Fraction(0)) + chance / len(weeks)
            left = after
        return left.get(0, Fraction(0))

    def _weeks(self, weeks: list[int], remaining: int, percent: int) -> int:
        """The fewest weeks in which the work is done in so many of 100 futures, exactly."""
        left = {remaining: Fraction(1)}
        count = 0
        while left.get(0, Fraction(0)) < Fraction(percent, 100):
            after: dict[int, Fraction] = {}
            for rest, chance in left.items():
                for done in weeks:
                    next_rest = max(rest - done, 0)
                    after[next_rest] = after.get(next_rest, Fraction(0)) + chance / len(weeks)
            left, count = after, count + 1
        return count
