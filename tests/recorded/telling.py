"""A recorded site goes through `cadence sync`, `report` and `findings`, beside its plain counts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cadence.store.database import open_store

from . import counts
from .recordings import Recording
from .replay import Replay, serving

SET_ASIDE = 3
"""The exit code of a sync that could not read everything."""

Command = Callable[..., tuple[int, str, str]]
"""Runs `cadence` with these arguments; returns its exit code, and what it wrote."""


@dataclass(frozen=True)
class Told:
    """A month as it was told, and as it was counted: finished and reopened issues."""

    month: str
    finished: tuple[int, int]
    reopened: tuple[int, int]
    findings: tuple[str, ...]
    report: str


@dataclass(frozen=True)
class Outcome:
    """What a sync stored and set aside, and its months."""

    stored: dict[str, tuple[int, int]]
    set_aside: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    months: tuple[Told, ...]
    said: str


def told(site: Recording, workspace: Path, cadence: Command) -> Outcome:
    """Sync a workspace with a recorded site and tell its months. Raises if a command fails."""
    replay = Replay(site)
    with serving(replay) as url:
        _configure(workspace, site, url)
        code, *words = cadence("--workspace", workspace, "sync")
        said = "".join(words)
        if code not in (0, SET_ASIDE) or "Traceback" in said:
            raise RuntimeError(f"sync: exit {code}\n{said}")
    stored, aside = _stored(workspace, site)
    unknown = tuple(dict.fromkeys(replay.unknown))
    months = tuple(_month(site, workspace, cadence, month) for month in site.months)
    return Outcome(stored, aside, unknown, months, said)


def _configure(workspace: Path, site: Recording, url: str) -> None:
    keys = json.dumps([one["key"] for one in site.projects])
    (workspace / "cadence.toml").write_text(
        f'[jira]\nurl = "{url}"\nprojects = {keys}\n\n'
        f'[team]\nname = "{site.name}"\ntimezone = "{site.zone}"\n{site.team}',
        encoding="utf-8",
    )


def _run(cadence: Command, *args: object) -> str:
    code, out, err = cadence(*args)
    if code or "Traceback" in err:
        raise RuntimeError(f"{' '.join(map(str, args))}: exit {code}\n{err}")
    return out + err


def _stored(
    workspace: Path, site: Recording
) -> tuple[dict[str, tuple[int, int]], tuple[tuple[str, str], ...]]:
    """Return what the store holds beside what was recorded, and what was set aside."""
    with open_store(workspace / "data" / "cadence.db", create=False) as db:

        def number(query: str, *given: str) -> int:
            return int(db.conn.execute(query, given).fetchone()[0])

        stored = {"issues": (number("SELECT count(*) FROM issues"), len(site.issues))}
        for field, name in (("status", "status"), ("assignee", "assignee"), ("Link", "Link")):
            held = number("SELECT count(*) FROM changes WHERE field = ?", name)
            stored[f"changes of {field}"] = (held, counts.items(site, field))
        rows = db.conn.execute("SELECT subject, reason FROM set_aside ORDER BY subject").fetchall()
    return stored, tuple((str(subject), str(reason)) for subject, reason in rows)


def _month(site: Recording, workspace: Path, cadence: Command, month: str) -> Told:
    asked = ("--workspace", workspace, "report", "--month", month)
    data = json.loads(cadence(*asked, "--format", "json")[1])
    report = _run(cadence, *asked)
    _run(cadence, "--workspace", workspace, "findings", "--month", month)
    found = [(one["code"], one["subject"]) for one in data["findings"]]
    back = sum(code == "reopened" for code, _ in found)
    return Told(
        month,
        (data["focus"]["flow"]["throughput"], counts.finished(site)[month]),
        (back, counts.reopened(site)[month]),
        tuple(f"{code} {subject}" for code, subject in found),
        report,
    )
