"""What a Jira site knows besides its issues: people, statuses, types, projects, versions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cadence.demo.records import (
    Component,
    CustomFields,
    Person,
    Project,
    Sprint,
    Status,
    Timeline,
    Type,
    Version,
    epoch_ms,
    from_ms,
)

Kept = Person | Status | Type | Project | Component | Version | Sprint


class Record(Protocol):
    """What has an id and a name."""

    @property
    def id(self) -> str:
        """Jira's id."""

    @property
    def name(self) -> str:
        """The name that people read."""


R = TypeVar("R", bound=Record)

PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low", "5": "Lowest"}
RESOLUTIONS = {
    "10000": "Done",
    "10001": "Won't Do",
    "10002": "Duplicate",
    "10003": "Cannot Reproduce",
}


class Catalogue:
    """The records of a site, looked up by the names that people use, and its movable clock."""

    def __init__(self, zone: str = "UTC", fields: CustomFields | None = None) -> None:
        self.zone = ZoneInfo(zone)
        self.fields = fields or CustomFields()
        self.now = datetime(2020, 1, 1, tzinfo=UTC)
        self.people: dict[str, Person] = {}
        self.statuses: dict[str, Status] = {}
        self.types: dict[str, Type] = {}
        self.projects: dict[str, Project] = {}
        self.components: dict[str, Component] = {}
        self.sprints: dict[str, Sprint] = {}
        self.versions: dict[str, Timeline[Version]] = {}
        self.priorities: dict[str, str] = dict(PRIORITIES)
        self.resolutions: dict[str, str] = dict(RESOLUTIONS)

    @property
    def now(self) -> datetime:
        """The moment that the world shows, and at which an operation happens."""
        return from_ms(self.instant)

    @now.setter
    def now(self, moment: datetime) -> None:
        self.instant = epoch_ms(moment)

    def add(
        self, *records: Person | Status | Type | Project | Component | Version | Sprint
    ) -> None:
        """Add records, or put new ones in the place of those of the same id; known at all times."""
        for record in records:
            match record:
                case Person():
                    self.people[record.handle] = record
                case Status():
                    self.statuses[record.id] = record
                case Type():
                    self.types[record.id] = record
                case Project():
                    self.projects[record.key] = record
                case Component():
                    self.components[record.id] = record
                case Sprint():
                    self.sprints[record.id] = record
                case Version():
                    self._add_version(record, 0)

    def person(self, handle: str) -> Person:
        """Return the person of this handle."""
        if handle not in self.people:
            raise ValueError(f"nobody is called '{handle}'")
        return self.people[handle]

    def named(self, records: Mapping[str, R], name: str) -> R:
        """Return the record of this name, or of this id."""
        for record in records.values():
            if name in (record.name, record.id):
                return record
        raise ValueError(f"'{name}' is none of {', '.join(r.name for r in records.values())}")

    def priority(self, name: str | None) -> str:
        """Return the id of a priority; none is the middle one."""
        for id, known in self.priorities.items():
            if known == (name or "Medium"):
                return id
        raise ValueError(f"'{name}' is none of {', '.join(self.priorities.values())}")

    def resolution(self, name: str) -> str:
        """Return the id of a resolution; a new name becomes a new one."""
        for id, known in self.resolutions.items():
            if known == name:
                return id
        id = str(10_000 + len(self.resolutions))
        self.resolutions[id] = name
        return id

    def component(self, project: str, name: str) -> str:
        """Return the id of a project's component."""
        for component in self.components.values():
            if (component.project, component.name) == (project, name):
                return component.id
        raise ValueError(f"project {project} has no component '{name}'")

    def version(self, id: str) -> Version:
        """Return a version as of now."""
        return self.versions[id].at(self.instant) or self.versions[id].values[0]

    def version_id(self, project: str | None, name: str) -> str:
        """Return the id of the version that has this name now."""
        for id, timeline in self.versions.items():
            version = timeline.at(self.instant)
            if version and version.name == name and project in (None, version.project):
                return id
        raise ValueError(f"there is no version '{name}'" + (f" in {project}" if project else ""))

    # ---- what happens to records: Jira keeps no history of that ------------------------------

    def create_version(self, name: str, project: str, **sets: Any) -> Version:
        """Create a version."""
        version = Version(str(10_100 + len(self.versions)), name, project, **sets)
        self._add_version(version, self.instant)
        return version

    def edit_version(self, name: str, /, **sets: Any) -> None:
        """Release, rename or date a version."""
        timeline = self.versions[self.version_id(None, name)]
        timeline.append(self.instant, replace(timeline.values[-1], **sets))

    def create_sprint(self, name: str, **sets: Any) -> Sprint:
        """Create a sprint."""
        sprint = Sprint(str(1 + len(self.sprints)), name, **sets)
        self.sprints[sprint.id] = sprint
        return sprint

    def edit_sprint(self, name: str, /, **sets: Any) -> None:
        """Start, close or rename a sprint, or set its goal."""
        self.add(replace(self.named(self.sprints, name), **sets))

    def rename_status(self, name: str, new: str) -> None:
        """Give a status another name; its id and all histories stay."""
        self.add(replace(self.named(self.statuses, name), name=new))

    def rename_type(self, name: str, new: str) -> None:
        """Give an issue type another name."""
        self.add(replace(self.named(self.types, name), name=new))

    def archive_project(self, key: str) -> None:
        """Archive a project: its issues are not shown any more."""
        self.add(replace(self.projects[key], archived=True))

    def bin_project(self, key: str) -> None:
        """Move a project to the bin: its issues are not shown any more."""
        self.add(replace(self.projects[key], deleted=True))

    def restore_project(self, key: str) -> None:
        """Bring a project back from the archive or the bin, with all its issues."""
        self.add(replace(self.projects[key], archived=False, deleted=False))

    def rename_person(self, handle: str, name: str) -> None:
        """Give a person another name; the account stays."""
        self.add(replace(self.person(handle), name=name))

    def deactivate(self, handle: str, active: bool = False) -> None:
        """Close a person's account, or open it again."""
        self.add(replace(self.person(handle), active=active))

    def erase(self, handle: str, unknown: bool = False) -> None:
        """Delete a person: what is left is a placeholder, in some places without its own id."""
        account = "unknown" if unknown else self.person(handle).account
        known = replace(self.person(handle), account=account, email=None, active=False)
        self.add(replace(known, name="Former user", kind="unknown"))

    @staticmethod
    def day(value: str | date) -> str:
        """Return a day as 2021-02-03."""
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()

    def _add_version(self, version: Version, instant: int) -> None:
        if version.project not in self.projects:
            raise ValueError(f"there is no project {version.project}")
        timeline = self.versions.setdefault(version.id, Timeline())
        timeline.append(instant, version)
