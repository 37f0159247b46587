"""A team's own board in local time, and problems planted in it, each of one or more amounts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from boards import Board, at, day

from cadence.config import Match, Member, Partner, Stage
from cadence.model import HistoryState, Note, PartnerTold

TEAM = ("ada", "ben", "zoe")
LAST, AFTER = "2021-03-31 23:59", "2021-04-01 00:00"
EVE, FIRST = "2021-02-28 23:59", "2021-03-01 00:00"


class Local(Board):
    """A board whose times are the team's own; a day without a time is its noon."""

    def __init__(self, zone: str = "UTC", **team: Any) -> None:
        super().__init__(timezone=zone, **team)
        self.zone = ZoneInfo(zone)
        self.goal(labels=("io",))

    def utc(self, when: str) -> str:
        """Return a local time as the board's own."""
        local = datetime.fromisoformat(when if ":" in when else f"{when} 12:00")
        return f"{local.replace(tzinfo=self.zone).astimezone(UTC):%Y-%m-%d %H:%M}"

    def add(self, key: str, created: str = "2021-01-01", **given: Any) -> None:
        super().add(key, self.utc(created), **given)

    def set(self, key: str, when: str, field: str, value: Any, by: str | None = "ada") -> None:
        super().set(key, self.utc(when), field, value, by)

    def version(self, version_id: str, released: bool, release: str | None, seen: str) -> None:
        super().version(version_id, released, release, self.utc(seen))

    def deliver(self, key: str, when: str) -> None:
        """Let a milestone be built, and sign it as shipped and proven on that day."""
        self.move(key, f"{when} done")
        for gate in ("shipped", "proven"):
            self.sign(key, gate, when[:10])

    def worked(self, key: str, first: int, last: int, who: str = "ada", **given: Any) -> None:
        """Let somebody work on an issue from a day of March to another, both included."""
        self.add(key, f"2021-03-{first:02d} 09:00", assignee=who, status="active", **given)
        for touched in range(first, last, 7):
            self.set(key, f"2021-03-{touched:02d} 10:00", "comment", "x")
        self.move(key, f"2021-03-{last:02d} 17:00 done")

    def read(self, on: str, value: float, method: str = "automatic") -> None:
        """File a reading."""
        self.reading(on, value)
        last = replace(self.filed.readings[-1], method=method)
        self.filed = replace(self.filed, readings=(*self.filed.readings[:-1], last))

    def reform(self, **goal: Any) -> None:
        """Configure the goal otherwise; `kpi_` names belong to its KPI."""
        own = {name: value for name, value in goal.items() if not name.startswith("kpi_")}
        of_kpi = {name[4:]: value for name, value in goal.items() if name.startswith("kpi_")}
        old = self.config.goals[0]
        new = replace(old, **own, kpi=replace(old.kpi, **of_kpi))
        self.config = replace(self.config, goals=(new,))


# ---- the problems, each of one or more amounts -----------------------------------------------


def agreed(b: Local, on: str) -> None:
    b.reform(kpi_agreed=day(on))


def ends_without(b: Local, end: str) -> None:
    b.reform(kpi_agreed=day("2021-08-01"), end=day(end))


def read_on(b: Local, on: str) -> None:
    b.read(on, 60)


def two_readings(b: Local, values: tuple[float, float]) -> None:
    for value in values:
        b.read("2021-03-15", value)


def by_hand(b: Local, start_and_methods: tuple[str, ...]) -> None:
    start, *methods = start_and_methods
    b.reform(start=day(start))
    for number, method in enumerate(methods, 10):
        b.read(f"2021-03-{number}", 60, method)


def stands_at(b: Local, value: float) -> None:
    b.read("2021-03-31", value)


def climbs_to(b: Local, value: float) -> None:
    b.reform(kpi_direction="up", kpi_baseline=30.0, kpi_target=90.0)
    b.read("2021-03-31", value)


def won(b: Local, told: tuple[str, float | None, float]) -> None:
    on, before, late = told
    b.add("A-1", type="Epic", labels=("io",))
    b.deliver("A-1", on)
    if before is not None:
        b.read("2021-01-31", before)
    b.read("2021-03-31", late)


