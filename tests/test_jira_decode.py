"""Jira's JSON, as odd as real sites serve it, to records; numbers by hand."""

from dataclasses import replace
from typing import Any

import pytest

from cadence.jira.changelog import Changelog, changelog_of, expanded
from cadence.jira.decode import Decoded, decode_issue, decode_status, decode_type, decode_version
from cadence.jira.fields import FieldMap, Flavor, field_map
from cadence.jira.people import decode_person
from cadence.jira.site import Site, known_site
from cadence.model import HistoryState, IssueType, Person, Status

CLOUD = Site(FieldMap(Flavor.CLOUD, points=("customfield_1", "customfield_2")))
SERVER_FIELDS = FieldMap(
    Flavor.DATA_CENTER,
    points=("customfield_1",),
    epic_link=("customfield_7",),
    epic_name=("customfield_8",),
    parent_link=("customfield_9",),
)
SERVER = Site(SERVER_FIELDS)


def raw(**fields: Any) -> dict[str, Any]:
    """Return an issue as served, with these fields beside the usual ones."""
    usual = {
        "summary": "S",
        "status": {"id": "3", "name": "Doing", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"id": "10001", "name": "Story", "subtask": False},
        "project": {"id": "1", "key": "IO", "name": "Training I/O"},
        "created": "2021-02-03T10:00:00.000+0100",
        "updated": "2021-02-03T10:00:00.000+0100",
    }
    return {"id": "100", "key": "IO-1", "fields": {**usual, **fields}}


def history(*items: dict[str, Any], number: int = 1, at: Any = "2021-02-04T10:00:00.000+0000"):
    return {"id": str(number), "created": at, "author": None, "items": list(items)}


def item(field: str, old: Any = None, new: Any = None, **more: Any) -> dict[str, Any]:
    """Return an item whose ids and texts are (id, text) pairs."""
    (old_id, old_text), (new_id, new_text) = old or (None, None), new or (None, None)
    told = {"from": old_id, "fromString": old_text, "to": new_id, "toString": new_text}
    return {"field": field, "fieldtype": "jira", **told, **more}


def decoded(*histories: Any, site: Site = CLOUD, cut: bool = False, **fields: Any) -> Decoded:
    changelog = replace(changelog_of(histories, site.fields), cut=cut)
    return decode_issue(raw(**fields), changelog, site)


@pytest.mark.parametrize("broken", [{"id": "x"}, {"id": str(2**70)}, {"key": None}])
def test_an_issue_without_id_or_key_cannot_be_stored(broken):
    with pytest.raises(ValueError, match="no "):
        decode_issue({**raw(), **broken}, Changelog(), CLOUD)


def test_what_cannot_be_read_of_an_issue_is_left_out_and_told():
    one = decoded(duedate="51502-01-01", resolutiondate="never", created="2021-02-03T10:00:00Z")
    assert (one.issue.due, one.issue.resolved) == (None, None)
    assert len(one.unread) == 2
    assert one.issue.history is HistoryState.COMPLETE


@pytest.mark.parametrize("status", [None, "Doing", 3, [], {}, {"name": "Doing"}])
def test_an_issue_whose_status_cannot_be_read_is_none(status):
    with pytest.raises(ValueError, match="no status"):
        decoded(status=status)


@pytest.mark.parametrize(
    "fields",
    [
        {"assignee": "bob"},
        {"assignee": {"displayName": "Bob"}},
        {"labels": "io"},
        {"components": {}},
        {"fixVersions": 1},
        {"resolution": "Done"},
        {"parent": {"id": "x"}},
    ],
)
def test_what_is_of_another_kind_is_left_out_and_told(fields):
    (told,) = decoded(**fields).unread
    assert told.startswith(f"{next(iter(fields))} left out")


def test_what_is_empty_is_not_odd():
    names = "assignee parent labels components fixVersions resolution description duedate".split()
    assert decoded(**dict.fromkeys(names)).unread == ()
    assert decoded(assignee={"accountId": "unknown"}).unread == ()


@pytest.mark.parametrize("shape", [None, [], "text", 7, {}])
def test_any_shape_of_a_field_is_survived(shape):
    names = "assignee parent labels components fixVersions resolution description".split()
    one = decoded(**dict.fromkeys(names, shape))
    assert one.issue.key == "IO-1"


