from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
import requests
from sites import caller, get, post, small_world, utc

from cadence.demo.server import SampleJira

SEARCH = "/rest/api/3/search/jql"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=250)) as jira:
        yield jira


def walk(jira, **query):
    """Return the pages of a search, by GET."""
    pages, token = [], {}
    while True:
        pages.append(get(jira, SEARCH, **query, **token).json())
        if "nextPageToken" not in pages[-1]:
            return pages
        token = {"nextPageToken": pages[-1]["nextPageToken"]}


# ---- search ----------------------------------------------------------------------------------


def test_a_search_tells_ids_only_and_no_total_unless_asked(jira):
    answer = get(jira, SEARCH, jql="project = IO order by id").json()
    assert len(answer["issues"]) == 50
    assert answer["issues"][0] == {"id": "10000"}
    assert set(answer) == {"issues", "isLast", "nextPageToken"}


@pytest.mark.parametrize(
    ("fields", "size", "granted"),
    [
        ("id,key", 5000, [250]),
        ("id,key,updated", 5000, [120, 120, 10]),
        ("id,key,updated", 100, [100, 100, 50]),
        ("summary,status,labels,assignee", 5000, [100, 100, 50]),
        ("*all", 5000, [100, 100, 50]),
    ],
)
def test_the_more_is_asked_of_each_issue_the_shorter_the_pages(jira, fields, size, granted):
    jira.traits.page_caps = (5000, 120, 100)
    pages = walk(jira, jql="project = IO order by id", fields=fields, maxResults=size)
    assert [len(page["issues"]) for page in pages] == granted
    assert [page["isLast"] for page in pages] == [False] * (len(pages) - 1) + [True]
    ids = [int(issue["id"]) for page in pages for issue in page["issues"]]
    assert ids == list(range(10000, 10250))


def test_a_token_must_be_url_encoded_and_belongs_to_its_query(jira):
    first = get(jira, SEARCH, jql="project = IO").json()
    token = first["nextPageToken"]
    assert "+" in token
    assert "=" in token
    for query in ({"jql": "project = OPS", "nextPageToken": token},
                  {"jql": "project = IO", "nextPageToken": token.replace("+", " ")}):  # fmt: skip
        assert get(jira, SEARCH, **query).status_code == 400
    jira.site.search.expire_tokens()
    assert get(jira, SEARCH, jql="project = IO", nextPageToken=token).status_code == 400


def test_an_issue_deleted_during_the_walk_leaves_a_shorter_page(jira):
    first = get(jira, SEARCH, jql="project = IO order by id", maxResults=249).json()
    jira.world.delete("IO-250")
    rest = get(
        jira, SEARCH, jql="project = IO order by id", nextPageToken=first["nextPageToken"]
    ).json()
    assert rest == {"issues": [], "isLast": True}


def test_get_and_post_answer_alike(jira):
    by_post = post(jira, SEARCH, {"jql": "project = IO", "fields": ["updated"], "maxResults": 3})
    by_get = get(jira, SEARCH, jql="project = IO", fields="updated", maxResults=3)
    assert by_post.json()["issues"] == by_get.json()["issues"]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"jql": ""}, "Unbounded JQL"),
        ({"jql": "order by key"}, "Unbounded JQL"),
        ({}, "Unbounded JQL"),
        ({"jql": "project = NOPE"}, "The value 'NOPE' does not exist for the field 'project'."),
        ({"jql": "key in (IO-1, IO-999)"}, "An issue with key 'IO-999' does not exist"),
        ({"jql": "project = IO order by id, key, created, updated, due, status, type, summary"},
         "maximum number of fields"),
        ({"jql": "project = IO", "maxResults": "many"}, "Invalid value 'many'"),
        ({"jql": "project = IO", "reconcileIssues": ",".join(["1"] * 51)}, "reconcile is 50"),
    ],
)  # fmt: skip
def test_a_search_that_jira_refuses_is_400_in_jiras_words(jira, query, complaint):
    answer = get(jira, SEARCH, **query)
    assert answer.status_code == 400
    assert complaint in answer.json()["errorMessages"][0]
    assert answer.json()["errors"] == {}


@pytest.mark.parametrize(
    "body",
    [
        {"jql": "project = IO", "startAt": 0},
        {"jql": "project = IO", "fields": "summary"},
        {"jql": "project = IO", "expand": ["changelog"]},
        {"jql": "project = IO", "maxResults": "50"},
        {"jql": "project = IO", "nextPageToken": None},
        {"jql": 7},
        ["project = IO"],
    ],
)
def test_a_body_that_does_not_fit_is_400(jira, body):
    assert post(jira, SEARCH, body).status_code == 400


