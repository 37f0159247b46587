"""The process apart: reads what to render from stdin, limits itself, writes the page to stdout."""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cadence.errors import ConfigError
from cadence.render import compiled, written
from cadence.sandbox.apart import SECONDS

MEMORY = 512 * 1024 * 1024


def limit() -> None:
    """Take from this process what no template needs. Where there are no limits, time is the one."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone stops it
        return
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def answer(template: str, values: dict[str, Any] | None, own: Path | None) -> dict[str, str]:
    """Return the page (nothing, where there are no values), or what is wrong with the template."""
    try:
        return {"text": written(template, values, own) if values else compiled(template, own)}
    except ConfigError as fault:
        return {"what": fault.what, "where": fault.where, "remedy": fault.remedy}


def main() -> None:
    """Answer what is asked on stdin; without memory to do so, say nothing."""
    asked = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    limit()
    own = Path(asked["own"]) if asked["own"] else None
    with suppress(MemoryError):
        told = [
            [answer(template, values, own) for values in ([None] if pages is None else pages)]
            for template, pages in asked["jobs"]
        ]
        sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
