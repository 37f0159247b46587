"""What is kept of an issue that could not be stored as told: enough to see why, and no person."""

import json
from typing import Any

_LONGEST_TEXT = 200
_LONGEST = 20_000
_MOST_OF_A_LIST = 20
_MOST_LEVELS = 50
_LEFT_OUT = {"self", "description", "displayName", "emailAddress", "avatarUrls", "iconUrl"}


def keepsake(raw: Any) -> str:
    """Return Jira's JSON of an issue, shortened, without texts of length, names and addresses."""
    return json.dumps(_shortened(raw))[:_LONGEST]


def _shortened(value: Any, levels: int = _MOST_LEVELS) -> Any:
    if isinstance(value, dict | list) and not levels:
        return "…"
    if isinstance(value, dict):
        return {
            str(name)[:_LONGEST_TEXT]: _shortened(one, levels - 1)
            for name, one in value.items()
            if name not in _LEFT_OUT
        }
    if isinstance(value, list):
        return [_shortened(one, levels - 1) for one in value[:_MOST_OF_A_LIST]]
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value
