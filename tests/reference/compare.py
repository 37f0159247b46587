"""Where the program and the reference say different things about a world."""

from datetime import datetime
from math import isclose
from pathlib import Path

from cadence.plain import plain
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed

from .oracle import Report
from .rows import read_rows
from .suspicions import ASKS, findings

UNUSUAL = {"without-owner", "without-date", "without-forecast", "straight-to-done", "gone"}
"""What the reference knows of the data's quality."""


def program_says(store: Path, config, month, now: datetime) -> dict:
    """The plain data of the month's report, from the program."""
    with open_store(store) as db:
        facts, filed = load_facts(db), load_filed(db)
    return plain(month_content(snapshot_at(facts, filed, config, month, now)))


def codes_of_the_program() -> set[str]:
    from cadence.findings import RULES

    return {rule.code for rule in RULES}


def differences(store: Path, config, month, now: datetime) -> list[str]:
    """Every key path at which the two differ, with both values."""
    report = Report(read_rows(store), config, month, now.isoformat())
    theirs = program_says(store, config, month, now)
    codes = codes_of_the_program()
    said = {(one["code"], str(one["subject"])) for one in theirs["findings"] if one["code"] in ASKS}
    ours = {(code, subject) for code, subject in findings(report) if code in codes}
    told = [f"findings: only the program has {one}" for one in sorted(said - ours)]
    told += [f"findings: only the reference has {one}" for one in sorted(ours - said)]
    return told + _compare("", _by_name(theirs), report.data())


def _by_name(data: dict) -> dict:
    """The program's lists of records as dicts by their name, so that order does not matter."""
    focus, done = dict(data["focus"]), dict(data["done"])
    focus["buckets"] = {
        b["id"]: (b["person_days"], b["share"], b["count_share"]) for b in focus["buckets"]
    }
    focus["goals"] = {goal["id"]: goal for goal in focus["goals"]}
    done["milestones"] = {one["key"]: one for one in done["milestones"]}
    done["predictability_months"] = tuple(
        (m["month"], m["delivered"], m["committed"]) for m in done["predictability_months"]
    )
    done["milestones"] = {
        key: one | {"moves": tuple(_move(move) for move in one["moves"])}
        for key, one in done["milestones"].items()
    }
    values = {one["name"]: tuple(one["values"]) for one in data["trends"]["figures"]}
    return {
        "focus": focus,
        "done": done,
        "trends": {"months": tuple(data["trends"]["months"]), "values": values},
        "data_quality": {
            one["name"]: sorted(one["keys"])
            for one in data["data_quality"]
            if one["name"] in UNUSUAL
        },
    }


def _move(move: dict) -> tuple:
    return move["on"], move["from"], move["to"], move["late_notice"]


def _compare(path: str, theirs, ours) -> list[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        told = []
        for name, value in ours.items():
            if name in theirs:
                told += _compare(f"{path}.{name}".strip("."), theirs[name], value)
            else:
                told.append(f"{path}.{name}: only the reference has it ({value!r})")
        if path.endswith(("milestones", "goals", "buckets", "values", "data_quality")):
            told += [
                f"{path}.{name}: only the program has it" for name in theirs if name not in ours
            ]
        return told
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return (
            [] if isclose(theirs, ours, rel_tol=1e-9, abs_tol=1e-9) else [_line(path, theirs, ours)]
        )
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) == len(theirs) and isinstance(ours, tuple):
            return [
                x
                for n, pair in enumerate(zip(theirs, ours, strict=True))
                for x in _compare(f"{path}[{n}]", *pair)
            ]
        same = sorted(map(_listed, ours), key=repr) == sorted(map(_listed, theirs), key=repr)
        return [] if same else [_line(path, theirs, ours)]
    return [] if theirs == ours else [_line(path, theirs, ours)]


def _listed(value):
    return list(value) if isinstance(value, tuple) else value


def _line(path: str, theirs, ours) -> str:
    return f"{path}: the program says {theirs!r}, the reference {ours!r}"
