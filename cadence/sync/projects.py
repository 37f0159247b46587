"""Which projects a sync looks at: all, or where there are many those not looked at for long."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import timedelta
from functools import partial

from cadence.jira.connect import Connection, Shown, fetch_live_keys, fetch_project
from cadence.jira.drivers import fetch_drivers
from cadence.jira.fields import Flavor
from cadence.jira.flight import begun, together
from cadence.store import facts
from cadence.store.database import writing
from cadence.store.instants import instant_of, instant_text
from cadence.store.runs import load_cursor, save_cursor
from cadence.sync.run_state import Pull

_FEW = 3
"""So many projects are looked at by each sync; of more, the two that were not for longest."""

_ROTATED = 2
_LONGEST_UNSEEN = timedelta(days=1)
_CURSOR = "looked at"
_CURSOR_WITH_DRIVERS = "looked at, drivers too"
"""Another one: whoever has versions become milestones sees their owners at the next sync."""


Looks = Mapping[str, "Future[Shown | None]"]
"""Looks at projects that have begun, by the projects' keys."""


def begin_to_look(site: Connection, keys: Sequence[str]) -> Looks:
    """Begin to look at the projects, where they are few: each sync looks at those."""
    few = keys if len(keys) <= _FEW else ()
    return {key: begun(partial(fetch_project, site, key)) for key in few}


def look_at_projects(
    pull: Pull, keys: Sequence[str], begun_already: Looks, *, all_anew: bool = False
) -> dict[str, Shown | None]:
    """Store projects with their versions; return them as Jira shows them, None if it does not.

    Each costs a request. Of many on Cloud, those that were looked at within a day are left out,
    if one question tells that they are still there.
    """
    left_out = set() if all_anew else _still_there(pull, keys)
    known = {project.key: project for project in facts.load_projects(pull.db)}
    looked = [key for key in keys if key not in left_out]
    shown = together(
        begun_already[key].result
        if key in begun_already
        else partial(fetch_project, pull.connection, key)
        for key in looked
    )
    _store(pull, [one for one in shown if one])
    found = dict(zip(looked, shown, strict=True))
    return {
        key: Shown(known[key], (), live=True) if key in left_out else found[key] for key in keys
    }


def _still_there(pull: Pull, keys: Sequence[str]) -> set[str]:
    """Return the projects that need no look: seen lately, and live."""
    if len(keys) <= _FEW or pull.connection.flavor is not Flavor.CLOUD:
        return set()
    seen = load_cursor(pull.db, _cursor(pull))
    latest = pull.now - _LONGEST_UNSEEN
    lately = [key for key in keys if key in seen and instant_of(seen[key]) > latest]
    lately.sort(key=lambda key: str(seen[key]))
    return fetch_live_keys(pull.connection, lately[_ROTATED:])


def _store(pull: Pull, shown: Sequence[Shown]) -> None:
    if not shown:
        return
    drivers = _drivers(pull, shown)
    with writing(pull.db):
        facts.save_projects(pull.db, [one.project for one in shown])
        for one in shown:
            facts.save_versions(pull.db, one.versions, pull.now)
        facts.save_drivers(pull.db, drivers, pull.now)
        _note_look(pull, [one.project.key for one in shown])


def _note_look(pull: Pull, keys: Iterable[str]) -> None:
    seen = load_cursor(pull.db, _cursor(pull)) | dict.fromkeys(keys, instant_text(pull.now))
    save_cursor(pull.db, _cursor(pull), seen, pull.now)


def _cursor(pull: Pull) -> str:
    return _CURSOR_WITH_DRIVERS if pull.drivers else _CURSOR


def _drivers(pull: Pull, shown: Sequence[Shown]) -> dict[str, str | None]:
    """Return who leads the versions of these projects, where somebody asks for it."""
    keys = [one.project.key for one in shown if one.versions] if pull.drivers else []
    found = together(partial(fetch_drivers, pull.connection, key) for key in keys)
    known = {version.id for one in shown for version in one.versions}
    return {id_: who for told in found for id_, who in told.items() if id_ in known}
