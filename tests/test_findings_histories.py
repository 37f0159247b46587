"""`history-incomplete` from a site's own answers: the last change, or two that do not chain."""

import json
from typing import Any

import pytest
from recorded.recordings import Json, Recording
from recorded.replay import Replay, serving

STATUSES = {"1": ("To Do", "new"), "3": ("Doing", "indeterminate"), "5": ("Done", "done")}
TYPES = {"10": "Story", "11": "Bug"}


def status(number: str) -> Json:
    name, category = STATUSES[number]
    return {"id": number, "name": name, "statusCategory": {"key": category, "name": name}}


def kind(number: str) -> Json:
    return {"id": number, "name": TYPES[number], "subtask": False, "hierarchyLevel": 0}


def person(account: str | None) -> Json | None:
    if account is None:
        return None
    return {"accountId": account, "name": account, "key": account, "displayName": account.title()}


def item(field: str, old: str | None, new: str | None) -> Json:
    """Return a change; a resolution is told by its name, as the others by their id."""
    names = {"status": lambda one: STATUSES[one][0], "issuetype": TYPES.get}
    told = names.get(field, str)
    texts = {"fromString": old and told(old), "toString": new and told(new)}
    return {"field": field, "fieldId": field, "from": old, "to": new, **texts}


def issue(number: int, *changes: Json, total: int | None = None, **now: Any) -> Json:
    """Return an issue of March 2021, a change a day, as it is now."""
    histories = [
        {
            "id": str(number * 100 + on),
            "author": person("ada"),
            "created": f"2021-03-{on:02d}T10:00:00.000+0000",
            "items": [change],
        }
        for on, change in enumerate(changes, 2)
    ]
    resolution = now.get("resolution")
    fields = {
        "summary": f"issue {number}",
        "created": "2021-03-01T10:00:00.000+0000",
        "updated": "2021-03-20T10:00:00.000+0000",
        "project": {"id": "7", "key": "P", "name": "Planted"},
        "status": status(now.get("status", "1")),
        "issuetype": kind(now.get("issuetype", "10")),
        "assignee": person(now.get("assignee")),
        "resolution": {"id": resolution, "name": resolution} if resolution else None,
    }
    log = {"startAt": 0, "maxResults": 100, "total": len(histories) if total is None else total}
    return {
        "id": str(number),
        "key": f"P-{number}",
        "fields": fields,
        "changelog": {**log, "histories": histories},
    }


PLANTED = (
    issue(1, item("status", "1", "3"), item("status", "1", "5"), status="5"),
    issue(2, item("status", "1", "3"), status="5"),
    issue(3, item("issuetype", "11", "10"), item("issuetype", "11", "10")),
    issue(4, item("issuetype", "10", "11")),
    issue(5, item("assignee", None, "ada"), item("assignee", "ben", "zoe"), assignee="zoe"),
    issue(6, item("assignee", None, "ada")),
    issue(7, item("resolution", None, "Fixed"), item("resolution", "Later", None)),
    issue(8, item("resolution", None, "Fixed"), status="5"),
)
NEAR = (
    issue(11, item("status", "1", "3"), item("status", "3", "5"), status="5"),
    issue(12, item("issuetype", "10", "11"), item("issuetype", "11", "10")),
    issue(13, item("assignee", None, "ada"), item("assignee", "ada", "zoe"), assignee="zoe"),
    issue(14, item("resolution", None, "Fixed"), status="5", resolution="Fixed"),
    issue(15, item("labels", "", "a b"), item("labels", "c", "d")),  # no field that must chain
    issue(16),
    issue(17, item("status", "1", "3"), item("status", "3", "3"), status="3"),
)
CUT = issue(9, item("status", "1", "3"), total=3, status="3")


@pytest.mark.parametrize("cloud", [True, False])
def test_a_history_that_does_not_chain_is_found_and_one_that_does_is_not(
    cloud, tmp_path, run, monkeypatch
):
    cut = () if cloud else (CUT,)  # Cloud serves histories whole, or not at all
    site = Recording(
        name="planted",
        cloud=cloud,
        zone="UTC",
        projects=({"id": "7", "key": "P", "name": "Planted", "versions": []},),
        statuses=tuple(map(status, STATUSES)),
        types=tuple(map(kind, TYPES)),
        fields=({"id": "summary", "name": "Summary", "custom": False},),
        issues=(*PLANTED, *NEAR, *cut),
        now="2021-04-02T08:00:00Z",
        months=(),
    )
    monkeypatch.setenv("CADENCE_NOW", site.now)
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "recorded")
    if cloud:
        monkeypatch.setenv("CADENCE_JIRA_EMAIL", "reader@example.com")
    with serving(Replay(site)) as url:
        (tmp_path / "cadence.toml").write_text(f'[jira]\nurl = "{url}"\nprojects = ["P"]\n')
        synced = run("sync")
    told = json.loads(run("findings", "--month", "2021-03", "--format", "json").out)
    seen = [f["subject"] for f in told if f["code"] == "history-incomplete"]
    assert synced.code == (3 if cut else 0), synced.err  # it says that a history was cut
    assert sorted(seen) == sorted(one["key"] for one in (*PLANTED, *cut))
