"""The Cloud face: API 3 and 2, paged resources, the removed search."""

from dataclasses import dataclass, field
from typing import Any

from cadence.demo import cloud_bulk, cloud_search
from cadence.demo.cloud_search import Search
from cadence.demo.creation import create_issue
from cadence.demo.exchange import Refusal
from cadence.demo.face import (
    Face,
    Visit,
    add_shared_routes,
    issue_answer,
    issue_changelog,
    paged,
    project_answer,
    server_info,
    users,
    versions_of,
)
from cadence.demo.records import Project

Json = Any

_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
    "migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@dataclass
class Cloud:
    """Cloud's resources."""

    search: Search = field(default_factory=Search)
    face: Face = field(default_factory=lambda: Face(("2", "3"), latest="2"))

    def __post_init__(self) -> None:
        face = self.face
        add_shared_routes(face)
        face.route("GET", "serverInfo", lambda visit: server_info(visit, "Cloud", "1001.0.0"))
        face.route("GET", "search", _removed)
        face.route("POST", "search", _removed)
        face.route("GET", "search/jql", self.search.by_query)
        face.route("POST", "search/jql", self.search.by_body)
        face.route("POST", "search/approximate-count", cloud_search.count)
        face.route("POST", "issue", create_issue)
        face.route("POST", "issue/bulkfetch", cloud_bulk.issues)
        face.route("POST", "changelog/bulkfetch", cloud_bulk.changelogs)
        face.route("GET", "issue/{}", lambda visit: issue_answer(visit, visit.traits.history_cap))
        face.route("GET", "issue/{}/changelog", issue_changelog)
        face.route("GET", "project/search", _projects)
        face.route("GET", "project/{}", project_answer)
        face.route("GET", "project/{}/version", _versions_page)
        face.route("GET", "users/search", lambda visit: users(visit, visit.world.people.values()))
        face.route("GET", "user/search", _find_users)


def _removed(visit: Visit) -> Json:
    raise Refusal(410, _REMOVED)


def _projects(visit: Visit) -> Json:
    keys, ids = visit.request.names("keys"), visit.request.names("id")
    statuses = visit.request.names("status") or ["live"]
    known = visit.world.projects.values() if visit.caller else ()
    told = [
        visit.rendering.project(project)
        for project in sorted(known, key=lambda project: project.key)
        if _status(project) in statuses
        and (not keys or project.key in keys)
        and (not ids or project.id in ids)
    ]
    return paged(visit, "project/search", told, 50, 100)


def _status(project: Project) -> str:
    return "deleted" if project.deleted else "archived" if project.archived else "live"


def _versions_page(visit: Visit) -> Json:
    expanded = visit.request.names("expand")
    told = versions_of(visit, with_drivers="driver" in expanded)
    return paged(visit, f"project/{visit.arguments[0]}/version", told, 50, 50)


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