@pytest.mark.parametrize("path", ["/rest/api/3/search", "/rest/api/2/search"])
def test_the_removed_search_is_410(jira, path):
    for answer in (get(jira, path, jql="project = IO"), post(jira, path, {"jql": "project = IO"})):
        assert answer.status_code == 410
        assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_unknown_query_parameters_and_fields_are_ignored(jira):
    answer = get(jira, SEARCH, jql="project = IO", colour="red", fields="nope,summary")
    assert list(answer.json()["issues"][0]["fields"]) == ["summary"]


def test_the_count_obeys_the_same_jql(jira):
    path = "/rest/api/3/search/approximate-count"
    assert post(jira, path, {"jql": "project = IO"}).json() == {"count": 250}
    assert post(jira, path, {"jql": "order by id"}).status_code == 400
    assert post(jira, path, {"jql": "project = IO", "maxResults": 1}).status_code == 400


def test_the_index_lags_and_reconciled_issues_do_not(jira):
    jira.traits.index_lag_ms = 60_000
    jira.world.now += timedelta(hours=1)
    jira.world.transition("ada", "IO-1", "Done")
    jira.world.create("ada", "IO-251", "Story", "New")
    done = "statusCategory = Done"
    assert get(jira, SEARCH, jql=done).json()["issues"] == []
    assert get(jira, SEARCH, jql=done, reconcileIssues="10000").json()["issues"] == [
        {"id": "10000"}
    ]


# ---- issues and histories --------------------------------------------------------------------


def test_version_three_tells_documents_and_version_two_text(jira):
    jira.world.edit("ada", "IO-1", description="Why\nand what")
    three = get(jira, "/rest/api/3/issue/IO-1").json()["fields"]["description"]
    two = get(jira, "/rest/api/2/issue/IO-1").json()["fields"]["description"]
    assert two == "Why\nand what"
    assert [p["content"][0]["text"] for p in three["content"]] == ["Why", "and what"]


def test_issue_fields_hold_what_a_report_needs(jira):
    world = jira.world
    epic = world.create("ada", "IO", "Epic", "Parity", due="2021-03-15", labels=["io"])
    world.edit("ada", "IO-1", parent=epic.id, fix_versions=["io 1.0"])
    world.transition("ada", "IO-1", "Done", resolution="Done")
    fields = get(jira, "/rest/api/3/issue/IO-1").json()["fields"]
    assert fields["parent"]["key"] == epic.states.values[-1].key
    assert fields["parent"]["fields"]["issuetype"]["hierarchyLevel"] == 1
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert fields["resolution"]["name"] == "Done"
    assert fields["resolutiondate"] == fields["updated"] == fields["statuscategorychangedate"]
    assert fields["fixVersions"][0]["name"] == "io 1.0"
    assert fields["customfield_10014"] is None


def test_an_unknown_issue_is_404(jira):
    for path in ("issue/IO-999", "issue/99", "issue/IO-999/changelog", "project/NOPE"):
        assert get(jira, f"/rest/api/3/{path}").status_code == 404


def test_issues_of_an_archived_project_are_not_shown_but_the_project_says_so(jira):
    jira.world.add(replace(jira.world.projects["IO"], archived=True))
    assert get(jira, SEARCH, jql="project = IO").json()["issues"] == []
    assert get(jira, "/rest/api/3/issue/IO-1").status_code == 404
    assert get(jira, "/rest/api/3/project/IO").json()["archived"] is True
    assert get(jira, "/rest/api/3/project/search").json()["total"] == 1


# ---- clocks and zones ------------------------------------------------------------------------


def test_timestamps_are_in_the_sites_zone_and_literals_in_the_callers(jira):
    jira.traits.site_zone = ZoneInfo("Asia/Tokyo")
    jira.traits.caller_zone = ZoneInfo("America/Los_Angeles")
    assert get(jira, "/rest/api/3/myself").json()["timeZone"] == "America/Los_Angeles"
    answer = get(
        jira, SEARCH, jql='created < "2021-01-04 01:02" order by id', fields="created"
    ).json()
    (issue,) = answer["issues"]
    assert issue["fields"]["created"] == "2021-01-04T18:01:00.000+0900"


def test_the_servers_clock_is_the_worlds(jira):
    jira.world.now = utc("2021-01-04 09:02")
    answer = get(jira, SEARCH, jql="project = IO", fields="id")
    assert parsedate_to_datetime(answer.headers["Date"]) == utc("2021-01-04 09:02")
    assert len(answer.json()["issues"]) == 2
    assert get(jira, "/rest/api/3/serverInfo").json()["serverTime"].startswith("2021-01-04T09:02")


