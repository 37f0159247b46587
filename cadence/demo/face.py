"""What the Cloud and the Data Center face share: routing, searching, and the simple resources."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from cadence.demo.asking import Asking, SearchLog
from cadence.demo.exchange import Refusal, Request, page
from cadence.demo.field_list import field_list
from cadence.demo.histories import history_json
from cadence.demo.index import Found
from cadence.demo.issue_fields import issue_json, wanted_fields
from cadence.demo.jql import JqlError, parse
from cadence.demo.jql_fields import place_after, select
from cadence.demo.records import (
    CATEGORIES,
    History,
    Issue,
    IssueState,
    Person,
    Version,
    epoch_ms,
)
from cadence.demo.rendering import Rendering
from cadence.demo.traits import Traits as Traits
from cadence.demo.world import World

Json = Any

NO_ISSUE = "Issue does not exist or you do not have permission to see it."


@dataclass(frozen=True)
class Visit:
    """One request, with all that is needed to answer it."""

    request: Request
    world: World
    traits: Traits
    rendering: Rendering
    caller: Person | None
    arguments: tuple[str, ...]
    searches: SearchLog = field(default_factory=SearchLog)
    number: int = 0
    """How many requests came before."""

    def search(self, jql: str, reconciled: Iterable[int] = ()) -> list[Found]:
        """Return the issues that the JQL selects; 400 if Jira would refuse it."""
        return self._found(jql, reconciled, None)

    def search_after(self, jql: str, last: Found, reconciled: Iterable[int] = ()) -> list[Found]:
        """Return those that come after an issue, by the sort values that it had then."""
        return self._found(jql, reconciled, last)

    def _found(self, jql: str, reconciled: Iterable[int], last: Found | None) -> list[Found]:
        asking = self._asking(frozenset(reconciled))
        try:
            query = parse(jql)
            found = select(query, asking)
            if last:
                found = found[place_after(query, asking, found, last) :]
        except JqlError as fault:
            raise Refusal(400, *fault.messages) from fault
        return found if self.caller else []

    def _asking(self, reconciled: frozenset[int]) -> Asking:
        traits = self.traits
        reindexed = epoch_ms(traits.reindexed) if traits.reindexed else None
        return Asking(
            self.world,
            traits.caller_zone,
            self.rendering.cloud,
            traits.index_lag_ms,
            reconciled,
            self.searches.behind(self.world, traits.index_lag_searches),
            reindexed if reindexed and reindexed <= self.world.instant else None,
            self.number if traits.unstable_ties else None,
        )

    def shown(self, id: int) -> tuple[Issue, IssueState] | None:
        """Return an issue as the caller may see it now."""
        issue = self.world.issues.get(id)
        state = self.world.shown(issue, self.world.instant) if issue and self.caller else None
        return (issue, state) if issue and state else None

    def listed(self, id: int) -> Found | None:
        """Return an issue that a search has found; of one that is gone, maybe what it was."""
        shown = self.shown(id)
        if shown or not self.traits.ghosts:
            return shown
        issue = self.world.issues[id]
        states = issue.states.values[: issue.states.index(self.world.instant)]
        return next(
            ((issue, state) for state in reversed(states) if not (state.deleted or state.hidden)),
            None,
        )

    def named(self, text: str) -> tuple[Issue, IssueState] | None:
        """Return the issue of an id, a key or an old key, if the caller may see it."""
        id = int(text) if text.isdecimal() else self.world.keys.get(text.upper())
        return self.shown(id) if id is not None else None

    def histories(self, issue: Issue) -> list[History]:
        """Return an issue's histories up to now, oldest first, or shuffled where a site does."""
        told = issue.told(self.world.instant)
        if self.traits.shuffled_histories:
            told = sorted(told, key=lambda history: crc32(str(history.id).encode()))
        return told


Handler = Callable[[Visit], Json]


@dataclass
class Face:
    """A table of routes; a path is `/rest/api/VERSION/` and what a route's pattern matches."""

    versions: tuple[str, ...]
    latest: str
    routes: list[tuple[str, re.Pattern[str], Handler]] = field(default_factory=list)

    def route(self, method: str, pattern: str, handler: Handler) -> None:
        """Add a route; `{}` in the pattern is one argument."""
        self.routes.append((method, re.compile(pattern.replace("{}", "([^/]+)")), handler))

    def version(self, path: str) -> str:
        """Return the API version that a path asks for; '' if there is none."""
        found = re.match(r"/rest/api/([^/]+)/", path)
        version = found[1] if found else ""
        version = self.latest if version == "latest" else version
        return version if version in self.versions else ""

    def find(self, request: Request) -> tuple[Handler, tuple[str, ...]]:
        """Return the handler of a request and its arguments, else 404 or 405."""
        resource = re.sub(r"^/rest/api/[^/]+/", "", request.path)
        methods = []
        for method, pattern, handler in self.routes:
            found = pattern.fullmatch(resource)
            if found and self.version(request.path):
                if method == request.method:
                    return handler, found.groups()
                methods.append(method)
        if methods:
            raise Refusal(405, "Method Not Allowed", headers={"Allow": ", ".join(methods)})
        raise Refusal(404, f"null for uri: {request.path}")


