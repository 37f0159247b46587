"""A small world for tests of figures and findings: what happened to which issue, and when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cadence.config import Config, Done, Goal, Jira, Kpi, Match, Member, Signs, Support, Team
from cadence.model import (
    Action,
    Change,
    Facts,
    Filed,
    Gate,
    Issue,
    IssueType,
    Note,
    Observation,
    Person,
    Reading,
    Reflection,
    SignOff,
    StageEvidence,
    State,
    Status,
    SyncRun,
    Version,
)
from cadence.month import Month
from cadence.snapshot import IssueAt, Snapshot, snapshot_at

STATUSES = {"new": "1", "active": "3", "review": "4", "done": "5", "closed": "6"}
CATEGORIES = {"1": "new", "3": "indeterminate", "4": "indeterminate", "5": "done", "6": "done"}
TYPES = {"Sub-task": -1, "Story": 0, "Bug": 0, "Support": 0, "Epic": 1, "Initiative": 2}
FAR = datetime(2031, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """Read `2021-03-02` (noon) or `2021-03-02 17:30`, both UTC."""
    return datetime.fromisoformat(text if ":" in text else f"{text} 12:00").replace(tzinfo=UTC)


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


class Board:
    """Issues are added, moved and edited in any order; `month` takes the snapshot."""

    def __init__(self, **team: Any) -> None:
        members = team.pop("members", ("ada",))
        people = tuple(m if isinstance(m, Member) else Member(m, m) for m in members)
        self.config = Config(jira=Jira(), team=Team(members=people, **team))
        self.issues: dict[str, Issue] = {}
        self.history: list[tuple[datetime, str, str, str, Any, str | None]] = []
        self.versions: list[Version] = []
        self.observations: list[Observation] = []
        self.people = [Person(m.account, m.name) for m in people] + [
            Person("bot", "Bot", kind="app")
        ]
        self.filed = Filed()
        self.syncs = (SyncRun(FAR, FAR, True, 1),)

    def add(self, key: str, created: str = "2021-01-01", **given: Any) -> None:
        """Add an issue as it was when it was created; `type`, `parent`, `status` by name."""
        kind = given.pop("type", "Story")
        parent = given.pop("parent", None)
        status = STATUSES[given.pop("status", "new")]
        self.issues[key] = Issue(
            id=len(self.issues) + 1,
            key=key,
            project=key.split("-")[0],
            type_id=kind,
            level=TYPES[kind],
            summary=given.pop("summary", key),
            status_id=status,
            category=CATEGORIES[status],
            created=at(created),
            updated=at(created),
            parent_id=self.issues[parent].id if parent else None,
            due=day(given.pop("due")) if given.get("due") else given.pop("due", None),
            **given,
        )

    def set(self, key: str, when: str, field: str, value: Any, by: str | None = "ada") -> None:
        """Change a field at a time."""
        self.history.append((at(when), key, field, "set", value, by))

    def move(self, key: str, *steps: str, resolution: str | None = None) -> None:
        """Move through statuses: `2021-03-02 active`, `2021-03-04 16:00 done`."""
        for step in steps:
            when, _, status = step.rpartition(" ")
            self.set(key, when, "status", status)
            if resolution and CATEGORIES[STATUSES[status]] == "done":
                self.set(key, when, "resolution", resolution)

    def facts(self) -> Facts:
        """Return all of it as the store would."""
        now = dict(self.issues)
        changes: dict[int, list[Change]] = {}
        for number, (when, key, field, _, value, by) in enumerate(
            sorted(self.history, key=lambda h: h[0])
        ):
            issue = now[key]
            now[key], change = self._changed(issue, field, value)
            changes.setdefault(issue.id, []).append(
                Change(issue.id, number, 0, when, by, field, *change)
            )
        return Facts(
            issues=tuple(now.values()),
            changes={issue_id: tuple(found) for issue_id, found in changes.items()},
            statuses=tuple(Status(i, name, CATEGORIES[i]) for name, i in STATUSES.items()),
            types=tuple(IssueType(name, name, level) for name, level in TYPES.items()),
            people=tuple(self.people),
            versions=tuple(self.versions),
            observations=tuple(self.observations),
            syncs=self.syncs,
        )

    def _changed(
        self, issue: Issue, field: str, value: Any
    ) -> tuple[Issue, tuple[str | None, str | None, str | None, str | None]]:
        if field == "status":
            new = STATUSES[value]
            return replace(issue, status_id=new, category=CATEGORIES[new]), (
                issue.status_id,
                None,
                new,
                None,
            )
        if field == "due":
            due = day(value) if value else None
            old = issue.due.isoformat() if issue.due else None
            return replace(issue, due=due), (old, None, value, None)
        if field == "parent":
            parent = self.issues[value].id if value else None
            ids = tuple(str(i) if i else None for i in (issue.parent_id, parent))
            return replace(issue, parent_id=parent), (ids[0], None, ids[1], None)
        if field == "labels":
            return replace(issue, labels=tuple(value)), (
                None,
                " ".join(issue.labels),
                None,
                " ".join(value),
            )
        if field == "fix_versions":
            added = next(iter(set(value) - set(issue.fix_versions)), None)
            removed = next(iter(set(issue.fix_versions) - set(value)), None)
            return replace(issue, fix_versions=tuple(value)), (removed, None, added, None)
        if field == "type":
            return replace(issue, type_id=value, level=TYPES[value]), (
                issue.type_id,
                None,
                value,
                None,
            )
        if field == "description":
            return replace(issue, described=bool(value)), (
                "x" if issue.described else None,
            ) * 2 + (value,) * 2
        if field == "Link":  # `A-2` links, `-A-2` takes the link away
            key = value.removeprefix("-")
            told = (key, f"This issue relates to {key}")
            return issue, (*told, None, None) if value[0] == "-" else (None, None, *told)
        if field == "comment":
            return issue, (None, None, None, None)
        old = getattr(issue, field)
        return replace(issue, **{field: value}), (old, old, value, value)

    def month(self, name: str, now: str = "2030-01-01") -> Snapshot:
        """Take the snapshot of a month."""
        year, number = name.split("-")
        month = Month(int(year), int(number))
        return snapshot_at(self.facts(), self.filed, self.config, month, at(now))

    # ---- configuration and filings ----------------------------------------------------------

    def goal(self, **match: tuple[str, ...]) -> None:
        """Configure the goal `io`, with a KPI from 90 down to 30, January to June 2021."""
        kpi = Kpi("share of step time", "%", "down", 90.0, 30.0)  # type: ignore[arg-type]
        goal = Goal("io", "No waiting", day("2021-01-01"), day("2021-06-30"), Match(**match), kpi)
        self.config = replace(self.config, goals=(goal,))

    def support(self, **match: tuple[str, ...]) -> None:
        """Configure the bucket support."""
        self.config = replace(self.config, support=Support(Match(**match)))

    def signs(self, shipped: Signs, proven: Signs) -> None:
        """Configure the signs of the gates."""
        self.config = replace(self.config, done=Done(shipped, proven))

    def threshold(self, code: str, value: Any) -> None:
        """Configure a finding's threshold."""
        self.config = replace(self.config, findings={**self.config.findings, code: value})

    def driver(self, version_id: str, account: str | None, seen: str) -> None:
        """Let a sync see who leads a version."""
        self.observations.append(Observation(f"version:{version_id}", "driver", account, at(seen)))

    def version(self, version_id: str, released: bool, release: str | None, seen: str) -> None:
        """Let a sync see a version."""
        day_ = day(release) if release else None
        self.versions = [v for v in self.versions if v.id != version_id]
        self.versions.append(Version(version_id, "A", f"v{version_id}", released, day_))
        for field, value in (("released", "1" if released else "0"), ("release_date", release)):
            self.observations.append(Observation(f"version:{version_id}", field, value, at(seen)))

    def gone(self, key: str, seen: str) -> None:
        """Let a sync miss an issue."""
        subject = f"issue:{self.issues[key].id}"
        self.observations.append(Observation(subject, "state", State.DELETED, at(seen)))

    def sign(self, key: str, gate: str, on: str, withdrawn: str | None = None) -> None:
        """File a sign-off."""
        off = day(withdrawn) if withdrawn else None
        signed = SignOff(
            self.issues[key].id, key, Gate(gate), "https://x.test", "Ada", day(on), FAR, off
        )
        self.filed = replace(self.filed, sign_offs=(*self.filed.sign_offs, signed))

    def reading(self, on: str, value: float, goal: str = "io") -> None:
        """File a reading of the goal's KPI."""
        series = self.config.goals[0].kpi.series if self.config.goals[0].kpi else ""
        number = len(self.filed.readings) + 1
        taken = Reading(goal, series, day(on), value, "manual", None, FAR, number)
        self.filed = replace(self.filed, readings=(*self.filed.readings, taken))

    def reflection(self, month: str, closed: str | None = None, skipped: str | None = None) -> None:
        """File a reflection, or that it was skipped."""
        year, number = month.split("-")
        held = Reflection(
            Month(int(year), int(number)),
            "named",  # type: ignore[arg-type]
            opened=day(closed) if closed else None,
            closed=day(closed) if closed else None,
            skipped=day(skipped) if skipped else None,
        )
        self.filed = replace(self.filed, reflections=(*self.filed.reflections, held))

    def action(self, month: str, on: str, due: str, **ends: str) -> None:
        """File an action; `done` and `dropped` are days."""
        year, number = month.split("-")
        count = len(self.filed.actions) + 1
        agreed = Action(
            Month(int(year), int(number)),
            f"action {count}",
            "Ada",
            day(due),
            day(on),
            FAR,
            done=day(ends["done"]) if "done" in ends else None,
            dropped=day(ends["dropped"]) if "dropped" in ends else None,
            id=count,
        )
        self.filed = replace(self.filed, actions=(*self.filed.actions, agreed))

    def evidence(self, key: str, stage: str, what: str, on: str) -> None:
        """Record what a stage asks for."""
        number = self.issues[key].id
        held = StageEvidence(number, key, stage, what, "https://x.test", day(on), FAR)
        self.filed = replace(self.filed, stage_evidence=(*self.filed.stage_evidence, held))

    def decision(self, about: str, on: str) -> None:
        """File a decision about a milestone."""
        note = Note("decision", day(on), "because", FAR, about)
        self.filed = replace(self.filed, notes=(*self.filed.notes, note))


def milestone(snapshot: Snapshot, key: str) -> IssueAt:
    """Return a milestone at T."""
    return next(m for m in snapshot.moment.milestones if m.key == key)
