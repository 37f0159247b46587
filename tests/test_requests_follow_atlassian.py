"""Every request of a real sync, held against Atlassian's own description of Jira Cloud."""

from datetime import UTC, timedelta

import pytest
from openapi import DESCRIPTION, Description
from sites import small_world

from cadence.config import Config, Jira
from cadence.credentials import Credentials
from cadence.demo.jql import parse
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.sync import Options, sync

needs_description = pytest.mark.skipif(
    not DESCRIPTION.is_file(),
    reason=f"Atlassian's description is not beside the repository ({DESCRIPTION.name})",
)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The requests of a first, a repeated, a later and a full sync of the shipped story."""
    store = tmp_path_factory.mktemp("sync") / "cadence.db"
    world = load_world()
    end = world.now
    with SampleJira(world) as jira:
        config = Config(jira=Jira(url=jira.url, projects=("TFIO",), jql='labels = "io"'))
        credentials = Credentials(jira.email, jira.token)
        for days, full in ((30, False), (30, False), (0, False), (0, True)):
            world.now = end - timedelta(days=days)
            sync(store, config, credentials, world.now.astimezone(UTC), Options(full=full))
        world.move("ada", "TFIO-20", _elsewhere(world))
        world.delete("TFIO-21")
        sync(store, config, credentials, world.now.astimezone(UTC))
        return list(jira.requests)


def _elsewhere(world):
    from cadence.demo.records import Project

    world.add(Project("10999", "ELSE", "Elsewhere"))
    return "ELSE"


@needs_description
def test_every_request_is_one_that_atlassian_describes(log):
    description = Description()
    told = [
        complaint
        for request in log
        for complaint in description.complaints(
            request.method, request.path, request.query, request.body
        )
    ]
    assert told == []
    assert len({request.path for request in log}) >= 8


def test_no_request_of_a_sync_is_refused(log):
    assert [(r.path, r.query, r.body, r.status) for r in log if r.status != 200] == []


def test_every_jql_is_bounded_and_sorted_by_what_does_not_move(log):
    asked = [
        request.query.get("jql", [None])[0] or (request.body or {}).get("jql") for request in log
    ]
    queries = [parse(jql) for jql in asked if jql]
    assert queries
    for query in queries:
        assert query.where is not None
        assert len(query.order) <= 7
        assert "updated" not in [field for field, _ in query.order]


def test_every_list_of_fields_is_explicit(log):
    for request in log:
        fields = request.query.get("fields", []) + (request.body or {}).get("fields", [])
        assert not {"*all", "*navigable"} & set(fields)


# ---- the checker itself ----------------------------------------------------------------------


@needs_description
@pytest.mark.parametrize(
    ("method", "path", "query", "body", "complaint"),
    [
        ("GET", "/rest/api/3/search", {}, None, "is not described"),
        ("DELETE", "/rest/api/3/issue/IO-1", {}, None, "is not described"),
        ("GET", "/rest/api/3/myself", {"colour": ["red"]}, None, "query colour is not described"),
        ("GET", "/rest/api/3/search/jql", {"maxResults": ["all"]}, None, "not integer"),
        ("GET", "/rest/api/3/project/search", {"maxResults": ["101"]}, None, "not between"),
        ("GET", "/rest/api/3/project/search", {"status": ["dead"]}, None, "not one of"),
        ("GET", "/rest/api/3/myself", {}, {"a": 1}, "a body is not described"),
        ("POST", "/rest/api/3/search/jql", {}, None, "the body is missing"),
        ("POST", "/rest/api/3/search/jql", {}, {"startAt": 0}, "body.startAt is not described"),
        ("POST", "/rest/api/3/search/jql", {}, {"expand": ["changelog"]}, "not string"),
        ("POST", "/rest/api/3/issue/bulkfetch", {}, {"fields": []}, "issueIdsOrKeys is missing"),
        ("POST", "/rest/api/3/issue/bulkfetch", {}, {"issueIdsOrKeys": [1]}, "not string"),
        ("POST", "/rest/api/3/changelog/bulkfetch", {}, {"issueIdsOrKeys": ["1"] * 1001}, "1001"),
        (
            *("POST", "/rest/api/3/changelog/bulkfetch", {}),
            *({"issueIdsOrKeys": ["1"], "maxResults": 10_001}, "not between 1 and 10000"),
        ),
        (
            *("POST", "/rest/api/3/changelog/bulkfetch", {}),
            *({"issueIdsOrKeys": ["1"], "fieldIds": ["a", "a"]}, "repeats an item"),
        ),
    ],
)
def test_the_checker_sees_what_is_wrong(method, path, query, body, complaint):
    told = Description().complaints(method, path, query, body)
    assert any(complaint in each for each in told), told


@needs_description
def test_the_sample_refuses_the_bodies_that_the_description_forbids():
    """The sample is no laxer than the description, for every body that a read sync may send."""
    from sites import post

    description = Description()
    valid = {
        "search/jql": {"jql": "project = IO", "maxResults": 5, "fields": ["summary"]},
        "search/approximate-count": {"jql": "project = IO"},
        "issue/bulkfetch": {"issueIdsOrKeys": ["10000"], "fields": ["summary"], "expand": []},
        "changelog/bulkfetch": {"issueIdsOrKeys": ["10000"], "fieldIds": [], "maxResults": 5},
    }
    with SampleJira(small_world(issues=2)) as jira:
        for path, body in valid.items():
            full = f"/rest/api/3/{path}"
            assert description.complaints("POST", full, {}, body) == []
            assert post(jira, full, body).status_code == 200
            for name in [*body, "unknown"]:
                spoiled = {**body, name: {"an": "object"}}
                assert description.complaints("POST", full, {}, spoiled)
                assert post(jira, full, spoiled).status_code == 400, (path, name)
