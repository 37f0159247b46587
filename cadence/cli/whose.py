"""Reports that are for somebody: a member's own months, and what one partner is told."""

from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.subjects import member_name
from cadence.errors import ConfigError, did_you_mean
from cadence.figures.capacity import people
from cadence.plain import plain
from cadence.reports.person import person_content
from cadence.snapshot import Snapshot

PERSON = "person"


def check_asked(kinds: tuple[str, ...], person: str | None, partner: str | None) -> None:
    """Refuse what does not go together. Raises a usage error.

    A person's own report is asked for by both names, its kind's and the person's, and goes alone:
    it must never stand beside what a team reads.
    """
    if PERSON in kinds and set(kinds) != {PERSON}:
        raise click.UsageError("--kind person goes alone: it is for the one person's eyes.")
    if PERSON in kinds and not person:
        raise click.UsageError("--kind person needs --person NAME.")
    if person is not None and PERSON not in kinds:
        raise click.UsageError("--person goes with --kind person only.")
    if partner is not None and set(kinds) != {"partner"}:
        raise click.UsageError("--partner goes with --kind partner alone.")


def own_values(snapshot: Snapshot, name: str) -> dict[str, Any]:
    """Return a person's own report as plain values. Raises ConfigError for a stranger."""
    known = people(snapshot)
    full = member_name(snapshot.config.team, name, "--person")
    for account, member in known.items():
        if member.name == full:
            values: dict[str, Any] = plain(person_content(snapshot, account, member))
            return values
    names = [member.name for member in known.values()]
    raise ConfigError(
        f"'{full}' was never assigned to anything",
        where="--person",
        remedy=did_you_mean(full, names, "Write the name as Jira shows it"),
    )


def for_partner(app: App, values: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a month's values with one partner only. Raises ConfigError for an unknown one."""
    found = [p for p in values["partners"] if p["name"].casefold() == name.strip().casefold()]
    if found:
        return {**values, "partners": found}
    names = [partner.name for partner in app.config.partners]
    known = f"Partners: {', '.join(names)}" if names else "Name one in [[partners]]"
    raise ConfigError(
        f"There is no partner '{name}'", where="--partner", remedy=did_you_mean(name, names, known)
    )
