"""R6: however the pages of a search lie, nothing is lost, and the walk ends."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FEW, SMALL_GROUPS, Home, Rig, live, made_world, rude
from tests.campaigns.tally import Tally
from tests.campaigns.wrongs import later_page, searching

ISSUES = 150
PAGE = 20
ENDS = (0, 2, 3, 5, 8)

Edit = Callable[[Request, dict[str, Any], "Lie"], Any]


@dataclass
class Lie:
    """A way to lie about pages. `harmless`: a client that reads with care is not stopped by it."""

    name: str
    flavor: str
    edit: Edit
    harmless: bool = True
    page: int = PAGE
    fits: Callable[[Request], bool] = searching
    fired: int = 0
    pages: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    def going(self, request: Request, answer: Answer, number: int) -> Answer:
        token = (request.body or {}).get("nextPageToken")
        if token in self.kept:
            return replace(answer, status=200, body=self.kept.pop(token))
        if not self.fits(request) or answer.status != 200:
            return answer
        self.pages += 1
        told = self.edit(request, dict(answer.body), self)
        if isinstance(told, Answer):
            self.fired += 1
            return told
        self.fired += told != answer.body
        return replace(answer, body=told)


# ---- Cloud -----------------------------------------------------------------------------------


def _held_back(times: int, at: int | None = None) -> Edit:
    """Serve so many empty pages, each with a token, before the page itself."""

    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        if at is not None and lie.pages != at:
            return body
        for count in range(times):
            token = f"held {lie.pages}.{count}"
            lie.kept[token] = body
            body = {"issues": [], "nextPageToken": token, "isLast": False}
        return body

    return edit


def _set(at: int | None = None, **names: Any) -> Edit:
    """Set names of the answer, of the n-th page or of all; None takes them out."""

    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        if at is not None and lie.pages != at:
            return body
        told = {**body, **names}
        return {name: value for name, value in told.items() if value is not None}

    return edit


def _on_list(change: Callable[[list[Any]], list[Any]], at: int | None = None) -> Edit:
    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        if at is not None and lie.pages != at:
            return body
        return {**body, "issues": change(list(body["issues"]))}

    return edit


def _repeats_token(often: int) -> Edit:
    """Give the token of the page before once more, so many times: the same page comes again."""

    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        asked = request.body.get("nextPageToken")
        if asked and 2 <= lie.pages < 2 + often:
            return {**body, "nextPageToken": asked, "isLast": False}
        return body

    return edit


def _expires(often: int) -> Edit:
    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        if later_page(request) and lie.fired < often and lie.pages > 2:
            return Answer(400, {"errorMessages": ["The provided next page token is invalid."]})
        return body

    return edit


class _Circle:
    """After the last page a token that leads to the last page again, each time a new one."""

    def __call__(self, request: Request, body: dict[str, Any], lie: Lie) -> Any:
        if "nextPageToken" in body:
            return body
        for count in range(200):
            token = f"circle {lie.pages}.{count}"
            lie.kept[token] = {
                **body,
                "isLast": False,
                "nextPageToken": f"circle {lie.pages}.{count + 1}",
            }
        return {**body, "isLast": False, "nextPageToken": f"circle {lie.pages}.0"}


def _shrinks(request: Request, body: dict[str, Any], lie: Lie) -> Any:
    """Say nothing: the rig's own page size shrinks; see _prepare."""
    lie.fired += 1
    return body


def _count(told: Any) -> Edit:
    return lambda request, body, lie: {**body, "count": told}


def _counting(request: Request) -> bool:
    return "approximate-count" in request.path


