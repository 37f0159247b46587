"""An issue's history as Jira serves it, read entry by entry into little room: each entry once, and
whether that is all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cadence.jira import values
from cadence.jira.fields import FieldMap
from cadence.jira.people import decode_person
from cadence.jira.values import mapping, text
from cadence.model import Person

PRESENT = "…"
"""Stands for a description: that there was one is kept, its text is not."""

_WHOLE_TEXT = ("labels", "summary")
_LONGEST, _LONGEST_WHOLE = 2000, 30_000


# Plain tuples: a page holds tens of thousands, and they are handed from process to process.
Item = tuple[str, str | None, str | None, str | None, str | None]
"""One item of an entry: the stable name of its field, then both sides as Jira told them: from_id,
from_text, to_id, to_text."""

Entry = tuple[datetime, Person | None, tuple[Item, ...]]
"""One entry of a history: what somebody changed at one moment."""


@dataclass(frozen=True)
class Changelog:
    """The entries of one issue's history, by their id; `cut` if more were not served.

    `odd` are entries that were left out; `unread` are values that were, of entries that are here.
    """

    entries: dict[int, Entry] = field(default_factory=dict)
    cut: bool = False
    odd: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def changelog_of(histories: Iterable[Any], fields: FieldMap, total: object = None) -> Changelog:
    """Return these histories, cut if they are fewer than Jira says there are: a repeat is one."""
    entries: dict[int, Entry] = {}
    odd: dict[str, None] = {}
    unread: list[str] = []
    for served in histories:
        history = mapping(served)
        try:
            number = values.number_id(history.get("id"))
            if number not in entries or _is_fuller(history, entries[number]):
                entries[number] = _entry(number, history, fields, unread)
        except ValueError as fault:
            odd[f"history {text(history.get('id'))[:40]} left out: {fault}"] = None
    cut = isinstance(total, int) and len(entries) + len(odd) < total
    return Changelog(entries, cut, tuple(odd), tuple(unread))


def expanded(issue: dict[str, Any], fields: FieldMap) -> Changelog:
    """Return the history that came with an issue; cut if none did, or Jira says there is more."""
    told = mapping(issue.get("changelog"))
    if not isinstance(told.get("histories"), list):
        return Changelog(cut=True)
    return changelog_of(told["histories"], fields, told.get("total"))


def joined(one: Changelog, other: Changelog, total: object = None) -> Changelog:
    """Return what two resources serve of one history: either may be short, or both.

    It is cut if both say so of themselves, or together they have fewer entries than `total`.
    """
    entries = other.entries | one.entries
    odd = tuple(dict.fromkeys((*one.odd, *other.odd)))
    short = isinstance(total, int) and len(entries) + len(odd) < total
    unread = tuple(dict.fromkeys((*one.unread, *other.unread)))
    return Changelog(entries, short or (one.cut and other.cut), odd, unread)


def told_total(issue: dict[str, Any]) -> object:
    """Return how many entries Jira says an issue's history has."""
    return mapping(issue.get("changelog")).get("total")


def _entry(number: int, history: dict[str, Any], fields: FieldMap, unread: list[str]) -> Entry:
    at = values.instant(history.get("created"))
    items = history.get("items")
    if not isinstance(items, list):
        raise ValueError(f"no items: {text(items)[:40]!r}")
    read = []
    for position, served in enumerate(items):
        item = mapping(served)
        if not item:
            unread.append(f"item {position} of history {number} left out: nothing in it")
        read.append(_item(item, fields, unread))
    return at, decode_person(history.get("author")), tuple(read)


def _is_fuller(history: dict[str, Any], known: Entry) -> bool:
    """Tell whether an entry that comes again has items that it had not before."""
    items = history.get("items")
    return isinstance(items, list) and len(items) > len(known[-1])


def _item(item: dict[str, Any], fields: FieldMap, unread: list[str]) -> Item:
    name = fields.stable_name(item)
    # Old histories name users by key, and beside it by accountId.
    old = item.get("tmpFromAccountId") or item.get("from")
    new = item.get("tmpToAccountId") or item.get("to")
    was, became = item.get("fromString"), item.get("toString")
    if name == "description":
        return name, None, _presence(was), None, _presence(became)
    longest = _LONGEST_WHOLE if name in _WHOLE_TEXT else _LONGEST
    try:
        return (
            name,
            _kept(old, _LONGEST),
            _kept(was, longest),
            _kept(new, _LONGEST),
            _kept(became, longest),
        )
    except _NotStorable:
        unread.append(f"{name} changed in the history: it held what no text may hold")
        ids, texts = map(values.text_or_none, (old, new)), map(values.text_or_none, (was, became))
        from_id, to_id, from_text, to_text = *ids, *texts
        return name, from_id, from_text, to_id, to_text


class _NotStorable(Exception):
    """A text cannot be kept as it is."""


def _kept(told: Any, longest: int) -> str | None:
    if told is None:
        return None
    if type(told) is str and told.isascii() and "\0" not in told:  # nearly all are so
        return told[:longest] or None
    kept = text(told)
    if kept != told and isinstance(told, str):
        raise _NotStorable
    return kept[:longest] or None


def _presence(told: Any) -> str | None:
    return PRESENT if text(told).strip() else None