def child_finished(b: Local, when: str) -> None:
    b.add("A-1", type="Epic", labels=("io",))
    b.add("A-2", parent="A-1")
    b.move("A-2", f"{when} done")


def other_work(b: Local, last: int) -> None:
    b.config = replace(b.config, team=replace(b.config.team, holidays=(day("2021-03-31"),)))
    b.worked("A-1", 1, last)


def support(b: Local, days: int) -> None:
    b.support(types=("Support",))
    b.worked("A-1", 1, 9, labels=("io",))  # seven days
    b.worked("A-2", 10, 9 + days, type="Support")


def returning(b: Local, told: tuple[Any, ...]) -> None:
    *created, last_type = told
    b.support(labels=("help",), types=("Support",))
    b.add("A-1", type="Story", labels=("help",))
    for number, on in enumerate(created, 2):
        kind = last_type if number == len(created) + 1 else "Support"
        parent = "A-1" if kind == "Sub-task" else None
        b.add(f"A-{number}", on, type=kind, parent=parent, labels=("help", "loader"))


def explained(b: Local, last: int) -> None:
    off = tuple(day(f"2021-03-{number}") for number in (29, 30, 31))
    b.config = replace(b.config, team=replace(b.config.team, holidays=off))  # 20 days are left
    b.worked("A-1", 1, last)


def itself_active(b: Local, steps: tuple[str, ...]) -> None:
    b.add("A-1", type="Epic", labels=("io",))
    b.move("A-1", *steps)


def delivered_beside(b: Local, when: str) -> None:
    itself_active(b, ("2021-03-02 active",))
    b.add("A-3", type="Epic", labels=("io",))
    b.deliver("A-3", when)


def due_on(b: Local, due: str) -> None:
    b.add("A-1", type="Epic", due=due)
    b.move("A-1", "2021-02-01 active")


def moved_by_a_day(b: Local, when: str) -> None:
    due_on(b, "2021-05-01")
    b.set("A-1", when, "due", "2021-05-02")


def moved_before_its_start(b: Local, start: str) -> None:
    b.add("A-1", type="Epic", due="2021-05-01")
    b.set("A-1", "2021-03-10 12:00", "due", "2021-05-02")
    b.move("A-1", f"{start} active")


def date_deleted(b: Local, when: str) -> None:
    due_on(b, "2021-05-01")
    b.set("A-1", when, "due", None)


def one_a_week(b: Local, told: tuple[str, int]) -> None:
    due, weeks = told
    b.add("A-1", type="Epic", due=due)
    b.move("A-1", "2021-02-20 active")
    for number, on in enumerate(("03-31", "03-24", "03-17", "03-10", "03-03")[:weeks], 10):
        b.add(f"A-{number}", "2021-02-01", parent="A-1")
        b.move(f"A-{number}", f"2021-{on} 23:30 done")
    for number in (30, 31):  # at one a week: two weeks from 1 April, the 15th, for certain
        b.add(f"A-{number}", "2021-02-01", parent="A-1")


def child_moved(b: Local, when: str) -> None:
    b.add("A-1", type="Epic")
    b.add("A-2", parent="A-1")
    b.move("A-1", "2021-02-01 active")
    b.move("A-2", f"{when} active", "2021-03-30 review")  # review is in progress, too


def began(b: Local, when: str) -> None:
    b.add("A-1", type="Epic")
    b.move("A-1", f"{when} active")


def begins_with(b: Local, told: dict[str, Any]) -> None:
    start = told.get("start", LAST)
    given = {"assignee": "ada", "due": "2021-09-01", "described": True} | told.get("given", {})
    b.add("A-1", type="Epic", **given)
    b.add("A-2", parent="A-1" if told.get("child", True) else None)
    b.move("A-1", f"{start} active")
    if "owner" in told:
        b.set("A-1", told["owner"], "assignee", "ada")


def closed(b: Local, told: tuple[str, str]) -> None:
    own, child = told
    b.add("A-1", type="Epic")
    b.add("A-2", parent="A-1")
    b.move("A-1", f"{own} done")
    b.move("A-2", f"{child} done")


def reopened_milestone(b: Local, told: tuple[str, str]) -> None:
    delivered, opened = told
    b.add("A-1", type="Epic")
    b.deliver("A-1", delivered)
    b.move("A-1", f"{opened} active")


