"""What a history means on its site: its entries as Changes, and whether they agree with each other
and with the present.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cadence.jira import values
from cadence.jira.changelog import Changelog, Item
from cadence.jira.site import Site
from cadence.model import Change, Person

_CHAINED = ("status", "resolution", "type", "assignee")
_READ = ("due", "assignee", "status", "type")
"""The fields whose sides are more than they say: see `_sides`."""

Value = tuple[str | None, str | None]
"""An id and a name, either of which a history may lack."""


@dataclass
class DecodedChanges:
    """The changes in their order, who appears in them, and the values that were left out."""

    changes: list[Change] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    mentioned: list[Person] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def decode_changes(issue_id: int, changelog: Changelog, site: Site) -> DecodedChanges:
    """Return the changes of an issue, each once, ordered by time and history id."""
    entries = sorted(
        (at, number, author, items) for number, (at, author, items) in changelog.entries.items()
    )
    authors = {author.account: author for _, _, author, _ in entries if author}
    found = DecodedChanges(people=list(authors.values()))
    site.learn(found.people)
    take = found.changes.append
    for at, number, author, items in entries:
        who = author.account if author else None
        for position, item in enumerate(items):
            name = item[0]
            sides = _sides(item, site, found) if name in _READ else item[1:]
            take(Change(issue_id, number, position, at, who, name, *sides))
    return found


def _sides(
    item: Item, site: Site, found: DecodedChanges
) -> tuple[str | None, str | None, str | None, str | None]:
    """Return both sides of an item, with the ids that its field's name asks for."""
    name, from_id, from_text, to_id, to_text = item
    if name == "due":
        from_id, from_text = _day(from_id, from_text, found)
        to_id, to_text = _day(to_id, to_text, found)
    elif name == "assignee":
        from_id, to_id = site.account(from_id), site.account(to_id)
        # Nothing else may name who was assigned.
        sides = ((from_id, from_text), (to_id, to_text))
        found.mentioned += [_named(one, told or one) for one, told in sides if one]
    elif name in ("status", "type"):
        known = site.status_ids if name == "status" else site.type_ids
        from_id = from_id or known.get(from_text or "")
        to_id = to_id or known.get(to_text or "")
    return from_id, from_text, to_id, to_text


@lru_cache(maxsize=4096)  # a few people are assigned again and again
def _named(account: str, name: str) -> Person:
    return Person(account, name)


def _day(told_id: str | None, told: str | None, found: DecodedChanges) -> Value:
    """Return a due date's day and text: most sites serve only the text. What is none is noted."""
    try:
        on = values.day(told_id or told)
    except ValueError as fault:
        found.unread.append(f"due left out of the history: {fault}")
        return None, told or told_id
    return on.isoformat() if on else None, told


def contradicts(changes: Sequence[Change], now: dict[str, Value]) -> bool:
    """Tell whether two successive changes do not chain, or the last differs from the present.

    Looks at status, resolution, type and assignee; `now` holds their present values.
    """
    last: dict[str, Value] = {}
    for change in changes:
        name = change.field
        if name in _CHAINED:
            if name in last and not _same(last[name], (change.from_id, change.from_text)):
                return True
            last[name] = change.to_id, change.to_text
    return not all(_same(value, now[name]) for name, value in last.items() if name in now)


def _same(left: Value, right: Value) -> bool:
    if left[0] and right[0]:
        return left[0] == right[0]
    if left[1] and right[1]:
        return left[1] == right[1]
    return not any((*left, *right))