def cloud_lies() -> list[Lie]:
    """Return Cloud's lies, each fresh."""
    new: Callable[..., Lie] = lambda name, edit, **more: Lie(name, "cloud", edit, **more)  # noqa: E731
    shuffled = Random(5)
    return [
        new("an empty page first", _held_back(1, at=1)),
        new("an empty page in between", _held_back(1, at=3)),
        new("ten empty pages in between", _held_back(10, at=2)),
        new("nineteen empty pages in between", _held_back(19, at=2), harmless=False),
        new("an empty page before each", _held_back(1)),
        new("the token once repeated", _repeats_token(1), harmless=False),
        new("the token repeated for ever", _repeats_token(10**6), harmless=False),
        new("a token that expires", _expires(1)),
        new("tokens that expire twice", _expires(2), harmless=False),
        new("tokens that always expire", _expires(10**6), harmless=False),
        new("no isLast", _set(isLast=None)),
        new("isLast on every page", _set(isLast=True)),
        new("isLast never", _set(isLast=False)),
        new("isLast that is a text", _set(isLast="false")),
        new("an empty token at the end", lambda r, b, lie: {"nextPageToken": "", **b}),
        new("a null token at the end", lambda r, b, lie: {"nextPageToken": None, **b}),
        new("a total that is wrong", _set(total=3, maxResults=1000, startAt=0)),
        new("a total of nothing", _set(total=0)),
        new("an end too early", _set(at=3, nextPageToken=None, isLast=True), harmless=False),
        new("an end after the first page", _set(nextPageToken=None), harmless=False),
        new(
            "an empty first page, and no more",
            _set(at=1, issues=[], nextPageToken=None),
            harmless=False,
        ),
        new("pages of one", _shrinks, page=1),
        new("pages of seven", _shrinks, page=7),
        new("doubled entries", _on_list(lambda issues: issues + issues)),
        new("shuffled entries", _on_list(lambda issues: shuffled.sample(issues, len(issues)))),
        new("entries from the page before, older than they are", _circling()),
        new("null entries", _on_list(lambda issues: [None, *issues, 7, "x"]), harmless=False),
        new("entries without an id", _on_list(lambda issues: [{}, *issues], at=2), harmless=False),
        new(
            "ids that are numbers",
            _on_list(lambda issues: [{**one, "id": int(one["id"])} for one in issues]),
        ),
        new("unknown keys", _set(names={}, schema={}, more=[1, 2])),
        new("a circle after the end", _Circle(), harmless=False),
        new("a count too high by one", lambda r, b, lie: {"count": b["count"] + 1}, fits=_counting),
        new(
            "a count twice too high",
            lambda r, b, lie: {"count": b["count"] * 2},
            fits=_counting,
            harmless=False,
        ),
        new("a count of nothing", _count(0), fits=_counting),
        new("a count that is a text", _count("many"), fits=_counting),
    ]


def _circling() -> Edit:
    last: list[Any] = []

    def edit(request: Request, body: dict[str, Any], lie: Lie) -> Any:
        told = {**body, "issues": [*last, *body["issues"]]}
        last[:] = body["issues"]
        return told

    return edit


# ---- Data Center -----------------------------------------------------------------------------


def _off(change: Callable[[int], Any]) -> Edit:
    return lambda request, body, lie: {**body, "total": change(body["total"])}


