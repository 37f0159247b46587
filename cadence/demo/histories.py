"""Histories as Jira's JSON: each face has its own names for what has changed."""

from typing import Any

from cadence.demo.records import History, Item
from cadence.demo.rendering import Rendering

Json = Any

_NAMES: dict[str, tuple[str, str | None, str]] = {
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
    "link": ("Link", "issuelinks", "jira"),
}
"""Our name of a field: the name shown, the fieldId if there is one, the type of field."""


def history_json(rendering: Rendering, history: History) -> dict[str, Json]:
    """Return one history, as the per-issue resources and expand=changelog tell it."""
    return _told(rendering, history, rendering.moment(history.at))


def bulk_history_json(rendering: Rendering, history: History) -> dict[str, Json]:
    """Return one history as changelog/bulkfetch tells it: `created` is epoch milliseconds."""
    return _told(rendering, history, history.at)


def _told(rendering: Rendering, history: History, created: Json) -> dict[str, Json]:
    told: dict[str, Json] = {"id": str(history.id)}
    if not rendering.authors:
        told["author"] = None
    elif history.author is not None:
        told["author"] = rendering.person(history.author)
    told["created"] = created
    told["items"] = [item_json(rendering, item) for item in history.items]
    return told


def item_json(rendering: Rendering, item: Item | dict[str, Any]) -> Json:
    """Return one item; Data Center has no fieldId. What is JSON already stays as it is."""
    if isinstance(item, dict):
        return item
    return rendering.once(item, lambda: _item_json(rendering, item))


def _item_json(rendering: Rendering, item: Item) -> dict[str, Json]:
    name, id, kind = _names(rendering, item.field)
    told: dict[str, Json] = {"field": name, "fieldtype": kind}
    if rendering.cloud and rendering.field_ids and id:
        told["fieldId"] = id
    old, new = item.old, item.new
    if item.field == "assignee":
        old, new = _account(rendering, old), _account(rendering, new)
        if rendering.cloud:
            told |= {"tmpFromAccountId": old, "tmpToAccountId": new}
    return {**told, "from": old, "fromString": item.old_text, "to": new, "toString": item.new_text}


def _names(rendering: Rendering, field: str) -> tuple[str, str | None, str]:
    if field == "points":
        return "Story Points", rendering.world.fields.story_points, "custom"
    if field == "sprints":
        return "Sprint", rendering.world.fields.sprint, "custom"
    if field == "parent" and rendering.cloud:
        return "IssueParentAssociation", None, "jira"
    return ("Epic Link", None, "custom") if field == "parent" else _NAMES[field]


def _account(rendering: Rendering, handle: str | None) -> str | None:
    if handle is None:
        return None
    person = rendering.world.people[handle]
    return person.account if rendering.cloud else person.key
