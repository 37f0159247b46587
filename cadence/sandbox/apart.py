"""A template of a team's own, rendered in a process apart that is stopped if it takes too much."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cadence.errors import ConfigError

SECONDS = 8
"""What a template may take, in seconds of the clock; ours take a hundredth of it."""

_WITHOUT = "A template only loops, chooses and places; look for a loop without end"


Job = tuple[str, Sequence[Mapping[str, Any]] | None]
"""A template, and the values of each page to make with it; None: it is only compiled."""


def render_apart(template: str, values: Mapping[str, Any], own: Path | None) -> str:
    """Return what a template makes of plain values. Raises ConfigError as `render` does."""
    ((made,),) = jobs_apart([(template, [values])], own)
    if isinstance(made, ConfigError):
        raise made
    return made


def jobs_apart(jobs: Sequence[Job], own: Path | None) -> list[list[str | ConfigError]]:
    """Return, for each job, what it makes of each page, or what is wrong with the template there.

    The process knows nothing of the workspace but its templates: no store, no token in its
    environment, 512 MB of memory, no file to write. Raises ConfigError if it had to be stopped.
    """
    names = ", ".join(dict.fromkeys(template for template, _ in jobs))
    asked = json.dumps({"jobs": jobs, "own": str(own) if own else None})
    command = [sys.executable, "-P", "-m", "cadence.render_child"]
    try:
        done = subprocess.run(
            command,
            input=asked.encode("utf-8", "surrogatepass"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"It took longer than {SECONDS} seconds", where=f"template {names}", remedy=_WITHOUT
        ) from None
    return [[_answer(one) for one in told] for told in _answers(done.stdout, names)]


def _environment() -> dict[str, str]:
    """Return the little of our environment that Python needs: no secret of ours is in it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return kept | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


def _answers(output: bytes, template: str) -> list[list[dict[str, str]]]:
    try:
        return list(json.loads(output))
    except ValueError:
        raise ConfigError(
            "It needs more than 512 MB of memory, or too much time",
            where=f"template {template}",
            remedy=_WITHOUT,
        ) from None


def _answer(told: dict[str, str]) -> str | ConfigError:
    if "text" in told:
        return told["text"]
    return ConfigError(told["what"], where=told["where"], remedy=told["remedy"])
