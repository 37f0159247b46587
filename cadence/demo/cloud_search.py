"""Cloud's search: bounded JQL, opaque page tokens, no total, ids only unless more is asked for."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from cadence.demo.exchange import Refusal, Shape, read_body
from cadence.demo.face import Visit, changelog
from cadence.demo.issue_fields import issue_json, wanted_fields
from cadence.demo.jql import JqlError, parse
from cadence.demo.records import Issue, IssueState

Json = Any

_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_SEARCH = Shape(
    {
        "jql": "text",
        "nextPageToken": "text",
        "maxResults": "whole",
        "fields": "texts",
        "expand": "text",
        "properties": "texts",
        "fieldsByKeys": "flag",
        "failFast": "flag",
        "reconcileIssues": "wholes",
    }
)


@dataclass(frozen=True)
class _Ask:
    """A search, whether it came as GET or POST."""

    jql: str
    token: str
    size: int
    fields: list[str]
    expand: list[str]
    reconcile: list[int]


@dataclass
class _Walk:
    """What a page token stands for: the ids found by the first page, and how far they are told."""

    jql: str
    ids: list[int]
    position: int


@dataclass
class Search:
    """The search, and the page tokens that it has given out."""

    walks: dict[str, _Walk] = field(default_factory=dict)

    def by_query(self, visit: Visit) -> Json:
        """Answer a search by GET."""
        return self._page(visit, _asked_by_query(visit))

    def by_body(self, visit: Visit) -> Json:
        """Answer a search by POST."""
        return self._page(visit, _asked_by_body(visit))

    def expire_tokens(self) -> None:
        """Forget every page token, as Jira does after a week."""
        self.walks.clear()

    def _page(self, visit: Visit, ask: _Ask) -> Json:
        _bounded_query(ask.jql)
        walk = self._walk(visit, ask)
        cap = _cap(visit, ask)
        ids = walk.ids[walk.position : walk.position + min(ask.size, cap)]
        shown = [found for id in ids if (found := visit.shown(id))]
        answer: dict[str, Json] = {"issues": [_found(visit, ask, *each) for each in shown]}
        rest = walk.position + len(ids)
        answer["isLast"] = rest >= len(walk.ids)
        if not answer["isLast"]:
            answer["nextPageToken"] = self._token(_Walk(walk.jql, walk.ids, rest))
        return answer

    def _walk(self, visit: Visit, ask: _Ask) -> _Walk:
        if not ask.token:
            found = visit.search(ask.jql, ask.reconcile)
            return _Walk(ask.jql, [issue.id for issue, _ in found], 0)
        walk = self.walks.get(ask.token)
        if walk is None or walk.jql != ask.jql:
            raise Refusal(400, "The provided next page token is invalid or expired.")
        return walk

    def _token(self, walk: _Walk) -> str:
        """Return a token that must be URL-encoded: it holds +, / and =."""
        seed = f"{walk.jql}|{walk.position}|{len(self.walks)}"
        token = "+/" + base64.b64encode(hashlib.sha256(seed.encode()).digest()).decode()
        self.walks[token] = walk
        return token


def count(visit: Visit) -> Json:
    """Answer the approximate count, which here is exact."""
    body = read_body(visit.request, Shape({"jql": "text"}))
    _bounded_query(body.get("jql", ""))
    return {"count": len(visit.search(body["jql"]))}


def _bounded_query(jql: str) -> None:
    """Refuse with 400 what Cloud's search does not take: no restriction, too long an ORDER BY."""
    try:
        query = parse(jql)
    except JqlError as fault:
        raise Refusal(400, *fault.messages) from fault
    if query.where is None:
        raise Refusal(400, _UNBOUNDED)
    if len(query.order) > 7:
        raise Refusal(400, "The maximum number of fields in the ORDER BY clause is 7.")


def _asked_by_query(visit: Visit) -> _Ask:
    request = visit.request
    reconcile = request.names("reconcileIssues")
    if not all(id.isdecimal() for id in reconcile):
        raise Refusal(400, "Invalid value for parameter 'reconcileIssues'.")
    return _checked(
        _Ask(
            request.text("jql"),
            request.text("nextPageToken"),
            request.whole("maxResults", 50),
            request.names("fields"),
            request.names("expand"),
            [int(id) for id in reconcile],
        )
    )


def _asked_by_body(visit: Visit) -> _Ask:
    body = read_body(visit.request, _SEARCH)
    return _checked(
        _Ask(
            body.get("jql", ""),
            body.get("nextPageToken", ""),
            body.get("maxResults", 50),
            body.get("fields", []),
            body.get("expand", "").split(","),
            body.get("reconcileIssues", []),
        )
    )


def _checked(ask: _Ask) -> _Ask:
    if len(ask.reconcile) > 50:
        raise Refusal(400, "The maximum number of issues to reconcile is 50.")
    if ask.size < 1:
        raise Refusal(400, "maxResults must be at least 1.")
    return ask


def _cap(visit: Visit, ask: _Ask) -> int:
    """Return the page size that Jira grants: the more is asked of each issue, the fewer."""
    ids_only, few, many = visit.traits.page_caps
    asked = set(ask.fields)
    if "changelog" in ask.expand or any(name.startswith(("*", "-")) for name in asked):
        return many
    if asked <= {"id", "key"}:
        return ids_only
    return few if len(asked - {"id", "key"}) <= 3 else many


def _found(visit: Visit, ask: _Ask, issue: Issue, state: IssueState) -> Json:
    """Return one issue of a search: unless more is asked for, its id only."""
    if set(ask.fields) <= {"id"} and "changelog" not in ask.expand:
        return {"id": str(issue.id)}
    wanted = wanted_fields(visit.rendering, ask.fields, "id")
    told = issue_json(visit.rendering, issue, state, wanted)
    if "changelog" in ask.expand:
        told["changelog"] = changelog(visit, issue, visit.traits.history_cap)
    return told
