"""What a sync pulls, in parts that are equally far, and how far each of them is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from cadence.errors import ConfigError
from cadence.jira import jql
from cadence.jira.connect import Connection
from cadence.jira.fields import FieldMap
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text
from cadence.store.runs import load_cursor, save_cursor

DECODING = 1
"""Raised when decoding learns to read more: all issues are then fetched anew, once."""

_SWEEP, _LARGE_SWEEP = timedelta(days=1), timedelta(days=7)
_LARGE = 50  # pages
_SITE = "site"


@dataclass(frozen=True)
class Cursor:
    """How far a part is.

    `watermark`: all changes before it are stored. `since` and `after`: a full load is under way,
    begun at that instant, done up to that id. `swept`: when `updated` of all issues was compared.
    """

    watermark: datetime | None = None
    since: datetime | None = None
    after: int = 0
    swept: datetime | None = None

    @property
    def loading(self) -> bool:
        """Whether a full load is under way or due."""
        return self.watermark is None or self.since is not None

    def begun(self, clock: datetime) -> "Cursor":
        """Return the cursor of a full load that begins now."""
        return Cursor(self.watermark, since=clock, swept=self.swept)

    def sweep_due(self, clock: datetime, pages: int = 1) -> bool:
        """Tell whether it is time to compare all issues, which takes so many pages.

        Some were indexed too late to be seen. What lies ahead of the clock was never then.
        """
        marks = (self.swept, self.watermark)
        if any(mark is None or mark > clock for mark in marks):
            return True
        assert self.swept is not None
        return clock - self.swept >= (_SWEEP if pages <= _LARGE else _LARGE_SWEEP)


@dataclass(frozen=True)
class Part:
    """Projects (none: the filter alone) that are equally far.

    `jql` is the whole condition, `own` the team's part of it; `reading` is how issues are decoded.
    """

    projects: tuple[str, ...]
    cursor: Cursor
    jql: str
    own: str
    reading: str

    def at(self, cursor: Cursor) -> "Part":
        """Return this part, further on."""
        return replace(self, cursor=cursor)


def parts_of(db: Database, fields: FieldMap, projects: Sequence[str], own: str) -> list[Part]:
    """Return the parts to pull, from the cursors in the store.

    With another mapping of fields all is fetched anew; with another filter all is compared, and
    what is not stored is fetched; a project that joins does not touch the others.
    """
    reading = _reading(fields)
    groups: dict[Cursor, list[str]] = {}
    for project in projects or [""]:
        groups.setdefault(_load(db, project, own, reading), []).append(project)
    return [
        Part(
            tuple(filter(None, keys)),
            cursor,
            jql.scope(filter(None, keys), own),
            own,
            reading,
        )
        for cursor, keys in groups.items()
    ]


def save_part(db: Database, part: Part, now: datetime) -> None:
    """Store how far a part is, for each of its projects."""
    cursor = part.cursor
    value = {
        "watermark": instant_text(cursor.watermark) if cursor.watermark else None,
        "since": instant_text(cursor.since) if cursor.since else None,
        "after": cursor.after,
        "swept": instant_text(cursor.swept) if cursor.swept else None,
        "jql": part.own,
        "reading": part.reading,
    }
    for project in part.projects or [""]:
        save_cursor(db, _name(project), value, now)


def claim_store(db: Database, site: Connection, now: datetime) -> None:
    """Note which site the store is filled from. Raises ConfigError if it is another than before."""
    refuse_other_site(db, site)
    known = load_cursor(db, _SITE)
    told = {"address": site.address or known.get("address", ""), "url": site.client.url}
    if told != known:
        with writing(db):
            save_cursor(db, _SITE, told, now)


def refuse_other_site(db: Database, site: Connection) -> None:
    """Raise ConfigError if the store is filled from another site.

    Ids are Jira's own: those of two sites would overwrite each other. A site that does not tell its
    address is the one before if it is reached in the same way.
    """
    known = load_cursor(db, _SITE)
    by_address = known.get("address"), site.address
    then, now = by_address if all(by_address) else (known.get("url"), site.client.url)
    if then not in (None, now):
        raise ConfigError(
            f"This store was filled from {then}, and [jira] url leads to {now}",
            where=site.client.url,
            remedy="Make a workspace of its own for the other site: cadence init DIR",
        )


def _load(db: Database, project: str, own: str, reading: str) -> Cursor:
    value = load_cursor(db, _name(project))
    if value.get("reading") != reading:
        return Cursor()
    try:
        return Cursor(
            _instant(value, "watermark"),
            _instant(value, "since"),
            int(value.get("after") or 0),
            _instant(value, "swept") if value.get("jql") == own else None,
        )
    except (ValueError, TypeError):
        return Cursor()  # not to be read: all is fetched anew


def _instant(value: dict[str, Any], name: str) -> datetime | None:
    return instant_of(value[name]) if value.get(name) else None


def _name(project: str) -> str:
    return f"project {project}" if project else "jql"


def _reading(fields: FieldMap) -> str:
    links = (fields.epic_link, fields.epic_name, fields.parent_link)
    return json.dumps([DECODING, fields.points, *links, fields.sprint])
