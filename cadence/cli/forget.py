"""`cadence forget`: a person asks to be erased."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.completing import people
from cadence.errors import ConfigError, did_you_mean
from cadence.files import told

if TYPE_CHECKING:
    from sqlite_utils import Database

    from cadence.store.forget import Known

_LARGEST = 100 * 1024 * 1024
"""Larger files are not searched, but named."""


@click.command(
    cls=Command,
    examples=(
        "cadence forget 'Ada Park'",
        "cadence forget 'Ada Park' --also ada@acme.example --yes",
    ),
)
@click.argument("person", shell_complete=people)
@click.option(
    "--also", "others", multiple=True, metavar="TEXT", help="Another name or e-mail address."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(app: App, person: str, others: tuple[str, ...], yes: bool) -> None:
    """Erase a person from the store: name, e-mail, account.

    PERSON is a name, an account or an e-mail address. Figures stay as they are, under an alias,
    and the next sync does not bring the person back. What lies outside the store is named.
    """
    from cadence.store.forget import count_hits, forget

    with app.store(create=False) as db:
        known = _known(app, db, person, others)
        hits = count_hits(db, known)
        forms = list(_forms(app, known))
        _check_known(app, db, person, hits or forms)
        where = ", ".join(f"{count} in {table}" for table, count in hits.items())
        app.say(f"{person} is known as {', '.join(known.all)}: {where or 'nowhere in the store'}.")
        if not yes:
            _ask(app, person)
        alias = forget(db, known)
        hits = count_hits(db, known)
    for path in forms:
        with told(path):
            path.unlink()
        app.say(f"Removed {path}.")
    shutil.rmtree(app.workspace.drafts, ignore_errors=True)
    if hits:
        raise ConfigError(f"{person} is still named in {', '.join(hits)}; run it again")
    _tell_log(app, person)
    app.say(f"{person} is forgotten; in figures it says {alias}.")
    for path in _others(app, known):
        app.write(f"Remove by yourself: {path}")


def _tell_log(app: App, person: str) -> None:
    """Say so if the log could not be emptied: then the pages from before are still there."""
    log = app.workspace.store_path.with_name(f"{app.workspace.store_path.name}-wal")
    if log.exists() and log.stat().st_size:
        app.say(
            f"Something else reads the store just now, so that its old pages still name {person}:"
            " end it, and they are gone with the next answer or sync."
        )


def _known(app: App, db: "Database", person: str, others: tuple[str, ...]) -> "Known":
    """Return what a person is called, also in cadence.toml."""
    from cadence.store.forget import load_known
    from cadence.store.forgotten import fold

    called = [person, *others]
    wanted = {fold(one) for one in called}
    for member in app.config.team.members:
        if wanted & {fold(member.name), fold(member.account)}:
            called += [member.name, *([member.account] if member.account else [])]
    return load_known(db, called)


def _check_known(app: App, db: "Database", person: str, found: object) -> None:
    from cadence.store.facts import load_people

    if found:
        return
    names = [one.name for one in load_people(db)]
    names += [member.name for member in app.config.team.members]
    raise ConfigError(
        f"Nobody here is called '{person}'",
        where="PERSON",
        remedy=did_you_mean(person, names, "Give the full name, the account or the e-mail address"),
    )


def _ask(app: App, person: str) -> None:
    if not app.interactive:
        raise ConfigError(
            f"Nothing was erased: {person} would be, for good",
            remedy="Add --yes, since nobody can be asked here",
        )
    click.confirm(f"Erase {person} for good?", abort=True, err=True)


# ---- outside the store -----------------------------------------------------------------------


def _forms(app: App, known: "Known") -> Iterator[Path]:
    """Yield the forms that a person filled in or that bear their name."""
    for path in sorted(app.workspace.reflections.rglob("*")):
        if path.is_file() and (_names(path.name, known) or _holds(path, known)):
            yield path


def _others(app: App, known: "Known") -> Iterator[Path]:
    """Yield the files of the workspace that still name the person: backups, reports, settings."""
    ours = {app.workspace.store_path.with_name(app.workspace.store_path.name + end) for end in _OWN}
    for path in sorted(app.workspace.root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(app.workspace.root).parts)
        if hidden or path in ours or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > _LARGEST or _holds(path, known):
            yield path


_OWN = ("", "-wal", "-shm")


def _names(name: str, known: "Known") -> bool:
    slugs = {"-".join(one.casefold().split()) for one in known.names if " " in one}
    return any(slug in name.casefold() for slug in slugs)


def _holds(path: Path, known: "Known") -> bool:
    """Tell whether a file names the person; one that cannot be read is not ours to search."""
    try:
        held = path.read_bytes().decode("utf-8", errors="replace").casefold()
    except OSError:
        return False
    return any(one.casefold() in held for one in known.all if " " in one or len(one) >= 6)
