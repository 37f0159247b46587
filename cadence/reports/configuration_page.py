"""What cadence.toml may say, as one page of Markdown: made of its records and their own words."""

import ast
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from inspect import getdoc, getsource
from typing import Any, get_args, get_type_hints

from cadence.config.load import RENAMED
from cadence.config.records import Config, Match
from cadence.findings import RULES, Rule

HEAD = """\
# Configuration

`cadence.toml` lies at the top of a workspace. `cadence init` writes one that explains itself;
`cadence doctor` checks it against Jira. A key that cadence does not know is an error, with its line
and the nearest name; so is a value of the wrong kind. No secret stands in it: tokens come from
`cadence login`, the environment or `token_command` ([administrators](administrator.md#tokens)).

Days are written without quotes: `2026-12-25`. A table in double brackets may come several times.
Another answer in this file changes reports of past months, too: it says how to read the facts.

This page is made from the program by `python docs/make.py`."""

MATCH = """\
## A match

`[goals.match]`, `[support.match]` and `[partners.match]` say which issues belong; `[production]`,
which ones show that a milestone is on its way there. **Any** of these is enough. An issue that fits
no goal goes where its parent goes."""

FINDINGS = """\
## `[findings]`

A number sets a finding's threshold, a list several of them in the order given here, `false`
switches the finding off. What is not named keeps its default.

```toml
[findings]
overload = [3, 2]
support-heavy = 0.25
reopened = false
```

| key | default | fires when |
| --- | --- | --- |"""


def configuration_page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for path, several, record in tables():
        yield from _table(path, several, record)
    yield from ("", MATCH, "", "| key | default | means |", "| --- | --- | --- |")
    yield from _rows(Match)
    yield from ("", FINDINGS)
    yield from map(_finding, RULES)


def tables(
    record: type = Config, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], bool, type]]:
    """Yield each table of the file: its path, whether it may come several times, its record."""
    hints = get_type_hints(record)
    for field in fields(record):
        inner, several = _inside(hints[field.name])
        if inner is not None and inner is not Match:
            here = (*path, _key(record, field.name))
            yield here, several, inner
            yield from tables(inner, here)


def _table(path: tuple[str, ...], several: bool, record: type) -> Iterator[str]:
    name = ".".join(path)
    yield from ("", f"## `[[{name}]]`" if several else f"## `[{name}]`", "")
    said = " ".join((getdoc(record) or "").split()).partition(": ")[2]
    yield said[:1].upper() + said[1:]
    yield from ("", "| key | default | means |", "| --- | --- | --- |")
    yield from _rows(record)


def _rows(record: type) -> Iterator[str]:
    says = meanings(record)
    for field in fields(record):
        kind = get_type_hints(record)[field.name]
        cells = (f"`{_key(record, field.name)}`", _default(field, kind), says[field.name])
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def meanings(record: type) -> dict[str, str]:
    """Return what each field of a record says of itself: the text right below it."""
    (found,) = ast.parse(getsource(record)).body
    assert isinstance(found, ast.ClassDef)
    told = {}
    for line, below in zip(found.body, found.body[1:], strict=False):
        match line, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                told[name] = " ".join(text.split())
    return told


def _key(record: type, name: str) -> str:
    return RENAMED.get(record, {}).get(name, name)


def _inside(hint: Any) -> tuple[type | None, bool]:
    """Return the record that a field holds, if any, and whether it holds several."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint, False
    inner = [one for one in get_args(hint) if isinstance(one, type) and is_dataclass(one)]
    return (inner[0] if inner else None), bool(inner) and not isinstance(hint, types.UnionType)


def _default(field: "Field[Any]", hint: Any) -> str:
    record, several = _inside(hint)
    if record is Match:
        return "[a match](#a-match)"
    if record is not None:
        return "tables" if several else "a table"
    if field.default is MISSING:
        return "required"
    return f"`{_toml(field.default)}`" if field.default is not None else ""


def _toml(value: Any) -> str:
    """Return a value as cadence.toml writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Enum | str):
        return f'"{value}"'
    return f"{value:g}" if isinstance(value, float) else str(value)


def _finding(rule: Rule) -> str:
    numbers = [f"{limit:g}" for limit in rule.thresholds]
    default = ", ".join(numbers) if len(numbers) < 2 else f"[{', '.join(numbers)}]"
    words = rule.in_words(rule.thresholds).replace("|", "\\|")
    return f"| `{rule.code}` | {f'`{default}`' if default else 'no threshold'} | {words} |"
