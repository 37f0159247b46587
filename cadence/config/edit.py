"""Edits of cadence.toml that keep everything else, comments included."""

import tomllib
from datetime import date
from pathlib import Path

import tomlkit

from cadence.config.load import read_config
from cadence.config.records import Config, Goal, Member
from cadence.errors import ConfigError
from cadence.files import write_whole
from cadence.toml_file import TomlFile, key_lines, read_toml

_REMEDY = "Make a workspace with 'cadence init'"


def add_goal(path: Path, goal: Goal) -> Config:
    """Write a goal below the others. Raises ConfigError, and writes nothing, if it is not valid."""
    text = read_toml(path, _REMEDY).text
    lines = text.splitlines(keepends=True)
    at = _end_of_goals(text)
    ending = "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[at - 1].endswith("\n"):
        lines[at - 1] += ending
    lines.insert(at, ending + goal_text(goal).replace("\n", ending))
    return _write(path, "".join(lines))


def end_goal(path: Path, goal_id: str, day: date) -> Config:
    """Let a goal end on a day. Raises ConfigError, and writes nothing, if that cannot be."""
    document = tomlkit.parse(read_toml(path, _REMEDY).text)
    for table in document["goals"]:
        if table["id"] == goal_id:
            table["end"] = day
    return _write(path, tomlkit.dumps(document))


def filled(text: str, known: dict[tuple[str, str], object]) -> str:
    """Return a cadence.toml with the known values, each by its table and key."""
    document = tomlkit.parse(text)
    for (table, key), value in known.items():
        document[table][key] = value
    return tomlkit.dumps(document)


def member_text(member: Member) -> str:
    """Return a member as they stand in cadence.toml."""
    rows = ["[[team.members]]", f"name = {_quoted(member.name)}"]
    rows += [f"account = {_quoted(member.account)}"] if member.account else []
    return "\n".join(rows) + "\n"


def _write(path: Path, text: str) -> Config:
    try:
        config = read_config(TomlFile(path, text, tomllib.loads(text)))
    except ConfigError as fault:
        # The line it names is of a text that nobody will see.
        raise ConfigError(fault.what, where=str(path), remedy=fault.remedy) from fault
    write_whole(path, text)
    return config


def goal_text(goal: Goal) -> str:
    """Return a goal as it stands in cadence.toml."""
    rows = ["[[goals]]", f"id = {_quoted(goal.id)}", f"title = {_quoted(goal.title)}"]
    rows += [f"start = {goal.start}", f"end = {goal.end}"]
    matches = {name: value for name, value in vars(goal.match).items() if value}
    rows += ["[goals.match]"] if matches else []
    rows += [f"{name} = [{', '.join(map(_quoted, value))}]" for name, value in matches.items()]
    if kpi := goal.kpi:
        rows += ["[goals.kpi]", f"name = {_quoted(kpi.name)}", f"unit = {_quoted(kpi.unit)}"]
        rows += [f'direction = "{kpi.direction}"', f"baseline = {kpi.baseline}"]
        rows += [f"target = {kpi.target}"]
        rows += [f"agreed = {kpi.agreed}"] if kpi.agreed else []
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()


def _end_of_goals(text: str) -> int:
    """Return the number of lines up to the end of the last goal; of all, if there is none.

    Comments that follow it belong to what comes next.
    """
    lines = text.splitlines()
    tables = {line: keys for keys, line in key_lines(text).items()}
    if "goals" not in {keys[0] for keys in tables.values()}:
        return len(lines)
    last = max(line for line, keys in tables.items() if keys[0] == "goals")
    if not any(len(keys) > 1 and keys[0] == "goals" for keys in tables.values()):
        raise ConfigError("The goals are written in one line", remedy="Add the goal by hand")
    for number in range(last, len(lines)):
        line = lines[number].strip()
        if line.startswith("[") and number + 1 in tables:
            break
        if line and not line.startswith("#"):
            last = number + 1
    return last