# ---- histories -------------------------------------------------------------------------------


def test_due_dates_are_read_from_the_texts_that_most_sites_serve():
    one = decoded(
        history(item("duedate", None, (None, "2021-03-15 00:00:00.0")), number=1),
        history(item("duedate", ("2021-03-15", "15/Mar/21"), None), number=2),
    )
    assert [(c.field, c.from_id, c.to_id) for c in one.changes] == [
        ("due", None, "2021-03-15"),
        ("due", "2021-03-15", None),
    ]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (item("IssueParentAssociation"), "parent"),
        (item("Epic Link", fieldtype="custom"), "parent"),
        (item("Parent Link", fieldtype="custom"), "parent"),
        (item("Parent"), "parent"),
        (item("Irgendwas", fieldId="customfield_7"), "parent"),
        (item("Statut", fieldId="status"), "status"),
        (item("Fix Version"), "fix_versions"),
        (item("Component", fieldId="components"), "components"),
        (item("issuetype"), "type"),
        (item("Key"), "key"),
        (item("Sprint", fieldtype="custom"), "sprint"),
        (item("Story Points", fieldId="customfield_1"), "points"),
        (item("Story Points", fieldtype="custom"), "points"),
        (item("Story Points", fieldId="customfield_99", fieldtype="custom"), "Story Points"),
        (item("Labels", fieldtype="custom"), "Labels"),
        (item("Status", fieldId="customfield_5"), "Status"),
        (item("Rank", fieldtype="custom"), "Rank"),
    ],
)
def test_fields_have_one_stable_name_and_lookalikes_their_own(told, name):
    assert SERVER_FIELDS.stable_name(told) == name


def test_histories_that_come_twice_or_shuffled_give_the_same_changes():
    first = history(item("status", ("1", "To Do"), ("3", "Doing")), number=9)
    second = history(item("labels", None, ("", "a b")), number=10)
    later = history(item("summary", None, (None, "S")), number=2, at=1612500000000)
    one = decoded(later, second, first, second)
    assert [c.history_id for c in one.changes] == [9, 10, 2]
    assert decoded(first, second, later).changes == one.changes


def test_null_authors_ids_and_names_are_fine():
    one = decoded({"id": 7, "created": 1612346400123, "items": [{"field": None}, None, item("x")]})
    assert [(c.item, c.author, c.field) for c in one.changes] == [
        (0, None, "unknown"),
        (1, None, "unknown"),
        (2, None, "x"),
    ]
    assert one.unread == ("item 1 of history 7 left out: nothing in it",)


def test_only_the_presence_of_a_description_is_kept():
    one = decoded(
        history(item("description", (None, "secret plan"), (None, " "))), description="text"
    )
    assert [(c.from_text, c.to_text) for c in one.changes] == [("…", None)]
    assert one.issue.described


def test_a_description_is_text_or_a_document():
    paragraph = {"type": "paragraph"}
    assert decoded(description={"type": "doc", "content": [paragraph]}).issue.described
    assert not decoded(description={"type": "doc", "content": []}).issue.described
    assert not decoded(description=" \n").issue.described


def test_a_history_entry_that_cannot_be_read_cuts_the_history():
    one = decoded(
        history(item("status", ("1", "A"), ("3", "Doing")), at="51502-01-01T00:00:00.000+0000")
    )
    assert one.issue.history is HistoryState.CUT
    assert one.changes == ()
    assert "51502" in one.odd[0]


@pytest.mark.parametrize("bad", ["0021-02-03", "51502-01-01", "soon"])
@pytest.mark.parametrize("served", ["id", "text", "both"])
def test_a_day_that_is_none_does_not_take_the_status_change_beside_it_along(bad, served):
    told = {"id": (bad, None), "text": (None, f"{bad} 00:00:00.0"), "both": (bad, "03/Feb/21")}
    due = item("duedate", ("2021-03-15", "15/Mar/21"), told[served])
    one = decoded(history(due, item("status", ("1", "To Do"), ("3", "Doing"))))
    assert [(c.field, c.from_id, c.to_id) for c in one.changes] == [
        ("due", "2021-03-15", None),
        ("status", "1", "3"),
    ]
    assert one.changes[0].to_text == (told[served][1] or bad)
    assert one.issue.history is HistoryState.COMPLETE
    assert (len(one.unread), one.odd) == (1, ())


