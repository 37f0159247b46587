"""Issues as Jira's JSON: what each field holds, and which fields a request gets."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from cadence.demo.records import CustomFields, Issue, IssueState
from cadence.demo.rendering import Rendering, document
from cadence.demo.world import LINKS

Json = Any
Field = Callable[[Rendering, Issue, IssueState], Json]


def issue_json(
    rendering: Rendering, issue: Issue, state: IssueState, wanted: Iterable[str]
) -> dict[str, Json]:
    """Return an issue with these fields (see `wanted_fields`)."""
    told = {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": str(issue.id),
        "self": rendering.link(f"issue/{issue.id}"),
        "key": state.key,
    }
    table = site_fields(rendering)
    fields = {name: table[name](rendering, issue, state) for name in wanted}
    poisoned = rendering.world.poisoned.get(issue.id, {})
    fields |= {name: value for name, value in poisoned.items() if name in fields}
    return {**told, "fields": fields} if fields else told


def site_fields(rendering: Rendering) -> dict[str, Field]:
    """Return the fields of this site, by id."""
    return _table(rendering.world.fields, rendering.cloud)


@lru_cache
def _table(ids: CustomFields, cloud: bool) -> dict[str, Field]:
    custom: dict[str, Field] = {
        ids.story_points: lambda r, issue, state: state.points,
        ids.sprint: _sprints,
        ids.epic_link: _epic_link,
        ids.epic_name: _epic_name,
    }
    return {**_FIELDS, **(_CLOUD_FIELDS if cloud else {}), **custom}


def wanted_fields(rendering: Rendering, asked: list[str], default: str) -> list[str]:
    """Return the ids of the fields asked for; unknown ones are ignored, as Jira does."""
    known = list(site_fields(rendering))
    asked = asked or [default]
    if all(name.startswith("-") for name in asked):
        asked = ["*all", *asked]
    wanted: list[str] = []
    for name in asked:
        if name in ("*all", "*navigable"):
            wanted += known
        elif name.startswith("-"):
            wanted = [each for each in wanted if each != name[1:]]
        elif name in known:
            wanted.append(name)
    return list(dict.fromkeys(wanted))


def _link_to(rendering: Rendering, id: int | None) -> Json:
    """Return the short form of another issue, if Jira shows it."""
    issue = rendering.world.issues[id] if id is not None else None
    state = rendering.world.shown(issue, rendering.world.instant) if issue else None
    if issue is None or state is None:
        return None
    told = {"id": str(issue.id), "key": state.key, "self": rendering.link(f"issue/{issue.id}")}
    names = ("summary", "status", "priority", "issuetype")
    return {**told, "fields": {name: _FIELDS[name](rendering, issue, state) for name in names}}


def _subtask(rendering: Rendering, state: IssueState) -> bool:
    return rendering.world.types[state.type].level < 0


def _parent(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    """Return the parent: on Data Center only a sub-task has one."""
    told = rendering.cloud or _subtask(rendering, state)
    return _link_to(rendering, state.parent) if told else None


def _epic_link(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    """Return the epic's key, which Cloud no longer tells here."""
    if rendering.cloud or _subtask(rendering, state):
        return None
    epic = _link_to(rendering, state.parent)
    return epic and epic["key"]


def _epic_name(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    return state.summary if rendering.world.types[state.type].level > 0 else None


def _description(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    """Return the text, in version 3 as a document."""
    text = state.description
    return document(text) if text and rendering.version == "3" else text


def _priority(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    return rendering.named("priority", state.priority, rendering.world.priorities)


def _resolution(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    return rendering.named("resolution", state.resolution, rendering.world.resolutions)


def _components(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    return [rendering.component(rendering.world.components[id]) for id in state.components]


def _fix_versions(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    return [rendering.fix_version(rendering.world.version(id)) for id in state.fix_versions]


def _sprints(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    sprints = [rendering.world.sprints[id] for id in state.sprints]
    return [rendering.sprint(sprint) for sprint in sprints] or None


def _issue_links(rendering: Rendering, issue: Issue, state: IssueState) -> Json:
    """Return the links to issues that Jira shows."""
    told = []
    for link in state.links:
        other = _link_to(rendering, link.other)
        if other:
            kind = rendering.link_type(link.kind, LINKS[link.kind])
            way = "outwardIssue" if link.outward else "inwardIssue"
            told.append({"id": str(link.id), "type": kind, way: other})
    return told


_FIELDS: dict[str, Field] = {
    "summary": lambda r, issue, state: state.summary,
    "issuetype": lambda r, issue, state: r.type(r.world.types[state.type]),
    "status": lambda r, issue, state: r.status(r.world.statuses[state.status]),
    "project": lambda r, issue, state: r.project(r.world.projects[state.project]),
    "assignee": lambda r, issue, state: r.person(state.assignee),
    "reporter": lambda r, issue, state: r.person(state.reporter),
    "creator": lambda r, issue, state: r.person(state.reporter),
    "priority": _priority,
    "resolution": _resolution,
    "resolutiondate": lambda r, issue, state: state.resolved and r.moment(state.resolved),
    "created": lambda r, issue, state: r.moment(issue.created),
    "updated": lambda r, issue, state: r.moment(state.updated),
    "duedate": lambda r, issue, state: state.due,
    "labels": lambda r, issue, state: list(state.labels),
    "components": _components,
    "fixVersions": _fix_versions,
    "versions": lambda r, issue, state: [],
    "issuelinks": _issue_links,
    "parent": _parent,
    "description": _description,
}

_CLOUD_FIELDS: dict[str, Field] = {
    "statuscategorychangedate": lambda r, issue, state: r.moment(state.category_since),
}