def grew(b: Local, told: tuple[int, int, str]) -> None:
    before, added, when = told
    b.add("A-1", type="Epic")
    b.move("A-1", "2021-02-01 active")
    for number in range(before):
        b.add(f"A-{10 + number}", "2021-02-02", parent="A-1")
    for number in range(added):
        b.add(f"A-{50 + number}", when, parent="A-1")


def bugs(b: Local, told: tuple[str, ...]) -> None:
    built, *created = told
    b.add("A-1", type="Epic")
    b.move("A-1", f"{built} done")
    for number, when in enumerate(created, 10):
        b.add(f"A-{number}", when, type="Bug")
        b.set(f"A-{number}", "2021-03-25", "Link", "A-1")


def carries(b: Local, issues: int) -> None:
    """Four the whole month through, what is more on its last day only."""
    for number in range(1, issues + 1):
        when = FIRST if number <= 4 else "2021-03-31 23:58"
        b.add(f"A-{number}", when, assignee="ada", status="active")


def owns(b: Local, told: tuple[str, ...]) -> None:
    for number, start in enumerate(told, 1):
        b.add(f"A-{number}", type="Epic", assignee="ada")
        b.move(f"A-{number}", f"{start} active")


def pair(b: Local, told: tuple[int, int, int]) -> None:
    """Days of Ada, days of Ben, and the size of the team."""
    ada, ben, size = told
    members = tuple(Member(name, name) for name in TEAM[:size])
    b.config = replace(b.config, team=replace(b.config.team, members=members))
    working = [n for n in range(1, 32) if day(f"2021-03-{n:02d}").weekday() < 5]
    b.add("A-9", type="Epic")
    b.worked("A-1", 1, working[ada - 1], parent="A-9")
    b.worked("A-2", 1, working[ben - 1], who="ben", parent="A-9")


def alike(b: Local, told: dict[str, Any]) -> None:
    b.add("A-1", told.get("old", "2021-02-01"), summary="alpha beta gamma delta", assignee="ada")
    summary = told.get("summary", "The alpha, beta & GAMMA of epsilon")
    b.add("A-2", told.get("young", LAST), summary=summary, assignee=told.get("who", "ben"))
    if "done" in told:
        b.move("A-1", f"{told['done']} done")


def came_back(b: Local, told: tuple[str, str]) -> None:
    key, when = told
    b.add("A-1")
    b.add("A-2", type="Sub-task", parent="A-1")
    b.add("A-3", type="Epic")
    b.move(key, "2021-03-02 done", f"{when} active")


def came_back_dropped(b: Local, resolution: str) -> None:
    b.add("A-1")
    b.move("A-1", "2021-03-02 done", resolution=resolution)
    b.set("A-1", "2021-03-20", "resolution", None)
    b.move("A-1", "2021-03-20 active")


def to_and_fro(b: Local, told: tuple[str, ...]) -> None:
    b.add("A-1")
    for when in told:  # each time forward, and back at the time that is told
        b.move("A-1", f"{when[:10]} 00:00 active", f"{when} new")


def hands(b: Local, told: tuple[str | None, ...]) -> None:
    b.add("A-1", assignee="ada")
    for number, who in enumerate(told, 10):
        b.set("A-1", f"2021-03-{number}", "assignee", who)


def nobodys(b: Local, told: tuple[str, str, str]) -> None:
    key, first, last = told
    b.add("A-1")
    b.add("A-2", type="Sub-task", parent="A-1")
    b.move(key, f"{first} active", f"{last} done")


def under_way(b: Local, started: str) -> None:
    b.add("A-1")
    b.move("A-1", f"{started} active")


def with_a_past(b: Local, told: tuple[str, str]) -> None:
    """Ten were finished: eight on their day, the ninth within 20 days, the tenth within 40."""
    first, started = told
    b.add("A-10", "2020-12-01")
    b.move("A-10", f"{first[:10]} 00:00 active" if first >= "2021" else "2020-12-31 09:00 active")
    b.move("A-10", f"{first} done")
    for number in range(11, 18):
        b.add(f"A-{number}")
        b.move(f"A-{number}", "2021-02-01 09:00 active", "2021-02-01 17:00 done")
    b.add("A-18")
    b.move("A-18", "2021-02-01 active", "2021-02-20 done")
    b.add("A-19")
    b.move("A-19", "2021-02-01 active", "2021-03-12 done")
    under_way(b, started)


