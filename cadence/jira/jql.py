"""The JQL that cadence sends: bounded, quoted, with a lower bound in time, never an upper one."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BY_ID = "ORDER BY id ASC"
"""The order of every walk: ids do not move while issues change."""


def quoted(text: str) -> str:
    """Return a JQL string; unquoted, a project called `AND` would be a word of the language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def scope(projects: Iterable[str], jql: str = "") -> str:
    """Return the condition for these projects and the team's own filter: both, where both are set.

    The filter stands in parentheses, as AND binds tighter than OR; its ORDER BY is left out.
    """
    keys = ", ".join(map(quoted, projects))
    own = re.sub(r"\border\s+by\b[^\"']*$", "", jql, flags=re.IGNORECASE).strip()
    parts = ([f"project in ({keys})"] if keys else []) + ([f"({own})"] if own else [])
    return " AND ".join(parts)


def updated_since(since: datetime, zone: ZoneInfo | None) -> str:
    """Return the condition for issues changed since an instant, or a little before it.

    Jira reads a date in the caller's own zone, to the minute. Without that zone: epoch
    milliseconds, which need none.
    """
    if zone is None:
        return f"updated >= {int(since.timestamp() * 1000)}"
    at = since.astimezone(zone).replace(second=0, microsecond=0)
    while _twofold(at):
        # The hour that the end of summer time repeats: begin before it, whichever is meant.
        at = (at.astimezone(UTC) - timedelta(hours=1)).astimezone(zone)
    return f'updated >= "{at:%Y-%m-%d %H:%M}"'


def _twofold(at: datetime) -> bool:
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
