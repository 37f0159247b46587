"""What a sync pulls, in parts that are equally far, and how far each of them is."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from cadence.jira import jql
from cadence.jira.connect import Connection
from cadence.jira.fields import FieldMap
from cadence.store.instants import instant_of, instant_text
from cadence.store.runs import load_cursor, save_cursor

DECODING = 1
"""Raised when decoding learns to read more: all issues are then fetched anew, once."""

_SWEEP = timedelta(days=7)


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

    def sweep_due(self, clock: datetime) -> bool:
        """Tell whether it is time to compare all issues: some were indexed too late to be seen."""
        return self.swept is None or clock - self.swept >= _SWEEP


@dataclass(frozen=True)
class Part:
    """Projects (none: the filter alone) that are equally far; `names` are their cursors' names.

    `jql` is the whole condition, `own` the team's part of it.
    """

    projects: tuple[str, ...]
    names: tuple[str, ...]
    cursor: Cursor
    jql: str
    own: str

    def at(self, cursor: Cursor) -> "Part":
        """Return this part, further on."""
        return replace(self, cursor=cursor)


def parts_of(
    db: Database, site: Connection, fields: FieldMap, projects: Sequence[str], own: str
) -> list[Part]:
    """Return the parts to pull, from the cursors in the store.

    Another site, filter or mapping of fields has other cursors, and so begins anew; a project
    that joins does not touch the others.
    """
    groups: dict[Cursor, list[str]] = {}
    for project in projects or [""]:
        cursor = _load(db, _name(site, fields, project, own))
        groups.setdefault(cursor, []).append(project)
    return [
        Part(
            tuple(filter(None, keys)),
            tuple(_name(site, fields, key, own) for key in keys),
            cursor,
            jql.scope(filter(None, keys), own),
            own,
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
    }
    for name in part.names:
        save_cursor(db, name, value, now)


def _load(db: Database, name: str) -> Cursor:
    value = load_cursor(db, name)
    return Cursor(
        _instant(value, "watermark"),
        _instant(value, "since"),
        int(value.get("after") or 0),
        _instant(value, "swept"),
    )


def _instant(value: dict[str, Any], name: str) -> datetime | None:
    return instant_of(value[name]) if value.get(name) else None


def _name(site: Connection, fields: FieldMap, project: str, own: str) -> str:
    mapping: Iterable[Any] = (fields.points, fields.epic_link, fields.epic_name, fields.parent_link)
    told = {
        "site": site.client.url,
        "project": project,
        "jql": own,
        "fields": [list(ids) for ids in mapping],
        "decoding": DECODING,
    }
    return json.dumps(told, sort_keys=True)
