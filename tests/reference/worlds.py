"""Small random worlds, the same for the same seed: a team, its configuration, its Jira, its filings."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cadence.config import Config
from cadence.month import Month
from cadence.store.database import open_store, writing

from .chance import DAY
from .extras import Extras
from .filings import Filings
from .rows import Rows, instant_text, ms
from .site import COMPONENTS, Operation, Site

WORDS = "loader cache shard prefetch reader index slow fast retry disk network split".split()
LABELS = "support io ui stage:poc stage:p1 shipped proven".split()


@dataclass(frozen=True)
class World:
    """A seed's world: what happened, in order of time, and who asks about which month and when."""

    seed: int
    config: Config
    month: Month
    now: datetime
    people: list[dict]
    operations: list[Operation]
    honest: bool
    """Whether the history tells all: no contradiction, nothing lost."""

    def rows(self, until: datetime | None = None) -> Rows:
        """What the store holds now, or held before an earlier instant (filings are kept)."""
        cut, site = _ms(until or self.now), Site()
        for operation in self.operations:
            if operation[0] < cut or operation[1] == "file":
                site.apply(operation)
        return site.rows(self.people)


def write_store(rows: Rows, path: Path) -> None:
    """Write the rows straight into a new store."""
    with open_store(path) as db, writing(db):
        for table, records in rows.items():
            for record in records:
                held = {k: json.dumps(v) if isinstance(v, list) else v for k, v in record.items()}
                names = ", ".join(f'"{name}"' for name in held)
                marks = ", ".join("?" * len(held))
                db.conn.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(held.values())
                )


def make_world(seed: int) -> World:
    return _Maker(seed).world()


def _ms(instant: datetime) -> int:
    return ms(instant.isoformat())


