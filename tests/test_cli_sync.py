"""`login`, `sync`, `doctor`, `status` and `logout` as users run them, against the sample Jira."""

import io
import json
import os
import sys
from datetime import timedelta

import pytest

from cadence.cli.app import run
from cadence.demo.server import SampleJira
from tests.sites import small_world
from tests.syncing import FLAVORS, facts_of, issues_of

pytestmark = pytest.mark.parametrize("flavor", FLAVORS)

TOML = """
[jira]
url = "{url}"
projects = ["IO"]
[team]
name = "Squad"
timezone = "Europe/Zurich"
[[team.members]]
name = "Ada Park"
account = "acc-ada"
[[ceremonies]]
name = "Reflection"
rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2"
"""


@pytest.fixture
def jira(flavor):
    with SampleJira(small_world(issues=3), flavor) as jira:
        yield jira


@pytest.fixture
def home(jira, tmp_path, monkeypatch):
    (tmp_path / "cadence.toml").write_text(TOML.format(url=jira.url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADENCE_NOW", "2021-06-02T09:00:00Z")
    monkeypatch.delenv("CADENCE_JIRA_TOKEN", raising=False)
    monkeypatch.delenv("CADENCE_JIRA_EMAIL", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    return tmp_path


def log_in(jira, monkeypatch, token: str | None = None) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{token or jira.token}\n"))
    return run(["login", *(["--email", jira.email] if jira.cloud else [])])


def test_login_sync_and_logout(jira, home, monkeypatch, capsys):
    assert run(["sync"]) == 4
    assert "cadence login" in capsys.readouterr().err
    assert log_in(jira, monkeypatch, "wrong") == 4
    assert not (home / "data" / "credentials.json").exists()
    assert log_in(jira, monkeypatch) == 0
    assert "as Ada Park" in capsys.readouterr().err
    assert run(["sync"]) == 0
    assert "3 issues" in capsys.readouterr().err
    assert set(issues_of(home / "data" / "cadence.db")) == {"IO-1", "IO-2", "IO-3"}
    assert run(["logout"]) == 0
    assert run(["sync"]) == 4


def test_login_without_a_token_asks_nothing_when_nobody_is_there(jira, home, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run(["login"]) == 2
    assert "CADENCE_JIRA_TOKEN" in capsys.readouterr().err


def test_a_dry_run_says_what_would_be_asked_and_makes_nothing(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    assert run(["sync", "--dry-run"]) == 0
    assert 'project in ("IO")' in capsys.readouterr().out
    assert not (home / "data" / "cadence.db").exists()


def test_doctor_has_one_line_a_check_and_the_exit_code_of_what_is_wrong(
    jira, home, monkeypatch, capsys
):
    assert run(["doctor"]) == 4
    assert "wrong  Jira" in capsys.readouterr().out
    log_in(jira, monkeypatch)
    assert run(["sync"]) == 0
    jira.world.now += timedelta(days=1)
    jira.world.delete("IO-2")
    run(["sync"])
    capsys.readouterr()
    assert run(["doctor"]) == 0
    told = capsys.readouterr().out
    for words in ("configuration", "Sample Jira", "Epic Link", "UTC", "IO: Training I/O", "sound"):
        assert words in told
    assert "1 deleted: IO-2" in told


def test_doctor_names_a_project_that_jira_does_not_show(jira, home, monkeypatch, capsys):
    (home / "cadence.toml").write_text(TOML.format(url=jira.url).replace('"IO"', '"IO", "TYPO"'))
    log_in(jira, monkeypatch)
    assert run(["doctor"]) == 2
    assert "'TYPO'" in capsys.readouterr().out
    assert run(["sync"]) == 2


PLACES = """
[confluence]
url = "https://wiki.example"
space = "{space}"
[actions]
project = "OPS"
type = "{type}"
"""


@pytest.mark.parametrize(
    ("space", "kind", "token", "code", "told"),
    [
        ("", "Task", "", 2, "wrong  publish: {toml}, [confluence] space: There is no place"),
        ("T", "Task", "", 4, "wrong  publish: https://wiki.example: There is no token for Conf"),
        ("T", "Task", "canary-word", 0, "ok     publish: https://wiki.example, space T, at the"),
        ("T", "Story", "canary-word", 0, "ok     action push: OPS, as Story"),
        (
            "T",
            "Stroy",
            "canary-word",
            0,
            "no synced issue type is called 'Stroy'. Did you mean 'Story'?",
        ),
    ],
)
def test_doctor_says_what_the_places_that_are_written_to_lack_and_asks_nobody(
    jira, home, monkeypatch, capsys, space, kind, token, code, told
):
    log_in(jira, monkeypatch)
    run(["sync"])
    toml = home / "cadence.toml"
    toml.write_text(toml.read_text() + PLACES.format(space=space, type=kind))
    monkeypatch.setenv("CADENCE_CONFLUENCE_TOKEN", token)
    capsys.readouterr()
    assert run(["doctor"]) == code
    said = capsys.readouterr().out
    assert told.format(toml=toml) in said
    assert "canary" not in said


def test_doctor_finds_nothing_wrong_where_nothing_is_written(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    assert run(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "note   publish: not set up: it needs url and space in [confluence]" in said
    assert "note   action push: not set up: it needs project in [actions]" in said


def test_status_shows_the_month_at_a_glance(jira, home, monkeypatch, capsys):
    assert run(["status"]) == 2
    assert "cadence sync" in capsys.readouterr().err
    log_in(jira, monkeypatch)
    run(["sync"])
    capsys.readouterr()
    assert run(["status"]) == 0
    told = capsys.readouterr().out
    assert "2021-06-02 11:00 CEST, complete" in told
    assert "June 2021, 28 days left" in told
    assert "2021-06: not opened yet" in told
    assert "Wed 2021-06-02 10:00" not in told
    assert "Fri 2021-07-02 10:00: Reflection" in told


def test_the_token_shows_up_nowhere_but_in_its_own_file(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    for args in (["sync"], ["-vv", "sync", "--full"], ["doctor"], ["status"]):
        run(args)
    said = capsys.readouterr()
    assert jira.token not in said.out + said.err
    for path in (home / "data").iterdir():
        if path.name != "credentials.json":
            assert jira.token.encode() not in path.read_bytes()
            assert (jira.email or "?").encode() not in path.read_bytes()
    kept = json.loads((home / "data" / "credentials.json").read_text())
    assert kept[jira.url]["token"] == jira.token


def test_a_store_that_is_refused_is_left_as_it_is_and_nothing_is_made_beside_it(
    jira, home, monkeypatch, capsys
):
    log_in(jira, monkeypatch)
    (home / "data" / "cadence.db").write_bytes(b"SQLite format 3\0" + bytes(200))
    before = {path.name for path in (home / "data").iterdir()}
    assert run(["sync"]) == 7
    assert {path.name for path in (home / "data").iterdir()} == before


def test_a_damaged_store_is_not_written_to(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    run(["sync"])
    store = home / "data" / "cadence.db"
    content = bytearray(store.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    store.write_bytes(content)
    assert run(["sync"]) == 7
    assert store.read_bytes() == content
    assert "damaged" in capsys.readouterr().err


def test_a_data_folder_that_cannot_be_made_is_one_line_and_exit_code_2(
    jira, home, monkeypatch, capsys
):
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", jira.token)
    monkeypatch.setenv("CADENCE_JIRA_EMAIL", jira.email if jira.cloud else "")
    (home / "data").write_text("a file, no folder")
    assert run(["sync"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="rlimits of POSIX")
def test_a_full_disk_ends_a_sync_as_incomplete_and_keeps_what_was_stored(
    jira, home, monkeypatch, capsys
):
    import resource

    log_in(jira, monkeypatch)
    assert run(["sync"]) == 0
    for number in range(200):
        jira.world.create("ada", "IO", "Story", f"Another {number} {'x' * 200}")
    capsys.readouterr()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))
    try:
        code = run(["sync"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert len(issues_of(home / "data" / "cadence.db")) >= 3
    assert run(["sync"]) == 0
    assert len(issues_of(home / "data" / "cadence.db")) == 203


def test_an_attempt_that_jira_does_not_let_in_is_on_record(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    assert run(["sync"]) == 0
    jira.token = "another now"
    assert run(["sync"]) == 4
    capsys.readouterr()
    assert run(["status"]) == 0
    assert "not complete" in capsys.readouterr().out
    first, second = facts_of(home / "data" / "cadence.db").syncs
    assert (first.complete, second.complete) == (True, False)
    assert "401" in second.problem


def test_a_run_ends_when_it_ends(jira, home, monkeypatch):
    log_in(jira, monkeypatch)
    monkeypatch.delenv("CADENCE_NOW")
    assert run(["sync"]) == 0
    (only,) = facts_of(home / "data" / "cadence.db").syncs
    assert only.finished > only.started


def test_doctor_names_what_the_configuration_names_and_jira_does_not_know(
    jira, home, monkeypatch, capsys
):
    log_in(jira, monkeypatch)
    jira.world.edit("ada", "IO-1", assignee="ben", labels=["io"])
    assert run(["sync"]) == 0
    jira_name = "acc-ben" if jira.cloud else "bito"
    (home / "cadence.toml").write_text(TOML.format(url=jira.url) + WRONG)
    capsys.readouterr()
    assert run(["doctor"]) == 0
    told = capsys.readouterr().out
    assert f'Jira knows Ben Ito as account = "{jira_name}"' in told
    assert "member Zoe: account 'nobody' is not known" in told
    assert "goal 'one': there is no 'OPS-1' among the issues" in told
    assert "goal 'two': its match is empty" in told
    assert "support: its match fits no issue" in told
    assert "partner 'Ads'" not in told
    assert "2 goals" in told
    assert "1 version\n" in told


WRONG = """
[[team.members]]
name = "Ben Ito"
account = "acc-bne"
[[team.members]]
name = "Zoe"
account = "nobody"
[[goals]]
id = "one"
title = "One"
start = 2021-01-01
end = 2021-06-30
match = { epics = ["OPS-1"] }
[[goals]]
id = "two"
title = "Two"
start = 2021-01-01
end = 2021-06-30
[support.match]
labels = ["suport"]
[[partners]]
name = "Ads"
match = { labels = ["io"] }
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_store_in_a_read_only_folder_can_be_read(jira, home, monkeypatch, capsys):
    log_in(jira, monkeypatch)
    run(["sync"])
    (home / "data").chmod(0o500)
    try:
        assert run(["status"]) == 0
        assert run(["sync"]) == 2
    finally:
        (home / "data").chmod(0o700)


def test_a_wrong_token_with_an_email_tells_of_data_center(jira, home, monkeypatch, capsys):
    monkeypatch.setenv("CADENCE_JIRA_EMAIL", "left.over@example.com")
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "t")
    assert run(["sync"]) == 4
    assert "unset CADENCE_JIRA_EMAIL" in capsys.readouterr().err
