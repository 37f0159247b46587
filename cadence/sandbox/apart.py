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


def render_apart(template: str, values: Mapping[str, Any], own: Path | None) -> str:
    """Return what a template makes of plain values. Raises ConfigError as `render` does."""
    (made,) = render_all_apart(template, [values], own)
    if isinstance(made, ConfigError):
        raise made
    return made


def render_all_apart(
    template: str, pages: Sequence[Mapping[str, Any]], own: Path | None
) -> list[str | ConfigError]:
    """Return what a template makes of each page's values, or what is wrong with it there.

    The process knows nothing of the workspace but its templates: no store, no token in its
    environment, 512 MB of memory, no file to write. Raises ConfigError if it had to be stopped.
    """
    asked = {"template": template, "pages": [dict(p) for p in pages]}
    return _asked(template, asked | {"own": str(own) if own else None})


def compile_apart(templates: Sequence[str], own: Path) -> list[str | ConfigError]:
    """Return nothing for each template that can be compiled, else what is wrong with it."""
    return _asked(", ".join(templates[:3]), {"compile": list(templates), "own": str(own)})


def _asked(template: str, asked: dict[str, Any]) -> list[str | ConfigError]:
    command = [sys.executable, "-P", "-m", "cadence.render_child"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode("utf-8", "surrogatepass"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"It took longer than {SECONDS} seconds", where=f"template {template}", remedy=_WITHOUT
        ) from None
    return [_answer(one) for one in _answers(done.stdout, template)]


def _environment() -> dict[str, str]:
    """Return the little of our environment that Python needs: no secret of ours is in it."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return kept | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}


def _answers(output: bytes, template: str) -> list[dict[str, str]]:
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
