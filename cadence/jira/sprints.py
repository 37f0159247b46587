"""Sprints as issues carry them: objects on Cloud, texts of Java's on Data Center."""

import re
from datetime import datetime
from typing import Any

from cadence.jira import values
from cadence.jira.values import mapping, sequence, text
from cadence.model import Sprint

_NAMES = (
    "id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence|synced"
    "|autoStartStop|incompleteIssuesDestinationId"
)
_PARTS = re.compile(rf",(?=(?:{_NAMES})=)")
_JAVA = re.compile(r"\[(.*)\]\s*\Z", re.DOTALL)


def decode_sprints(value: Any) -> tuple[Sprint, ...]:
    """Return the sprints of an issue, closed ones too; those without a usable id are left out.

    A text is `…Sprint@1a2b[id=1,state=ACTIVE,name=…]`: in any order, and a name or a goal may hold
    commas, brackets and line breaks.
    """
    told = [_told(one) for one in sequence(value)]
    return tuple(_sprint(one) for one in told if values.number_or_none(one.get("id")) is not None)


def _told(one: Any) -> dict[str, Any]:
    if not isinstance(one, str):
        return mapping(one)
    found = _JAVA.search(one)
    parts = (part.partition("=") for part in _PARTS.split(found[1] if found else ""))
    told: dict[str, Any] = {}
    for name, _, value in parts:
        told.setdefault(name, None if value == "<null>" else value)
    return told


def _sprint(told: dict[str, Any]) -> Sprint:
    return Sprint(
        text(told.get("id")),
        text(told.get("name")),
        text(told.get("state")).lower(),
        _instant(told.get("startDate")),
        _instant(told.get("endDate")),
        _instant(told.get("completeDate")),
    )


def _instant(value: Any) -> datetime | None:
    try:
        return values.instant_or_none(value)
    except ValueError:
        return None
