"""What a recording holds by plain count from its raw JSON; shares no code with the program."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from .recordings import Json, Recording

_NOT_WANTED = ("won't do", "won't fix", "duplicate", "cannot reproduce")


def items(site: Recording, field: str) -> int:
    """How many changes of a field all histories hold."""
    return sum(
        item["field"] == field
        for one in site.issues
        for entry in one["changelog"]["histories"]
        for item in entry["items"]
    )


def finished(site: Recording) -> Counter[str]:
    """How many issues (no epics, no sub-tasks, as each was then) a month's end found finished in it.

    By the category that the site lists for a status, "not begun" for one that it does not; what was
    resolved as not wanted counts as dropped.
    """
    count: Counter[str] = Counter()
    for one in site.issues:
        for month in site.months:
            since = _done_since(site, one, month)
            wanted = _resolution_then(site, one, month).lower() not in _NOT_WANTED
            if since and f"{since:%Y-%m}" == month and wanted and _is_plain(site, one, month):
                count[month] += 1
    return count


def reopened(site: Recording) -> Counter[str]:
    """How many issues that are no epics moved in a month from done to another category."""
    count: Counter[str] = Counter()
    for one in site.issues:
        back = {
            f"{at:%Y-%m}"
            for at, old, new in _moves(site, one)
            if old == "done" and new != "done" and _type_then(site, one, f"{at:%Y-%m}") != "Epic"
        }
        count.update(back)
    return count


def created(site: Recording) -> Counter[str]:
    """How many issues of any kind were created in each month."""
    return Counter(f"{_local(site, one['fields']['created']):%Y-%m}" for one in site.issues)


def _local(site: Recording, told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone(ZoneInfo(site.zone))


def _told(site: Recording, issue: Json, field: str) -> list[tuple[datetime, Json]]:
    entries = sorted(issue["changelog"]["histories"], key=lambda e: (e["created"], int(e["id"])))
    return [
        (_local(site, entry["created"]), item)
        for entry in entries
        for item in entry["items"]
        if item["field"] == field
    ]


def _moves(site: Recording, issue: Json) -> Iterator[tuple[datetime, str, str]]:
    listed = {one["id"]: one["statusCategory"]["key"] for one in site.statuses}
    for at, item in _told(site, issue, "status"):
        yield at, listed.get(item["from"], "new"), listed.get(item["to"], "new")


def _done_since(site: Recording, issue: Json, month: str) -> datetime | None:
    moves = list(_moves(site, issue))
    if not moves and issue["fields"]["status"]["statusCategory"]["key"] == "done":
        ended = issue["fields"].get("resolutiondate") or issue["fields"]["created"]
        return _local(site, ended)
    since = None
    for at, old, new in moves:
        if f"{at:%Y-%m}" <= month:
            since = (since if old == "done" else at) if new == "done" else None
    return since


def _resolution_then(site: Recording, issue: Json, month: str) -> str:
    told = _told(site, issue, "resolution")
    if not told:
        return str((issue["fields"].get("resolution") or {}).get("name"))
    known = [item["toString"] for at, item in told if f"{at:%Y-%m}" <= month]
    return str(known[-1] if known else None)


def _type_then(site: Recording, issue: Json, month: str) -> str:
    told = _told(site, issue, "issuetype")
    later = [item["fromString"] for at, item in told if f"{at:%Y-%m}" > month]
    return str(later[0] if later else issue["fields"]["issuetype"]["name"])


def _is_plain(site: Recording, issue: Json, month: str) -> bool:
    name = _type_then(site, issue, month)
    kinds = [one for one in site.types if one["name"] == name]
    return name != "Epic" and not any(kind.get("subtask") for kind in kinds)
