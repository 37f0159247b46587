"""The month that a command is about, read from the store: facts, what was filed, the snapshot."""

from dataclasses import replace

from cadence.cli.app import App
from cadence.errors import ConfigError
from cadence.model import Facts, Filed
from cadence.month import Month
from cadence.snapshot import Snapshot, snapshot_at


def read_store(app: App) -> tuple[Facts, Filed]:
    """Return all that the store holds. Raises ConfigError if nothing was ever synced."""
    from cadence.store.facts import load_facts
    from cadence.store.journal import load_filed
    from cadence.store.runs import load_set_aside

    with app.store(create=False) as db:
        facts, filed = replace(load_facts(db), set_aside=load_set_aside(db)), load_filed(db)
    if not facts.syncs:
        raise ConfigError(
            "Nothing was synced yet",
            where=str(app.workspace.store_path),
            remedy="Run 'cadence sync' first",
        )
    changes = sum(map(len, facts.changes.values()))
    app.detail(f"Read {app.workspace.store_path}: {len(facts.issues)} issues, {changes} changes.")
    return facts, filed


def read_filed(app: App) -> Filed:
    """Return what people filed, also before the first sync; looking makes no store."""
    from cadence.store.journal import load_filed

    if not app.workspace.store_path.exists():
        return Filed()
    with app.store(create=False) as db:
        return load_filed(db)


def check_begun(app: App, month: Month) -> None:
    """Raise ConfigError for a month that lies in the future."""
    if month.start(app.config.team.zone) > app.now:
        raise ConfigError(
            f"{month} has not begun",
            where="--month",
            remedy=f"The latest is {Month.of(app.today)}",
        )


def read_month(app: App, month: Month) -> Snapshot:
    """Return everything that was true in a month."""
    check_begun(app, month)
    facts, filed = read_store(app)
    return snapshot_at(facts, filed, app.config, month, app.now)
