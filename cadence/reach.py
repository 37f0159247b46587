"""How far a month reaches into the store: all that can matter to it is read, and little else.

The result is that of reading everything: what is left out was closed and at rest, and is told of
no more. `tests/test_reach.py` holds it to that.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from cadence.config import Config, MilestoneSource
from cadence.figures.settled import (
    Asked,
    Resting,
    named_keys,
    named_versions,
    settled_versions,
    standing,
    told_versions,
    versions_of,
)
from cadence.model import Facts, Filed
from cadence.month import Month, midnight
from cadence.rests import Window
from cadence.store.damage import or_damaged
from cadence.store.facts import load_lists, load_versions, versions_named
from cadence.store.month_facts import (
    Wanted,
    at_rest,
    bearers,
    in_motion,
    load_assigned,
    load_faces,
    load_month_facts,
    odd_histories,
    resting_faces,
    with_observations,
)

MONTHS_BACK = 6
"""Trends and predictability compare a month with so many before it."""

DAYS_BACK = 90
"""The longest look of a figure beyond its month: finished work that tells how old is usual."""

_LOOKS_BACK = {"support-repeats": 1, "defects-after-done": 1}
"""The findings that look back by a threshold of theirs, in days, and which one that is."""


def window(config: Config, months: Sequence[Month], now: datetime) -> Window:
    """Return how far these months look back, and up to when."""
    zone = config.team.zone
    earliest, last = min(months), min(max(months).end(zone), now)
    begin = earliest.back(MONTHS_BACK).first
    goals = (g.start for g in config.goals if g.start <= max(months).last and g.end >= begin)
    days = max(DAYS_BACK, *(_days(config, code, at) for code, at in _LOOKS_BACK.items()))
    return Window(midnight(min(begin - timedelta(days=days), *goals, begin), zone), last)


def _days(config: Config, code: str, at: int) -> int:
    told = config.findings.get(code)
    return int(told[at]) if isinstance(told, tuple) and len(told) > at else 0


@or_damaged
def facts_of(
    db: Database, filed: Filed, config: Config, months: Sequence[Month], now: datetime
) -> Facts:
    """Return what Jira told as far as it can matter to these months.

    Without configured members everybody who was ever assigned counts: then it says who was.
    """
    asked = Asked(config, filed, window(config, months, now))
    if config.milestones.source is MilestoneSource.VERSIONS:
        found = _with_versions_as_milestones(db, asked)
    else:
        found = _with_epics_as_milestones(db, asked)
    return found if config.team.members else replace(found, assigned=load_assigned(db))


def _with_epics_as_milestones(db: Database, asked: Asked) -> Facts:
    named = versions_named(db, named_versions(asked.config))
    lists = with_observations(db, replace(load_lists(db), versions=named))
    signed = {sign.milestone_id for sign in asked.filed.sign_offs}
    resting = Resting(load_faces(db), resting_faces(db, asked.window, signed))
    found = standing(asked, resting, lists)
    if shipped := versions_of(resting, found, asked.config):
        versions = load_versions(db, shipped | {v.id for v in lists.versions})
        found = standing(asked, resting, with_observations(db, replace(lists, versions=versions)))
    told = at_rest(db, asked.window, found.told - found.whole)
    told |= {issue for issue in found.passed if resting.signed[issue] in found.told}
    wanted = Wanted(
        whole=in_motion(db, asked.window) | (at_rest(db, asked.window, found.whole) - found.passed),
        named=told | bearers(db, named_keys(asked.config)),
        nested=found.closed,
        single=odd_histories(db, asked.window),
        versions={version.id for version in lists.versions},
    )
    return load_month_facts(db, asked.window, wanted, lists)


def _with_versions_as_milestones(db: Database, asked: Asked) -> Facts:
    lists = with_observations(db, replace(load_lists(db), versions=load_versions(db)))
    found = standing(asked, Resting(load_faces(db), {}), lists)
    settled = settled_versions(asked, lists)
    named = {v.id for v in versions_named(db, named_versions(asked.config))}
    wanted = Wanted(
        whole=in_motion(db, asked.window) | at_rest(db, asked.window, found.whole),
        named=bearers(db, named_keys(asked.config)),
        single=odd_histories(db, asked.window),
        versions=told_versions(asked, lists) | named,
        whole_versions={version.id for version in lists.versions} - settled,
    )
    return load_month_facts(db, asked.window, wanted, lists)
