"""An issue's history: Jira's JSON to Changes, and whether it is whole and agrees with itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from cadence.jira import values
from cadence.jira.people import decode_person
from cadence.jira.site import Site
from cadence.jira.values import mapping, sequence, text, text_or_none
from cadence.model import Change, Person

PRESENT = "…"
"""Stands for a description: that there was one is kept, its text is not."""

_CHAINED = ("status", "resolution", "type", "assignee")
_WHOLE_TEXT = ("labels", "summary")

Value = tuple[str | None, str | None]
"""An id and a name, either of which a history may lack."""


@dataclass(frozen=True)
class Changelog:
    """The histories of one issue as served; `cut` if there are more that were not."""

    histories: Sequence[Any] = ()
    cut: bool = False


def changelog_of(histories: Sequence[Any], total: object) -> Changelog:
    """Return these histories, cut if they are fewer than Jira says there are: a repeat is one."""
    served = {text(mapping(history).get("id")) for history in histories}
    return Changelog(histories, cut=isinstance(total, int) and len(served) < total)


def expanded(issue: dict[str, Any]) -> Changelog:
    """Return the history that came with an issue; cut if none did, or Jira says there is more."""
    told = mapping(issue.get("changelog"))
    if not isinstance(told.get("histories"), list):
        return Changelog(cut=True)
    return changelog_of(told["histories"], told.get("total"))


def joined(issue: dict[str, Any], paged: Changelog) -> Changelog:
    """Return what came with an issue and what its own resource serves: either may be short."""
    told = mapping(issue.get("changelog"))
    both = changelog_of([*sequence(told.get("histories")), *paged.histories], told.get("total"))
    return replace(both, cut=both.cut or paged.cut)


@dataclass
class DecodedChanges:
    """The changes in their order, and who appears in them.

    `odd` are entries that were left out; `unread` are values that were, of entries that are here.
    """

    changes: list[Change] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    mentioned: list[Person] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def decode_changes(issue_id: int, histories: Iterable[Any], site: Site) -> DecodedChanges:
    """Return the changes of an issue, each once, ordered by time and history id."""
    found = DecodedChanges()
    served: dict[int, Any] = {}
    for history in map(mapping, histories):
        try:
            # The same history may come on two pages.
            served.setdefault(values.number_id(history.get("id")), history)
        except ValueError as fault:
            found.odd.append(f"history left out: {fault}")
    authors = [decode_person(history.get("author")) for history in served.values()]
    found.people += [author for author in authors if author]
    site.learn(found.people)
    for (number, history), author in zip(served.items(), authors, strict=True):
        entry = _Entry(issue_id, number, author.account if author else None, history)
        try:
            found.changes += _changes(entry, site, found.unread)
        except ValueError as fault:
            found.odd.append(f"history {number} left out: {fault}")
    found.changes.sort(key=lambda c: (c.at, c.history_id, c.item))
    found.mentioned = list(_mentioned(found.changes))
    return found


def contradicts(changes: Sequence[Change], now: dict[str, Value]) -> bool:
    """Tell whether two successive changes do not chain, or the last differs from the present.

    Looks at status, resolution, type and assignee; `now` holds their present values.
    """
    for name in _CHAINED:
        chain = [change for change in changes if change.field == name]
        ends: list[Value] = [(c.to_id, c.to_text) for c in chain]
        begins: list[Value] = [(c.from_id, c.from_text) for c in chain[1:]]
        if chain and name in now:
            begins.append(now[name])
        if not all(map(_same, ends, begins)):
            return True
    return False


def _same(left: Value, right: Value) -> bool:
    if left[0] and right[0]:
        return left[0] == right[0]
    if left[1] and right[1]:
        return left[1] == right[1]
    return not any((*left, *right))


class _Entry(NamedTuple):
    """One history of an issue, as served."""

    issue_id: int
    number: int
    who: str | None
    told: dict[str, Any]


def _changes(entry: _Entry, site: Site, unread: list[str]) -> list[Change]:
    issue_id, number, who, history = entry
    at = values.instant(history.get("created"))
    items = history.get("items")
    if not isinstance(items, list):
        raise ValueError(f"no items: {text(items)[:40]!r}")
    found = []
    for position, item in enumerate(map(mapping, items)):
        if not item:
            unread.append(f"item {position} of history {number} left out: nothing in it")
        name = site.fields.stable_name(item)
        # Old histories name users by key, and beside it by accountId.
        old = item.get("tmpFromAccountId") or item.get("from"), item.get("fromString")
        new = item.get("tmpToAccountId") or item.get("to"), item.get("toString")
        sides = (*_side(name, old, site, unread), *_side(name, new, site, unread))
        found.append(Change(issue_id, number, position, at, who, text(name), *sides))
    return found


def _side(name: str, told: tuple[Any, Any], site: Site, unread: list[str]) -> Value:
    """Return one side of a change; of a day that is none the text is kept, and all beside it."""
    try:
        return _value(name, *told, site)
    except ValueError as fault:
        unread.append(f"{name} left out of the history: {fault}")
        return None, text_or_none(told[1]) or text_or_none(told[0])


def _value(name: str, raw_id: Any, raw_text: Any, site: Site) -> Value:
    """Return the id and the text of one side of a change, as the stable field's name asks."""
    told_id, told = text_or_none(raw_id), text_or_none(raw_text)
    if name == "due":
        # Most sites serve only the text.
        on = values.day(told_id) if told_id else values.day(told)
        return (on.isoformat() if on else None), told
    if name == "description":
        return None, PRESENT if told and told.strip() else None
    if name in _WHOLE_TEXT:
        return told_id, text(raw_text) or None
    if name == "assignee":
        return site.account(told_id), told
    if name == "status":
        return told_id or site.status_ids.get(told or ""), told
    if name == "type":
        return told_id or site.type_ids.get(told or ""), told
    return told_id, told


def _mentioned(changes: Iterable[Change]) -> Iterable[Person]:
    """Return who was assigned, by the names that the history gives: nothing else may name them."""
    for change in changes:
        if change.field == "assignee":
            sides = ((change.from_id, change.from_text), (change.to_id, change.to_text))
            yield from (Person(one, name or one) for one, name in sides if one)
