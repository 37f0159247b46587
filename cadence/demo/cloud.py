"""The Cloud face: API 3 and 2, search by token, bulk fetches, the removed search."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from cadence.demo.exchange import Refusal, Shape, page, read_body
from cadence.demo.face import (
    NO_ISSUE,
    Face,
    Visit,
    add_shared_routes,
    changelog,
    issue_answer,
    project_answer,
    server_info,
    users,
    versions_of,
)
from cadence.demo.jql import JqlError, parse
from cadence.demo.records import Issue, IssueState, Item

Json = Any

_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
    "migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
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
_BULK = Shape(
    {
        "issueIdsOrKeys": "texts",
        "fields": "texts",
        "expand": "texts",
        "properties": "texts",
        "fieldsByKeys": "flag",
    },
    required=("issueIdsOrKeys",),
)
_CHANGELOGS = Shape(
    {
        "issueIdsOrKeys": "texts",
        "fieldIds": "texts",
        "maxResults": "whole",
        "nextPageToken": "text",
    },
    required=("issueIdsOrKeys",),
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
class Cloud:
    """Cloud's resources, and the page tokens given out."""

    walks: dict[str, _Walk] = field(default_factory=dict)
    face: Face = field(default_factory=lambda: Face(("2", "3"), latest="2"))

    def __post_init__(self) -> None:
        face = self.face
        add_shared_routes(face)
        face.route("GET", "serverInfo", lambda visit: server_info(visit, "Cloud", "1001.0.0"))
        face.route("GET", "search", _removed)
        face.route("POST", "search", _removed)
        face.route("GET", "search/jql", lambda visit: self._search(visit, _asked_by_query(visit)))
        face.route("POST", "search/jql", lambda visit: self._search(visit, _asked_by_body(visit)))
        face.route("POST", "search/approximate-count", _count)
        face.route("POST", "issue/bulkfetch", _bulk_fetch)
        face.route("POST", "changelog/bulkfetch", _bulk_changelogs)
        face.route("GET", "issue/{}", lambda visit: issue_answer(visit, visit.traits.history_cap))
        face.route("GET", "issue/{}/changelog", _issue_changelog)
        face.route("GET", "project/search", _projects)
        face.route("GET", "project/{}", project_answer)
        face.route("GET", "project/{}/version", _versions_page)
        face.route("GET", "users/search", lambda visit: users(visit, visit.world.people.values()))
        face.route("GET", "user/search", _find_users)

    def expire_tokens(self) -> None:
        """Forget every page token, as Jira does after a week."""
        self.walks.clear()

    def _search(self, visit: Visit, ask: _Ask) -> Json:
        bounded_query(ask.jql)
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


def bounded_query(jql: str) -> None:
    """Refuse with 400 what Cloud's search does not take: no restriction, too long an ORDER BY."""
    try:
        query = parse(jql)
    except JqlError as fault:
        raise Refusal(400, *fault.messages) from fault
    if query.where is None:
        raise Refusal(400, _UNBOUNDED)
    if len(query.order) > 7:
        raise Refusal(400, "The maximum number of fields in the ORDER BY clause is 7.")


def _removed(visit: Visit) -> Json:
    raise Refusal(410, _REMOVED)


# ---- search ----------------------------------------------------------------------------------


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
    wanted = visit.rendering.wanted_fields(ask.fields, ("id",))
    told = visit.rendering.issue(issue, state, wanted)
    if "changelog" in ask.expand:
        told["changelog"] = changelog(visit, issue, visit.traits.history_cap)
    return told


def _count(visit: Visit) -> Json:
    body = read_body(visit.request, Shape({"jql": "text"}))
    bounded_query(body.get("jql", ""))
    return {"count": len(visit.search(body["jql"]))}


# ---- bulk fetches ----------------------------------------------------------------------------


def _named(visit: Visit, names: list[str], limit: int) -> list[tuple[Issue, IssueState]]:
    """Return the issues by ascending id; those that the caller cannot see are just absent."""
    if not 1 <= len(names) <= limit:
        raise Refusal(400, f"Between 1 and {limit} issue IDs or keys must be given.")
    found = {pair[0].id: pair for name in names if (pair := visit.named(name))}
    return [found[id] for id in sorted(found)]


