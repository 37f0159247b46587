"""The sample Jira's bulk fetches, as Cloud answers them."""

from datetime import timedelta

import pytest
from sites import get, post, small_world

from cadence.demo.server import SampleJira

SEARCH = "/rest/api/3/search/jql"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=250)) as jira:
        yield jira


def test_expand_changelog_shows_the_newest_forty_and_the_true_total(jira):
    for number in range(45):
        jira.world.now += timedelta(minutes=1)
        jira.world.edit("ben", "IO-1", summary=f"Name {number}")
    query = {"jql": "key = IO-1", "fields": "summary", "expand": "changelog"}
    (issue,) = get(jira, SEARCH, **query).json()["issues"]
    told = issue["changelog"]
    assert (told["total"], len(told["histories"])) == (45, 40)
    assert told["histories"][0]["items"][0]["toString"] == "Name 44"
    page = get(jira, "/rest/api/3/issue/IO-1/changelog", startAt=40).json()
    assert [v["items"][0]["toString"] for v in page["values"]] == [
        f"Name {n}" for n in range(40, 45)
    ]
    assert (page["total"], page["isLast"], page["maxResults"]) == (45, True, 100)


def test_bulk_fetch_tells_known_issues_by_ascending_id(jira):
    moved = jira.world.move("ada", "IO-7", "OPS")
    body = {"issueIdsOrKeys": ["IO-9", "10002", "io-7", "IO-999", "10002"], "fields": ["project"]}
    answer = post(jira, "/rest/api/3/issue/bulkfetch", body).json()
    assert [issue["key"] for issue in answer["issues"]] == ["IO-3", moved, "IO-9"]
    assert answer["issueErrors"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("issue/bulkfetch", {"issueIdsOrKeys": [str(n) for n in range(101)]}),
        ("issue/bulkfetch", {"issueIdsOrKeys": []}),
        ("issue/bulkfetch", {"issueIdsOrKeys": [10000]}),
        ("issue/bulkfetch", {"fields": ["summary"]}),
        ("issue/bulkfetch", {"issueIdsOrKeys": ["1"], "expand": "changelog"}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": [str(n) for n in range(1001)]}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": ["1"], "maxResults": 10001}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": ["1"], "maxResults": 0}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": ["1"], "fieldIds": list("abcdefghijk")}),
        ("changelog/bulkfetch", {"issueIdsOrKeys": ["1"], "nextPageToken": "bogus"}),
    ],
)
def test_bulk_fetches_keep_their_limits(jira, path, body):
    assert post(jira, f"/rest/api/3/{path}", body).status_code == 400


def test_bulk_changelogs_are_oldest_first_and_span_pages(jira):
    for number in range(3):
        for key in ("IO-2", "IO-1"):
            jira.world.now += timedelta(minutes=1)
            jira.world.edit("ben", key, summary=f"Name {number}")
    body = {"issueIdsOrKeys": ["IO-1", "IO-2", "IO-999"], "maxResults": 4}
    first = post(jira, "/rest/api/3/changelog/bulkfetch", body).json()
    body["nextPageToken"] = first["nextPageToken"]
    last = post(jira, "/rest/api/3/changelog/bulkfetch", body).json()
    assert "nextPageToken" not in last
    told = [
        [(log["issueId"], len(log["changeHistories"])) for log in page["issueChangeLogs"]]
        for page in (first, last)
    ]
    assert told == [[("10001", 2), ("10000", 2)], [("10001", 1), ("10000", 1)]]
    created = first["issueChangeLogs"][0]["changeHistories"][0]["created"]
    assert isinstance(created, int)
    assert created > 1_600_000_000_000


def test_bulk_changelogs_can_be_limited_to_fields(jira):
    jira.world.edit("ben", "IO-1", summary="New name")
    jira.world.edit("ben", "IO-1", due="2021-03-01")
    body = {"issueIdsOrKeys": ["IO-1"], "fieldIds": ["duedate"]}
    (log,) = post(jira, "/rest/api/3/changelog/bulkfetch", body).json()["issueChangeLogs"]
    assert [item["field"] for h in log["changeHistories"] for item in h["items"]] == ["duedate"]


def test_items_are_written_as_cloud_writes_them(jira):
    world = jira.world
    epic = world.create("ada", "IO", "Epic", "Parity")
    task = world.create("ada", "IO", "Sub-task", "Measure", parent="IO-1")
    story = "IO-1"
    world.edit("ben", story, parent=epic.id, assignee="ben", due="2021-03-15", points=3)
    world.edit("ben", story, labels=["io", "big"], components=["loader"], type="Epic")
    world.edit("ben", task.id, parent="IO-2")
    values = get(jira, "/rest/api/3/issue/IO-1/changelog").json()["values"]
    told = {item.pop("field"): item for value in values for item in value["items"]}
    assert told["IssueParentAssociation"] == {
        "fieldtype": "jira", "from": None, "fromString": None, "to": "10250", "toString": "IO-251",
    }  # fmt: skip
    assert told["assignee"]["to"] == "acc-ben"
    assert told["duedate"] == {
        "fieldtype": "jira", "fieldId": "duedate", "from": None, "fromString": None,
        "to": "2021-03-15", "toString": "2021-03-15 00:00:00.0",
    }  # fmt: skip
    assert told["Story Points"]["fieldId"] == "customfield_10036"
    assert (told["labels"]["fromString"], told["labels"]["toString"]) == ("", "big io")
    assert told["Component"]["fieldId"] == "components"
    assert (told["issuetype"]["from"], told["issuetype"]["to"]) == ("10001", "10000")
    (value,) = get(jira, f"/rest/api/3/issue/{task.id}/changelog").json()["values"]
    assert (value["items"][0]["field"], value["items"][0]["to"]) == ("Parent", "10001")
