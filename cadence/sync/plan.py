"""What a sync would ask for, in words; nothing is written."""

import math
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from cadence.config import Config
from cadence.credentials import Credentials
from cadence.jira import jql
from cadence.jira.connect import Connection, fetch_lists, fetch_project
from cadence.jira.fields import Flavor
from cadence.jira.walk import Walk
from cadence.store import held
from cadence.store.database import read_store
from cadence.sync.granted import cheaper_to_compare_all
from cadence.sync.options import Options, connected
from cadence.sync.pull import explained
from cadence.sync.scope import Cursor, Part, parts_of, refuse_other_site


def plan(
    store: Path, config: Config, credentials: Credentials, options: Options | None = None
) -> list[str]:
    """Return a line for each part of the scope that a sync would ask for, with its size."""
    options = options or Options()
    site = connected(config, credentials, options)
    lists = fetch_lists(site, config.jira.points_fields)
    shown = (fetch_project(site, key) for key in config.jira.projects)
    keys = [one.project.key for one in shown if one and one.live]
    if not store.exists() or not store.stat().st_size:
        return [_load(site, jql.scope(keys, config.jira.jql), Cursor())]
    with read_store(store) as db:
        refuse_other_site(db, site)
        parts = parts_of(db, lists.fields, keys, config.jira.jql)
        return [_planned(db, part, site, config, options) for part in parts]


def _planned(db: Database, part: Part, site: Connection, config: Config, options: Options) -> str:
    cursor = part.cursor
    if options.full or cursor.loading or cursor.watermark is None:
        return _load(site, part.jql, Cursor() if options.full else cursor)
    known = held.count_present(db, part.projects)
    swept = cursor.sweep_due(site.client.clock or cursor.watermark)
    if swept or cheaper_to_compare_all(db, site.flavor, known):
        count = _count(site, part.jql)
        return f"All that changed: {part.jql} ({count} issues, compared with {known} stored)"
    since = cursor.watermark - timedelta(hours=config.jira.overlap_hours)
    condition = f"{part.jql} AND {jql.updated_since(since, site.zone)}"
    return f"What changed: {condition} ({_count(site, condition)} issues of {known} stored)"


def _load(site: Connection, condition: str, cursor: Cursor) -> str:
    going = f", from id {cursor.after} on" if cursor.after else ""
    count = _count(site, condition)
    requests = _listing(site, count) + math.ceil(count / 100)
    return f"All issues{going}: {condition} ({count} issues, in about {requests} requests)"


def _listing(site: Connection, count: int) -> int:
    """Return how many requests list so many issues, and on Cloud fetch their histories."""
    if site.flavor is Flavor.DATA_CENTER:
        return math.ceil(count / 1000)
    return math.ceil(count / 5000) + math.ceil(count / 1000)


def _count(site: Connection, condition: str) -> int:
    with explained(condition):
        return site.face.count(condition, Walk()) or 0