@pytest.mark.parametrize("items", [None, "none", {}])
def test_a_history_entry_without_items_cuts_the_history(items):
    one = decoded({**history(), "items": items})
    assert one.issue.history is HistoryState.CUT
    assert "no items" in one.odd[0]


@pytest.mark.parametrize("log", [None, {}, {"total": 0}, {"histories": None, "total": 0}])
def test_a_history_that_did_not_come_is_not_an_empty_one(log):
    assert expanded({"changelog": log}, CLOUD.fields).cut
    assert not expanded({"changelog": {"histories": [], "total": 0}}, CLOUD.fields).cut


def test_a_history_that_comes_twice_counts_once():
    assert changelog_of([history(number=1), history(number=1)], CLOUD.fields, 2).cut
    assert not changelog_of([history(number=1), history(number=2)], CLOUD.fields, 2).cut


@pytest.mark.parametrize(
    ("histories", "state"),
    [
        ([("1", "3")], HistoryState.COMPLETE),
        ([("1", "2"), ("2", "3")], HistoryState.COMPLETE),
        ([("1", "2"), ("1", "3")], HistoryState.CONTRADICTORY),
        ([("1", "2")], HistoryState.CONTRADICTORY),
    ],
)
def test_a_history_that_does_not_chain_or_ends_elsewhere_is_contradictory(histories, state):
    told = [
        history(item("status", (old, f"S{old}"), (new, f"S{new}")), number=n, at=1612346400 + n)
        for n, (old, new) in enumerate(histories)
    ]
    assert decoded(*told).issue.history is state


def test_statuses_without_ids_chain_by_name():
    one = decoded(
        history(item("status", (None, "To Do"), (None, "Review")), number=1, at=1612346401),
        history(item("status", ("7", "Review"), ("3", "Doing")), number=2, at=1612346402),
    )
    assert one.issue.history is HistoryState.COMPLETE


def test_a_history_known_to_be_short_is_cut():
    assert decoded(cut=True).issue.history is HistoryState.CUT


# ---- parents, levels, points -----------------------------------------------------------------


def test_the_parent_is_the_parent_field_else_epic_link_else_parent_link():
    site = Site(SERVER_FIELDS, issue_ids={"IO-7": 7, "IO-9": 9})
    links = {"customfield_7": "IO-7", "customfield_9": {"data": {"key": "IO-9"}}}
    assert decoded(site=site, parent={"id": "5"}, **links).issue.parent_id == 5
    assert decoded(site=site, **links).issue.parent_id == 7
    assert decoded(site=site, customfield_9=links["customfield_9"]).issue.parent_id == 9
    unknown = decoded(site=site, customfield_7="IO-8")
    assert (unknown.issue.parent_id, unknown.parent_key) == (None, "IO-8")


def test_an_epic_linked_by_key_is_found_in_the_history():
    told = history(item("Epic Link", None, ("42", "IO-42"), fieldtype="custom"))
    assert decoded(told, site=SERVER, customfield_7="IO-42").issue.parent_id == 42


def test_a_site_that_serves_no_parent_tells_it_in_its_history_alone():
    bare = Site(FieldMap(Flavor.DATA_CENTER))
    told = history(item("Epic Link", None, ("42", "IO-42"), fieldtype="custom"))
    assert decoded(told, site=bare).issue.parent_id == 42
    assert decoded(told, site=CLOUD).issue.parent_id is None


@pytest.mark.parametrize(
    ("type_", "flavor", "level"),
    [
        ({"id": "1", "name": "Initiative", "hierarchyLevel": 2}, Flavor.CLOUD, 2),
        ({"id": "1", "name": "Epic", "hierarchyLevel": 0}, Flavor.CLOUD, 0),
        ({"id": "1", "name": "Teilaufgabe", "subtask": True}, Flavor.DATA_CENTER, -1),
        ({"id": "1", "name": "Epic", "subtask": False}, Flavor.DATA_CENTER, 1),
        ({"id": "1", "name": "Story", "subtask": False}, Flavor.DATA_CENTER, 0),
    ],
)
def test_the_level_of_a_type(type_, flavor, level):
    assert decode_type(type_, flavor).level == level


