"""What happens to a site in the course of its life, as Jira shows it afterwards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sites import get, post, small_world, utc

from cadence.demo.server import SampleJira

SEARCH = "/rest/api/3/search/jql"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=5)) as jira:
        jira.world.now += timedelta(hours=1)
        yield jira


def issue(jira, key="IO-1"):
    version = "3" if jira.cloud else "2"
    return get(jira, f"/rest/api/{version}/issue/{key}", expand="changelog").json()


def items(jira, key="IO-1"):
    return [item for h in issue(jira, key)["changelog"]["histories"] for item in h["items"]]


def found(jira, jql):
    return [i["id"] for i in get(jira, SEARCH, jql=f"{jql} order by id").json()["issues"]]


def test_a_bulk_edit_of_five_hundred_happens_at_one_instant():
    world = small_world(issues=500)
    world.now += timedelta(hours=1)
    world.bulk_edit("ben", range(10_000, 10_500), labels_add=["swept"])
    assert {state.updated for _, state in world.visible()} == {world.instant}
    assert {len(issue.histories) for issue, _ in world.visible()} == {1}


def test_an_edit_may_leave_updated_as_it_was(jira):
    before = issue(jira)["fields"]["updated"]
    jira.world.edit("ben", "IO-1", bump=False, summary="Quietly")
    after = issue(jira)
    assert (after["fields"]["summary"], after["fields"]["updated"]) == ("Quietly", before)
    assert after["changelog"]["total"] == 1


@pytest.mark.parametrize(("act", "status"), [("archive", "archived"), ("bin", "deleted")])
def test_a_project_goes_with_its_issues_and_comes_back(jira, act, status):
    getattr(jira.world, f"{act}_project")("IO")
    assert found(jira, "project = IO") == []
    gone = get(jira, "/rest/api/3/project/search", status=status).json()["values"]
    assert [(p["key"], p[status]) for p in gone] == [("IO", True)]
    assert get(jira, "/rest/api/3/project/search").json()["total"] == 1
    jira.world.restore_project("IO")
    assert len(found(jira, "project = IO")) == 5


def test_a_renamed_status_type_or_version_keeps_its_id_and_old_histories(jira):
    world = jira.world
    world.edit("ben", "IO-1", status="Done", type="Epic", fix_versions=["io 1.0"])
    world.rename_status("Done", "Shipped")
    world.rename_type("Epic", "Theme")
    world.edit_version("io 1.0", name="io one")
    fields = issue(jira)["fields"]
    assert (fields["status"]["name"], fields["status"]["id"]) == ("Shipped", "5")
    assert (fields["issuetype"]["name"], fields["issuetype"]["id"]) == ("Theme", "10000")
    assert fields["fixVersions"][0]["name"] == "io one"
    assert [item["toString"] for item in items(jira)] == ["Done", "Epic", "io 1.0"]
    assert found(jira, "status = Shipped") == ["10000"]


def test_people_are_renamed_leave_and_are_erased(jira):
    world = jira.world
    world.edit("ada", "IO-1", assignee="ben")
    world.rename_person("ben", "Ben Sato")
    world.deactivate("ben")
    told = issue(jira)["fields"]["assignee"]
    assert (told["accountId"], told["displayName"], told["active"]) == (
        "acc-ben",
        "Ben Sato",
        False,
    )
    assert items(jira)[0]["toString"] == "Ben Ito"
    world.erase("ada")
    told = issue(jira)["fields"]["reporter"]
    assert (told["accountId"], told["displayName"]) == ("acc-ada", "Former user")
    assert not {"emailAddress", "timeZone"} & set(told)
    world.erase("ben", unknown=True)
    assert issue(jira)["fields"]["assignee"]["accountId"] == "unknown"


def test_a_link_is_told_by_both_issues_while_both_are_shown(jira):
    jira.world.link("ada", "IO-1", "IO-2")
    (link,) = issue(jira, "IO-1")["fields"]["issuelinks"]
    (back,) = issue(jira, "IO-2")["fields"]["issuelinks"]
    assert (link["type"]["outward"], link["outwardIssue"]["key"]) == ("blocks", "IO-2")
    assert (back["type"]["inward"], back["inwardIssue"]["key"]) == ("is blocked by", "IO-1")
    assert [i["toString"] for i in items(jira, "IO-2")] == ["This issue is blocked by IO-1"]
    jira.world.hide("IO-2")
    assert issue(jira, "IO-1")["fields"]["issuelinks"] == []


def test_an_issue_is_in_sprints_which_histories_tell_whole(jira):
    world = jira.world
    world.create_sprint("Sprint 1", state="closed")
    world.create_sprint("Sprint 2", board=7, start="2021-01-04T09:00:00.000Z")
    world.edit("ada", "IO-1", sprints=["Sprint 1"])
    world.edit("ada", "IO-1", sprints_add=["2"])
    world.edit_sprint("Sprint 2", state="active", goal="Ship")
    one, two = issue(jira)["fields"]["customfield_10020"]
    assert (one["id"], one["state"]) == (1, "closed")
    assert two == {
        "id": 2, "name": "Sprint 2", "state": "active", "boardId": 7, "goal": "Ship",
        "startDate": "2021-01-04T09:00:00.000Z",
    }  # fmt: skip
    told = [(i["from"], i["to"], i["toString"]) for i in items(jira)]
    assert told == [("1", "1, 2", "Sprint 1, Sprint 2"), ("", "1", "Sprint 1")]
    assert items(jira)[0]["fieldId"] == "customfield_10020"
    assert found(jira, "sprint = 2") == ["10000"]
    assert issue(jira, "IO-2")["fields"]["customfield_10020"] is None


def test_data_center_tells_a_sprint_as_the_text_of_a_java_object():
    world = small_world(issues=1)
    world.create_sprint("Odd, [one]\n=", state="active", goal="a, b")
    world.edit("ada", "IO-1", sprints=["1"])
    with SampleJira(world, "datacenter") as jira:
        (told,) = issue(jira)["fields"]["customfield_10020"]
    assert told.startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert "[id=1,rapidViewId=1,state=ACTIVE,name=Odd, [one]\n=,startDate=<null>," in told
    assert told.endswith("goal=a, b]")


def test_a_hidden_issue_is_absent_from_everything(jira):
    jira.world.hide("IO-1")
    assert "10000" not in found(jira, "project = IO")
    body = {"issueIdsOrKeys": ["10000"], "fields": ["summary"]}
    assert post(jira, "/rest/api/3/issue/bulkfetch", body).json()["issues"] == []
    assert get(jira, SEARCH, jql="key = IO-1").status_code == 400


def test_spring_forward_leaves_out_an_hour_of_literals():
    world = small_world()
    with SampleJira(world) as jira:
        jira.traits.caller_zone = jira.traits.site_zone = ZoneInfo("Europe/Zurich")
        for minute in ("00:59", "01:01"):
            world.now = utc(f"2021-03-28 {minute}")
            world.create("ada", "IO", "Story", minute)
        after = get(jira, SEARCH, jql='created >= "2021-03-28 03:00"', fields="created").json()
        assert [i["fields"]["created"] for i in after["issues"]] == ["2021-03-28T03:01:00.000+0200"]
        before = get(jira, SEARCH, jql='created < "2021-03-28 02:00"', fields="created").json()
        assert [i["fields"]["created"] for i in before["issues"]] == [
            "2021-03-28T01:59:00.000+0100"
        ]
