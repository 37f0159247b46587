"""Answers of real Jira sites, read as they lie beside the checkout; skipped where they do not."""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from cadence.jira.changelog import changelog_of, expanded
from cadence.jira.decode import decode_issue
from cadence.jira.fields import FieldMap, Flavor, field_map
from cadence.jira.site import Site
from cadence.model import HistoryState

REAL = Path(__file__).parents[2] / "shared" / "real-jira"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real answers lie elsewhere")

CLOUD = Site(FieldMap(Flavor.CLOUD))
SERVER = Site(FieldMap(Flavor.DATA_CENTER))


def test_the_fields_of_fourteen_public_sites():
    sites = json.loads((REAL / "publicjira-fields/jira_field_information.json").read_text())
    maps = {name: field_map(Flavor.DATA_CENTER, fields) for name, fields in sites.items()}
    assert maps["Apache"].points == ("customfield_12310293",)
    assert maps["Apache"].epic_link == ("customfield_12311120",)
    assert maps["Jira"].points == ("customfield_10623", "customfield_10571", "customfield_10653")
    assert maps["MongoDB"].points == ("customfield_10555",)
    assert maps["Mojang"].points == ()
    assert sum(bool(found.epic_link) for found in maps.values()) == 14


def test_zmetric_tells_its_epics_in_the_history_alone():
    told = json.loads((REAL / "zmetric/ZMetricsData.json").read_text())
    site = Site(FieldMap(Flavor.DATA_CENTER))
    issues = [
        decode_issue(one, changelog_of(one["changelog"]["histories"], site.fields), site)
        for one in told["issueResponse"]["data"]["issues"]
    ]
    assert len(issues) == 149
    assert sum(bool(one.changes) for one in issues) == 144
    assert Counter(one.issue.level for one in issues)[1] == 16
    by_key = {one.issue.key: one.issue for one in issues}
    assert by_key["ZMETRIC-160"].parent_id == 107500
    assert by_key["ZMETRIC-128"].id == 107500
    assert not any(one.odd for one in issues)


def test_devlake_has_chinese_names_and_a_done_status_that_is_new():
    csv.field_size_limit(sys.maxsize)
    path = REAL / "devlake/_raw_jira_api_issues.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = [json.loads(row["data"]) for row in csv.DictReader(file)]
    issues = [
        decode_issue(
            one,
            changelog_of((one.get("changelog") or {}).get("histories", ()), CLOUD.fields),
            CLOUD,
        )
        for one in rows
    ]
    first = next(one for one in issues if one.issue.key == "EE-1")
    assert (first.status.name, first.issue.category) == ("已完成", "new")
    assert len(issues) == 33
    assert not any(one.odd for one in issues)


def test_other_real_answers_are_read_without_a_fault():
    paths = [*REAL.glob("jirametrics/spec/**/SP-*.json"), *REAL.glob("smartshark/*_issue.json")]
    paths += [*REAL.glob("titanium/*/*/*.json")]
    assert len(paths) > 600
    for path in paths:
        one = json.loads(path.read_text(encoding="utf-8"))
        log = one.get("changelog") or {}
        found = decode_issue(one, changelog_of(log.get("histories", ()), CLOUD.fields), CLOUD)
        assert found.issue.key == one["key"]
        assert not found.odd


def test_a_real_history_of_which_three_of_eight_entries_were_served_is_cut():
    one = json.loads((REAL / "smartshark/drill_138_issue.json").read_text(encoding="utf-8"))
    assert (one["key"], one["changelog"]["total"]) == ("DRILL-138", 8)
    found = decode_issue(one, expanded(one, SERVER.fields), SERVER)
    assert found.issue.history is HistoryState.CUT
    assert len({change.history_id for change in found.changes}) == 3
