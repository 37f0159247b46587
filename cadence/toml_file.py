"""A TOML file as people wrote it: its values, and the line at which each key stands."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cadence.errors import ConfigError
from cadence.text_file import read_text

Keys = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists, such as `("goals", 1, "kpi", "target")`."""


@dataclass(frozen=True)
class TomlFile:
    """A file read once."""

    path: Path
    text: str
    values: dict[str, Any]

    def where(self, keys: Keys) -> str:
        """Return file, line and key, as errors name them."""
        lines = key_lines(self.text)
        known = next((keys[:n] for n in range(len(keys), 0, -1) if keys[:n] in lines), None)
        line = f":{lines[known]}" if known else ""
        name = ".".join(str(key) for key in keys if isinstance(key, str))
        return f"{self.path}{line}, {name}" if name else f"{self.path}{line}"


def read_toml(path: Path, remedy: str) -> TomlFile:
    """Read a TOML file. Raises ConfigError, with this remedy if there is none."""
    text = read_text(path, remedy)
    if text.startswith("\ufeff"):
        raise ConfigError(
            "The file begins with a byte order mark",
            where=f"{path}:1",
            remedy="Save it as UTF-8 without one",
        )
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except RecursionError as fault:
        raise ConfigError("Nested too deeply", where=str(path)) from fault
    except ValueError as fault:  # TOMLDecodeError, and integers of thousands of digits
        what = str(fault)
        found = re.search(r" ?\(at (?:line (\d+), column \d+|end of document)\)", what)
        line = (found[1] if found else None) or str(text.count("\n") + 1)
        raise ConfigError(
            f"This is no TOML: {what.replace(found[0], '') if found else what}",
            where=f"{path}:{line}",
            remedy="Correct this line; text stands in quotes, days and numbers do not",
        ) from fault


_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")


def key_lines(text: str) -> dict[Keys, int]:
    """Return the line of each table and key. What stands inside a value's braces is not listed."""
    lines: dict[Keys, int] = {}
    counts: dict[Keys, int] = {}
    table: Keys = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            table = _resolve(_parts(found[2]), counts, grows=found[1] == "[[")
        elif found := _PAIR.match(line):
            lines.setdefault((*table, *_parts(found[1])), number)
            continue
        else:
            continue
        for length in range(1, len(table) + 1):
            lines.setdefault(table[:length], number)
    return lines


def _resolve(parts: tuple[str, ...], counts: dict[Keys, int], *, grows: bool) -> Keys:
    """Return a header's keys, with the positions of the lists that it passes through."""
    keys: Keys = ()
    for n, part in enumerate(parts, 1):
        keys = (*keys, part)
        if n == len(parts) and grows:
            counts[keys] = counts.get(keys, 0) + 1
        if keys in counts:
            keys = (*keys, counts[keys] - 1)
    return keys


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))
