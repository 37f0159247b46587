from datetime import timedelta

import pytest
import requests
from sites import get, post, small_world

from cadence.demo.server import SampleJira

SEARCH = "/rest/api/2/search"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=120), "datacenter", context="/jira") as jira:
        yield jira


def test_the_site_lives_under_its_context_path(jira):
    assert jira.url.endswith("/jira")
    info = get(jira, "/rest/api/2/serverInfo").json()
    assert (info["deploymentType"], info["baseUrl"]) == ("Server", jira.url)
    assert requests.get(jira.url.removesuffix("/jira") + SEARCH, timeout=5).status_code == 404


def test_pages_go_by_offset_with_a_total_and_the_granted_size(jira):
    jira.traits.page_cap = 100
    query = {"jql": "project = IO order by id asc", "fields": "summary", "maxResults": 500}
    first = get(jira, SEARCH, **query).json()
    assert (first["startAt"], first["maxResults"], first["total"]) == (0, 100, 120)
    rest = get(jira, SEARCH, **query, startAt=100).json()
    assert next(issue["key"] for issue in rest["issues"]) == "IO-101"
    assert len(rest["issues"]) == 20


def test_a_walk_by_offset_shifts_with_every_edit(jira):
    query = {"jql": "project = IO order by updated asc", "maxResults": 50, "fields": "id"}
    first = get(jira, SEARCH, **query).json()["issues"]
    jira.world.now += timedelta(hours=1)
    jira.world.comment("ada", "IO-1")
    second = get(jira, SEARCH, **query, startAt=50).json()["issues"]
    seen = {issue["id"] for issue in first + second}
    assert "10050" not in seen


def test_the_default_page_is_fifty_and_post_works_alike(jira):
    assert len(get(jira, SEARCH, jql="project = IO").json()["issues"]) == 50
    body = {"jql": "project = IO", "startAt": 100, "fields": ["status"], "expand": ["changelog"]}
    answer = post(jira, SEARCH, body).json()
    assert len(answer["issues"]) == 20
    assert "changelog" in answer["issues"][0]
    assert post(jira, SEARCH, {**body, "expand": "changelog"}).status_code == 400


def test_an_empty_query_is_allowed(jira):
    assert get(jira, SEARCH, jql="").json()["total"] == 120
    assert get(jira, SEARCH, jql="order by key").json()["total"] == 120


def test_beyond_ten_thousand_the_search_breaks(jira):
    answer = get(jira, SEARCH, jql="project = IO", startAt=9990, maxResults=50)
    assert answer.status_code == 500
    assert "Search limit exceeded" in answer.json()["errorMessages"]


def test_the_whole_history_comes_with_expand(jira):
    for number in range(45):
        jira.world.now += timedelta(minutes=1)
        jira.world.edit("ben", "IO-1", summary=f"Name {number}")
    (issue,) = get(jira, SEARCH, jql="key = IO-1", expand="changelog").json()["issues"]
    assert len(issue["changelog"]["histories"]) == issue["changelog"]["total"] == 45


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "search/jql"),
        ("post", "search/jql"),
        ("post", "search/approximate-count"),
        ("post", "issue/bulkfetch"),
        ("post", "changelog/bulkfetch"),
        ("get", "issue/IO-1/changelog"),
        ("get", "project/search"),
    ],
)
def test_what_only_cloud_has_is_not_there(jira, method, path):
    ask = (
        get(jira, f"/rest/api/2/{path}")
        if method == "get"
        else post(jira, f"/rest/api/2/{path}", {})
    )
    assert ask.status_code in (404, 405)
    assert get(jira, "/rest/api/3/myself").status_code == 404


def test_people_go_by_name_and_key(jira):
    jira.world.edit("ada", "IO-1", assignee="ben")
    me = get(jira, "/rest/api/2/myself").json()
    assert (me["name"], me["key"]) == ("apark", "JIRAUSER101")
    assert "accountId" not in me
    issue = get(jira, "/rest/api/2/issue/IO-1", expand="changelog").json()
    assert issue["fields"]["assignee"]["name"] == "bito"
    (item,) = issue["changelog"]["histories"][0]["items"]
    assert (item["to"], item["toString"]) == ("JIRAUSER102", "Ben Ito")
    assert "fieldId" not in item
    assert get(jira, "/rest/api/2/user", username="bito").json()["displayName"] == "Ben Ito"
    assert get(jira, "/rest/api/2/user", key="JIRAUSER102").json()["name"] == "bito"


def test_epics_are_linked_by_a_field_and_have_no_level(jira):
    epic = jira.world.create("ada", "IO", "Epic", "Parity")
    jira.world.edit("ada", "IO-1", parent=epic.id)
    issue = get(jira, "/rest/api/2/issue/IO-1", expand="changelog").json()
    assert issue["fields"]["customfield_10014"] == "IO-121"
    assert issue["fields"]["parent"] is None
    (item,) = issue["changelog"]["histories"][0]["items"]
    assert (item["field"], item["to"], item["toString"]) == ("Epic Link", "10120", "IO-121")
    told = get(jira, "/rest/api/2/issue/IO-121").json()["fields"]
    assert told["customfield_10011"] == "Parity"
    assert "hierarchyLevel" not in told["issuetype"]
    assert "statuscategorychangedate" not in told
    custom = {
        f["schema"]["custom"].rpartition(":")[2]: f["id"]
        for f in get(jira, "/rest/api/2/field").json()
        if f["custom"]
    }
    assert custom["gh-epic-link"] == "customfield_10014"
    assert custom["gh-epic-label"] == "customfield_10011"


def test_a_sub_task_has_a_parent(jira):
    task = jira.world.create("ada", "IO", "Sub-task", "Measure", parent="IO-1")
    fields = get(jira, f"/rest/api/2/issue/{task.id}").json()["fields"]
    assert fields["parent"]["key"] == "IO-1"
    assert fields["customfield_10014"] is None


def test_every_answer_tells_the_rate_limit_even_a_right_one(jira):
    headers = get(jira, "/rest/api/2/myself").headers
    assert headers["Retry-After"] == "0"
    assert headers["X-RateLimit-Remaining"] == "999"


def test_a_token_opens_the_site_as_bearer_only(jira):
    url = f"{jira.url}/rest/api/2/myself"
    assert requests.get(url, auth=("apark", jira.token), timeout=5).status_code == 401
    refused = requests.get(url, headers={"Authorization": "Bearer nope"}, timeout=5)
    assert refused.status_code == 401
    jira.traits.forbidden = True
    denied = get(jira, "/rest/api/2/myself")
    assert (denied.status_code, denied.headers["X-Authentication-Denied-Reason"]) == (
        403,
        "CAPTCHA_CHALLENGE",
    )


def test_projects_and_versions_are_lists(jira):
    assert [p["key"] for p in get(jira, "/rest/api/2/project").json()] == ["IO", "OPS"]
    assert get(jira, "/rest/api/2/project/IO/versions").json()[0]["name"] == "io 1.0"
