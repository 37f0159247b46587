"""The month that a command is about, read from the store: facts, what was filed, the snapshot."""

from dataclasses import replace

from cadence.cli.app import App
from cadence.errors import ConfigError
from cadence.model import Facts, Filed, Reflection
from cadence.month import Month
from cadence.snapshot import Snapshot, snapshot_at


def read_store(app: App) -> tuple[Facts, Filed]:
    """Return all that the store holds. Raises ConfigError if nothing was ever synced."""
    from cadence.store.facts import load_facts
    from cadence.store.journal import load_filed
    from cadence.store.runs import load_set_aside

    with app.store(create=False) as db:
        facts = replace(load_facts(db), set_aside=load_set_aside(db))
        return _synced(app, facts), load_filed(db)


def read_months(app: App, *months: Month) -> tuple[Facts, Filed]:
    """Return what can matter to some months; raises as `read_store`."""
    from cadence.reach import facts_of
    from cadence.store.care import sum_up
    from cadence.store.journal import load_filed
    from cadence.store.runs import load_set_aside

    with app.store(create=False) as db:
        sum_up(db)
        filed = load_filed(db)
        facts = facts_of(db, filed, app.config, months, app.now)
        return _synced(app, replace(facts, set_aside=load_set_aside(db))), filed


def _synced(app: App, facts: Facts) -> Facts:
    if not facts.syncs:
        raise ConfigError(
            "Nothing was synced yet",
            where=str(app.workspace.store_path),
            remedy="Run 'cadence sync' first",
        )
    changes = sum(map(len, facts.changes.values()))
    app.detail(f"Read {app.workspace.store_path}: {len(facts.issues)} issues, {changes} changes.")
    return facts


def read_filed(app: App) -> Filed:
    """Return what people filed, also before the first sync; looking makes no store."""
    from cadence.store.journal import load_filed

    if not app.workspace.store_path.exists():
        return Filed()
    with app.store(create=False) as db:
        return load_filed(db)


def read_reflection(app: App, month: Month) -> Reflection | None:
    """Return a month's reflection; None if it was neither opened nor skipped."""
    return next((one for one in read_filed(app).reflections if one.month == month), None)


def check_begun(app: App, month: Month) -> None:
    """Raise ConfigError for a month that lies in the future."""
    if month.start(app.config.team.zone) > app.now:
        raise ConfigError(
            f"{month} has not begun",
            where="--month",
            remedy=f"The latest is {Month.of(app.today)}",
        )


def read_month(app: App, month: Month) -> Snapshot:
    """Return what was true in a month, as far as anything is told of it."""
    check_begun(app, month)
    facts, filed = read_months(app, month)
    return snapshot_at(facts, filed, app.config, month, app.now)


def read_everything(app: App, month: Month) -> Snapshot:
    """Return all that was true in a month, also what is settled: any issue may be asked for."""
    check_begun(app, month)
    facts, filed = read_store(app)
    return snapshot_at(facts, filed, app.config, month, app.now)