def _cut_list(request: Request, body: dict[str, Any], lie: Lie) -> Any:
    """Serve half of what maxResults says."""
    if len(body["issues"]) < 2:
        return body
    return {**body, "issues": body["issues"][: len(body["issues"]) // 2]}


def datacenter_lies() -> list[Lie]:
    """Return Data Center's lies, each fresh."""
    new: Callable[..., Lie] = lambda name, edit, **more: Lie(name, "datacenter", edit, **more)  # noqa: E731
    walks = lambda request: searching(request) and "id in" not in str(request.body)  # noqa: E731
    shuffled = Random(6)
    return [
        new("a total one too low", _off(lambda total: total - 1), fits=walks),
        new("a total half of it", _off(lambda total: total // 2), fits=walks, harmless=False),
        new("a total of nothing", _off(lambda total: 0), fits=walks, harmless=False),
        new(
            "a total of the page",
            lambda r, b, lie: {**b, "total": len(b["issues"])},
            fits=walks,
            harmless=False,
        ),
        new("a total one too high", _off(lambda total: total + 1), fits=walks, harmless=False),
        new("a total twice too high", _off(lambda total: total * 2), fits=walks, harmless=False),
        new("a negative total", _off(lambda total: -1), fits=walks, harmless=False),
        new("a total that is a text", _off(str), fits=walks),
        new("no total", _set(total=None), fits=walks),
        new(
            "a total that grows",
            lambda r, b, lie: {**b, "total": b["total"] + min(lie.pages, 4)},
            fits=walks,
            harmless=False,
        ),
        new("maxResults as asked for", lambda r, b, lie: {**b, "maxResults": r.body["maxResults"]}),
        new("maxResults of nothing", _set(maxResults=0)),
        new("no maxResults", _set(maxResults=None)),
        new("a startAt of its own", _set(startAt=50)),
        new("pages of one", _shrinks, page=1),
        new("pages of seven", _shrinks, page=7),
        new("half pages", _cut_list, fits=walks),
        new(
            "ten issues in full at once",
            _on_list(lambda issues: issues[:10]),
            fits=lambda r: searching(r) and not walks(r),
        ),
        new("doubled entries", _on_list(lambda issues: issues + issues), fits=walks),
        new("reversed entries", _on_list(lambda issues: issues[::-1]), fits=walks),
        new("shuffled entries", _on_list(lambda i: shuffled.sample(i, len(i))), fits=walks),
        new(
            "null entries", _on_list(lambda issues: [None, *issues, 7]), harmless=False, fits=walks
        ),
        new("an empty page in between", _set(at=3, issues=[]), fits=walks, harmless=False),
        new("an empty first page", _set(at=1, issues=[]), fits=walks, harmless=False),
        new("always the first page", _Stuck(), fits=walks, harmless=False),
        new("unknown keys", _set(warningMessages=["odd"], more={})),
    ]


class _Stuck:
    """The first page, whatever is asked for."""

    def __init__(self) -> None:
        self.first: Any = None

    def __call__(self, request: Request, body: dict[str, Any], lie: Lie) -> Any:
        self.first = self.first or body
        return self.first


def lies() -> list[Lie]:
    """Return all lies, each fresh."""
    return cloud_lies() + datacenter_lies()


# ---- the campaign ----------------------------------------------------------------------------


def run(seed: int, every: int = 4, tally: Tally | None = None) -> list[str]:
    """Tell each n-th lie to a first and to a later sync; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number, lie in enumerate(lies()):
            if number % every == seed % every:
                _Told(nursery, Path(folder) / str(number), lie, seed).run(tally)
    return tally.broken


class _Told:
    """One lie, told to a first sync and to a later one."""

    def __init__(self, nursery: Nursery, folder: Path, lie: Lie, seed: int) -> None:
        self.nursery, self.folder, self.lie, self.seed = nursery, folder, lie, seed

    def run(self, tally: Tally) -> None:
        world = made_world(self.seed, ISSUES, 200)
        lie = self.lie
        with Rig(world, lie.flavor) as rig:
            rig.traits.page_caps = lie.page, lie.page, lie.page
            rig.traits.page_cap = lie.page
            calm, lied_to = (self._home(rig, name) for name in ("calm", "lied to"))
            for part in ("first", "later"):
                found = self._sync(calm, lied_to, part == "later")
                name = f"seed {self.seed}, {lie.flavor}, {lie.name}, {part} sync"
                tally.case(name, found, lie.fired)
                world.now += timedelta(hours=5)
                live(world, Random(self.seed), 60)

    def _home(self, rig: Rig, name: str) -> Home:
        home = Home(self.nursery, self.folder / name, rig)
        home.tune |= FEW | SMALL_GROUPS
        return home

    def _sync(self, calm: Home, lied_to: Home, later: bool) -> list[str]:
        rig, lie = calm.rig, self.lie
        lie.fired = lie.pages = 0
        lie.kept.clear()
        rig.calm()
        found = [f"undisturbed: {line}" for line in rude(calm.run(), (0,))]
        ideal = rig.count
        rig.calm()
        rig.going = lie.going
        ended = lied_to.run()
        found += rude(ended, (0,) if lie.harmless else ENDS)
        if rig.count > 2 * ideal + 10:
            found.append(f"{rig.count} requests, ideal are {ideal}")
        if not lie.fired and not (lie.fits is _counting and later):  # it need not count then
            found.append("the lie was not told")
        if ended.code == 0:
            found += self._lost(lied_to)
        elif lied_to.store.exists() and oracle.last_run(lied_to.store)[0]:
            found.append("it failed, and its record is complete")
        rig.calm()
        found += [f"the next run: {line}" for line in rude(lied_to.run(), (0,))]
        return found + [f"after the next run: {line}" for line in self._lost(lied_to)]

    def _lost(self, home: Home) -> list[str]:
        return oracle.differences(home.rig.world, home.store, home.rig.cloud)
