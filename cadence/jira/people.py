"""The users in Jira's JSON: by accountId on Cloud, by user key on Data Center; never an e-mail."""

from functools import lru_cache
from typing import Any

from cadence.jira.values import mapping, text
from cadence.model import Person

_NOBODY = ("", "unknown")
_NAMES = ("accountId", "key", "name")
_TOLD = ("accountId", "key", "name", "displayName", "accountType", "active")
_KINDS = {"app": "app", "customer": "customer"}


def decode_person(raw: Any) -> Person | None:
    """Return the person of a user object; None for null, and for the placeholder of the deleted.

    The placeholder `unknown` stands for many people and must not make one of them.
    """
    user = mapping(raw)
    told = tuple(map(user.get, _TOLD))
    try:
        return _person(told)
    except TypeError:  # a list or an object in the place of a name
        return _person((*map(text, told[:-1]), told[-1] is not False))


@lru_cache(maxsize=4096)  # a few people wrote all the histories
def _person(told: tuple[Any, ...]) -> Person | None:
    account, key, name, shown, kind, active = told
    user_name = None if text(account) else text(name) or None
    known = text(account) or text(key) or text(user_name)
    if known in _NOBODY:
        return None
    shown = text(shown) or user_name or known
    return Person(known, shown, user_name, _KINDS.get(text(kind), "person"), active is not False)


def is_unnamed(raw: Any) -> bool:
    """Tell whether somebody is meant, and nothing says who: not null, and no user either."""
    return raw is not None and not any(text(mapping(raw).get(name)) for name in _NAMES)
