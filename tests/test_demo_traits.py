"""The odd ways of single sites: each trait of the sample Jira does what it says."""

from datetime import timedelta
from itertools import chain

import pytest
from sites import caller, get, post, small_world, utc

from cadence.demo.bucket import Bucket
from cadence.demo.server import SampleJira

SEARCH = "/rest/api/3/search/jql"
CHANGELOGS = "/rest/api/3/changelog/bulkfetch"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=25)) as jira:
        jira.traits.page_caps = (10, 10, 10)
        yield jira


@pytest.fixture
def server():
    with SampleJira(small_world(issues=25), "datacenter") as jira:
        yield jira


def walk(jira, jql="project = IO order by id", between=lambda number: None):
    """Return the pages of a search, letting something happen after each."""
    pages, token = [], {}
    while True:
        pages.append(get(jira, SEARCH, jql=jql, fields="updated", **token).json())
        between(len(pages))
        if "nextPageToken" not in pages[-1]:
            return pages
        token = {"nextPageToken": pages[-1]["nextPageToken"]}


def ids(pages):
    return [int(issue["id"]) - 10_000 for page in pages for issue in page["issues"]]


def renamed(jira, key, times):
    for number in range(times):
        jira.world.now += timedelta(minutes=1)
        jira.world.edit("ben", key, summary=f"Name {number}")


# ---- Cloud's search --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("live", "told"), [(False, range(25)), (True, [*range(5), *range(6, 25), 25])]
)
def test_tokens_list_the_issues_of_the_first_page_or_those_of_now(jira, live, told):
    jira.traits.live_tokens = live
    jira.traits.page_caps = (5, 5, 5)

    def between(number):
        if number == 1:
            jira.world.move("ada", "IO-6", "OPS")
            jira.world.create("ada", "IO", "Story", "New")

    assert ids(walk(jira, between=between)) == list(told)


def test_a_live_walk_by_updated_tells_an_issue_again_when_it_changes(jira):
    jira.traits.live_tokens = True

    def between(number):
        if number == 1:
            jira.world.now += timedelta(minutes=1)
            jira.world.comment("ada", "IO-1")

    told = ids(walk(jira, "project = IO order by updated asc", between))
    assert told == [*range(25), 0]


def test_a_walk_may_end_too_early_and_cleanly(jira):
    jira.traits.walk_ends_at = 12
    pages = walk(jira)
    assert [len(page["issues"]) for page in pages] == [10, 2]
    assert pages[-1]["isLast"] is True
    count = post(jira, "/rest/api/3/search/approximate-count", {"jql": "project = IO"}).json()
    assert count == {"count": 25}


def test_a_page_may_be_empty_and_yet_have_a_token(jira):
    jira.traits.empty_every = 2
    pages = walk(jira)
    assert [len(page["issues"]) for page in pages] == [10, 0, 10, 0, 5]
    assert ids(pages) == list(range(25))


def test_answers_may_keep_quiet_about_the_last_page_and_carry_warnings(jira):
    jira.traits.tells_last = False
    warning = {"type": "RESULT_TRUNCATED", "message": "Too many", "details": []}
    jira.traits.warnings = (warning,)
    pages = walk(jira)
    assert [set(page) for page in pages] == [
        *([{"issues", "nextPageToken", "warnings"}] * 2),
        {"issues", "warnings"},
    ]
    assert pages[0]["warnings"] == [warning]


def test_a_token_is_a_week_old_at_most(jira):
    token = get(jira, SEARCH, jql="project = IO").json()["nextPageToken"]
    jira.world.now += timedelta(days=7)
    assert get(jira, SEARCH, jql="project = IO", nextPageToken=token).status_code == 200
    jira.world.now += timedelta(seconds=1)
    refused = get(jira, SEARCH, jql="project = IO", nextPageToken=token)
    assert refused.status_code == 400


def test_the_approximate_count_reads_the_index_and_may_be_wrong(jira):
    path, body = "/rest/api/3/search/approximate-count", {"jql": "project = IO"}
    jira.traits.index_lag_ms = 60_000
    jira.world.now += timedelta(hours=1)
    jira.world.create("ada", "IO", "Story", "New")
    assert post(jira, path, body).json() == {"count": 25}
    jira.traits.count_error = 0.2
    assert post(jira, path, body).json() == {"count": 30}


# ---- the index -------------------------------------------------------------------------------


def test_an_index_that_is_behind_by_searches_shows_a_change_only_then(jira):
    jira.traits.index_lag_searches = 2
    jql = "project = IO and status = Done"
    assert walk(jira, jql)[0]["issues"] == []
    jira.world.transition("ada", "IO-1", "Done")
    jira.world.create("ada", "IO-26", "Story", "New")
    jira.world.transition("ada", "IO-26", "Done")
    fresh = get(jira, SEARCH, jql=jql, reconcileIssues="10025").json()["issues"]
    assert fresh == [{"id": "10025"}]
    assert ids(walk(jira, jql)) == []
    assert sorted(ids(walk(jira, jql))) == [0, 25]


