"""`cadence doctor`: one line a check, with the remedy where something is wrong."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.terminal import counted
from cadence.credentials import credentials
from cadence.errors import CadenceError, ConfigError
from cadence.jira.client import Client
from cadence.jira.connect import Connection, connect, fetch_lists, fetch_project
from cadence.jira.fields import FieldMap
from cadence.model import Facts, HistoryState, State

_SHOWN_ODDITIES = 20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `fault` is set where it is wrong, `note` where it is odd."""

    subject: str
    text: str
    fault: CadenceError | None = None
    note: bool = False

    @property
    def line(self) -> str:
        """The line that a user reads."""
        mark = "wrong" if self.fault else "note " if self.note else "ok   "
        return f"{mark}  {self.subject}: {self.fault.line if self.fault else self.text}"


Checks = Iterator[Check]


@click.command(
    cls=Command,
    examples=("cadence doctor",),
)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check configuration, credentials, Jira's fields and zones, the store, and where we write."""
    app = ctx.ensure_object(App)
    worst = 0
    for check in _all(app):
        app.write(check.line)
        worst = worst or (check.fault.exit_code if check.fault else 0)
    ctx.exit(worst)


def _all(app: App) -> Checks:
    parts = (
        ("configuration", _configuration),
        ("Jira", _jira),
        ("store", _store),
        ("publish", _places),
    )
    for subject, part in parts:
        try:
            yield from part(app)
        except CadenceError as fault:
            yield Check(subject, "", fault)
            if part is _configuration:
                return


def _configuration(app: App) -> Checks:
    config = app.config
    members = _counted(len(config.team.members), "member")
    goals = _counted(len(config.goals), "goal")
    yield Check("configuration", f"{app.workspace.config_path}: {members}, {goals}")
    if not config.jira.projects and not config.jira.jql:
        missing = ConfigError("Nothing says what to pull", remedy="Set projects or jql in [jira]")
        yield Check("scope", "", missing)


def _jira(app: App) -> Checks:
    kept = credentials(app.config, app.workspace.root)
    yield Check("credentials", f"from {kept.source}")
    site = connect(Client(app.config.jira.url, kept))
    yield Check("site", f"{site.title}, {site.flavor}, as {site.account.name}")
    yield _fields(fetch_lists(site, app.config.jira.points_fields).fields)
    yield _zones(app, site)
    for key in app.config.jira.projects:
        yield _project(site, key)


def _fields(fields: FieldMap) -> Check:
    told = {
        "points": fields.points,
        "Epic Link": fields.epic_link,
        "Epic Name": fields.epic_name,
        "Parent Link": fields.parent_link,
    }
    return Check("fields", ", ".join(f"{n} {' '.join(ids) or 'none'}" for n, ids in told.items()))


def _zones(app: App, site: Connection) -> Check:
    team = app.config.team.timezone
    if site.zone is None:
        text = f"team {team}; Jira does not tell the account's, so instants are asked by number"
        return Check("time zones", text, note=True)
    return Check("time zones", f"team {team}, Jira account {site.zone.key}")


def _project(site: Connection, key: str) -> Check:
    shown = fetch_project(site, key)
    if shown is None:
        fault = ConfigError(
            f"Jira shows no project '{key}' to {site.account.name}",
            remedy="Check the key, and that this account may browse the project",
        )
        return Check("project", "", fault)
    live = "" if shown.live else ", archived"
    versions = _counted(len(shown.versions), "version")
    return Check("project", f"{key}: {shown.project.name}, {versions}{live}")


def _store(app: App) -> Checks:
    from cadence.store.care import check_store
    from cadence.store.facts import load_facts
    from cadence.store.runs import load_set_aside

    if not app.workspace.store_path.exists():
        yield Check("store", "none yet: run 'cadence sync'", note=True)
        return
    with app.store(create=False) as db:
        problems = check_store(db).problems
        facts, aside = load_facts(db), load_set_aside(db)
    yield Check("store", f"{app.workspace.store_path}: {'; '.join(problems) or 'sound'}")
    yield _last_sync(facts)
    yield from _configured(app, facts)
    yield from _out_of_sight(facts)
    yield from _histories(facts)
    for one in aside[:_SHOWN_ODDITIES]:
        yield Check(
            "set aside", f"{one.subject}: {one.reason}; tried again by each sync", note=True
        )
    if len(aside) > _SHOWN_ODDITIES:
        yield Check("set aside", f"and {len(aside) - _SHOWN_ODDITIES} more", note=True)


def _places(app: App) -> Checks:
    """Tell of the places that cadence may write to; nobody is asked about them."""
    from cadence.cli.places import places

    for place in places(app, _known_types(app)):
        yield Check(place.command, place.text, place.fault, note=place.odd)


def _known_types(app: App) -> set[str]:
    """Return the names of the synced issue types; none where the store cannot be read."""
    from cadence.store.database import read_store
    from cadence.store.facts import load_types

    try:
        with read_store(app.workspace.store_path) as db:
            return {one.name for one in load_types(db)}
    except CadenceError:  # told of the store already
        return set()


def _last_sync(facts: Facts) -> Check:
    if not facts.syncs:
        return Check("last sync", "none yet: run 'cadence sync'", note=True)
    last = facts.syncs[-1]
    when = f"{last.started:%Y-%m-%d %H:%M} UTC"
    if last.complete:
        return Check("last sync", f"{when}, complete, {counted(last.requests, 'request')}")
    return Check("last sync", f"{when}, not complete: {last.problem or 'stopped'}", note=True)


def _configured(app: App, facts: Facts) -> Checks:
    """Tell of what cadence.toml names and no issue knows."""
    from cadence.cli.configured import doubts
    from cadence.snapshot import Moment
    from cadence.world import world_of

    if facts.issues:
        for subject, text in doubts(Moment(world_of(facts, app.config), app.now)):
            yield Check(subject, text, note=True)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _out_of_sight(facts: Facts) -> Checks:
    """Tell of the issues that Jira no longer shows."""
    found = [issue for issue in facts.issues if issue.state is not State.PRESENT]
    for state, count in Counter(issue.state for issue in found).items():
        keys = [issue.key for issue in found if issue.state is state]
        yield Check("issues", f"{count} {state}: {_some(keys)}", note=True)


def _histories(facts: Facts) -> Checks:
    told: dict[HistoryState, Callable[[int], str]] = {
        HistoryState.CUT: lambda n: f"{n} are not served whole by Jira",
        HistoryState.CONTRADICTORY: lambda n: f"{n} contradict themselves or the present",
    }
    for state, text in told.items():
        keys = [issue.key for issue in facts.issues if issue.history is state]
        if keys:
            yield Check("histories", f"{text(len(keys))}: {_some(keys)}", note=True)


def _some(keys: list[str]) -> str:
    more = f" and {len(keys) - 10} more" if len(keys) > 10 else ""
    return ", ".join(keys[:10]) + more
