"""The sync: from Jira into the store, whole or told to be partial; safe to kill at any point."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from cadence.config import Config, MilestoneSource
from cadence.credentials import Credentials
from cadence.errors import (
    CadenceError,
    ConfigError,
    CredentialsRefused,
    DeletionRefused,
    JiraUnreachable,
    SyncIncomplete,
)
from cadence.jira import jql
from cadence.jira.connect import Connection, Lists, Shown, fetch_lists
from cadence.jira.fields import Flavor
from cadence.jira.memory import lean
from cadence.jira.site import known_site
from cadence.model import State, SyncRun
from cadence.store import facts, held, runs
from cadence.store.database import (
    StoreFull,
    open_store,
    refuse_damaged,
    refuse_foreign,
    writing,
)
from cadence.store.lock import sync_lock
from cadence.sync.census import forget_unlisted, hide, settle
from cadence.sync.options import Options, connected, workers_of
from cadence.sync.people import refresh_people
from cadence.sync.projects import Looks, begin_to_look, look_at_projects
from cadence.sync.pull import pull_part
from cadence.sync.run_state import Pull
from cadence.sync.scope import Cursor, Part, claim_store, parts_of, save_part


@dataclass(frozen=True)
class Outcome:
    """What a complete sync did: `issues` are in the store, `fetched` of them were read in full."""

    run: SyncRun
    site: str
    issues: int
    fetched: int
    counts: dict[State, int] = field(default_factory=dict)


def sync(
    store: Path,
    config: Config,
    credentials: Credentials,
    now: datetime,
    options: Options | None = None,
) -> Outcome:
    """Pull what has changed in Jira into the store.

    Raises CredentialsRefused, JiraUnreachable, StoreBusy and ConfigError before anything is
    changed; later SyncIncomplete or DeletionRefused, when what is stored is consistent, but is
    not all.
    """
    options = options or Options()
    refuse_foreign(store)
    with sync_lock(store, now), lean():
        with _failure_noted(store, now, options):
            site = connected(config, credentials, options)
            looks = begin_to_look(site, config.jira.projects)
            if not store.exists():  # then all is loaded, of all projects
                site.face.begin(jql.scope(config.jira.projects, config.jira.jql))
            lists = fetch_lists(site, config.jira.points_fields)
        with _full_disk_told(), open_store(store) as db:
            refuse_damaged(db, store)
            claim_store(db, site, now)
            pull = _pull(db, site, lists, (config, now, options))
            with _recorded(pull) as number:
                _save_lists(pull, lists)
                _run(pull, config, options, looks)
                run = _end(pull, number)
            issues = held.count_present(db)
    return Outcome(run, site.title, issues, pull.fetched, pull.counts)


@contextmanager
def _failure_noted(store: Path, now: datetime, options: Options) -> Iterator[None]:
    """Keep a record of an attempt that Jira did not let in, if there is a store to keep it in."""
    try:
        yield
    except (JiraUnreachable, CredentialsRefused) as fault:
        if store.exists() and store.stat().st_size:
            finished = options.clock() if options.clock else now
            with open_store(store) as db, writing(db):
                run = SyncRun(now, finished, False, 0, fault.line, begun=False)
                runs.end_run(db, runs.start_run(db, now), run)
        raise


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except StoreFull as fault:
        raise SyncIncomplete(fault.what, where=fault.where, remedy=fault.remedy) from fault


def _pull(
    db: Database,
    site: Connection,
    lists: Lists,
    how: tuple[Config, datetime, Options],
) -> Pull:
    config, now, options = how
    types = lists.types
    if site.flavor is Flavor.DATA_CENTER:
        # Which types are above issues was learnt from the issues: the list does not tell.
        known = {t.id: t.level for t in facts.load_types(db)}
        types = tuple(replace(t, level=max(t.level, known.get(t.id, t.level))) for t in types)
    meaning = known_site(lists.fields, lists.statuses, types)
    meaning.learn(facts.load_people(db))
    return Pull(
        db,
        site,
        meaning,
        now,
        clock=site.client.clock or now,
        workers=workers_of(config),
        overlap=timedelta(hours=max(config.jira.overlap_hours, 0.0)),
        progress=options.progress,
        time=options.clock or (lambda: now),
        odd=runs.odd_issues(db),
        drivers=config.milestones.source is MilestoneSource.VERSIONS,
    )


@contextmanager
def _recorded(pull: Pull) -> Iterator[int]:
    """Keep a record of the run, however it ends."""
    with writing(pull.db):
        number = runs.start_run(pull.db, pull.now)
    try:
        yield number
    except JiraUnreachable as fault:
        _note_end(pull, number, fault.line)
        raise SyncIncomplete(
            fault.what, where=fault.where, remedy="What is stored is consistent; run it again"
        ) from fault
    except CadenceError as fault:
        _note_end(pull, number, fault.line)
        raise
    except KeyboardInterrupt:
        _note_end(pull, number, "stopped by hand")
        raise
    finally:
        pull.connection.client.stop()
        pull.connection.face.close()


def _run(pull: Pull, config: Config, options: Options, looks: Looks) -> None:
    """Pull every part of the scope, settle what is missing, and move the watermarks."""
    projects = look_at_projects(pull, config.jira.projects, looks, all_anew=options.full)
    _hide_unshown(pull, projects)
    keys = [shown.project.key for shown in projects.values() if shown and shown.live]
    if projects and not keys:
        return
    parts = parts_of(pull.db, pull.site.fields, keys, config.jira.jql)
    done: list[Part] = []
    listed: list[AbstractSet[int]] = []
    for part in parts:
        if options.full:
            part = part.at(Cursor(swept=part.cursor.swept))
        part, walk = pull_part(pull, part)
        listed.append(walk.shown)
        if settle(pull, part, walk, allow_deletions=options.allow_deletions):
            done.append(part.at(Cursor(watermark=pull.clock, swept=part.cursor.swept)))
    if len(done) == len(parts):
        forget_unlisted(pull, listed)
    if keys:
        hide(pull, held.present_counts(pull.db).keys() - set(keys))
    else:
        # The projects and versions of what a filter alone has found.
        look_at_projects(pull, sorted(held.present_counts(pull.db)), {})
    refresh_people(pull)
    with writing(pull.db):
        if pull.connection.flavor is Flavor.DATA_CENTER:
            facts.raise_parents_of_epics(pull.db)
        for part in done:
            save_part(pull.db, part, pull.now)


def _hide_unshown(pull: Pull, projects: dict[str, Shown | None]) -> None:
    """Keep what is stored of projects that Jira no longer shows, as unseen; a typo is an error."""
    for key, shown in projects.items():
        if shown and shown.live:
            continue
        hidden = hide(pull, [shown.project.key if shown else key])
        known = hidden or key in {p.key for p in facts.load_projects(pull.db)}
        if shown is None and not known:
            raise ConfigError(
                f"Jira shows no project '{key}' to {pull.connection.account.name}",
                where="[jira] projects",
                remedy="Check the key, and that this account may browse the project",
            )
        if shown is None:
            pull.problems.append(f"Jira no longer shows the project {key}")


def _save_lists(pull: Pull, lists: Lists) -> None:
    """Store the site's lists: a status that is renamed leaves no trace in histories."""
    with writing(pull.db):
        facts.save_statuses(pull.db, lists.statuses)
        levels = pull.site.levels
        facts.save_types(pull.db, (replace(t, level=levels[t.id]) for t in lists.types))
        facts.save_people(pull.db, [pull.connection.account])


def _end(pull: Pull, number: int) -> SyncRun:
    """Close the run's record; raises if it is not complete."""
    aside, cut = runs.count_left_out(pull.db), len(held.cut_issues(pull.db))
    if aside:
        records = "1 record" if aside == 1 else f"{aside} records"
        pull.problems.append(f"{records} could not be read in full ('cadence doctor')")
    if cut:
        issues = "1 issue" if cut == 1 else f"{cut} issues"
        pull.problems.append(f"Jira does not serve the whole history of {issues}")
    if pull.refused:
        raise DeletionRefused(
            f"{'; '.join(pull.refused)}: nothing was deleted",
            where=pull.connection.client.url,
            remedy="If they are really gone, run 'cadence sync --allow-deletions'",
        )
    if pull.problems:
        raise SyncIncomplete("; ".join(pull.problems), where=pull.connection.client.url)
    return _note_end(pull, number, None)


def _note_end(pull: Pull, number: int, problem: str | None) -> SyncRun:
    requests = pull.connection.client.requests
    run = SyncRun(pull.now, pull.time(), problem is None, requests, problem)
    with writing(pull.db):
        runs.end_run(pull.db, number, run)
    return run