@pytest.mark.parametrize("site", ["jira", "server"])
def test_a_search_may_tell_ghosts_of_what_is_gone(site, request):
    jira = request.getfixturevalue(site)
    path = SEARCH if jira.cloud else "/rest/api/2/search"
    jira.traits.index_lag_ms = 60_000
    jira.world.now += timedelta(hours=1)
    jira.world.delete("IO-1")
    jira.world.hide("IO-2")

    def keys():
        query = {"jql": "project = IO order by id", "fields": "summary", "maxResults": 3}
        return [issue["key"] for issue in get(jira, path, **query).json()["issues"]]

    assert keys() == ["IO-3"]
    jira.traits.ghosts = True
    assert keys() == ["IO-1", "IO-2", "IO-3"]
    jira.world.now += timedelta(minutes=1)
    assert keys() == ["IO-3", "IO-4", "IO-5"]


def test_after_a_reindex_the_index_takes_every_issue_for_updated(server):
    server.traits.reindexed = utc("2021-02-01 00:00")
    search = "/rest/api/2/search"
    jql = 'updated >= "2021-01-31" order by updated'
    assert get(server, search, jql=jql).json()["total"] == 0
    server.world.now = utc("2021-02-02 00:00")
    server.world.create("ada", "IO", "Story", "New")
    found = get(server, search, jql=jql, fields="updated").json()
    assert found["total"] == 26
    assert found["issues"][0]["fields"]["updated"].startswith("2021-02-02")
    assert found["issues"][1]["fields"]["updated"].startswith("2021-01-04")


def test_the_second_node_answers_every_other_request_from_the_past(server):
    server.traits.stale_node_ms = 600_000
    server.world.now += timedelta(hours=1)
    server.world.edit("ada", "IO-1", summary="Fresh")

    def summary():
        return get(server, "/rest/api/2/issue/IO-1").json()["fields"]["summary"]

    assert [summary() for _ in range(4)] == ["Fresh", "Story 1", "Fresh", "Story 1"]
    server.world.now += timedelta(minutes=10)
    assert [summary() for _ in range(2)] == ["Fresh", "Fresh"]


def test_ties_come_in_another_order_with_every_request(server):
    server.traits.unstable_ties = True

    def told(order):
        query = {"jql": f"project = IO order by {order}", "fields": "id"}
        return [
            issue["id"] for issue in get(server, "/rest/api/2/search", **query).json()["issues"]
        ]

    assert told("status") != told("status")
    assert sorted(told("status")) == told("id") == told("id") == told("status, id")


# ---- histories -------------------------------------------------------------------------------


def histories(jira, *keys, **more):
    """Return (issue, history) of all pages, page by page."""
    pages, token = [], {}
    while True:
        page = post(jira, CHANGELOGS, {"issueIdsOrKeys": keys, **more, **token}).json()
        pages.append(
            [
                (log["issueId"], int(each["id"]))
                for log in page["issueChangeLogs"]
                for each in log["changeHistories"]
            ]
        )
        if "nextPageToken" not in page:
            return pages
        token = {"nextPageToken": page["nextPageToken"]}


def test_a_page_of_histories_may_begin_with_some_of_the_page_before(jira):
    renamed(jira, "IO-1", 7)
    plain = histories(jira, "IO-1", maxResults=3)
    jira.traits.repeated_histories = 2
    told = histories(jira, "IO-1", maxResults=3)
    assert [len(page) for page in told] == [3, 5, 3]
    assert told[1][:2] == plain[0][1:]
    assert {each for page in told for each in page} == {each for page in plain for each in page}


def test_histories_may_come_in_no_order(jira):
    renamed(jira, "IO-1", 10)
    renamed(jira, "IO-2", 10)
    plain = [*chain(*histories(jira, "IO-1", "IO-2"))]
    jira.traits.shuffled_histories = True
    told = [*chain(*histories(jira, "IO-1", "IO-2", maxResults=7))]
    assert told != plain
    assert sorted(told) == sorted(plain)
    values = get(jira, "/rest/api/3/issue/IO-1/changelog").json()["values"]
    order = [int(value["id"]) for value in values]
    assert order != sorted(order)


def test_histories_may_have_no_author_and_items_no_field_id(jira):
    renamed(jira, "IO-1", 1)
    jira.traits.null_authors = jira.traits.no_field_ids = True
    (log,) = post(jira, CHANGELOGS, {"issueIdsOrKeys": ["IO-1"]}).json()["issueChangeLogs"]
    (history,) = log["changeHistories"]
    assert history["author"] is None
    assert "fieldId" not in history["items"][0]


def test_bulk_histories_may_be_silent_where_expand_tells(jira):
    renamed(jira, "IO-1", 2)
    renamed(jira, "IO-2", 1)
    jira.traits.silent_changelogs = {10_000}
    assert [id for id, _ in histories(jira, "IO-1", "IO-2")[0]] == ["10001"]
    told = get(jira, "/rest/api/3/issue/IO-1", expand="changelog").json()["changelog"]
    assert told["total"] == 2


