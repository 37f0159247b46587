"""
What was true at a moment: after the last change the present value, before it what history told.

A moment is a whole number of milliseconds (the store knows nothing finer); what is true at a
moment includes what happened at it. "M's start" as a state is therefore the millisecond before.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from .rows import Rows, ms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


class Past:
    """The rows of a store, asked about any moment."""

    def __init__(self, rows: Rows, config) -> None:
        self.rows = rows
        self.config = config
        self.zone = ZoneInfo(config.team.timezone)
        self.issues = {issue["id"]: issue for issue in rows["issues"]}
        self.changes: dict[int, list[dict]] = {number: [] for number in self.issues}
        for change in rows["changes"]:
            self.changes[change["issue_id"]].append(change | {"ms": ms(change["at"])})
        for changes in self.changes.values():
            changes.sort(key=lambda one: (one["ms"], one["history_id"], one["item"]))
        self.statuses = {row["id"]: row for row in rows["statuses"]}
        self.types = {row["id"]: row for row in rows["types"]}
        self.versions = {row["id"]: row for row in rows["versions"]}
        self.people = {row["account"]: row for row in rows["people"]}
        self.seen: dict[tuple[str, str], list[tuple[int, str | None]]] = {}
        for row in sorted(rows["observations"], key=lambda one: one["seen"]):
            self.seen.setdefault((row["subject"], row["field"]), []).append(
                (ms(row["seen"]), row["value"])
            )
        self._memory: dict = {}
        self._created = {number: ms(issue["created"]) for number, issue in self.issues.items()}

    # ---- time ----

    def first_moment(self, day: date) -> int:
        start = datetime.combine(day, time(), tzinfo=self.zone)
        return (start.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)

    def last_moment(self, day: date) -> int:
        return self.first_moment(day + ONE_DAY) - 1

    def day(self, moment: int) -> date:
        return (EPOCH + timedelta(milliseconds=moment)).astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        name = "mon tue wed thu fri sat sun".split()[day.weekday()]
        return name in self.config.team.workdays and day not in self.config.team.holidays

    # ---- one field of one issue at a moment ----

    def value(self, number: int, field: str, moment: int):
        key = (number, field, moment)
        if key not in self._memory:
            self._memory[key] = self._undo(number, field, moment)
        return self._memory[key]

    def _undo(self, number: int, field: str, moment: int):
        issue = self.issues[number]
        later = [c for c in self.changes[number] if c["field"] == field and c["ms"] > moment]
        if field in ("fix_versions", "components"):
            column = "id" if field == "fix_versions" else "text"
            held = set(issue[field])
            for change in reversed(later):
                held.discard(change[f"to_{column}"])
                if change[f"from_{column}"]:
                    held.add(change[f"from_{column}"])
            return frozenset(held)
        if not later:
            return self._present(issue, field)
        earlier = [c for c in self.changes[number] if c["field"] == field and c["ms"] <= moment]
        if earlier:
            return _told(field, earlier[-1], "to")
        return _told(field, later[0], "from")

    def _present(self, issue: dict, field: str):
        match field:
            case "status" | "type":
                return issue[f"{field}_id"]
            case "parent":
                return issue["parent_id"]
            case "due":
                return date.fromisoformat(issue["due"]) if issue["due"] else None
            case "labels":
                return frozenset(issue["labels"])
            case "description":
                return bool(issue["described"])
        return issue[field]

    def created(self, number: int) -> int:
        return self._created[number]

    def exists(self, number: int, moment: int) -> bool:
        if moment < self.created(number):
            return False
        state = [v for seen, v in self.seen.get((f"issue:{number}", "state"), []) if seen <= moment]
        return not state or state[-1] == "present"

    def known(self, moment: int) -> list[int]:
        return [number for number in sorted(self.issues) if self.exists(number, moment)]

    def level(self, number: int, moment: int) -> int:
        kind = self.types.get(self.value(number, "type", moment))
        return kind["level"] if kind else self.issues[number]["level"]

    def type_name(self, number: int, moment: int) -> str | None:
        kind = self.types.get(self.value(number, "type", moment))
        return kind["name"] if kind else None

    def moments(self, number: int, moment: int, *fields: str) -> list[int]:
        """Creation and every moment up to this one at which one of these fields changed."""
        changed = {c["ms"] for c in self.changes[number] if not fields or c["field"] in fields}
        changed |= {self.created(number)}
        return sorted(m for m in changed if self.created(number) <= m <= moment)

    # ---- new, active, done, dropped ----

    @cached_property
    def dropped_names(self) -> set[str]:
        return {name.casefold() for name in self.config.jira.dropped_resolutions}

    def category(self, number: int, moment: int) -> str:
        issue = self.issues[number]
        status = self.value(number, "status", moment)
        if status in self.statuses:
            return self.statuses[status]["category"]
        return issue["category"] if status == issue["status_id"] else "new"

    def has_history(self, number: int, field: str) -> bool:
        return any(change["field"] == field for change in self.changes[number])

    def _silent_end(self, number: int) -> int | None:
        """The resolution date that nothing in the history tells of; before it all was open."""
        if self.has_history(number, "status") or self.has_history(number, "resolution"):
            return None
        resolved = self.issues[number]["resolved"]
        return ms(resolved) if resolved else None

    def resolution_date(self, number: int, moment: int) -> int | None:
        """When the resolution that stands at the moment was set."""
        if self.has_history(number, "resolution"):
            dates = self.moments(number, moment, "resolution")[1:]
            return dates[-1] if dates and self.value(number, "resolution", moment) else None
        resolved = self.issues[number]["resolved"]
        return ms(resolved) if resolved and ms(resolved) <= moment else None

    def phase(self, number: int, moment: int) -> str:
        category = self.category(number, moment)
        if category != "done":
            return "active" if category == "indeterminate" else "new"
        end = self._silent_end(number)
        if end is not None and moment < end:
            return "new"
        resolution = self.value(number, "resolution", moment)
        return "dropped" if resolution and resolution.casefold() in self.dropped_names else "done"

    def phases(self, number: int, moment: int) -> list[tuple[int, str]]:
        moments = self.moments(number, moment, "status", "resolution")
        end = self._silent_end(number)
        if end is not None and self.created(number) < end <= moment:
            moments = sorted({*moments, end})
        return [(m, self.phase(number, m)) for m in moments]

    def started(self, number: int, moment: int) -> int | None:
        return next((m for m, phase in self.phases(number, moment) if phase == "active"), None)

    def stay(self, number: int, phase: str, moment: int) -> int | None:
        """The beginning of the unbroken stay in this phase that lasts at the moment."""
        begun = None
        for m, was in self.phases(number, moment):
            if was != phase:
                begun = None
            elif begun is None:
                begun = m
        return begun

    def finished(self, number: int, moment: int) -> int | None:
        begun = self.stay(number, "done", moment)
        if begun is None or len(self.moments(number, moment, "status")) > 1:
            return begun
        resolved = self.resolution_date(number, moment)
        return begun if resolved is None else resolved

    def dropped(self, number: int, moment: int) -> int | None:
        return self.stay(number, "dropped", moment)

    def open(self, number: int, moment: int) -> bool:
        return self.phase(number, moment) in ("new", "active")

    def active_in(self, number: int, first: int, last: int) -> bool:
        inside = [m for m in self.moments(number, last) if m >= first]
        return any(
            self.exists(number, m) and self.phase(number, m) == "active" for m in (first, *inside)
        )

    # ---- the tree, milestones ----

    def parent(self, number: int, moment: int) -> int | None:
        parent = self.value(number, "parent", moment)
        return parent if parent in self.issues and self.exists(parent, moment) else None

    def milestones(self, moment: int) -> list[int]:
        return [number for number in self.known(moment) if self.level(number, moment) >= 1]

    def children(self, milestone: int, moment: int) -> list[int]:
        return [
            number
            for number in self.known(moment)
            if self.level(number, moment) >= 0 and self.value(number, "parent", moment) == milestone
        ]

    def milestone_started(self, milestone: int, moment: int, above: tuple = ()) -> int | None:
        begun = [self.started(milestone, moment)]
        for child in self.children(milestone, moment):
            begun += [self.started(child, moment), self.finished(child, moment)]
            if self.level(child, moment) >= 1 and child not in above:
                begun.append(self.milestone_started(child, moment, (*above, milestone)))
        return min((m for m in begun if m is not None), default=None)

    # ---- what syncs observed ----

    def observed(self, subject: str, field: str, moment: int, present):
        """The last value seen up to the moment; before the first sync, the first value seen."""
        seen = self.seen.get((subject, field), [])
        up_to = [value for when, value in seen if when <= moment]
        if up_to:
            return up_to[-1]
        return seen[0][1] if seen else present


def _told(field: str, change: dict, side: str):
    """What a change says that a field was before it (`from`) or is since (`to`)."""
    number, text = change[f"{side}_id"], change[f"{side}_text"]
    match field:
        case "labels":
            return frozenset((text or "").split())
        case "description":
            return bool((text or "").strip())
        case "key" | "summary" | "resolution":
            return text or None
        case "parent":
            return int(number) if number else None
        case "due":
            return date.fromisoformat(number[:10]) if number else None
    return number or None