# ---- resources that both faces have ----------------------------------------------------------


def add_shared_routes(face: Face) -> None:
    """Add the resources that Cloud and Data Center answer alike."""
    face.route("GET", "myself", _myself)
    face.route("GET", "status", _statuses)
    face.route("GET", "statuscategory", _categories)
    face.route("GET", "issuetype", _types)
    face.route("GET", "field", lambda visit: field_list(visit.rendering))
    face.route("GET", "project/{}/versions", _versions)


def server_info(visit: Visit, deployment: str, version: str) -> Json:
    """Return what everybody may know of the server."""
    return {
        "baseUrl": visit.rendering.api,
        "version": version,
        "versionNumbers": [int(n) for n in re.findall(r"\d+", version)[:3]],
        "deploymentType": deployment,
        "buildNumber": 100_200,
        "buildDate": "2021-01-01T00:00:00.000+0000",
        "serverTime": visit.rendering.moment(visit.world.instant),
        "scmInfo": "0" * 40,
        "serverTitle": "Sample Jira",
    }


def changelog(visit: Visit, issue: Issue, newest: int | None = None) -> Json:
    """Return expand=changelog: the newest so many, newest first; all, oldest first, if None."""
    cap = visit.traits.changelog_cap
    histories = visit.histories(issue)
    if newest is None:
        shown = histories[-cap:] if cap is not None else histories
    else:
        shown = histories[::-1][:newest]
    return {
        "startAt": 0,
        "maxResults": len(shown),
        "total": len(histories),
        "histories": [history_json(visit.rendering, history) for history in shown],
    }


def project_of(visit: Visit, text: str) -> Any:
    """Return the project of an id or key, else 404."""
    for project in visit.world.projects.values():
        if visit.caller and text.upper() in (project.id, project.key):
            return project
    raise Refusal(404, f"No project could be found with key '{text}'.")


def project_answer(visit: Visit) -> Json:
    """Return a project, its versions among the rest."""
    project = project_of(visit, visit.arguments[0])
    return {**visit.rendering.project(project), "versions": versions_of(visit)}


def versions_of(visit: Visit, *, with_drivers: bool = False) -> list[Json]:
    """Return the versions of the project in the path, as of now."""
    project = project_of(visit, visit.arguments[0])
    known = (timeline.at(visit.world.instant) for timeline in visit.world.versions.values())
    return [
        visit.rendering.fix_version(version) | (_driver(visit, version) if with_drivers else {})
        for version in known
        if version and version.project == project.key
    ]


def _driver(visit: Visit, version: Version) -> dict[str, Json]:
    """Return who leads a version, if anybody does."""
    return {"driver": visit.world.person(version.driver).account} if version.driver else {}


def users(visit: Visit, people: Iterable[Person], default: int = 50) -> list[Json]:
    """Return one page of people."""
    start, size = visit.request.whole("startAt", 0), visit.request.whole("maxResults", default)
    told = [visit.rendering.person(person.handle) for person in people] if visit.caller else []
    return told[start : start + min(size, 1000)]


def _myself(visit: Visit) -> Json:
    if visit.caller is None:
        raise Refusal(401, "Client must be authenticated to access this resource.")
    return {**visit.rendering.person(visit.caller.handle), "locale": _locale(visit.traits)}


def _locale(traits: Traits) -> str:
    return "en_US" if traits.language == "en" else f"{traits.language}_{traits.language.upper()}"


def _statuses(visit: Visit) -> Json:
    return [visit.rendering.status(status) for status in visit.world.statuses.values()]


def _categories(visit: Visit) -> Json:
    return [visit.rendering.category(key) for key in CATEGORIES]


def _types(visit: Visit) -> Json:
    return [visit.rendering.type(type) for type in visit.world.types.values()]


def _versions(visit: Visit) -> Json:
    return versions_of(visit)


def issue_answer(visit: Visit, newest: int | None) -> Json:
    """Return one issue, by id, key or old key, with all fields unless some are asked for."""
    found = visit.named(visit.arguments[0])
    if found is None:
        raise Refusal(404, NO_ISSUE)
    wanted = wanted_fields(visit.rendering, visit.request.names("fields"), "*all")
    told = issue_json(visit.rendering, *found, wanted)
    if "changelog" in visit.request.names("expand"):
        told["changelog"] = changelog(visit, found[0], newest)
    return told


def issue_changelog(visit: Visit) -> Json:
    """Return a page of one issue's histories, oldest first."""
    found = visit.named(visit.arguments[0])
    if found is None:
        raise Refusal(404, NO_ISSUE)
    told = [history_json(visit.rendering, history) for history in visit.histories(found[0])]
    return paged(visit, f"issue/{found[0].id}/changelog", told, 100, 100)


def paged(visit: Visit, path: str, values: list[Json], default: int, cap: int) -> Json:
    """Return the page that was asked for, `cap` long at most."""
    start, size = visit.request.whole("startAt", 0), visit.request.whole("maxResults", default)
    return {"self": visit.rendering.link(path), **page(values, start, min(size, cap))}
