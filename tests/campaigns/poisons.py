"""R11: one poisoned issue among many: the others are whole, it is set aside, and comes again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cadence.demo.exchange import Answer, Request, Verbatim
from tests.campaigns import oracle
from tests.campaigns.bodies import with_histories, with_issue
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, pass_time, rude
from tests.campaigns.tally import Tally

ISSUES = 120
KEY = "IO-17"

KINDS: dict[str, Any] = {
    "year 51502": "51502-10-19T07:00:00.000+0000",
    "year -1": "-0001-01-01T00:00:00.000+0000",
    "31 February": "2021-02-31T10:00:00.000+0000",
    "lone surrogate": "half a \ud83d smile",
    "NUL": "before\0after",
    "escapes": "\x1b[31m red \x9b31m \u202e turned",
    "huge integer": 10**30,
    "endless integer": Verbatim("9" * 5000),
    "huge exponent": Verbatim("1e999"),
    "deep": Verbatim("[" * 100_000 + "]" * 100_000),
    "deep object": Verbatim('{"a":' * 5000 + "1" + "}" * 5000),
    "NaN": float("nan"),
    "null": None,
    "empty": "",
    "list": [1, "two", None],
    "object": {"odd": {"odder": []}},
    "true": True,
    "half an escape": Verbatim('"\\ud83d\\u0000\\ude00"'),
    "no JSON": Verbatim("undefined"),
    "32 MB": "a long story " * (32 * (1 << 20) // 13),
}

PLACES = ("summary", "duedate", "assignee", "history created", "history text")


@dataclass
class _Poison:
    """A value at a place of one issue."""

    place: str
    value: Any
    number: int
    fired: int = 0

    def going(self, request: Request, answer: Answer, number: int) -> Answer:
        if answer.status != 200:
            return answer
        change = _CHANGES[self.place](self.value)
        if self.place.startswith("history"):
            answer, met = with_histories(request, answer, self.number, change)
        else:
            answer, met = with_issue(answer, self.number, change)
        self.fired += met
        return answer


def _field(name: str) -> Callable[[Any], Callable[[Any], Any]]:
    return lambda value: lambda issue: {**issue, "fields": {**issue["fields"], name: value}}


def _name(value: Any) -> Callable[[Any], Any]:
    who = {"accountId": "acc-odd", "key": "odd", "name": "odd", "displayName": value}
    return _field("assignee")(who)


def _text(value: Any) -> Callable[[Any], Any]:
    return lambda history: {
        **history,
        "items": [{**item, "toString": value} for item in history["items"]],
    }


_CHANGES: dict[str, Callable[[Any], Callable[[Any], Any]]] = {
    "summary": _field("summary"),
    "duedate": _field("duedate"),
    "assignee": _name,
    "history created": lambda value: lambda history: {**history, "created": value},
    "history text": _text,
}


def run(seed: int, every: int = 9, tally: Tally | None = None) -> list[str]:
    """Poison an issue with each n-th kind at each place, on both flavors."""
    tally = tally or Tally()
    cases = [(kind, place, flavor) for kind in KINDS for place in PLACES for flavor in FLAVORS]
    with Nursery() as nursery, workplace() as folder:
        for number, case in enumerate(cases):
            if number % every == seed % every:
                _run(nursery, Path(folder) / str(number), case, seed, tally)
    return tally.broken


def _run(
    nursery: Nursery, folder: Path, case: tuple[str, str, str], seed: int, tally: Tally
) -> None:
    kind, place, flavor = case
    world = made_world(seed, ISSUES, 240)
    number = world.keys[KEY]
    for summary in ("Once", "Twice"):
        pass_time(world, 60)
        world.edit("ada", KEY, summary=summary)
    poison = _Poison(place, KINDS[kind], number)
    with Rig(world, flavor) as rig:
        rig.going = poison.going
        home = Home(nursery, folder, rig)
        ended = home.run()
        found = rude(ended, (0, 3)) + _others(home, number)
        aside = oracle.set_aside(home.store)
        mine = {what for what in aside if what.split(":")[1] == str(number)}
        if number not in oracle.states(home.store) and not mine:
            found.append("it is neither stored nor set aside")
        if (ended.code == 3) != bool(aside):
            found.append(f"exit code {ended.code}, set aside: {sorted(aside)}")
        if aside.keys() - mine:
            found.append(f"others are set aside: {sorted(aside.keys() - mine)}")
        if not poison.fired:
            found.append("it was not served")
        again = home.run()
        if again.code != ended.code or _others(home, number):
            found.append(f"the second run differs: {again.code} after {ended.code}")
        found += _mended(home, bool(mine))
    tally.case(f"{flavor}, {kind} in {place} (exit {ended.code})", found, poison.fired)


def _others(home: Home, number: int) -> list[str]:
    """Return how all issues but one differ from the site's."""
    world, cloud = home.rig.world, home.rig.cloud
    wanted = oracle.issue_rows(world, ["IO"], cloud)
    changes = oracle.change_rows(world, wanted, cloud)
    found = oracle.stored_issues(home.store)
    history = oracle.stored_changes(home.store)
    rest = [{k: v for k, v in rows.items() if k != number} for rows in (wanted, found)]
    told = [{k: v for k, v in rows.items() if k[0] != number} for rows in (changes, history)]
    return oracle.compared("issue", *rest) + oracle.compared("change", *told)


def _mended(home: Home, aside: bool) -> list[str]:
    """Let the site be well again; what was set aside comes by itself, the rest with an edit."""
    world = home.rig.world
    home.rig.calm()
    pass_time(world, 3600)
    if not aside:
        world.edit("ada", KEY, summary="Well again")
    found = rude(home.run(), (0,)) + oracle.differences(world, home.store, home.rig.cloud)
    left = oracle.set_aside(home.store)
    return [f"mended: {line}" for line in [*found, *map(str, left)]]
