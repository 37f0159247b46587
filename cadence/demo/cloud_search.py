"""Cloud's search: opaque page tokens, no total, ids only unless more is asked for."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from cadence.demo.cloud_ask import Ask, asked_by_body, asked_by_query, bounded_query, page_size
from cadence.demo.exchange import Refusal, Shape, read_body
from cadence.demo.face import Visit, changelog
from cadence.demo.index import Found
from cadence.demo.issue_fields import issue_json, wanted_fields

Json = Any

_WEEK = 7 * 24 * 3_600_000


@dataclass(frozen=True)
class _Walk:
    """What a page token stands for.

    `ids` are those found by the first page, `told` how many of them are told. A walk that is
    live goes on after `last` instead, as of the page that it was on.
    """

    jql: str
    begun: int
    ids: list[int]
    told: int = 0
    pages: int = 0
    last: Found | None = None


@dataclass
class Search:
    """The search, and the page tokens that it has given out."""

    walks: dict[str, _Walk] = field(default_factory=dict)

    def by_query(self, visit: Visit) -> Json:
        """Answer a search by GET."""
        return self._page(visit, asked_by_query(visit))

    def by_body(self, visit: Visit) -> Json:
        """Answer a search by POST."""
        return self._page(visit, asked_by_body(visit))

    def expire_tokens(self) -> None:
        """Forget every page token, as Jira does after a week."""
        self.walks.clear()

    def _page(self, visit: Visit, ask: Ask) -> Json:
        bounded_query(ask.jql)
        traits = visit.traits
        walk = self._walk(visit, ask)
        left = _left(visit, ask, walk)
        if traits.walk_ends_at is not None:
            left = left[: max(0, traits.walk_ends_at - walk.told)]
        size = page_size(visit, ask)
        if traits.empty_every and (walk.pages + 1) % traits.empty_every == 0 and left:
            size = 0
        ids = left[:size]
        shown = [found for id in ids if (found := visit.listed(id))]
        answer: dict[str, Json] = {"issues": _told(visit, ask, shown)}
        last = len(ids) == len(left)
        if traits.tells_last:
            answer["isLast"] = last
        if not last:
            onward = replace(
                walk,
                told=walk.told + len(ids),
                pages=walk.pages + 1,
                last=shown[-1] if shown else walk.last,
            )
            answer["nextPageToken"] = self._token(onward)
        if traits.warnings:
            answer["warnings"] = list(traits.warnings)
        return answer

    def _walk(self, visit: Visit, ask: Ask) -> _Walk:
        if not ask.token:
            found = visit.search(ask.jql, ask.reconcile)
            return _Walk(ask.jql, visit.world.instant, [issue.id for issue, _ in found])
        walk = self.walks.get(ask.token)
        if walk is None or walk.jql != ask.jql or visit.world.instant > walk.begun + _WEEK:
            raise Refusal(400, "The provided next page token is invalid or expired.")
        return walk

    def _token(self, walk: _Walk) -> str:
        """Return a token that must be URL-encoded: it holds +, / and =."""
        seed = f"{walk.jql}|{walk.told}|{len(self.walks)}"
        token = "+/" + base64.b64encode(hashlib.sha256(seed.encode()).digest()).decode()
        self.walks[token] = walk
        return token


def count(visit: Visit) -> Json:
    """Answer the approximate count, of what the index knows."""
    body = read_body(visit.request, Shape({"jql": "text"}))
    bounded_query(body.get("jql", ""))
    exact = len(visit.search(body["jql"]))
    return {"count": max(0, round(exact * (1 + visit.traits.count_error)))}


def _left(visit: Visit, ask: Ask, walk: _Walk) -> list[int]:
    """Return the ids that a walk has still to tell."""
    if walk.last and visit.traits.live_tokens:
        found = visit.search_after(ask.jql, walk.last, ask.reconcile)
        return [issue.id for issue, _ in found]
    return walk.ids[walk.told :]


def _told(visit: Visit, ask: Ask, shown: list[Found]) -> list[Json]:
    """Return the issues of a page: unless more is asked for, their ids only."""
    expand = "changelog" in ask.expand
    if set(ask.fields) <= {"id"} and not expand:
        return [{"id": str(issue.id)} for issue, _ in shown]
    wanted = wanted_fields(visit.rendering, ask.fields, "id")
    told = []
    for issue, state in shown:
        one = issue_json(visit.rendering, issue, state, wanted)
        if expand:
            one["changelog"] = changelog(visit, issue, visit.traits.history_cap)
        told.append(one)
    return told
