"""The world's records as Jira's JSON: what both faces share, and where they differ."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cadence.demo.languages import translated
from cadence.demo.records import (
    CATEGORIES,
    Component,
    Person,
    Project,
    Sprint,
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
    language: str = "en"
    authors: bool = True
    field_ids: bool = True
    told: dict[Any, Json] = field(default_factory=dict)
    """The records told already: a page of issues repeats a few of them in every issue."""

    def once(self, key: Any, tell: Callable[[], Json]) -> Json:
        """Return what `tell` returns, and the same again for the same key."""
        known = self.told.get(key)
        if known is None:
            known = self.told[key] = tell()
        return known

    def word(self, name: str) -> str:
        """Return a usual name in the language of the answer."""
        return translated(name, self.language)

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
        return self.once(handle, lambda: self._person(handle))

    def _person(self, handle: str) -> Json:
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
        named = {"displayName": person.name, "active": person.active}
        zoned = {} if person.kind == "unknown" else {"timeZone": zone.key}
        return {**who, "avatarUrls": self._avatars(person), **named, **zoned}

    def _avatars(self, person: Person) -> Json:
        address = f"{self.api}/secure/useravatar?ownerId={person.key}"
        return {f"{size}x{size}": f"{address}&s={size}" for size in (16, 24, 32, 48)}

    def status(self, status: Status) -> Json:
        """Return a status with its category."""
        return self.once(status, lambda: self._status(status))

    def _status(self, status: Status) -> Json:
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.api}/images/icons/statuses/generic.png",
            "name": self.word(status.name),
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
            "name": self.word(category.name),
        }

    def type(self, type: Type) -> Json:
        """Return an issue type; only Cloud tells its level."""
        return self.once(type, lambda: self._type(type))

    def _type(self, type: Type) -> Json:
        told = {
            "self": self.link(f"issuetype/{type.id}"),
            "id": type.id,
            "description": "",
            "iconUrl": f"{self.api}/images/icons/issuetypes/{type.id}.svg",
            "name": self.word(type.name),
            "subtask": type.level < 0,
        }
        return {**told, "hierarchyLevel": type.level} if self.cloud else told

    def project(self, project: Project) -> Json:
        """Return a project."""
        return self.once(project, lambda: self._project(project))

    def _project(self, project: Project) -> Json:
        told: dict[str, Json] = {
            "self": self.link(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "avatarUrls": {"48x48": f"{self.api}/secure/projectavatar?pid={project.id}"},
        }
        gone = {"archived": project.archived, "deleted": project.deleted}
        told |= {flag: True for flag, on in gone.items() if on}
        style = {"simplified": False, "style": "classic", "isPrivate": False}
        return {**told, **style} if self.cloud else told

    def component(self, component: Component) -> Json:
        """Return a component."""
        return {
            "self": self.link(f"component/{component.id}"),
            "id": component.id,
            "name": component.name,
        }

    def fix_version(self, version: Version) -> Json:
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

    def sprint(self, sprint: Sprint) -> Json:
        """Return a sprint: on Data Center the text that its Java object happens to print."""
        dates = {
            "startDate": sprint.start,
            "endDate": sprint.end,
            "completeDate": sprint.completed,
        }
        if self.cloud:
            told = {"id": int(sprint.id), "name": sprint.name, "state": sprint.state}
            told |= {name: date for name, date in dates.items() if date}
            return {**told, "boardId": sprint.board, "goal": sprint.goal}
        parts = {
            "id": sprint.id,
            "rapidViewId": sprint.board,
            "state": sprint.state.upper(),
            "name": sprint.name,
            **{name: date or "<null>" for name, date in dates.items()},
            "sequence": sprint.id,
            "goal": sprint.goal or "<null>",
        }
        inside = ",".join(f"{name}={value}" for name, value in parts.items())
        address = f"{int(sprint.id) * 0x1F3D5B79 & 0xFFFFFFFF:x}"
        return f"com.atlassian.greenhopper.service.sprint.Sprint@{address}[{inside}]"

    def link_type(self, name: str, ways: tuple[str, str]) -> Json:
        """Return a kind of link with its two ways of reading."""
        id = str(10_000 + len(name))
        told = {"id": id, "name": name, "inward": ways[0], "outward": ways[1]}
        return {**told, "self": self.link(f"issueLinkType/{id}")}

    def named(self, resource: str, id: str | None, names: dict[str, str]) -> Json:
        """Return what has only an id and a name: a priority, a resolution."""
        if id is None:
            return None
        return {"self": self.link(f"{resource}/{id}"), "id": id, "name": self.word(names[id])}