def test_where_no_type_is_named_epic_the_epic_name_makes_one():
    lists = [IssueType("1", "Grande", 0), IssueType("10001", "Story", 0)]
    site = known_site(SERVER_FIELDS, [], lists)
    big = {"issuetype": {"id": "1", "name": "Grande"}, "customfield_8": "Faster"}
    assert decoded(site=site, **big).issue.level == 1
    named = known_site(SERVER_FIELDS, [], [*lists, IssueType("2", "Epic", 1)])
    assert decoded(site=named, **big).issue.level == 0


def test_points_are_taken_from_the_field_that_is_filled():
    assert decoded(customfield_1=None, customfield_2=5).issue.points == 5
    assert decoded(customfield_1=0, customfield_2=5).issue.points == 0
    assert decoded(customfield_1="many", customfield_2=float("nan")).issue.points is None


def test_a_status_is_known_by_the_key_of_its_category():
    told = {"id": 7, "name": "已完成", "statusCategory": {"key": "done", "name": "完成"}}
    assert decode_status(told) == Status("7", "已完成", "done")
    assert decode_status({"id": 7, "name": "X"}).category == "new"


def test_an_unreadable_release_date_counts_as_none():
    version = decode_version({"id": 1, "name": "1.0", "releaseDate": "next year"}, "IO")
    assert version.release_date is None


# ---- people ----------------------------------------------------------------------------------


def test_people_are_known_by_account_on_cloud_and_by_key_on_data_center():
    cloud = {"accountId": "5b10", "displayName": "Ada", "emailAddress": "a@b.c", "active": False}
    server = {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada", "emailAddress": "a@b.c"}
    assert decode_person(cloud) == Person("5b10", "Ada", active=False)
    assert decode_person(server) == Person("JIRAUSER1", "Ada", "ada")
    assert decode_person({"name": "old"}) == Person("old", "old", "old")
    assert decode_person({"accountId": "1", "accountType": "app"}) == Person("1", "1", kind="app")


@pytest.mark.parametrize("nobody", [None, {}, {"accountId": "unknown"}, {"accountId": ""}])
def test_placeholders_are_nobody(nobody):
    assert decode_person(nobody) is None


def test_a_history_that_names_a_user_by_name_means_the_key():
    site = Site(SERVER_FIELDS)
    ada = {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada"}
    told = history(item("assignee", None, ("ada", "Ada")))
    one = decoded(told, site=site, assignee=ada)
    assert one.changes[0].to_id == one.issue.assignee == "JIRAUSER1"
    assert one.issue.history is HistoryState.COMPLETE


def test_the_name_of_a_new_user_may_be_the_key_of_an_old_one():
    site = Site(SERVER_FIELDS)
    site.learn([Person("ada", "Ada Park", "ada.park"), Person("JIRAUSER9", "Ada Byron", "ada")])
    assert [site.account(told) for told in ("ada", "ada.park", "ben", "")] == [
        "ada",
        "ada",
        "ben",
        None,
    ]


def test_who_was_ever_assigned_is_mentioned_by_name():
    one = decoded(history(item("assignee", ("b", "Ben"), None)))
    assert one.mentioned == (Person("b", "Ben"),)


# ---- the fields of sites ---------------------------------------------------------------------


def test_fields_are_found_by_kind_and_two_of_one_name_are_both_points():
    float_ = "com.atlassian.jira.plugin.system.customfieldtypes:float"
    fields = [
        {"id": "a", "name": "Story Points", "schema": {"type": "number", "custom": float_}},
        {"id": "b", "name": "Story Points", "schema": {"type": "number", "custom": float_}},
        {"id": "c", "name": "Story Points", "schema": {"type": "string", "custom": "x"}},
        {
            "id": "d",
            "name": "Lien",
            "schema": {"custom": "com.pyxis.greenhopper.jira:gh-epic-link"},
        },
        {"id": "e"},
        None,
    ]
    found = field_map(Flavor.DATA_CENTER, fields)
    assert (found.points, found.epic_link) == (("a", "b"), ("d",))
    assert field_map(Flavor.CLOUD, fields, ["b"]).points == ("b",)


def test_lone_surrogates_and_nul_do_not_reach_the_store():
    one = decoded(summary="a\ud800b\0c")
    assert one.issue.summary == "a?bc"
    one.issue.summary.encode()