def _bulk_fetch(visit: Visit) -> Json:
    body = read_body(visit.request, _BULK)
    wanted = visit.rendering.wanted_fields(body.get("fields", []), ("*navigable",))
    told = []
    for issue, state in _named(visit, body["issueIdsOrKeys"], 100):
        one = visit.rendering.issue(issue, state, wanted)
        if "changelog" in body.get("expand", []):
            one["changelog"] = changelog(visit, issue, visit.traits.history_cap)
        told.append(one)
    return {"expand": "schema,names", "issues": told, "issueErrors": []}


def _bulk_changelogs(visit: Visit) -> Json:
    """Return histories oldest first over all issues, so that one issue's may span pages."""
    body = read_body(visit.request, _CHANGELOGS)
    issues = _named(visit, body["issueIdsOrKeys"], 1000)
    asked = body.get("fieldIds", [])
    size = body.get("maxResults", 1000)
    if len(asked) > 10 or len(set(asked)) < len(asked) or not 1 <= size <= 10_000:
        raise Refusal(400, "Invalid fieldIds or maxResults.")
    told = sorted(
        (
            (history.at, issue.id, history)
            for issue, _ in issues
            for history in visit.histories(issue)
            if not asked or _touches(visit, history.items, asked)
        ),
        key=lambda each: each[:2],
    )
    start = _offset(body.get("nextPageToken"))
    logs: dict[int, list[Json]] = {}
    for at, id, history in told[start : start + size]:
        one = visit.rendering.history(history)
        logs.setdefault(id, []).append({**one, "created": at})
    answer: dict[str, Json] = {
        "issueChangeLogs": [
            {"issueId": str(id), "changeHistories": each} for id, each in logs.items()
        ]
    }
    if start + size < len(told):
        answer["nextPageToken"] = base64.b64encode(f"offset:{start + size}".encode()).decode()
    return answer


def _touches(visit: Visit, items: tuple[Item | dict[str, Any], ...], asked: list[str]) -> bool:
    told = (visit.rendering.item(item) if isinstance(item, Item) else item for item in items)
    return any(item.get("fieldId") in asked for item in told)


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("offset:"))
    except ValueError:
        raise Refusal(400, "Invalid nextPageToken.") from None


# ---- paged resources -------------------------------------------------------------------------


def _paged(visit: Visit, path: str, values: list[Json], default: int, cap: int) -> Json:
    start, size = visit.request.whole("startAt", 0), visit.request.whole("maxResults", default)
    told = page(values, start, min(size, cap))
    return {"self": visit.rendering.link(path), **told}


def _issue_changelog(visit: Visit) -> Json:
    found = visit.named(visit.arguments[0])
    if found is None:
        raise Refusal(404, NO_ISSUE)
    told = [visit.rendering.history(history) for history in visit.histories(found[0])]
    return _paged(visit, f"issue/{found[0].id}/changelog", told, 100, 100)


def _projects(visit: Visit) -> Json:
    keys, ids = visit.request.names("keys"), visit.request.names("id")
    known = visit.world.projects.values() if visit.caller else ()
    told = [
        visit.rendering.project(project)
        for project in sorted(known, key=lambda project: project.key)
        if (not keys or project.key in keys) and (not ids or project.id in ids)
    ]
    return _paged(visit, "project/search", told, 50, 100)


def _versions_page(visit: Visit) -> Json:
    return _paged(visit, f"project/{visit.arguments[0]}/version", versions_of(visit), 50, 50)


def _find_users(visit: Visit) -> Json:
    query = visit.request.text("query").casefold()
    account = visit.request.text("accountId")
    if not (query or account):
        raise Refusal(400, "At least one of 'query', 'accountId' or 'property' must be given.")
    people = [
        person
        for person in visit.world.people.values()
        if person.account == account
        or (query and query in f"{person.name} {person.email}".casefold())
    ]
    return users(visit, people)