def orphans(b: Local, days: int) -> None:
    b.add("A-9", type="Epic")
    b.worked("A-1", 1, 3, parent="A-9")  # three days
    b.worked("A-2", 4, 3 + days)


def promised(b: Local, months: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Kept and committed, of February and of March."""
    for month, (kept, committed) in zip((2, 3), months, strict=True):
        for number in range(committed):
            key = f"A-{month}{number}"
            b.add(key, type="Epic", due=f"2021-{month:02d}-10")
            if number < kept:
                b.deliver(key, f"2021-{month:02d}-09")


def in_stage(b: Local, told: dict[str, str]) -> None:
    b.config = replace(b.config, stages=(Stage("PoC", "poc", 30), Stage("Phase 1", "p1", 0)))
    b.add("A-1", type="Epic")
    b.set("A-1", told["since"], "labels", ("poc",))
    if "decided" in told:
        b.decision("A-1", told["decided"])
    if "built" in told:
        b.move("A-1", f"{told['built']} done")
    if "next" in told:
        b.set("A-1", told["next"], "labels", ("poc", "p1"))


def set_again(b: Local, when: str) -> None:
    in_stage(b, {"since": "2021-01-05"})
    b.set("A-1", "2021-02-20", "labels", ())
    b.set("A-1", when, "labels", ("poc",))


def left_the_poc(b: Local, told: tuple[str, str | None, tuple[str, ...]]) -> None:
    when, evidence, labels = told
    b.config = replace(b.config, stages=(Stage("PoC", "poc", 0, ("metric",)), Stage("P1", "p1")))
    b.add("A-1", type="Epic", labels=labels)
    b.set("A-1", when, "labels", ("p1",))
    if evidence:
        b.evidence("A-1", "PoC", "metric", evidence)


def no_way_out(b: Local, told: dict[str, Any]) -> None:
    b.config = replace(b.config, production=Match(labels=("deploy",), types=("Support",)))
    b.add("A-1", type="Epic")
    b.move("A-1", f"{told.get('start', '2021-01-30 23:59')} active")
    b.add("A-2", "2021-02-01", parent="A-1", type=told.get("type", "Story"))
    if "label" in told:
        b.set("A-2", told["label"], "labels", ("deploy",))
    if "built" in told:
        b.move("A-2", f"{told['built']} done")
        b.move("A-1", f"{told['built']} done")


def untold(b: Local, told: tuple[str, str | None]) -> None:
    changed, word = told
    b.config = replace(b.config, partners=(Partner("Ads", Match(labels=("ads",))),))
    b.add("A-1", type="Epic", labels=("ads",))
    b.add("A-2", parent="A-1")
    b.set("A-2", changed, "summary", "moved on")
    if word:
        ack = Note("partner-ack", day(word), "ok", at("2021-06-01"), "Ads", "ok")
        b.filed = replace(b.filed, notes=(ack,))


def issued(b: Local, told: tuple[str, str, str]) -> None:
    """What changed, when a report was issued, and to whom."""
    changed, when, partner = told
    untold(b, (changed, None))
    b.filed = replace(b.filed, told=(PartnerTold(partner, at(b.utc(when))),))


def action(b: Local, told: dict[str, str]) -> None:
    b.action("2021-02", on="2021-02-28", **told)


def carried(b: Local, told: tuple[str, ...]) -> None:
    """Agreed in January, not due before autumn; the days on which reflections closed."""
    b.action("2021-01", on="2021-01-29", due="2021-09-01")
    b.reflection("2021-02", closed=told[0])
    b.reflection("2021-03", closed=told[1])
    if len(told) > 2:
        b.decision("1", told[2])


def reflected(b: Local, told: dict[str, str]) -> None:
    b.reflection(told.pop("month", "2021-02"), **told)


def first_goal(b: Local, start: str) -> None:
    b.reform(start=day(start))


def known_history(b: Local, told: tuple[HistoryState, str, str]) -> None:
    state, kind, end = told
    b.add("A-1", type=kind, history=state)
    if end:
        b.move("A-1", "2021-03-10 done", resolution=end)


def nothing(b: Local, _: object) -> None:
    pass
