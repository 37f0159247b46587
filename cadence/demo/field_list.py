"""The list of fields that Jira tells, with what is needed to find the custom ones."""

from typing import Any

from cadence.demo.rendering import Rendering

Json = Any

_SYSTEM_FIELDS = {
    "summary": ("Summary", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "status": ("Status", "status"),
    "project": ("Project", "project"),
    "assignee": ("Assignee", "user"),
    "reporter": ("Reporter", "user"),
    "creator": ("Creator", "user"),
    "priority": ("Priority", "priority"),
    "resolution": ("Resolution", "resolution"),
    "resolutiondate": ("Resolved", "datetime"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
    "duedate": ("Due date", "date"),
    "labels": ("Labels", "array"),
    "components": ("Components", "array"),
    "fixVersions": ("Fix versions", "array"),
    "versions": ("Affects versions", "array"),
    "issuelinks": ("Linked Issues", "array"),
    "description": ("Description", "string"),
}
_CLOUD_ONLY = {
    "parent": ("Parent", None),
    "statuscategorychangedate": ("Status Category Changed", "datetime"),
}
_GREENHOPPER = "com.pyxis.greenhopper.jira"
_FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"


def field_list(rendering: Rendering) -> list[Json]:
    """Return the fields of the site; names need not be unique, ids are."""
    cloud = rendering.cloud
    system = {**_SYSTEM_FIELDS, **(_CLOUD_ONLY if cloud else {})}
    ids = rendering.world.fields
    custom = {
        ids.story_points: ("Story Points", "number", _FLOAT),
        ids.sprint: ("Sprint", "array", f"{_GREENHOPPER}:gh-sprint"),
        ids.epic_link: ("Epic Link", "any", f"{_GREENHOPPER}:gh-epic-link"),
        ids.epic_name: ("Epic Name", "string", f"{_GREENHOPPER}:gh-epic-label"),
    }
    told = [
        _field(cloud, id, rendering.word(name), _system(id, kind))
        for id, (name, kind) in system.items()
    ]
    return told + [
        _field(cloud, id, name, {"type": kind, "custom": key, "customId": int(id[12:])})
        for id, (name, kind, key) in custom.items()
    ]


def _system(id: str, kind: str | None) -> Json:
    return kind and {"type": kind, "system": id}


def _field(cloud: bool, id: str, name: str, schema: Json) -> Json:
    custom = id.startswith("customfield_")
    told: dict[str, Json] = {"id": id, "name": name, "custom": custom}
    if cloud:
        told["key"] = id
    told |= {"orderable": True, "navigable": True, "searchable": True}
    told["clauseNames"] = [f"cf[{id[12:]}]", name] if custom else [id.lower()]
    return {**told, "schema": schema} if schema else told
