"""More real sites: two projects without any history, and some of a few issues each."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from .recordings import FOLDER, SYSTEM, Json, Recording, custom

_EPIC, _SPRINT = "customfield_10008", "customfield_10007"
_LINKS = (custom(_EPIC, "Epic Link", "gh-epic-link"), custom(_SPRINT, "Sprint", "gh-sprint"))


def load_titanium(folder: Path = FOLDER) -> Recording:
    """Return DAEMON and MOD of a Jira Server: versions with dates, epics, sub-tasks, no history."""
    issues = [_without_history(one) for one in _files(folder, "titanium/*/*/*.json")]
    projects = tuple(_files(folder, "titanium/*/project.json"))
    kinds = [kind for project in projects for kind in project["issueTypes"]]
    return _recording(
        "titanium",
        issues,
        projects=projects,
        types=_unique([*(one["fields"]["issuetype"] for one in issues), *kinds]),
        zone="America/Chicago",
        now="2020-02-01T08:00:00Z",
        months=("2014-12", "2016-02", "2017-02", "2017-10", "2018-03", "2019-01"),
    )


def load_jirametrics(folder: Path = FOLDER) -> Recording:
    """Return the project SP of a Cloud site, as it was seen twice: of each issue the later one."""
    seen = [*_files(folder, "jirametrics/spec/**/SP-*.json")]
    latest = {one["id"]: one for one in sorted(seen, key=lambda one: one["fields"]["updated"])}
    site = _recording(
        "jirametrics",
        list(latest.values()),
        cloud=True,
        zone="America/Toronto",
        now="2022-06-02T08:00:00Z",
        months=("2021-06", "2021-09", "2021-10", "2022-04", "2022-05"),
    )
    (listed,) = (_read(one) for one in folder.glob("jirametrics/spec/testdata/*statuses.json"))
    return _with_statuses(site, listed)


def load_smartshark(folder: Path = FOLDER) -> Recording:
    """Return three issues of a public Server; one history is cut, and says so."""
    issues = [*_files(folder, "smartshark/drill_*_issue.json")]
    months = ("2013-02", "2013-08", "2014-05")
    return _recording("smartshark", issues, now="2015-01-02T08:00:00Z", months=months)


def load_patitalabs(folder: Path = FOLDER) -> Recording:
    """Return two issues of a Server: one with its history, one without."""
    board = _read(folder / "patitalabs/board-issues-data-response.json")
    whole = _read(folder / "patitalabs/issue-details-expanded-response.json")
    issues = [whole, *map(_without_history, board["issues"])]
    months = ("2018-10", "2018-11", "2018-12")
    return _recording(
        "patitalabs", issues, zone="Europe/Paris", now="2019-02-01T08:00:00Z", months=months
    )


def _recording(name: str, issues: list[Json], **more: object) -> Recording:
    fields = [one["fields"] for one in issues]
    projects = [{**one, "versions": []} for one in _unique(one["project"] for one in fields)]
    given: dict[str, object] = {
        "cloud": False,
        "zone": "UTC",
        "projects": tuple(projects),
        "statuses": _unique(one["status"] for one in fields),
        "types": _unique(one["issuetype"] for one in fields),
        "fields": (*SYSTEM, *_LINKS),
        "issues": tuple(issues),
    }
    return Recording(name=name, **(given | more))  # type: ignore[arg-type]


def _with_statuses(site: Recording, listed: Iterable[Json]) -> Recording:
    told = {**vars(site), "statuses": _unique([*listed, *site.statuses])}
    return Recording(**told)


def _without_history(issue: Json) -> Json:
    """Return an issue of an agile answer as the search tells it: the epic as a link by key."""
    fields = issue["fields"]
    epic = fields.get("epic")
    told = {_EPIC: epic["key"] if epic else None}
    log = {"startAt": 0, "maxResults": 0, "total": 0, "histories": []}
    return {**issue, "fields": fields | told, "changelog": log}


def _unique(found: Iterable[Json]) -> tuple[Json, ...]:
    return tuple({one["id"]: one for one in found}.values())


def _files(folder: Path, pattern: str) -> Iterator[Json]:
    return (_read(path) for path in sorted(folder.glob(pattern)))


def _read(path: Path) -> Json:
    told: Json = json.loads(path.read_text(encoding="utf-8"))
    return told


SMALLER = {
    "titanium": load_titanium,
    "jirametrics": load_jirametrics,
    "smartshark": load_smartshark,
    "patitalabs": load_patitalabs,
}
