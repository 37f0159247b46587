"""R8: what was deleted goes, and nothing goes without proof: not what is hidden, failed or empty."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Ended, Nursery, workplace
from tests.campaigns.sites import FEW, FLAVORS, SMALL_GROUPS, Home, Rig, made_world, pass_time, rude
from tests.campaigns.tally import Tally
from tests.campaigns.wrongs import searching

ISSUES = 200
REFUSED = (8,)
TOLD = (2, 3, 4, 5, 8)

Going = Callable[[Request, Answer, int], Answer]


@dataclass(frozen=True)
class Case:
    """What happens to the site; how the sync must end, and whether it may delete what is gone.

    `lies` spoils the answers while nothing was deleted. `handful` are issues in the site.
    """

    name: str
    happen: Callable[[Rig], None] = lambda rig: None
    lies: Callable[[Rig], Going] | None = None
    codes: tuple[int, ...] = (0,)
    deleted: bool = True
    allowed: bool = False
    """Whether the rest is then deleted with --allow-deletions."""
    issues: int = ISSUES


# ---- what happens on the site ----------------------------------------------------------------


def _leaves(rig: Rig) -> list[int]:
    """Return the issues that are nobody's parent: with those only they themselves vanish."""
    world = rig.world
    parents = {state.parent for _, state in world.visible()}
    return [issue.id for issue, state in world.visible() if issue.id not in parents]


