"""The users in Jira's JSON: by accountId on Cloud, by user key on Data Center; never an e-mail."""

from functools import lru_cache
from typing import Any

from cadence.jira.values import mapping, text
from cadence.model import Person

_NOBODY = ("", "unknown")
_NAMES = ("accountId", "key", "name")
_KINDS = {"app": "app", "customer": "customer"}

_person = lru_cache(maxsize=4096)(Person)
"""One record for each: a few people wrote all the histories."""


def decode_person(raw: Any) -> Person | None:
    """Return the person of a user object; None for null, and for the placeholder of the deleted.

    The placeholder `unknown` stands for many people and must not make one of them.
    """
    user = mapping(raw)
    account = text(user.get("accountId"))
    user_name = None if account else text(user.get("name")) or None
    account = account or text(user.get("key")) or text(user_name)
    if account in _NOBODY:
        return None
    name = text(user.get("displayName")) or user_name or account
    kind = _KINDS.get(text(user.get("accountType")), "person")
    return _person(account, name, user_name, kind, user.get("active") is not False)


def is_unnamed(raw: Any) -> bool:
    """Tell whether somebody is meant, and nothing says who: not null, and no user either."""
    return raw is not None and not any(text(mapping(raw).get(name)) for name in _NAMES)
