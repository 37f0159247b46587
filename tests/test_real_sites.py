"""Recorded answers of real sites, served over HTTP, go through sync, report and findings.

Skipped where the folder that CADENCE_REAL_JIRA names is absent; `bench/real.py` tells more.
"""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from recorded.recordings import FOLDER, RECORDINGS
from recorded.smaller import SMALLER, load_titanium
from recorded.telling import told
from reference.compare import differences

from cadence.config import load_config
from cadence.month import Month

NOT_WANTED = ("won't do", "won't fix", "duplicate", "cannot reproduce")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real answers lie elsewhere")

SITES = RECORDINGS | SMALLER
MONTHS = {
    "zmetric": ("2018-12", "2019-03", "2019-04"),
    "devlake": ("2020-06", "2021-03"),
    "jirametrics": ("2021-10", "2022-04"),
    "smartshark": ("2013-02", "2013-08"),
    "patitalabs": ("2018-11", "2018-12"),
}
ASIDE = {
    # a summary that really ends in a NUL
    "devlake": (("issue:10066:values", "summary changed: it held what no text may hold"),),
}


@pytest.mark.parametrize("name", MONTHS)
def test_a_real_site_is_told_as_a_plain_count_and_as_the_reference_tell_it(
    name, tmp_path, run, monkeypatch
):
    site = replace(SITES[name](), months=MONTHS[name])
    monkeypatch.setenv("CADENCE_NOW", site.now)
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "recorded")
    if site.cloud:
        monkeypatch.setenv("CADENCE_JIRA_EMAIL", "reader@example.com")

    def cadence(*args):
        done = run(*args)
        return done.code, done.out, done.err

    outcome = told(site, tmp_path, cadence)
    assert {what: ours for what, (ours, _) in outcome.stored.items()} == {
        what: raw for what, (_, raw) in outcome.stored.items()
    }
    assert outcome.set_aside == ASIDE.get(name, ())
    # Parents and histories that the recordings do not hold are asked for, and not found.
    assert all(one.startswith("GET /rest/api/2/issue/") for one in outcome.unknown)
    for month in outcome.months:
        assert month.finished[0] == month.finished[1]
        assert month.reopened[0] == month.reopened[1]
        now = datetime.fromisoformat(site.now)
        asked = (load_config(tmp_path / "cadence.toml"), Month.parse(month.month, now.date()), now)
        assert differences(tmp_path / "data/cadence.db", *asked) == []
    partial = "1 record could not be read in full ('cadence doctor').\n"
    assert all((partial in month.report) == (name in ASIDE) for month in outcome.months)
    if name in RECORDINGS:
        assert any(month.finished[0] and month.reopened[0] for month in outcome.months)
    assert ("does not serve the whole history" in outcome.said) == (name == "smartshark")


def test_the_versions_of_a_real_site_have_the_children_that_a_plain_count_finds(
    tmp_path, run, monkeypatch
):
    """Without any history: what is done was done at its resolution date, long before the month."""
    team = '[milestones]\nfrom = "versions"\n'
    site = replace(load_titanium(), now="2024-02-01T08:00:00Z", months=("2024-01",), team=team)
    monkeypatch.setenv("CADENCE_NOW", site.now)
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "recorded")

    def cadence(*args):
        done = run(*args)
        return done.code, done.out, done.err

    told(site, tmp_path, cadence)
    shown = run("--workspace", tmp_path, "report", "--month", "2024-01", "--format", "json").out
    listed = json.loads(shown)["done"]["milestones"]
    versions = [one for project in site.projects for one in project["versions"]]
    assert len(listed) == len(versions) > 200
    ours = sorted(
        (one["key"], one["due"], one["children"]["open"], one["children"]["done"]) for one in listed
    )
    assert ours == sorted(
        (one["name"], one.get("releaseDate"), *_counted(site, one["id"])) for one in versions
    )
    assert sum(one[3] for one in ours) > 300


def _counted(site, version):
    """How many issues (no epics, no sub-tasks) that carry a version are open, and done."""
    numbers = [0, 0]
    for fields in (one["fields"] for one in site.issues):
        plain = fields["issuetype"]["name"] != "Epic" and not fields["issuetype"]["subtask"]
        if plain and version in {one["id"] for one in fields["fixVersions"]}:
            done = fields["status"]["statusCategory"]["key"] == "done"
            wanted = (fields["resolution"] or {}).get("name", "").lower() not in NOT_WANTED
            if wanted or not done:
                numbers[done] += 1
    return numbers
