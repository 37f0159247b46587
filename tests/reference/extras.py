"""What was added to the worlds later, from chance of its own: older seeds keep their worlds."""

import random
from dataclasses import replace
from functools import cached_property

from cadence.config import Config, Match, Partner

from .rows import ms
from .teams import Teams


class Extras(Teams):
    """Draws links, stage evidence, dismissals, words of partners, experiments."""

    def more_config(self, config: Config) -> Config:
        drawn = random.Random(self.seed + 1_000_000)
        few = {
            "defects-after-done": (drawn.choice([1.0, 2.0, 3.0]), drawn.choice([10.0, 30.0, 60.0]))
        }
        stages = tuple(
            replace(s, needs=("metric", "plan")[: n + 1]) for n, s in enumerate(config.stages)
        )
        partners = (Partner("Ads", Match(labels=("io",))), Partner("Search", Match(labels=("ui",))))
        return replace(
            config,
            findings={**config.findings, **few},
            stages=stages,
            partners=partners[: drawn.randint(0, 2)],
        )

    def bugs(self) -> None:
        """Bugs come in after an epic was closed: as its children, or linked to it."""
        drawn = random.Random(self.seed + 4_000_000)
        closed = [
            (one[0], one[3])
            for one in self.operations
            if one[1] == "edit"
            and one[4].get("status") in ("4", "5", "6")
            and one[3] in self.epics()
        ]
        for moment, epic in drawn.sample(closed, min(2, len(closed))):
            for _ in range(drawn.randint(0, 3)):
                self.bug_number += 1
                number, born = (
                    20_000 + self.bug_number,
                    moment + drawn.randint(-86_400_000, 40 * 86_400_000),
                )
                if born < ms(self.site.issues[epic]["created"]):
                    continue
                child = drawn.random() < 0.5
                fields = {
                    "key": f"TFIO-{number}",
                    "type": "102",
                    "summary": f"Bug {number}",
                    "status": "1",
                }
                self.do(born, "create", number, fields | {"parent": epic if child else None})
                if not child:
                    key = self.site.issues[epic]["key"]
                    self.do(born + 1, "link", "acc-ada", number, key, True)

    bug_number = 0

    def epics(self) -> list[int]:
        return [n for n, i in self.site.issues.items() if i["type"] == "100"]

    def stage_step(self, moment: int) -> None:
        """Now and then an epic goes into its first stage, or on to the next."""
        if self.stage_draw.random() > 0.04 or not self.epics():
            return
        epic = self.stage_draw.choice(self.epics())
        labels = [*self.site.issues[epic]["labels"]]
        if epic in self.site.gone or "stage:p1" in labels:
            return
        new = "stage:p1" if "stage:poc" in labels else "stage:poc"
        kept = [label for label in labels if label != "stage:poc"]
        self.do(moment + 1, "edit", "acc-ada", epic, {"labels": [*kept, new]})

    @cached_property
    def stage_draw(self) -> random.Random:
        return random.Random(self.seed + 5_000_000)

    def links(self) -> None:
        """Issues are linked to epics, from either side; some links are taken away again."""
        drawn = random.Random(self.seed + 2_000_000)
        epics = [n for n, i in self.site.issues.items() if i["type"] == "100"]
        others = [n for n, i in self.site.issues.items() if i["type"] in ("101", "102")]
        for _ in range(drawn.randint(0, 8) if epics and others else 0):
            pair = [drawn.choice(epics), drawn.choice(others)]
            drawn.shuffle(pair)
            created = max(ms(self.site.issues[n]["created"]) for n in pair)
            moment = created + drawn.randint(1, 40 * 86_400_000)
            author, key = f"acc-{drawn.choice(['ada', 'bot'])}", self.site.issues[pair[1]]["key"]
            self.do(moment, "link", author, pair[0], key, True)
            if drawn.random() < 0.3:
                self.do(moment + drawn.randint(1, 10**9), "link", author, pair[0], key, False)

    def more_filings(self, config: Config):
        drawn = random.Random(self.seed + 3_000_000)
        filed = f"{self.last}T12:00:00.000Z"
        epics = [n for n, i in self.site.issues.items() if i["type"] == "100"]
        keys = [issue["key"] for issue in self.site.issues.values()]

        def day() -> str:
            return str(self.first + (self.last - self.first) * drawn.random())

        for epic in drawn.choices(epics, k=3) if epics else []:
            row = {
                "milestone_id": epic,
                "key": self.site.issues[epic]["key"],
                "evidence": "https://x",
            }
            stage = drawn.choice(config.stages)
            yield (
                "stage_evidence",
                row
                | {
                    "stage": stage.name,
                    "what": drawn.choice(stage.needs),
                    "day": day(),
                    "filed": filed,
                },
            )
        for _ in range(drawn.randint(0, 6)):
            on = day()
            code = drawn.choice(
                "milestone-slipped aging reopened unowned handed-over off-goal".split()
            )
            subject = "team" if code == "off-goal" else drawn.choice(keys)
            yield (
                "dismissals",
                {
                    "code": code,
                    "subject": subject,
                    "why": "Seen",
                    "day": on,
                    "filed": filed,
                    "number": drawn.choice([None, 1e-6, 1e9]),
                    "undone": max(on, day()) if drawn.random() < 0.3 else None,
                },
            )
        for partner in config.partners:
            if drawn.random() < 0.5:
                yield (
                    "notes",
                    {
                        "kind": "partner-ack",
                        "day": day(),
                        "text": "ok",
                        "filed": filed,
                        "about": partner.name,
                    },
                )
        for _ in range(drawn.randint(0, 4)):
            about, outcome = (
                drawn.choice(["io", "serve"]),
                drawn.choice(["validated", "inconclusive", None]),
            )
            row = {"text": "Tried", "filed": filed, "about": about}
            yield "notes", row | {"kind": "experiment", "day": day(), "outcome": outcome}
            if drawn.random() < 0.7:
                yield "notes", row | {"kind": "learning", "day": day(), "outcome": None}