# ---- who asks --------------------------------------------------------------------------------


def test_the_authenticated_caller_is_named_in_a_header(jira):
    answer = get(jira, "/rest/api/3/myself")
    assert answer.json()["accountId"] == answer.headers["X-AAccountId"] == "acc-ada"


def test_wrong_credentials_are_401(jira):
    answer = requests.get(f"{jira.url}/rest/api/3/myself", auth=("a@b.c", "wrong"), timeout=5)
    assert answer.status_code == 401
    assert "X-AAccountId" not in answer.headers


def test_the_anonymous_see_nothing_and_are_told_so_only_by_myself(jira):
    jira.traits.anonymous = True
    assert get(jira, "/rest/api/3/myself").status_code == 401
    empty = get(jira, SEARCH, jql="project = IO")
    assert (empty.status_code, empty.json()["issues"]) == (200, [])
    assert "X-AAccountId" not in empty.headers
    assert get(jira, "/rest/api/3/issue/IO-1").status_code == 404
    assert get(jira, "/rest/api/3/project/search").json()["total"] == 0


def test_a_site_may_forbid_limit_or_hide_behind_a_login_page(jira):
    jira.traits.forbidden = True
    assert get(jira, "/rest/api/3/myself").status_code == 403
    jira.traits.limited = "2"
    answer = get(jira, "/rest/api/3/myself")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    jira.traits.login_page = True
    answer = get(jira, "/rest/api/3/myself")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


# ---- the other resources ---------------------------------------------------------------------


def test_lists_hold_what_gives_ids_a_meaning(jira):
    assert [s["statusCategory"]["key"] for s in get(jira, "/rest/api/3/status").json()] == [
        *("new", "indeterminate", "done")
    ]
    types = get(jira, "/rest/api/3/issuetype").json()
    assert next((t["name"], t["hierarchyLevel"]) for t in types) == ("Epic", 1)
    fields = {f["id"]: f for f in get(jira, "/rest/api/3/field").json()}
    assert fields["customfield_10020"]["schema"]["custom"].endswith(":gh-sprint")
    assert get(jira, "/rest/api/3/project/search", keys="OPS").json()["total"] == 1
    (version,) = get(jira, "/rest/api/3/project/IO/versions").json()
    assert version["released"] is False
    assert get(jira, "/rest/api/3/project/10000/version").json()["values"] == [version]
    assert len(get(jira, "/rest/api/3/users/search").json()) == 2
    assert get(jira, "/rest/api/3/user/search", query="ben").json()[0]["accountId"] == "acc-ben"


def test_a_project_search_page_holds_at_most_a_hundred(jira):
    page = get(jira, "/rest/api/3/project/search", maxResults=500).json()
    assert (page["maxResults"], page["isLast"], page["total"]) == (100, True, 2)


def test_unknown_paths_are_404_and_wrong_methods_405(jira):
    assert get(jira, "/rest/api/3/nope").status_code == 404
    assert get(jira, "/rest/api/7/myself").status_code == 404
    assert get(jira, "/rest/api/3/issue/bulkfetch").status_code in (404, 405)
    assert post(jira, "/rest/api/3/myself", {}).status_code == 405


def test_a_body_must_be_json(jira):
    with caller(jira) as session:
        answer = session.post(f"{jira.url}{SEARCH}", data={"jql": "project = IO"}, timeout=5)
    assert answer.status_code == 415


def test_a_thousand_issues_with_their_histories_are_served_in_well_under_a_second():
    import time

    world = small_world(issues=1000)
    for number in range(10):
        world.now += timedelta(hours=1)
        for id in range(10_000, 11_000):
            world.edit("ada", id, summary=f"Name {number}")
    ids = [str(id) for id in range(10_000, 11_000)]
    with SampleJira(world) as jira, caller(jira) as session:
        begun = time.perf_counter()
        for start in range(0, 1000, 100):
            session.post(
                f"{jira.url}/rest/api/3/issue/bulkfetch",
                json={"issueIdsOrKeys": ids[start : start + 100]},
                timeout=5,
            )
        session.post(
            f"{jira.url}/rest/api/3/changelog/bulkfetch",
            json={"issueIdsOrKeys": ids, "maxResults": 10_000},
            timeout=5,
        )
        assert time.perf_counter() - begun < 2  # about 0.4 s; machines are shared
