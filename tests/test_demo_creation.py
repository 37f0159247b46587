"""The sample Jira takes issues as strictly as a real one."""

import pytest
from openapi import DESCRIPTION, Description
from sites import get, post, small_world

from cadence.demo.faults import status
from cadence.demo.records import Person
from cadence.demo.server import SampleJira

FLAVORS = {"cloud": "/rest/api/3/issue", "datacenter": "/rest/api/2/issue"}
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Why."}]}],
}


@pytest.fixture(params=FLAVORS)
def jira(request):
    with SampleJira(small_world(issues=2), request.param) as jira:
        yield jira


def path(jira):
    return FLAVORS["cloud" if jira.cloud else "datacenter"]


def fields(jira, **more):
    told = {
        "project": {"key": "IO"},
        "issuetype": {"name": "Story"},
        "summary": "Write it down",
        "description": DOCUMENT if jira.cloud else "Why.",
        "labels": ["ours"],
        "duedate": "2021-04-15",
        "assignee": {"id": "acc-ben"} if jira.cloud else {"name": "bito"},
    }
    return {"fields": {k: v for k, v in {**told, **more}.items() if v != ...}}


def test_an_issue_that_is_created_has_its_fields_and_is_found(jira):
    answer = post(jira, path(jira), fields(jira))
    assert (answer.status_code, answer.json()["key"]) == (201, "IO-3")
    told = get(jira, path(jira) + "/IO-3").json()["fields"]
    assert told["summary"] == "Write it down"
    assert told["labels"] == ["ours"]
    assert told["duedate"] == "2021-04-15"
    assert told["assignee"]["displayName"] == "Ben Ito"
    assert told["reporter"]["displayName"] == "Ada Park"
    assert told["description"] == (DOCUMENT if jira.cloud else "Why.")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"project": {"key": "io"}}, "project"),
        ({"project": {"key": "NONE"}}, "project"),
        ({"project": ...}, "project"),
        ({"issuetype": {"name": "Epic"}}, "issuetype"),
        ({"issuetype": {"name": "Sub-task"}}, "issuetype"),
        ({"summary": ""}, "summary"),
        ({"summary": "two\nlines"}, "summary"),
        ({"summary": "x" * 256}, "summary"),
        ({"description": {"type": "doc", "version": 2, "content": []}}, "description"),
        ({"description": 7}, "description"),
        ({"labels": ["two words"]}, "labels"),
        ({"labels": "one"}, "labels"),
        ({"duedate": "15.4.2021"}, "duedate"),
        ({"assignee": {"id": "nobody", "name": "nobody"}}, "assignee"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_ill_formed_is_refused_by_field_and_creates_nothing(jira, more, named):
    answer = post(jira, path(jira), fields(jira, **more))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [named]
    assert len(jira.world.issues) == 2


def test_a_document_with_an_empty_text_or_an_unknown_node_is_refused():
    with SampleJira(small_world()) as jira:
        for node in ({"type": "text", "text": ""}, {"type": "magic"}):
            bad = {**DOCUMENT, "content": [{"type": "paragraph", "content": [node]}]}
            answer = post(jira, FLAVORS["cloud"], fields(jira, description=bad))
            assert answer.status_code == 400, node


def test_who_left_cannot_be_assigned_and_an_archived_project_takes_nothing(jira):
    jira.world.deactivate("ben")
    assert "assignee" in post(jira, path(jira), fields(jira)).json()["errors"]
    jira.world.archive_project("IO")
    assert "project" in post(jira, path(jira), fields(jira)).json()["errors"]


def test_a_field_that_is_off_the_screen_cannot_be_set(jira):
    jira.traits.off_screen = {"labels"}
    told = post(jira, path(jira), fields(jira)).json()["errors"]
    assert "not on the appropriate screen" in told["labels"]


def test_the_index_learns_of_a_new_issue_late_and_its_key_reads_at_once(jira):
    jira.traits.index_lag_ms = 120_000
    post(jira, path(jira), fields(jira))
    search = "/rest/api/3/search/jql" if jira.cloud else "/rest/api/2/search"
    assert get(jira, search, jql="labels = ours").json()["issues"] == []
    assert get(jira, path(jira) + "/IO-3").status_code == 200


def test_a_fault_may_come_instead_of_what_was_asked_for_or_after_it(jira):
    jira.fault("/issue", 1, status(502), instead=True)
    assert post(jira, path(jira), fields(jira)).status_code == 502
    assert len(jira.world.issues) == 2
    jira.fault("/issue", 1, status(502))
    assert post(jira, path(jira), fields(jira)).status_code == 502
    assert len(jira.world.issues) == 3


def test_the_anonymous_create_nothing(jira):
    jira.traits.anonymous = True
    assert post(jira, path(jira), fields(jira)).status_code == 401


@pytest.mark.skipif(not DESCRIPTION.is_file(), reason="Atlassian's description is not here")
def test_what_the_sample_takes_and_tells_is_what_atlassian_describes():
    description = Description()
    with SampleJira(small_world()) as jira:
        jira.world.add(Person("eve", "Eve", "acc-eve", "eve", "JIRAUSER103"))
        body = fields(jira)
        assert description.complaints("POST", FLAVORS["cloud"], {}, body) == []
        told = post(jira, FLAVORS["cloud"], body).json()
        created = {"$ref": "#/components/schemas/CreatedIssue"}
        assert list(description.faults(created, told, "answer")) == []
        for spoiled in ({"fields": []}, {"fields": {}, "properties": [1]}, {"update": []}):
            assert description.complaints("POST", FLAVORS["cloud"], {}, spoiled)
            assert post(jira, FLAVORS["cloud"], spoiled).status_code == 400
