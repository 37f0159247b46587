"""A random team and its configuration."""

from dataclasses import replace
from datetime import date

from cadence.config import (
    Config,
    Direction,
    Done,
    Goal,
    Jira,
    Kpi,
    Match,
    Member,
    Signs,
    Stage,
    Support,
    Team,
)

from .chance import DAY, Chance
from .site import COMPONENTS


class Teams(Chance):
    """Draws people, goals, signs and a calendar."""

    def people(self) -> list[dict]:
        names = {"ada": "Ada Park", "ben": "Ben Ito", "chloe": "Chloé Martin", "dev": "Dev Rao"}
        names |= {"out": "Olga Out", "bot": "Merge Bot", "rob": "Rob Script"}
        return [
            {
                "account": f"acc-{key}",
                "name": name,
                "user_name": key if self.server else None,
                "kind": "app" if key == "bot" else "person",
                "active": 1,
            }
            for key, name in names.items()
        ]

    def config(self) -> Config:
        self.team_size = self.random.randint(1, 4)
        days = [self.month.first + DAY * n for n in range(28)]
        members = tuple(
            Member(
                name=f"Member {account[4:]}",
                account=account[4:] if self.server else account,
                part_time=self.pick([1.0, 1.0, 0.5, 0.8]),
                days_off=tuple(self.some(days, 4)),
            )
            for account in self.accounts()
        )
        if self.chance(0.1):
            members = ()
        week = "sun mon tue wed thu".split() if self.chance(0.15) else "mon tue wed thu fri".split()
        team = Team(
            name="Squad",
            timezone=self.zone_name,
            workdays=tuple(week),
            holidays=tuple(self.some(days, 3)),
            members=members,
        )
        return Config(
            jira=replace(Jira(), robots=("acc-rob",)),
            team=team,
            goals=self.goals(),
            support=Support(Match(labels=("support",), types=("Support",))),
            done=self.done(),
            production=Match(labels=("ui",)) if self.chance(0.5) else Match(),
            stages=(Stage("PoC", "stage:poc", 30), Stage("Phase 1", "stage:p1", 60)),
        )

    def done(self) -> Done:
        shipped = Signs(
            versions=self.chance(0.7),
            statuses=("Deployed",) if self.chance(0.5) else (),
            labels=("shipped",) if self.chance(0.5) else (),
        )
        proven = Signs(
            labels=("proven",) if self.chance(0.6) else (),
            statuses=("Closed",) if self.chance(0.3) else (),
            kpi=self.chance(0.15),
        )
        return Done(shipped, proven)

    def goals(self) -> tuple[Goal, ...]:
        start = self.month.back(self.random.randint(0, 2)).first + DAY * self.pick([0, 0, 4, 14])
        middle = self.month.first + DAY * self.pick([9, 14, 40, 80])
        one = self.goal("io", start, max(middle, start + DAY))
        two = self.goal("serve", start + DAY * self.random.randint(0, 20), middle + DAY * 200)
        three = self.goal("next", one.end + DAY, one.end + DAY * 120)
        return (one, two, three)[: self.random.randint(1, 3)]

    def goal(self, name: str, start: date, end: date) -> Goal:
        match = Match(
            epics=tuple(f"TFIO-{n}" for n in self.some(range(1, 5), 2)),
            labels=tuple(self.some(["io", "ui"], 1)),
            components=tuple(self.some(COMPONENTS, 1)) if self.chance(0.3) else (),
            fix_versions=("v1",) if self.chance(0.2) else (),
            projects=("OPS",) if self.chance(0.15) else (),
            types=("Bug",) if self.chance(0.15) else (),
        )
        kpi = None
        if self.chance(0.75):
            down = self.chance(0.5)
            kpi = Kpi(
                name=f"{name} share",
                unit="%",
                direction=Direction.DOWN if down else Direction.UP,
                baseline=90.0 if down else 10.0,
                target=30.0 if down else 60.0,
                agreed=start + DAY * self.random.randint(0, 60) if self.chance(0.4) else None,
            )
        return Goal(name, name.title(), start, end, match, kpi)
