"""Recorded answers of real sites, served over HTTP, go through sync, report and findings.

Skipped where the folder that CADENCE_REAL_JIRA names is absent; `bench/real.py` tells more.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from recorded.recordings import FOLDER, RECORDINGS
from recorded.telling import told
from reference.compare import differences

from cadence.config import load_config
from cadence.month import Month

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the real answers lie elsewhere")

MONTHS = {"zmetric": ("2018-12", "2019-03", "2019-04"), "devlake": ("2020-06", "2021-03")}
ASIDE = {
    "zmetric": (),
    # a summary that really ends in a NUL
    "devlake": (("issue:10066:values", "summary changed: it held what no text may hold"),),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_real_site_is_told_as_a_plain_count_and_as_the_reference_tell_it(
    name, tmp_path, run, monkeypatch
):
    site = replace(RECORDINGS[name](), months=MONTHS[name])
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
    assert outcome.set_aside == ASIDE[name]
    assert outcome.unknown == ()
    for month in outcome.months:
        assert month.finished[0] == month.finished[1]
        assert month.reopened[0] == month.reopened[1]
        now = datetime.fromisoformat(site.now)
        asked = (load_config(tmp_path / "cadence.toml"), Month.parse(month.month, now.date()), now)
        assert differences(tmp_path / "data/cadence.db", *asked) == []
    partial = "1 record could not be read in full ('cadence doctor').\n"
    assert all((partial in month.report) == bool(ASIDE[name]) for month in outcome.months)
    assert any(month.finished[0] and month.reopened[0] for month in outcome.months)
