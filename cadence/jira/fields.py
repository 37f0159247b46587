"""Which of a site's fields hold the epic, the parent, the points: found by kind, never by id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from cadence.jira.values import text


class Flavor(StrEnum):
    """The two Jiras; serverInfo tells which, never the host's name."""

    CLOUD = "cloud"
    DATA_CENTER = "datacenter"


SYSTEM_FIELDS = [
    "summary",
    "status",
    "issuetype",
    "project",
    "assignee",
    "parent",
    "duedate",
    "created",
    "updated",
    "resolution",
    "resolutiondate",
    "labels",
    "components",
    "fixVersions",
    "description",
]
"""What is asked of every issue, beside the custom fields of the FieldMap."""

_SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
_EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
_EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-label"
_PARENT_LINK = "com.atlassian.jpo:jpo-custom-field-parent"
_POINTS = "com.pyxis.greenhopper.jira:jsw-story-points"
_POINTS_NAMES = ("story points", "story point estimate")

_STABLE = {
    "status": "status",
    "assignee": "assignee",
    "duedate": "due",
    "due date": "due",
    "parent": "parent",
    "issueparentassociation": "parent",
    "epic link": "parent",
    "parent link": "parent",
    "labels": "labels",
    "component": "components",
    "components": "components",
    "fix version": "fix_versions",
    "fix version/s": "fix_versions",
    "fixversions": "fix_versions",
    "issuetype": "type",
    "issue type": "type",
    "resolution": "resolution",
    "summary": "summary",
    "description": "description",
    "key": "key",
    "project": "project",
    "priority": "priority",
    "sprint": "sprint",
    "story points": "points",
    "story point estimate": "points",
}
_CUSTOM_NAMES = frozenset(
    ("epic link", "parent link", "parent", "sprint", "story points", "story point estimate")
)
"""The names by which a custom field may be known; one called "Labels" is not the labels."""


@dataclass(frozen=True)
class FieldMap:
    """The ids of the custom fields that matter; several may hold points, an issue fills one."""

    flavor: Flavor
    points: tuple[str, ...] = ()
    epic_link: tuple[str, ...] = ()
    epic_name: tuple[str, ...] = ()
    parent_link: tuple[str, ...] = ()
    sprint: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        """The fields to ask for, by id, never all: a page of those has felled other tools."""
        custom = (*self.epic_link, *self.epic_name, *self.parent_link, *self.points, *self.sprint)
        return [*SYSTEM_FIELDS, *custom]

    @property
    def parents_served(self) -> bool:
        """Whether the site tells an issue's parent as a field, and not only in its history."""
        return self.flavor is Flavor.CLOUD or bool(self.epic_link or self.parent_link)

    def stable_name(self, item: dict[str, Any]) -> str:
        """Return the name that changes are stored by, for one item of a history."""
        told = (item.get("field"), item.get("fieldId"), item.get("fieldtype"))
        try:
            return self._names.get(told) or self._names.setdefault(told, self._name(*told))
        except TypeError:  # something unhashable in the place of a name
            return self._name(*told)

    def _name(self, field: object, told_id: object, kind: object) -> str:
        field_id = text(told_id or "")
        name = text(field or field_id or "unknown")
        if field_id in self._custom:
            return self._custom[field_id]
        custom = kind == "custom" or field_id.startswith("customfield_")
        if custom and name.lower() not in _CUSTOM_NAMES:
            return name
        if custom and field_id and _STABLE[name.lower()] == "points":
            return name  # another field of that name, not one of those that hold the points
        return _STABLE.get(field_id.lower()) or _STABLE.get(name.lower()) or name

    @cached_property
    def _names(self) -> dict[tuple[object, object, object], str]:
        """The names that were asked for: a few come up again and again."""
        return {}

    @cached_property
    def _custom(self) -> dict[str, str]:
        """The stable name by the field's id; a field that is two things is the last of them."""
        kinds = (
            ("sprint", self.sprint),
            ("points", self.points),
            ("parent", self.epic_link + self.parent_link),
        )
        return {one: name for name, ids in kinds for one in ids}


def field_map(flavor: Flavor, fields: Iterable[Any], wanted: Sequence[str] = ()) -> FieldMap:
    """Return where a site keeps what matters, from its list of fields.

    `wanted` are the points fields of the configuration, ids or names, which then count alone.
    """
    listed = [f for f in fields if isinstance(f, dict) and f.get("id")]
    chosen = _wanted(listed, wanted) or [f for f in listed if _holds_points(f)]
    return FieldMap(
        flavor,
        points=_ids(chosen),
        epic_link=_ids(f for f in listed if _kind(f) == _EPIC_LINK),
        epic_name=_ids(f for f in listed if _kind(f) == _EPIC_NAME),
        parent_link=_ids(f for f in listed if _kind(f) == _PARENT_LINK),
        sprint=_ids(f for f in listed if _kind(f) == _SPRINT),
    )


def _wanted(fields: list[dict[str, Any]], wanted: Sequence[str]) -> list[dict[str, Any]]:
    return [
        field
        for want in wanted
        for field in fields
        if want == field["id"] or want.lower() == str(field.get("name", "")).lower()
    ]


def _holds_points(field: dict[str, Any]) -> bool:
    name = str(field.get("name", "")).strip().lower()
    number = _schema(field).get("type") == "number"
    return _kind(field) == _POINTS or (number and name in _POINTS_NAMES)


def _kind(field: dict[str, Any]) -> str:
    return str(_schema(field).get("custom", ""))


def _schema(field: dict[str, Any]) -> dict[str, Any]:
    schema = field.get("schema")
    return schema if isinstance(schema, dict) else {}


def _ids(fields: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(field["id"]) for field in fields))
