"""R7: a Jira that asks to wait is not asked again before, nor more often than needed."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, SMALL_GROUPS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally

_IN_FLIGHT = 0.3
"""So long after the answer was sent, requests of other threads may still arrive: they were sent
before it. With one worker there are none."""

_EARLY = 0.02
"""By so much the clocks of the two processes may round apart."""

Headers = Callable[[datetime], dict[str, str]]


def _date(seconds: float) -> Headers:
    told = lambda now: format_datetime(now + timedelta(seconds=seconds), usegmt=True)  # noqa: E731
    return lambda now: {"Retry-After": told(now)}


def _reset(seconds: float) -> Headers:
    return lambda now: {"X-RateLimit-Reset": (now + timedelta(seconds=seconds)).isoformat()}


WAITS: tuple[tuple[str, int, float, Headers], ...] = (
    ("429, 1", 429, 1.0, lambda now: {"Retry-After": "1"}),
    ("429, 1.5", 429, 1.5, lambda now: {"Retry-After": "1.5"}),
    ("429, a date in 2 s", 429, 2.0, _date(2)),
    ("429, a reset in 1 s", 429, 1.0, _reset(1)),
    ("503, 1", 503, 1.0, lambda now: {"Retry-After": "1"}),
    ("503, a date in 1 s", 503, 1.0, _date(1)),
)
"""Name, status, the seconds to wait, the headers that say so."""

PLACES = ("serverInfo", "myself", "field", "search", "fetch", "fetch")


@dataclass
class Limit:
    """So many refusals in a row at the n-th request for a place, with a wait each."""

    place: str
    nth: int
    times: int
    status: int
    seconds: float
    headers: Headers
    seen: int = 0
    fired: int = 0
    sent: list[float] = field(default_factory=list)

    def going(self, request: Request, answer: Answer, now: datetime) -> Answer:
        if self.place not in kind(request):
            return answer
        self.seen += 1
        if self.seen < self.nth or self.fired >= self.times:
            return answer
        self.fired += 1
        self.sent.append(time.monotonic())
        return Answer(self.status, {"errorMessages": ["Slow down."]}, self.headers(now))


def kind(request: Request) -> str:
    """Return what a request is for: fetch is issues in full, or their histories."""
    named = request.body or {}
    full = "bulkfetch" in request.path or "changelog" in named.get("expand", ())
    return "fetch" if full else request.path


def run(seed: int, count: int = 4, tally: Tally | None = None) -> list[str]:
    """Throttle so many syncs, and two that wait for very long; return the broken promises."""
    tally = tally or Tally()
    rng = random.Random(seed)
    with Nursery() as nursery, workplace() as folder:
        for flavor in FLAVORS:
            with Rig(made_world(seed, 160, 160), flavor) as rig:
                rig.traits.page_cap = 20
                cases = _Throttled(nursery, Path(folder) / flavor, rig)
                for number in range(count // len(FLAVORS)):
                    cases.short(number, rng, tally)
                cases.over_the_budget(tally)
                cases.an_hour(tally)
    return tally.broken


class _Throttled:
    """The cases on one flavor."""

    def __init__(self, nursery: Nursery, folder: Path, rig: Rig) -> None:
        self.nursery, self.folder, self.rig = nursery, folder, rig
        rig.calm()
        self.undisturbed = rude(self._home("calm", 4).run(), (0,))
        self.ideal = rig.count

    def _home(self, name: str, workers: int) -> Home:
        home = Home(self.nursery, self.folder / name, self.rig, f"workers = {workers}")
        home.tune |= SMALL_GROUPS
        return home

    def _lost(self, home: Home) -> list[str]:
        return oracle.differences(self.rig.world, home.store, self.rig.cloud)

    def _watch(self, limits: list[Limit]) -> list[tuple[float, str]]:
        """Plan limits; return the list that all arrivals will be noted in."""
        arrivals: list[tuple[float, str]] = []

        def coming(request: Request, number: int) -> None:
            arrivals.append((time.monotonic(), request.path))

        def going(request: Request, answer: Answer, number: int) -> Answer:
            for limit in limits:
                answer = limit.going(request, answer, self.rig.world.now)
            return answer

        self.rig.calm()
        self.rig.coming, self.rig.going = coming, going
        return arrivals

    def short(self, number: int, rng: random.Random, tally: Tally) -> None:
        """A wait of a second or two, once or twice, at some request."""
        told, status, seconds, headers = WAITS[number % len(WAITS)]
        place = PLACES[(number * 5 + number // 6) % len(PLACES)]
        nth = rng.choice([1, 2, 3]) if place == "fetch" else 1
        limit = Limit(place, nth, rng.choice([1, 1, 2]), status, seconds, headers)
        workers = rng.choice([1, 4])
        home = self._home(str(number), workers)
        arrivals = self._watch([limit])
        ended = home.run()
        slack = 0.0 if workers == 1 else _IN_FLIGHT
        found = self.undisturbed + rude(ended, (0,)) + hurried(limit, arrivals, slack)
        most = 1.2 * self.ideal + 2
        if self.rig.count > most:
            found.append(f"{self.rig.count} requests, ideal are {self.ideal}")
        if not limit.fired:
            found.append("the limit was not met")
        name = f"{self.rig.flavor}, {told}, {limit.times} times at {place} {nth}, {workers} workers"
        tally.case(name, found + self._lost(home), limit.fired)

    def over_the_budget(self, tally: Tally) -> None:
        """A wait that is longer than a run may last: it ends at once, and keeps its progress."""
        limit = Limit(
            "fetch",
            4 if self.rig.cloud else 3,
            10**6,
            429,
            86_400,
            lambda now: {"Retry-After": "86400"},
        )
        home = self._home("budget", 1)
        self._watch([limit])
        ended = home.run()
        found = rude(ended, (3,))
        if ended.seconds > 10:
            found.append(f"it took {ended.seconds:.0f} s to give up")
        kept = len(oracle.stored_issues(home.store)) if home.store.exists() else 0
        if not kept:
            found.append("nothing of what was fetched was kept")
        if self.rig.count > self.ideal + 2:
            found.append(f"{self.rig.count} requests")
        asked = self._watch([])
        found += rude(home.run(), (0,)) + self._lost(home)
        if len(asked) > self.ideal + 4:
            found.append(f"the next run cost {len(asked)} requests, ideal are {self.ideal}")
        tally.case(f"{self.rig.flavor}, a wait of a day", found, limit.fired)

    def an_hour(self, tally: Tally) -> None:
        """A wait of almost an hour: it is kept, and can be ended by hand."""
        limit = Limit("fetch", 3, 10**6, 503, 3000, lambda now: {"Retry-After": "3000"})
        home = self._home("hour", 4)
        arrivals = self._watch([limit])
        child = home.start()
        until = time.monotonic() + 10
        while not limit.fired and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.5)
        late = [path for at, path in arrivals if limit.sent and at > limit.sent[0] + _IN_FLIGHT]
        found = [f"{len(late)} requests within the hour: {late[:3]}"] if late else []
        if not child.kill(signal.SIGINT):
            found.append("it did not wait")
        found += rude(child.wait(10), (130,))
        self._watch([])
        found += rude(home.run(), (0,)) + self._lost(home)
        tally.case(f"{self.rig.flavor}, a wait of an hour", found, limit.fired)


def hurried(limit: Limit, arrivals: list[tuple[float, str]], slack: float) -> list[str]:
    """Return the requests that came before a wait had ended."""
    found = []
    for sent in limit.sent:
        until = sent + limit.seconds - _EARLY
        early = [(at - sent, path) for at, path in arrivals if sent + slack < at < until]
        found += [f"{path} was asked {after:.2f} s after the answer" for after, path in early[:3]]
    return found
