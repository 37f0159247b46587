"""Creating an issue by REST, as strict as Jira: unknown fields and ill-formed values are 400."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from cadence.demo.exchange import Answer, Refusal, Request, Shape, read_body
from cadence.demo.face import Visit
from cadence.demo.records import Project

Json = Any

_BODY = Shape(
    dict.fromkeys(("fields", "update", "historyMetadata", "transition"), "object")
    | {"properties": "objects"},
    required=("fields",),
)
_REQUIRED = ("project", "issuetype", "summary")
_LONGEST_SUMMARY, _LONGEST_TEXT, _LONGEST_LABEL = 255, 32_767, 255
_BLOCKS = ("paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "rule")
_INLINE = ("text", "hardBreak", "mention", "inlineCard", "emoji", "status", "date")
_MARKS = ("link", "strong", "em", "code", "strike", "underline", "textColor", "subsup")


class Wrong(Exception):
    """A field's value that Jira refuses, in its words."""


def is_creation(request: Request) -> bool:
    """Tell whether a request creates an issue."""
    return request.method == "POST" and request.path.endswith("/issue")


def create_issue(visit: Visit) -> Answer:
    """Create the issue that the body describes; 201 with its id and key, or 400 by field."""
    if visit.caller is None:
        raise Refusal(401, "You do not have permission to create issues in this project.")
    given = dict.fromkeys(_REQUIRED) | read_body(visit.request, _BODY)["fields"]
    sets, errors = _read(visit, given)
    if errors:
        refusal = Refusal(400)
        refusal.answer.body["errors"] = errors
        raise refusal
    world = visit.world
    project, type_id = sets.pop("project"), sets.pop("issuetype")
    summary = sets.pop("summary")
    issue = world.create(
        visit.caller.handle, project.key, world.types[type_id].name, summary, **sets
    )
    told = {"id": str(issue.id), "key": issue.states.values[-1].key}
    return Answer(201, {**told, "self": visit.rendering.link(f"issue/{issue.id}")})


def _read(visit: Visit, given: dict[str, Json]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the world is told to set, and what is wrong, by field."""
    sets: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        if name not in _READ or name in visit.traits.off_screen:
            where = "It is not on the appropriate screen, or unknown."
            errors[name] = f"Field '{name}' cannot be set. {where}"
            continue
        try:
            sets[_NAMES.get(name, name)] = _READ[name](visit, value)
        except Wrong as wrong:
            errors[name] = str(wrong)
    return sets, errors


def _project(visit: Visit, value: Json) -> Project:
    told = value if isinstance(value, dict) else {}
    for project in visit.world.projects.values():
        # Jira takes the key as it is written: another case is another project.
        if project.live and (told.get("id") == project.id or told.get("key") == project.key):
            return project
    raise Wrong("valid project is required")


def _type(visit: Visit, value: Json) -> str:
    told = value if isinstance(value, dict) else {}
    for one in visit.world.types.values():
        if one.level == 0 and (told.get("id") == one.id or told.get("name") == one.name):
            return one.id
    raise Wrong("Specify a valid issue type")


def _summary(visit: Visit, value: Json) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("You must specify a summary of the issue.")
    if len(value) > _LONGEST_SUMMARY:
        raise Wrong("Summary must be less than 255 characters.")
    if re.search(r"[\r\n]", value):
        raise Wrong("The summary is invalid because it contains newline characters.")
    return value


def _description(visit: Visit, value: Json) -> str | None:
    """Return the text: a document in version 3, wiki markup in version 2."""
    if value is None:
        return None
    if visit.rendering.version == "3":
        if not _is_document(value):
            raise Wrong("Operation value must be an Atlassian Document")
        return "\n".join(filter(None, map(_text_of, value["content"])))
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    if len(value) > _LONGEST_TEXT:
        raise Wrong("The entered text is too long. It exceeds the allowed limit.")
    return value


def _is_document(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and (value.get("type"), value.get("version")) == ("doc", 1)
        and isinstance(value.get("content"), list)
        and all(_is_node(node, _BLOCKS) for node in value["content"])
    )


def _is_node(node: Json, kinds: tuple[str, ...]) -> bool:
    """Tell whether a node is of a known kind, and its content too; an empty text is refused."""
    if not isinstance(node, dict) or node.get("type") not in kinds:
        return False
    if node["type"] == "text":
        marks = node.get("marks", [])
        return bool(node.get("text")) and all(mark.get("type") in _MARKS for mark in marks)
    inside = _INLINE if node["type"] in ("paragraph", "heading") else _BLOCKS
    return all(_is_node(each, inside) for each in node.get("content", []))


def _text_of(node: Json) -> str:
    own: str = node.get("text", "")
    return own + "".join(map(_text_of, node.get("content", [])))


def _labels(visit: Visit, value: Json) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise Wrong("Operation value must be a list of strings")
    for label in value:
        if not label or re.search(r"\s", label):
            raise Wrong(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > _LONGEST_LABEL:
            raise Wrong(f"The label '{label}' exceeds the maximum length for labels.")
    return list(value)


def _due(visit: Visit, value: Json) -> str | None:
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Wrong("Operation value must be a date in the format yyyy-MM-dd") from None


def _assignee(visit: Visit, value: Json) -> str | None:
    """Return who it is: by account on Cloud, by user name on Data Center; the inactive are not."""
    if value is None:
        return None
    told = value if isinstance(value, dict) else {}
    names = ("id", "accountId") if visit.rendering.cloud else ("name",)
    wanted = next((told[name] for name in names if told.get(name)), None)
    for person in visit.world.people.values():
        known = person.account if visit.rendering.cloud else person.user
        if wanted == known and person.active:
            return person.handle
    raise Wrong(f"User '{wanted}' cannot be assigned issues.")


_NAMES = {"duedate": "due"}
_READ: dict[str, Callable[[Visit, Json], Any]] = {
    "project": _project,
    "issuetype": _type,
    "summary": _summary,
    "description": _description,
    "labels": _labels,
    "duedate": _due,
    "assignee": _assignee,
}
