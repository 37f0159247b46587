"""Two real sites as their recordings tell them; the folder is named by CADENCE_REAL_JIRA.

What a recording had not asked for, a site would serve all the same: it is told by the history
(status, summary, assignee, resolution, epic), and left out where the history does not know it.
"""

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_EPIC_LINK = "customfield_10014"
FOLDER = Path(os.environ.get("CADENCE_REAL_JIRA") or Path(__file__).parents[3] / "shared/real-jira")


@dataclass(frozen=True)
class Recording:
    """A site: which Jira it is, its lists, and its issues with their whole histories."""

    name: str
    cloud: bool
    zone: str
    projects: tuple[Json, ...]
    statuses: tuple[Json, ...]
    types: tuple[Json, ...]
    fields: tuple[Json, ...]
    issues: tuple[Json, ...]
    now: str
    months: tuple[str, ...]
    team: str = ""  # what cadence.toml says of the team's goals


def load_zmetric(folder: Path = FOLDER) -> Recording:
    """Return the project ZMETRIC of a Jira Server: seven months, epics only in the histories."""
    told = json.loads((folder / "zmetric/ZMetricsData.json").read_text(encoding="utf-8"))
    flows = told["workflowResponse"]["data"]
    statuses = {status["id"]: status for kind in flows for status in kind["statuses"]}
    issues = told["issueResponse"]["data"]["issues"]
    types = {one["fields"]["issuetype"]["id"]: one["fields"]["issuetype"] for one in issues}
    types |= {kind["id"]: kind for kind in flows}
    return Recording(
        name="zmetric",
        cloud=False,
        zone="Europe/Zurich",
        projects=({"id": "13100", "key": "ZMETRIC", "name": "ZMetrics", "versions": []},),
        statuses=tuple(statuses.values()),
        types=tuple({k: v for k, v in one.items() if k != "statuses"} for one in types.values()),
        fields=(*SYSTEM, custom(_EPIC_LINK, "Epic Link", "gh-epic-link")),
        issues=tuple(_completed(one, statuses) for one in issues),
        now="2019-07-02T08:00:00Z",
        months=tuple(f"2018-{n}" for n in (11, 12)) + tuple(f"2019-{n:02d}" for n in range(1, 7)),
        team=_GOALS,
    )


def load_devlake(folder: Path = FOLDER) -> Recording:
    """Return the projects EE and K5 of a Cloud site: statuses renamed and gone, Chinese texts."""
    issues = _unique(_rows(folder, "issues"))
    listed = {one["id"]: one for one in _rows(folder, "issue_types")}
    types = {one["fields"]["issuetype"]["id"]: one["fields"]["issuetype"] for one in issues}
    people = [one["fields"]["project"] for one in issues]
    return Recording(
        name="devlake",
        cloud=True,
        zone="Asia/Shanghai",
        projects=tuple({**one, "versions": []} for one in _unique(people)),
        statuses=tuple(_unique(_rows(folder, "status"))),
        types=tuple((types | listed).values()),
        fields=(*SYSTEM, custom(_EPIC_LINK, "Epic Link", "gh-epic-link")),
        issues=tuple(issues),
        now="2022-08-02T08:00:00Z",
        months=("2020-06", "2020-07", "2020-08", "2021-03", "2022-06", "2022-07"),
    )


_GOALS = """
[[goals]]
id = "reports"
title = "Teams see their own flow"
start = 2018-11-01
end = 2019-06-30
[goals.match]
epics = ["ZMETRIC-12", "ZMETRIC-85", "ZMETRIC-95"]
[support.match]
types = ["Bug", "Spike"]
"""

RECORDINGS = {"zmetric": load_zmetric, "devlake": load_devlake}

_NAMES = "summary status issuetype project assignee resolution resolutiondate created updated"
SYSTEM = tuple({"id": name, "name": name, "custom": False} for name in _NAMES.split())


def custom(number: str, name: str, kind: str) -> Json:
    schema = {"type": "any", "custom": f"com.pyxis.greenhopper.jira:{kind}"}
    return {"id": number, "name": name, "custom": True, "schema": schema}


def _rows(folder: Path, name: str) -> Iterator[Json]:
    csv.field_size_limit(sys.maxsize)
    path = folder / f"devlake/_raw_jira_api_{name}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield json.loads(row["data"])


def _unique(found: Iterable[Json]) -> list[Json]:
    return list({one["id"]: one for one in found}.values())


def _completed(issue: Json, statuses: dict[str, Json]) -> Json:
    """Return an issue with the fields that its history tells and the recording did not ask for."""
    histories = issue["changelog"]["histories"]
    last = {i["field"]: i for h in _in_order(histories) for i in h["items"]}
    status = last.get("status", {"to": "10100"})["to"]  # "To Do", the first of each workflow
    told: Json = {
        "summary": last["summary"]["toString"] if "summary" in last else issue["key"],
        "status": statuses[status],
        "assignee": _person(last.get("assignee")),
        "resolution": _named(last.get("resolution")),
        _EPIC_LINK: last["Epic Link"]["toString"] if "Epic Link" in last else None,
        "project": {"id": "13100", "key": "ZMETRIC", "name": "ZMetrics"},
        "updated": max([issue["fields"]["created"], *(h["created"] for h in histories)]),
    }
    return {**issue, "fields": told | issue["fields"]}


def _in_order(histories: list[Json]) -> list[Json]:
    return sorted(histories, key=lambda one: (one["created"], int(one["id"])))


def _person(item: Json | None) -> Json | None:
    if not item or not item["to"]:
        return None
    return {"name": item["to"], "key": item["to"], "displayName": item["toString"]}


def _named(item: Json | None) -> Json | None:
    return {"id": item["to"], "name": item["toString"]} if item and item["to"] else None
