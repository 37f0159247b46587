"""What people filed in a random world: readings, sign-offs, reflections, actions, decisions."""

from collections.abc import Iterator
from datetime import date

from cadence.config import Config, Goal
from cadence.month import Month

from .chance import DAY, Chance
from .rows import instant_text, ms


class Filings(Chance):
    """Draws filings; many are dated months before they are filed."""

    def filings(self, config: Config) -> Iterator[tuple[str, dict]]:
        later = 0 if self.chance(0.5) else 86_400_000
        filed = instant_text(ms(self.now().isoformat()) + later)
        for goal in config.goals:
            yield from self.readings(goal, filed)
        epics = [n for n, i in self.site.issues.items() if i["type"] == "100"]
        for epic in self.some(epics * 2, 5):
            day = self.a_day()
            yield (
                "sign_offs",
                {
                    "milestone_id": epic,
                    "key": self.site.issues[epic]["key"],
                    "gate": self.pick(["shipped", "proven", "proven", "built"]),
                    "evidence": "https://wiki.example/x",
                    "by": self.pick([None, "Ada Park"]),
                    "day": day.isoformat(),
                    "filed": filed,
                    "withdrawn": (day + DAY * self.random.randint(0, 40)).isoformat()
                    if self.chance(0.2)
                    else None,
                },
            )
        yield from self.reflections(filed)
        for epic in self.some(epics, 2):
            row = {
                "kind": "decision",
                "day": self.a_day().isoformat(),
                "text": "Because",
            }
            yield "notes", row | {"filed": filed, "about": self.site.issues[epic]["key"]}

    def readings(self, goal: Goal, filed: str) -> Iterator[tuple[str, dict]]:
        for _ in range(self.random.randint(0, 4) if goal.kpi else 0):
            other = self.chance(0.1)
            yield (
                "readings",
                {
                    "goal": goal.id,
                    "series": "an older definition" if other else goal.kpi.series,
                    "day": self.a_day().isoformat(),
                    "value": round(self.random.uniform(5, 95), 3),
                    "method": self.pick(["automatic", "manual"]),
                    "note": None,
                    "filed": filed,
                },
            )

    def reflections(self, filed: str) -> Iterator[tuple[str, dict]]:
        for back in range(4):
            month = self.month.back(back)
            opened = month.back(-1).first + DAY * self.random.randint(0, 12)
            state = self.pick(["closed", "closed", "opened", "skipped", None])
            if state is None:
                continue
            row = dict.fromkeys(("opened", "closed", "skipped", "why"))
            row |= {"month": str(month), "anonymity": "entry", "opened": opened.isoformat()}
            if state != "opened":
                row |= {state: (opened + DAY * self.random.randint(0, 30)).isoformat()}
            yield "reflections", row | {"why": "Holidays"} if state == "skipped" else row
            for _ in range(self.random.randint(0, 2)):
                yield "actions", self.action(month, opened, filed)

    def action(self, month: Month, day: date, filed: str) -> dict:
        end = (day + DAY * self.random.randint(1, 60)).isoformat()
        state = self.pick(["done", "dropped", None, None])
        row = {"month": str(month), "text": "Agree", "owner": "Ada Park", "day": day.isoformat()}
        row |= {"due": (day + DAY * self.random.randint(5, 70)).isoformat(), "filed": filed}
        return row | {"done": None, "dropped": None} | ({state: end} if state else {})
