"""From cadence.toml to a Config: read, made into records, checked; every mistake has its line."""

import re
from collections.abc import Iterator
from pathlib import Path

from cadence.config.records import Config, Milestones
from cadence.errors import ConfigError
from cadence.toml_file import TomlFile, read_toml

RENAMED: dict[type, dict[str, str]] = {Milestones: {"source": "from"}}
"""The keys of the file that are no names in Python."""

_SECRET = re.compile(r"token|passw|secret|api_?key|credential|\bpat\b", re.IGNORECASE)


def load_config(path: Path) -> Config:
    """Return what cadence.toml says.

    Raises ConfigError for the first mistake, with file, line, key and the remedy.
    """
    return read_config(read_toml(path, "Make a workspace with 'cadence init'"))


def read_config(file: TomlFile) -> Config:
    """Return what the text of a cadence.toml says. Raises ConfigError for the first mistake."""
    # cattrs is loaded only here: the records alone cost nothing.
    from cadence.config.checks import mistakes
    from cadence.structure import structure

    if secret := next(_secrets(file), None):
        table = secret[0]
        remedies = {
            "jira": "set CADENCE_JIRA_TOKEN, or token_command, or run 'cadence login'",
            "confluence": "set CADENCE_CONFLUENCE_TOKEN",
        }
        raise ConfigError(
            "A secret does not belong into this file",
            where=file.where(secret),
            remedy=f"Remove it; {remedies[table]}",
        )
    result = structure(file.values, Config, RENAMED)
    found = list(mistakes(result)) if isinstance(result, Config) else result
    if not isinstance(result, Config) or found:
        first, more = found[0], len(found) - 1
        rest = f" ({more} more mistake{'s' if more > 1 else ''} in the file)" if more else ""
        raise ConfigError(first.what + rest, where=file.where(first.keys), remedy=first.remedy)
    return result


def _secrets(file: TomlFile) -> Iterator[tuple[str, str]]:
    for table in ("jira", "confluence"):
        names = file.values.get(table)
        for name in names if isinstance(names, dict) else ():
            if _SECRET.search(name) and name != "token_command":
                yield table, name