def _delete(share: float) -> Callable[[Rig], None]:
    def happen(rig: Rig) -> None:
        leaves = _leaves(rig)
        wanted = round(share * len(list(rig.world.visible())))
        for number in leaves[:: max(len(leaves) // wanted, 1)][:wanted]:
            rig.world.delete(number)

    return happen


def _hide(share: float) -> Callable[[Rig], None]:
    def happen(rig: Rig) -> None:
        shown = [issue.id for issue, _ in rig.world.visible()]
        for number in shown[: round(share * len(shown))]:
            rig.world.hide(number)

    return happen


def _project(**sets: bool) -> Callable[[Rig], None]:
    def happen(rig: Rig) -> None:
        rig.world.projects["IO"] = replace(rig.world.projects["IO"], **sets)

    return happen


# ---- what is answered wrongly ----------------------------------------------------------------


def _walking(request: Request) -> bool:
    return searching(request) and "id in" not in str(request.body)


def _on(
    fits: Callable[[Request], bool], spoil: Callable[[Answer], Answer]
) -> Callable[[Rig], Going]:
    return lambda rig: lambda request, answer, number: spoil(answer) if fits(request) else answer


def _body(**names: Any) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, body={**answer.body, **names})


def _counting(request: Request) -> bool:
    return "approximate-count" in request.path


def _empty_search(rig: Rig) -> Going:
    """An index that was lost: searches and counts find nothing, single issues are there."""

    def going(request: Request, answer: Answer, number: int) -> Answer:
        if _counting(request):
            return replace(answer, body={"count": 0})
        if searching(request):
            return replace(
                answer, body={"issues": [], "total": 0, "maxResults": 20, "isLast": True}
            )
        return answer

    return going


def _nothing_at_all(rig: Rig) -> Going:
    """As an anonymous sees a site: empty lists, and 404 for each issue."""
    empty = _empty_search(rig)

    def going(request: Request, answer: Answer, number: int) -> Answer:
        if "bulkfetch" in request.path:
            return replace(answer, body={"issues": [], "issueErrors": [], "issueChangeLogs": []})
        if "/issue/" in request.path:
            return Answer(404, {"errorMessages": ["Issue does not exist."], "errors": {}})
        return empty(request, answer, number)

    return going


def _half_search(rig: Rig) -> Going:
    """An index that lost the younger half: its count agrees with it."""
    kept: set[str] = {str(i.id) for i, _ in list(rig.world.visible())[: ISSUES // 2]}

    def going(request: Request, answer: Answer, number: int) -> Answer:
        if _counting(request):
            return replace(answer, body={"count": len(kept)})
        if not _walking(request) or answer.status != 200:
            return answer
        issues = [one for one in answer.body["issues"] if one["id"] in kept]
        told = {**answer.body, "issues": issues}
        return replace(answer, body=told | ({"total": len(kept)} if "total" in told else {}))

    return going


def _from_page(nth: int, spoil: Callable[[Answer], Answer]) -> Callable[[Rig], Going]:
    """Spoil the walk from its n-th page on."""

    def lies(rig: Rig) -> Going:
        seen = 0

        def going(request: Request, answer: Answer, number: int) -> Answer:
            nonlocal seen
            if not _walking(request):
                return answer
            seen += 1
            return spoil(answer) if seen >= nth else answer

        return going

    return lies


def _failed(code: int) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(code, {"errorMessages": ["no"], "errors": {}})


def _ended(answer: Answer) -> Answer:
    told = {k: v for k, v in answer.body.items() if k != "nextPageToken"}
    return replace(answer, body={**told, "issues": [], "isLast": True})


CASES = (
    Case("1% deleted", _delete(0.01)),
    Case("5% deleted", _delete(0.05)),
    Case("19% deleted", _delete(0.19)),
    Case("25% deleted", _delete(0.25), codes=REFUSED, deleted=False, allowed=True),
    Case("50% deleted", _delete(0.50), codes=REFUSED, deleted=False, allowed=True),
    Case("80% deleted", _delete(0.80), codes=REFUSED, deleted=False, allowed=True),
    Case("two of six deleted", _delete(0.34), issues=6),
    Case("60% hidden", _hide(0.60), codes=REFUSED, deleted=False),
    Case("all hidden", _hide(1.0), codes=TOLD, deleted=False),
    Case("the project archived", _project(archived=True), codes=(0, *TOLD), deleted=False),
    Case("the project in the bin", _project(deleted=True), codes=(0, *TOLD), deleted=False),
    Case(
        "the project out of sight",
        lies=_on(lambda r: "/project/IO" in r.path, _failed(404)),
        codes=TOLD,
        deleted=False,
    ),
    Case("an empty listing", lies=_empty_search, codes=TOLD, deleted=False),
    Case("an empty site", lies=_nothing_at_all, codes=TOLD, deleted=False),
    Case("half an index", lies=_half_search, codes=(0, *TOLD), deleted=False),
    *(
        Case(
            f"page {nth} fails: {code}",
            lies=_from_page(nth, _failed(code)),
            codes=TOLD,
            deleted=False,
        )
        for nth, code in ((1, 500), (2, 500), (3, 503), (2, 403), (2, 404), (2, 400), (1, 401))
    ),
    Case(
        "page 2 cut", lies=_from_page(2, lambda a: replace(a, cut=True)), codes=TOLD, deleted=False
    ),
    Case(
        "page 2 reset",
        lies=_from_page(2, lambda a: replace(a, reset=True)),
        codes=TOLD,
        deleted=False,
    ),
    Case(
        "page 2 is a web page",
        lies=_from_page(2, lambda a: Answer(text="<html>")),
        codes=TOLD,
        deleted=False,
    ),
    Case(
        "page 2 is empty, and the last", lies=_from_page(2, _ended), codes=(0, *TOLD), deleted=False
    ),
    Case(
        "page 1 is empty, and the last", lies=_from_page(1, _ended), codes=(0, *TOLD), deleted=False
    ),
)
"""Where the code may be 0 though nothing was deleted: nothing is amiss, or all was found by id."""


def run(seed: int, every: int = 3, tally: Tally | None = None) -> list[str]:
    """Run each n-th case on both flavors; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number, case in enumerate(CASES):
            for flavor in FLAVORS:
                if number % every == seed % every:
                    _run(nursery, Path(folder) / f"{number}-{flavor}", case, flavor, seed, tally)
    return tally.broken


def _run(nursery: Nursery, folder: Path, case: Case, flavor: str, seed: int, tally: Tally) -> None:
    with Rig(made_world(seed, case.issues, 100), flavor) as rig:
        rig.traits.page_caps, rig.traits.page_cap = (50, 50, 50), 50
        home = Home(nursery, folder, rig)
        home.tune |= FEW | SMALL_GROUPS
        found = [f"the first sync: {line}" for line in rude(home.run(), (0,))]
        before = oracle.stored_issues(home.store)
        pass_time(rig.world, 26 * 3600)
        case.happen(rig)
        pass_time(rig.world, 600)
        gone = before.keys() - oracle.issue_rows(rig.world, ["IO"], rig.cloud).keys()
        fired = len(gone) if case.lies is None else _lied_to(home, case)
        ended = home.run()
        found += rude(ended, case.codes)
        if not fired:
            found.append("nothing happened")
        found += _wrongly(home, case, before, gone, ended)
        if case.lies is not None:
            rig.calm()
            found += [f"the next run: {line}" for line in rude(home.run(), (0,))]
            found += oracle.differences(rig.world, home.store, rig.cloud)
        if case.allowed:
            found += _believed(home, gone)
    tally.case(f"{flavor}, {case.name} (exit {ended.code})", found, fired)


def _lied_to(home: Home, case: Case) -> int:
    """Set the hook of a case; it fires with the first request that it spoils."""
    going = case.lies(home.rig)
    home.rig.calm()
    home.rig.going = going
    return 1


def _wrongly(
    home: Home, case: Case, before: oracle.Rows, gone: Iterable[int], ended: Ended
) -> list[str]:
    """Return what a sync did to the states of issues that it should not have done."""
    states = oracle.states(home.store)
    deleted = {number for number, state in states.items() if state == "deleted"}
    wanted = set(gone) if case.deleted else set()
    found = [f"{number} has left the store" for number in before.keys() - states.keys()]
    if deleted != wanted:
        found.append(f"{len(deleted)} are deleted, {len(wanted)} should be")
    if ended.code == 0 and not case.lies and case.deleted:
        left = set(gone) - deleted
        found += [f"{len(left)} are still present"] if left else []
    complete, _ = oracle.last_run(home.store)
    if ended.code != 0 and complete:
        found.append("it failed, and its record is complete")
    if ended.code != 0 and not ended.err.strip():
        found.append("it says nothing")
    return found


def _believed(home: Home, gone: Iterable[int]) -> list[str]:
    again = home.run()
    found = [f"once more: {line}" for line in rude(again, REFUSED)]
    found += [f"believed: {line}" for line in rude(home.run("sync", "--allow-deletions"), (0,))]
    deleted = {n for n, state in oracle.states(home.store).items() if state == "deleted"}
    if deleted != set(gone):
        found.append(f"believed: {len(deleted)} are deleted, {len(set(gone))} should be")
    return found
