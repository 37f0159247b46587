"""The process apart: reads what to render from stdin, limits itself, writes the page to stdout."""

import json
import sys
from contextlib import suppress
from pathlib import Path

from cadence.errors import ConfigError
from cadence.render import written
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


def answer(asked: dict[str, object]) -> dict[str, str]:
    """Return the page, or what is wrong with the template."""
    own = Path(str(asked["own"])) if asked["own"] else None
    try:
        return {"text": written(str(asked["template"]), asked["values"], own)}  # type: ignore[arg-type]
    except ConfigError as fault:
        return {"what": fault.what, "where": fault.where, "remedy": fault.remedy}


if __name__ == "__main__":
    sys.set_int_max_str_digits(4300)
    request = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    limit()
    with suppress(MemoryError):
        sys.stdout.write(json.dumps(answer(request)))
