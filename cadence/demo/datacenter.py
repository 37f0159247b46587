"""The Data Center face: API 2, search by offset, Epic Link, users by name and key."""

from dataclasses import dataclass, field
from typing import Any

from cadence.demo.creation import create_issue
from cadence.demo.exchange import Refusal, Shape, read_body
from cadence.demo.face import (
    Face,
    Visit,
    add_shared_routes,
    changelog,
    issue_answer,
    issue_changelog,
    project_answer,
    server_info,
    users,
)
from cadence.demo.issue_fields import issue_json, wanted_fields

Json = Any

_SEARCH = Shape(
    {
        "jql": "text",
        "startAt": "whole",
        "maxResults": "whole",
        "fields": "texts",
        "expand": "texts",
        "validateQuery": "flag",
    }
)


@dataclass
class DataCenter:
    """Data Center's resources."""

    face: Face = field(default_factory=lambda: Face(("2",), latest="2"))

    def __post_init__(self) -> None:
        face = self.face
        add_shared_routes(face)
        face.route("GET", "serverInfo", lambda visit: server_info(visit, "Server", "9.12.5"))
        face.route("GET", "search", _search_by_query)
        face.route("POST", "search", _search_by_body)
        face.route("POST", "issue", create_issue)
        face.route("GET", "issue/{}", lambda visit: issue_answer(visit, None))
        face.route("GET", "issue/{}/changelog", _issue_changelog)
        face.route("GET", "project", _projects)
        face.route("GET", "project/{}", project_answer)
        face.route("GET", "user", _user)
        face.route("GET", "user/search", _find_users)


@dataclass(frozen=True)
class _Ask:
    """A search, whether it came as GET or POST."""

    jql: str
    start: int
    size: int
    fields: list[str]
    expand: list[str]


def _search_by_query(visit: Visit) -> Json:
    request = visit.request
    return _search(
        visit,
        _Ask(
            request.text("jql"),
            request.whole("startAt", 0),
            request.whole("maxResults", 50),
            request.names("fields"),
            request.names("expand"),
        ),
    )


def _search_by_body(visit: Visit) -> Json:
    body = read_body(visit.request, _SEARCH)
    if body.get("startAt", 0) < 0:
        raise Refusal(400, "The 'startAt' value must not be negative.")
    return _search(
        visit,
        _Ask(
            body.get("jql", ""),
            body.get("startAt", 0),
            body.get("maxResults", 50),
            body.get("fields", []),
            body.get("expand", []),
        ),
    )


def _search(visit: Visit, ask: _Ask) -> Json:
    """Return a page of the issues as they are now: a walk by offset shifts with every edit."""
    size = min(ask.size, visit.traits.page_cap) if ask.size >= 0 else visit.traits.page_cap
    if ask.start + size > visit.traits.window:
        raise Refusal(500, "Search limit exceeded")
    found = visit.search(ask.jql)
    wanted = wanted_fields(visit.rendering, ask.fields, "*navigable")
    told = []
    for issue, _ in found[ask.start : ask.start + size]:
        shown = visit.listed(issue.id)
        if shown is None:
            continue
        one = issue_json(visit.rendering, *shown, wanted)
        if "changelog" in ask.expand:
            one["changelog"] = changelog(visit, issue)
        told.append(one)
    return {
        "expand": "schema,names",
        "startAt": ask.start,
        "maxResults": size,
        "total": len(found),
        "issues": told,
    }


def _issue_changelog(visit: Visit) -> Json:
    """Answer the paged histories, which only some versions have."""
    if not visit.traits.issue_changelog:
        raise Refusal(404, f"null for uri: {visit.request.path}")
    return issue_changelog(visit)


def _projects(visit: Visit) -> Json:
    known = visit.world.projects.values() if visit.caller else ()
    return [visit.rendering.project(project) for project in known]


def _user(visit: Visit) -> Json:
    name, key = visit.request.text("username"), visit.request.text("key")
    for person in visit.world.people.values():
        if visit.caller and (person.user == name or person.key == key):
            return visit.rendering.person(person.handle)
    raise Refusal(404, f"The user named '{name or key}' does not exist")


def _find_users(visit: Visit) -> Json:
    name = visit.request.text("username").casefold()
    if not name:
        raise Refusal(400, "The username query parameter was not provided")
    people = [
        person
        for person in visit.world.people.values()
        if name == "." or name in f"{person.user} {person.name} {person.email}".casefold()
    ]
    return users(visit, people)