class _Maker(Extras, Filings):
    """Draws what happened in Jira, in order of time."""

    def world(self) -> World:
        config = self.more_config(self.config())
        self.history(config)
        return World(
            seed=self.seed,
            config=config,
            month=self.month,
            now=self.now(),
            people=self.people(),
            operations=self.operations,
            honest=self.honest,
        )

    def moments(self, count: int) -> list[int]:
        """Moments in order; some at exact midnights and month borders, or a millisecond before."""
        found = set()
        while len(found) < count:
            day = self.a_day()
            if self.chance(0.1):
                day = self.pick([self.month.first, self.month.back(-1).first])
            moment = _ms(datetime(day.year, day.month, day.day, tzinfo=self.zone))
            kind = self.random.random()
            if kind < 0.06:
                moment += self.pick([0, 0, -1])
            else:
                moment += self.random.randint(1, 86_399_000)
            found.add(moment)
        return sorted(found)

    def history(self, config: Config) -> None:
        wanted = self.random.randint(30, 45) if self.steady else self.random.randint(5, 25)
        self.number = 0
        for number in ("71", "72"):
            self.do(0, "version", number, {"project": "TFIO", "name": f"v{number[1]}"})
        if self.chance(0.7):
            self.do(0, "sync")
        for moment in self.moments(wanted * self.random.randint(4, 8 if self.steady else 14)):
            self.step(moment, wanted)
            self.stage_step(moment)
        self.bugs()
        self.links()
        filings = [*self.filings(config), *self.more_filings(config)]
        for number, (table, row) in enumerate(filings, 1):
            held = row if table == "reflections" else row | {"id": number}
            self.do(2**42, "file", table, held)

    def do(self, moment: int, kind: str, *rest) -> None:
        operation = (moment, kind, *rest)
        self.operations.append(operation)
        self.site.apply(operation)

    def step(self, moment: int, wanted: int) -> None:
        living = [n for n in self.site.issues if n not in self.site.gone]
        if self.number < wanted and (not living or self.chance(0.2 if self.steady else 0.4)):
            self.create(moment)
            return
        number = self.pick(living or self.site.issues)
        what = self.random.random()
        if what < 0.03:
            self.do(moment, "sync")
        elif what < 0.07:
            self.release(moment)
        elif what < 0.08:
            self.do(moment, "delete", number)
        elif what < (0.083 if self.steady else 0.13):
            self.finish(moment)
        elif what < 0.15 and not self.honest:
            self.do(moment, "silently", number, self.pick([self.transition, self.handover])(number))
        elif what < 0.16 and not self.honest:
            self.do(moment, "forget", number, self.random.randint(0, 9))
        else:
            self.do(moment, "edit", self.author(), number, self.edit(number))

    def author(self) -> str | None:
        return self.pick([*self.accounts(), "acc-out", "acc-bot", "acc-rob", "acc-unknown", None])

    def release(self, moment: int) -> None:
        """A version is released or taken back; a sync sees it at once, but in odd worlds."""
        number = self.pick(["71", "72"])
        released = not self.site.versions[number]["released"]
        fields: dict = {"released": int(released)}
        if released:
            fields["release_date"] = str(datetime.fromtimestamp(moment / 1000, self.zone).date())
        if self.odd_releases:
            fields = {"released": int(self.chance(0.7))}
            fields["release_date"] = str(self.a_day()) if self.chance(0.9) else None
        self.do(moment, "version", number, fields)
        if not self.odd_releases:
            self.do(moment, "sync")

    def create(self, moment: int) -> None:
        self.number += 1
        kinds = (
            ["101"] * 8 if self.steady else ["100", *["101"] * 5, "102", "103", "104", "104", "105"]
        )
        kind = "100" if self.number <= (2 if self.steady else 3) else self.pick(kinds)
        fields = {
            "key": f"{'TFIO' if self.chance(0.9) else 'OPS'}-{self.number}",
            "type": kind,
            "summary": self.summary(),
            "status": self.pick(["1"] * 6 + ["7", "2", "2", "4"]),
            "assignee": self.person() if self.chance(0.7) else None,
            "parent": self.parent(kind),
            "due": self.due() if self.chance(0.4) else None,
            "labels": self.some(LABELS, 2) if self.chance(0.3) else [],
            "components": self.some(COMPONENTS, 2) if self.chance(0.3) else [],
            "fix_versions": self.some(["71", "72"], 1) if self.chance(0.3) else [],
            "description": "Why and what" if self.chance(0.6) else None,
        }
        if fields["status"] == "4" and self.chance(0.5):
            fields |= {"resolution": self.resolution(), "resolved": instant_text(moment)}
        self.do(moment, "create", 10_000 + self.number, fields)

    def summary(self) -> str:
        return " ".join(["the", *self.random.sample(WORDS[:5], 3), self.pick(WORDS)])

    def person(self) -> str:
        return self.pick([*self.accounts() * 4, "acc-out", "acc-bot"])

    def due(self) -> str:
        day = self.month.first + DAY * self.random.randint(-40, 75)
        return self.pick([day, self.month.first, self.month.last]).isoformat()

    def resolution(self) -> str:
        return self.pick(["Done", "Done", "Fixed", "Won't Do", "WON'T FIX", "Duplicate"])

    def parent(self, kind: str) -> int | None:
        levels = {"105": (), "100": ("105",), "104": ("101", "102", "103")}.get(kind, ("100",))
        above = [n for n, issue in self.site.issues.items() if issue["type"] in levels]
        above = above[:1] if self.steady and self.chance(0.7) else above
        return self.pick(above) if above and (kind == "104" or self.chance(0.75)) else None

    # ---- edits ----

    def edit(self, number: int) -> dict:
        what = self.random.random()
        if what < 0.45:
            return self.transition(number)
        if what < 0.57:
            return self.handover(number)
        if what < 0.70:
            return {"due": self.due() if self.chance(0.8) else None}
        if what < 0.78:
            return self.labels(number)
        return self.rare_edit(number)

    def rare_edit(self, number: int) -> dict:
        issue, kind = self.site.issues[number], self.site.issues[number]["type"]
        edits = [
            {"parent": self.parent(kind)},
            {"parent": self.parent(kind)},
            {"resolution": self.resolution() if self.chance(0.6) else None},
            {"components": self.some(COMPONENTS, 2)},
            {"fix_versions": self.some(["71", "72"], 2)},
            {"fix_versions": self.some(["71", "72"], 1)},
            {"summary": self.summary()},
            {"description": "More" if self.chance(0.7) else None},
            {"type": self.pick(["101", "102", "103"])} if kind in ("101", "102", "103") else {},
            {"type": "100" if kind == "101" else "101"}
            if kind in ("100", "101") and self.chance(0.3)
            else {},
            {"key": f"OPS-{number}"}
            if issue["key"].startswith("TFIO") and self.chance(0.4)
            else {},
        ]
        return self.pick(edits)

    def transition(self, number: int) -> dict:
        old = self.site.issues[number]
        status = self.pick(["1", "2", "2", "2", "3", "4", "4", "5", "6", "7"])
        if self.steady and self.chance(0.9):
            status = {"1": "2", "7": "2", "2": "4", "3": "4"}.get(old["status"], old["status"])
        values: dict = {"status": status}
        if status in "456" and self.chance(0.6):
            values["resolution"] = "Done" if self.steady else self.resolution()
        elif old["resolution"] and status not in "456" and self.chance(0.8):
            values["resolution"] = None
        if self.chance(0.5):
            values = dict(reversed(values.items()))
        if self.chance(0.1):
            values["due"] = self.due()
        return values

    def handover(self, number: int) -> dict:
        return {"assignee": self.person() if self.chance(0.85) else None}

    def labels(self, number: int) -> dict:
        labels = [*self.site.issues[number]["labels"]]
        label = self.pick(LABELS)
        if label in labels:
            labels.remove(label)
        else:
            labels.append(label)
        return {"labels": labels}

    def finish(self, moment: int) -> None:
        """A milestone is brought home: its children first, then itself, often with a sign."""
        epics = [
            n for n, i in self.site.issues.items() if i["type"] == "100" and n not in self.site.gone
        ]
        if not epics:
            return
        epic = self.pick(epics)
        children = [n for n, i in self.site.issues.items() if i["parent"] == epic]
        values: dict = {"status": self.pick(["4", "5", "6"]), "resolution": "Done"}
        for position, child in enumerate(children):
            self.do(moment + position, "edit", self.author(), child, values)
        if self.chance(0.8):
            signs = (
                ["shipped", "proven"] if self.chance(0.6) else self.some(["shipped", "proven"], 1)
            )
            labels = sorted({*self.site.issues[epic]["labels"], *signs})
            values = values | {"labels": labels, "fix_versions": self.some(["71", "72"], 1)}
            self.do(moment + len(children), "edit", self.author(), epic, values)