@pytest.mark.parametrize("code", [404, 405])
def test_bulk_histories_may_not_exist(jira, code):
    jira.traits.changelog_bulkfetch = code
    assert post(jira, CHANGELOGS, {"issueIdsOrKeys": ["IO-1"]}).status_code == code


def test_an_issue_may_fail_in_bulk_so_many_times_or_for_ever(jira):
    jira.traits.issue_errors = {10_000: 1, 10_001: -1}
    body = {"issueIdsOrKeys": ["IO-1", "IO-2", "IO-3"], "fields": ["summary"]}
    answers = [post(jira, "/rest/api/3/issue/bulkfetch", body).json() for _ in range(2)]
    assert [[i["key"] for i in answer["issues"]] for answer in answers] == [
        ["IO-3"],
        ["IO-1", "IO-3"],
    ]
    assert [[e["id"] for e in answer["issueErrors"]] for answer in answers] == [
        ["10000", "10001"],
        ["10001"],
    ]


def test_data_center_may_cut_the_history_and_still_tell_the_total(server):
    renamed(server, "IO-1", 5)
    server.traits.changelog_cap = 3
    told = get(server, "/rest/api/2/issue/IO-1", expand="changelog").json()["changelog"]
    names = [history["items"][0]["toString"] for history in told["histories"]]
    assert (names, told["total"]) == (["Name 2", "Name 3", "Name 4"], 5)


def test_data_center_may_have_the_paged_history(server):
    renamed(server, "IO-1", 5)
    path = "/rest/api/2/issue/IO-1/changelog"
    assert get(server, path).status_code == 404
    server.traits.issue_changelog = True
    page = get(server, path, startAt=3).json()
    assert (len(page["values"]), page["total"], page["isLast"]) == (2, 5, True)


def test_issues_are_walked_by_id_on_data_center_in_pages_that_do_not_shift(server):
    server.traits.page_cap, last, told = 10, 0, []
    while True:
        query = {"jql": f"project = IO and id > {last} order by id asc", "maxResults": 500}
        page = get(server, "/rest/api/2/search", **query, fields="id").json()
        told += [int(issue["id"]) for issue in page["issues"]]
        if page["total"] <= page["maxResults"]:
            break
        last = told[-1]
        server.world.comment("ada", "IO-3")
    assert told == list(range(10_000, 10_025))
    refused = get(server, "/rest/api/2/search", jql="key in (IO-1, IO-99)")
    assert refused.status_code == 400
    assert "IO-99" in refused.json()["errorMessages"][0]


# ---- how fast, and in which language ---------------------------------------------------------


def test_on_cloud_each_resource_has_a_bucket_that_warns_before_it_is_empty(jira):
    clock = [0.0]
    jira.traits.bucket = Bucket(capacity=10, per_second=1, clock=lambda: clock[0])
    answers = [get(jira, "/rest/api/3/status") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    near = [answer.headers.get("X-RateLimit-NearLimit") for answer in answers]
    assert near == [None] * 8 + ["true"] * 3
    refused = answers[-1].headers
    assert (refused["Retry-After"], refused["RateLimit-Reason"]) == ("1", "jira-burst-based")
    assert refused["X-RateLimit-Remaining"] == "0"
    assert refused["X-RateLimit-Reset"] == "2021-01-04T09:25:01Z"
    assert get(jira, "/rest/api/3/issuetype").status_code == 200
    clock[0] = 1.0
    assert get(jira, "/rest/api/3/status").status_code == 200


def test_on_data_center_one_bucket_tells_itself_with_every_answer(server):
    server.traits.bucket = Bucket(capacity=2, per_second=0.5, clock=lambda: 0.0)
    answers = [get(server, f"/rest/api/2/{path}") for path in ("status", "field", "field")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    told = [(a.headers["X-RateLimit-Remaining"], a.headers["Retry-After"]) for a in answers]
    assert told == [("1", "0"), ("0", "2"), ("0", "2")]
    assert answers[0].headers["X-RateLimit-Interval-Seconds"] == "2"
    assert get(server, "/rest/api/2/serverInfo").status_code == 200


def test_names_are_in_the_callers_language_unless_another_is_forced(jira):
    jira.traits.language = "de"
    assert get(jira, "/rest/api/3/status").json()[0]["name"] == "Zu erledigen"
    assert get(jira, "/rest/api/3/issuetype").json()[0]["name"] == "Epos"
    assert get(jira, "/rest/api/3/myself").json()["locale"] == "de_DE"
    issue = get(jira, "/rest/api/3/issue/IO-1").json()["fields"]
    assert issue["status"]["name"] == "Zu erledigen"
    assert issue["status"]["statusCategory"]["key"] == "new"
    fields = {f["id"]: f["name"] for f in get(jira, "/rest/api/3/field").json()}
    assert fields["duedate"] == "Fälligkeitsdatum"
    with caller(jira) as session:
        session.headers["X-Force-Accept-Language"] = "true"
        session.headers["Accept-Language"] = "en-GB"
        told = session.get(f"{jira.url}/rest/api/3/status", timeout=5).json()
    assert told[0]["name"] == "To Do"
