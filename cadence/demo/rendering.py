"""The world's records as Jira's JSON: what both faces share, and where they differ."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cadence.demo.jql_fields import CATEGORIES
from cadence.demo.records import (
    Component,
    History,
    Issue,
    IssueState,
    Item,
    Person,
    Project,
    Status,
    Type,
    Version,
    from_ms,
)
from cadence.demo.world import World

Json = Any


@lru_cache(maxsize=65536)
def timestamp(instant: int, zone: ZoneInfo) -> str:
    """Return an instant as Jira writes it: 2021-02-03T10:11:12.123-0800."""
    moment = from_ms(instant).astimezone(zone)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}{moment:%z}"


def document(text: str) -> Json:
    """Return text in Atlassian's document format, a paragraph a line."""
    lines = [line for line in text.split("\n") if line.strip()]
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


@dataclass(frozen=True)
class Rendering:
    """One way of telling the world: for which face, which API version, in which zone."""

    world: World
    api: str
    version: str
    cloud: bool
    site_zone: ZoneInfo
    caller_zone: ZoneInfo

    def link(self, path: str) -> str:
        """Return the address of a resource."""
        return f"{self.api}/rest/api/{self.version}/{path}"

    def moment(self, instant: int) -> str:
        """Return an instant in the site's zone."""
        return timestamp(instant, self.site_zone)

    # ---- records -----------------------------------------------------------------------------

    def person(self, handle: str | None) -> Json:
        """Return a user; nobody is null."""
        if handle is None:
            return None
        person = self.world.people[handle]
        who: dict[str, Json]
        if self.cloud:
            who = {
                "self": self.link(f"user?accountId={person.account}"),
                "accountId": person.account,
                "accountType": person.kind,
            }
        else:
            who = {
                "self": self.link(f"user?username={person.user}"),
                "name": person.user,
                "key": person.key,
            }
        if person.email:
            who["emailAddress"] = person.email
        zone = self.caller_zone if person.kind == "atlassian" else self.site_zone
        named = {"displayName": person.name, "active": person.active, "timeZone": zone.key}
        return {**who, "avatarUrls": self._avatars(person), **named}

    def _avatars(self, person: Person) -> Json:
        address = f"{self.api}/secure/useravatar?ownerId={person.key}"
        return {f"{size}x{size}": f"{address}&s={size}" for size in (16, 24, 32, 48)}

    def status(self, status: Status) -> Json:
        """Return a status with its category."""
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.api}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        }

    def category(self, key: str) -> Json:
        """Return a status category."""
        category = CATEGORIES[key]
        return {
            "self": self.link(f"statuscategory/{category.number}"),
            "id": category.number,
            "key": category.id,
            "colorName": category.color,
            "name": category.name,
        }

    def type(self, type: Type) -> Json:
        """Return an issue type; only Cloud tells its level."""
        told = {
            "self": self.link(f"issuetype/{type.id}"),
            "id": type.id,
            "description": "",
            "iconUrl": f"{self.api}/images/icons/issuetypes/{type.id}.svg",
            "name": type.name,
            "subtask": type.level < 0,
        }
        return {**told, "hierarchyLevel": type.level} if self.cloud else told

    def project(self, project: Project) -> Json:
        """Return a project."""
        told = {
            "self": self.link(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": {"48x48": f"{self.api}/secure/projectavatar?pid={project.id}"},
        }
        style = {"simplified": False, "style": "classic", "isPrivate": False}
        return {**told, **style} if self.cloud else told

    def component(self, component: Component) -> Json:
        """Return a component."""
        return {
            "self": self.link(f"component/{component.id}"),
            "id": component.id,
            "name": component.name,
        }

    def version_json(self, version: Version) -> Json:
        """Return a version of a project."""
        told: dict[str, Json] = {
            "self": self.link(f"version/{version.id}"),
            "id": version.id,
            "description": version.description,
            "name": version.name,
            "archived": version.archived,
            "released": version.released,
            "projectId": int(self.world.projects[version.project].id),
        }
        if version.release_date:
            told["releaseDate"] = version.release_date
        return told

    # ---- issues ------------------------------------------------------------------------------

    def issue(self, issue: Issue, state: IssueState, wanted: Iterable[str]) -> Json:
        """Return an issue with these fields (see `wanted_fields`)."""
        told = {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(issue.id),
            "self": self.link(f"issue/{issue.id}"),
            "key": state.key,
        }
        table = self.table
        fields = {name: table[name](self, issue, state) for name in wanted}
        return {**told, "fields": fields} if fields else told

    @property
    def table(self) -> dict[str, Callable[["Rendering", Issue, IssueState], Json]]:
        """The fields of this site, by id."""
        fields = self.world.fields
        custom = {
            fields.story_points: lambda r, issue, state: state.points,
            fields.sprint: lambda r, issue, state: None,
            fields.epic_link: Rendering._epic_link,
            fields.epic_name: Rendering._epic_name,
        }
        only = _CLOUD_FIELDS if self.cloud else {}
        return {**_FIELDS, **only, **custom}

    def wanted_fields(self, asked: list[str], default: tuple[str, ...]) -> list[str]:
        """Return the ids of the fields asked for; unknown ones are ignored, as Jira does."""
        known = list(self.table)
        wanted: list[str] = []
        asked = asked or list(default)
        if all(name.startswith("-") for name in asked):
            asked = ["*all", *asked]
        for name in asked:
            if name in ("*all", "*navigable"):
                wanted += known
            elif name.startswith("-"):
                wanted = [each for each in wanted if each != name[1:]]
            elif name in known:
                wanted.append(name)
        return list(dict.fromkeys(wanted))

    def _link_to(self, id: int | None) -> Json:
        """Return the short form of another issue, if Jira shows it."""
        state = self.world.issues[id].visible(self.world.instant) if id is not None else None
        if state is None:
            return None
        fields = ("summary", "status", "priority", "issuetype")
        issue = self.world.issues[id or 0]
        told = {"id": str(issue.id), "key": state.key, "self": self.link(f"issue/{issue.id}")}
        return {**told, "fields": {name: _FIELDS[name](self, issue, state) for name in fields}}

    def _parent(self, issue: Issue, state: IssueState) -> Json:
        """Return the parent: on Data Center only a sub-task has one."""
        subtask = self.world.types[state.type].level < 0
        return self._link_to(state.parent) if self.cloud or subtask else None

    def _epic_link(self, issue: Issue, state: IssueState) -> Json:
        """Return the epic's key, which Cloud no longer tells here."""
        subtask = self.world.types[state.type].level < 0
        told = None if self.cloud or subtask else self._link_to(state.parent)
        return told and told["key"]

    def _epic_name(self, issue: Issue, state: IssueState) -> Json:
        return state.summary if self.world.types[state.type].level > 0 else None

    def _description(self, issue: Issue, state: IssueState) -> Json:
        text = state.description
        return document(text) if text and self.version == "3" else text

    def _named(self, resource: str, id: str | None, names: dict[str, str]) -> Json:
        if id is None:
            return None
        return {"self": self.link(f"{resource}/{id}"), "id": id, "name": names[id]}

    # ---- histories ---------------------------------------------------------------------------

    def history(self, history: History) -> Json:
        """Return one history, as the per-issue resources and expand=changelog tell it."""
        told = {
            "id": str(history.id),
            "author": self.person(history.author),
            "created": self.moment(history.at),
            "items": [
                self.item(item) if isinstance(item, Item) else item for item in history.items
            ],
        }
        if history.author is None:
            del told["author"]
        return told

    def item(self, item: Item) -> Json:
        """Return one item; Data Center has no fieldId."""
        names = self._item_names(item.field)
        told: dict[str, Json] = {"field": names[0], "fieldtype": names[2]}
        if self.cloud and names[1]:
            told["fieldId"] = names[1]
        old, new = item.old, item.new
        if item.field == "assignee":
            old, new = (self._account(handle) for handle in (old, new))
            if self.cloud:
                told |= {"tmpFromAccountId": old, "tmpToAccountId": new}
        return {
            **told,
            "from": old,
            "fromString": item.old_text,
            "to": new,
            "toString": item.new_text,
        }

    def _item_names(self, field: str) -> tuple[str, str | None, str]:
        if field == "points":
            return "Story Points", self.world.fields.story_points, "custom"
        if field == "parent":
            return ("IssueParentAssociation", None, "jira") if self.cloud else _EPIC_LINK
        return _ITEMS[field]

    def _account(self, handle: str | None) -> str | None:
        if handle is None:
            return None
        person = self.world.people[handle]
        return person.account if self.cloud else person.key


_EPIC_LINK = ("Epic Link", None, "custom")
_ITEMS: dict[str, tuple[str, str | None, str]] = {
    "status": ("status", "status", "jira"),
    "assignee": ("assignee", "assignee", "jira"),
    "resolution": ("resolution", "resolution", "jira"),
    "type": ("issuetype", "issuetype", "jira"),
    "priority": ("priority", "priority", "jira"),
    "summary": ("summary", "summary", "jira"),
    "description": ("description", "description", "jira"),
    "labels": ("labels", "labels", "jira"),
    "components": ("Component", "components", "jira"),
    "fix_versions": ("Fix Version", "fixVersions", "jira"),
    "due": ("duedate", "duedate", "jira"),
    "subtask_parent": ("Parent", "parent", "jira"),
    "project": ("project", "project", "jira"),
    "key": ("Key", None, "jira"),
}

_FIELDS: dict[str, Callable[[Rendering, Issue, IssueState], Json]] = {
    "summary": lambda r, issue, state: state.summary,
    "issuetype": lambda r, issue, state: r.type(r.world.types[state.type]),
    "status": lambda r, issue, state: r.status(r.world.statuses[state.status]),
    "project": lambda r, issue, state: r.project(r.world.projects[state.project]),
    "assignee": lambda r, issue, state: r.person(state.assignee),
    "reporter": lambda r, issue, state: r.person(state.reporter),
    "creator": lambda r, issue, state: r.person(state.reporter),
    "priority": lambda r, issue, state: r._named("priority", state.priority, r.world.priorities),
    "resolution": lambda r, issue, state: r._named(
        "resolution", state.resolution, r.world.resolutions
    ),
    "resolutiondate": lambda r, issue, state: state.resolved and r.moment(state.resolved),
    "created": lambda r, issue, state: r.moment(issue.created),
    "updated": lambda r, issue, state: r.moment(state.updated),
    "duedate": lambda r, issue, state: state.due,
    "labels": lambda r, issue, state: list(state.labels),
    "components": lambda r, issue, state: [
        r.component(r.world.components[id]) for id in state.components
    ],
    "fixVersions": lambda r, issue, state: [
        r.version_json(r.world.version(id)) for id in state.fix_versions
    ],
    "versions": lambda r, issue, state: [],
    "issuelinks": lambda r, issue, state: [],
    "parent": Rendering._parent,
    "description": Rendering._description,
}

_CLOUD_FIELDS: dict[str, Callable[[Rendering, Issue, IssueState], Json]] = {
    "statuscategorychangedate": lambda r, issue, state: r.moment(state.category_since),
}
