"""The connection to Jira: what passes is waited out, what does not is told with its remedy."""

import contextlib
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from cadence.credentials import Credentials
from cadence.demo import faults
from cadence.demo.server import SampleJira
from cadence.errors import (
    ConfigError,
    CredentialsRefused,
    JiraUnreachable,
    StoreBusy,
    SyncIncomplete,
)
from cadence.jira.answers import Again, Answer, JiraRefused, check, object_of
from cadence.jira.client import Client
from cadence.jira.connect import connect
from cadence.jira.fields import Flavor
from cadence.jira.patience import Patience, Stopped
from cadence.model import HistoryState, State
from cadence.store.database import open_store
from cadence.store.lock import sync_lock
from cadence.store.runs import load_set_aside
from tests.sites import small_world
from tests.syncing import FLAVORS, NOW, credentials_of, facts_of, issues_of, run_sync, spoil

ME = "rest/api/2/myself"


def hasty(attempts: int = 3, total: float = 5.0) -> Patience:
    return Patience(attempts=attempts, first_pause=0.001, longest_total=total)


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=2)) as jira:
        yield jira


def client_of(jira: SampleJira, patience: Patience | None = None) -> Client:
    return Client(jira.url, credentials_of(jira), patience or hasty())


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.status(502),
        faults.status(503, Retry_After="0"),
        faults.status(504),
        faults.reset(),
        faults.cut_body(),
        faults.too_many("0.01"),
        faults.too_many("0"),
        faults.too_many(None),
        faults.too_many("rubbish"),
    ],
    ids=["500", "502", "503", "504", "reset", "cut", "soon", "at-once", "untold", "rubbish"],
)
def test_what_may_pass_is_asked_again(jira, fault):
    jira.fault("myself", 1, fault)
    client = client_of(jira)
    assert client.get(ME)["displayName"] == "Ada Park"
    assert client.requests == 2
    assert not jira.unfired()


def test_what_does_not_pass_ends_after_a_few_attempts(jira):
    for nth in range(1, 9):
        jira.fault("myself", nth, faults.status(500))
    with pytest.raises(JiraUnreachable, match="500"):
        client_of(jira).get(ME)
    assert len(jira.requests) == 3


def test_a_wait_beyond_patience_ends_at_once_and_names_it(jira):
    jira.traits.limited = "3600"
    begun = time.monotonic()
    with pytest.raises(JiraUnreachable, match="3600 seconds"):
        client_of(jira).get(ME)
    assert time.monotonic() - begun < 2


def test_all_wait_when_jira_asks_one_to_wait(jira):
    jira.fault("myself", 1, faults.too_many("0.2"))
    patience = hasty()
    client = client_of(jira, patience)
    begun = time.monotonic()
    client.get(ME)
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Wed, 02 Jun 2021 09:00:30 GMT"}, 30),
        ({"Retry-After": "0"}, None),
        ({"X-RateLimit-Reset": "2021-06-02T09:01:00Z"}, 60),
        ({"X-RateLimit-Reset": "2021-06-02T09:01Z"}, 60),
        ({}, None),
        ({"Retry-After": "soon"}, None),
    ],
)
def test_the_wait_is_what_jira_tells_by_its_own_clock(headers, seconds):
    date = {"Date": format_datetime(datetime(2021, 6, 2, 9, tzinfo=UTC), usegmt=True)}
    with pytest.raises(Again) as again:
        check(Answer(429, {**date, **headers}, bytearray(b""), "u"))
    assert again.value.seconds == seconds


def test_an_answer_in_time_with_retry_after_is_not_waited_for(jira):
    assert object_of(Answer(200, {"Retry-After": "60"}, bytearray(b"{}"), "u")) == {}


@pytest.mark.parametrize("body", [b"<html>Log in</html>", b"  <!DOCTYPE html>"])
def test_a_web_page_is_no_jira(body):
    with pytest.raises(JiraUnreachable, match="web page"):
        object_of(Answer(200, {}, bytearray(body), "u"))


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"9" * 5000], ids=len)
def test_what_is_no_json_is_asked_again(body):
    with pytest.raises(Again, match="no JSON"):
        object_of(Answer(200, {}, bytearray(body), "u"))


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"text"'])
def test_another_kind_of_json_than_asked_for_does_not_count_as_empty(body):
    with pytest.raises(Again, match="not what was asked"):
        object_of(Answer(200, {}, bytearray(body), "u"))


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("nth", range(1, 10))
def test_an_answer_without_its_lists_is_never_an_empty_site(flavor, nth, tmp_path):
    with SampleJira(small_world(issues=3), flavor) as jira:
        jira.fault("/rest", nth, faults.wrong_json({}))
        with contextlib.suppress(JiraUnreachable, SyncIncomplete, CredentialsRefused):
            run_sync(tmp_path / "cadence.db", jira)
            assert len(issues_of(tmp_path / "cadence.db")) == 3
        jira.planned.clear()
        run_sync(tmp_path / "cadence.db", jira)
    assert len(issues_of(tmp_path / "cadence.db")) == 3


def test_a_refusal_is_told_in_jiras_words_made_plain():
    said = {"errorMessages": ["Bad \x1b[31mJQL\u202e"], "errors": {"jql": "line\n2"}}
    with pytest.raises(JiraRefused) as refused:
        check(Answer(400, {}, bytearray(json.dumps(said).encode()), "u"))
    assert refused.value.messages == ("Bad [31mJQL", "jql: line 2")


@pytest.mark.parametrize("said", [b"null", b"[1]", b"7", b"nope", b'{"errorMessages": 3}'])
def test_any_shape_of_a_refusal_is_survived(said):
    with pytest.raises(JiraRefused):
        check(Answer(404, {}, bytearray(said), "u"))


def test_a_removed_resource_says_to_upgrade():
    with pytest.raises(JiraRefused, match="upgrade cadence"):
        check(Answer(410, {}, bytearray(b"{}"), "u"))


# ---- who is asked, and what the token meets --------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("context", ["", "/jira", "/ex/jira/11223344"])
def test_the_flavor_is_what_the_server_says_under_any_base(flavor, context):
    with SampleJira(small_world(), flavor, context=context) as jira:
        site = connect(client_of(jira))
    assert site.flavor is Flavor(flavor)
    assert site.account.name == "Ada Park"
    assert site.zone.key == "UTC"


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    ("trait", "error", "words"),
    [
        ({"anonymous": True}, CredentialsRefused, "401"),
        ({"forbidden": True}, CredentialsRefused, "40|CAPTCHA"),
        ({"login_page": True}, JiraUnreachable, "web page"),
        ({"limited": "9999"}, JiraUnreachable, "fewer requests"),
    ],
    ids=["anonymous", "forbidden", "login-page", "limited"],
)
def test_a_site_that_lets_nobody_in_is_told_and_no_store_is_made(
    flavor, trait, error, words, tmp_path
):
    with SampleJira(small_world(), flavor) as jira:
        for name, value in trait.items():
            setattr(jira.traits, name, value)
        with pytest.raises(error, match=words) as fault:
            run_sync(tmp_path / "data" / "cadence.db", jira)
    assert fault.value.remedy
    assert jira.token not in fault.value.line
    assert not (tmp_path / "data" / "cadence.db").exists()


def test_a_wrong_token_is_refused_and_not_shown(jira):
    jira.token = "right"
    client = Client(jira.url, Credentials(jira.email, "wrong-canary"), hasty())
    with pytest.raises(CredentialsRefused, match="cadence login") as fault:
        connect(client)
    assert "canary" not in fault.value.line + repr(Credentials(None, "canary"))


def test_nobody_at_the_address_is_unreachable():
    client = Client("http://127.0.0.1:9", Credentials(None, "t"), hasty())
    with pytest.raises(JiraUnreachable, match="does not answer"):
        client.get(ME)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://127.0.0.1:9/else", "http://127.0.0.1:9"),
        ("/login", "another page"),
        ("https://evil.example/", "https://evil.example"),
        ("https://me:canary-token@sso.example/login?t=canary-token", "https://sso.example"),
        ("https://canary-token@[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("https://me:canary/token@sso.example", "https://me"),
        ("https://sso.example:99999/", "https://sso.example"),
        ("//me:canary-token@sso.example/", "sso.example"),
        ("https://canary-token:8443/", "https://***:8443"),
        ("https://canary%2dtoken.sso.example/", "https://***.sso.example"),
        ("https://[canary", "another page"),
        ("https://me:canary-token@", "another page"),
    ],
)
def test_a_redirect_is_told_and_the_token_does_not_follow(jira, target, told):
    jira.token = "canary-token"
    jira.fault("myself", 1, faults.redirect(target))
    with pytest.raises(JiraUnreachable, match="sends requests on") as fault:
        client_of(jira).get(ME)
    assert f"sends requests on to {told}, and" in fault.value.line
    assert len(jira.requests) == 1


@pytest.mark.parametrize("token", ["canary\nof two lines", "canary-π", "canary\x7f1234"])
@pytest.mark.parametrize("email", [None, "ada@example.com"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(jira, token, email):
    with pytest.raises(ConfigError, match="cannot be sent") as fault:
        Client(jira.url, Credentials(email, token, "CADENCE_JIRA_TOKEN"))
    assert "canary" not in fault.value.line
    assert "CADENCE_JIRA_TOKEN" in fault.value.line


@pytest.mark.parametrize(
    "url",
    ["", "acme.atlassian.net", "ftp://acme", "http://acme.atlassian.net", "https://a:b@acme.net"],
)
def test_only_a_safe_address_is_taken(url):
    with pytest.raises(ConfigError, match="jira") as fault:
        Client(url, Credentials(None, "t"))
    assert "a:b" not in fault.value.line


def test_netrc_is_never_read_and_proxies_are(jira, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    client_of(jira).get(ME)
    assert jira.requests[-1].headers["authorization"] == jira.authorization
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(JiraUnreachable, match="proxy"):
        client_of(jira).get(ME)


def test_the_body_of_a_redirect_is_bounded_like_any_other(jira, monkeypatch):
    monkeypatch.setattr("cadence.jira.body.LARGEST_ANSWER", 100)
    leads = faults.redirect("https://sso.example/")
    jira.fault("myself", 1, lambda answer: replace(leads(answer), text="x" * 2**18))
    with pytest.raises(JiraUnreachable, match="larger"):
        client_of(jira).get(ME)


def test_a_huge_answer_is_refused(jira, monkeypatch):
    monkeypatch.setattr("cadence.jira.body.LARGEST_ANSWER", 100)
    with pytest.raises(JiraUnreachable, match="larger"):
        client_of(jira).get_list("rest/api/2/field")


def test_waiting_ends_when_the_run_is_stopped(jira):
    client = client_of(jira)
    client.stop()
    with pytest.raises(Stopped):
        client.get(ME)
    assert jira.requests == []


def test_the_servers_clock_is_that_of_the_first_answer(jira):
    client = client_of(jira)
    client.get(ME)
    first = jira.world.now.replace(microsecond=0)
    jira.world.now += timedelta(hours=1)
    client.get(ME)
    assert client.clock == first


# ---- paging that lies ------------------------------------------------------------------------


def test_an_empty_page_with_a_token_does_not_end_the_walk(tmp_path):
    store = tmp_path / "cadence.db"
    with SampleJira(small_world(issues=30)) as jira:
        jira.traits.page_caps = (10, 10, 10)
        jira.fault("search/jql", 2, faults.edited(lambda body: {**body, "issues": []}))
        assert run_sync(store, jira).run.complete
        assert not jira.unfired()
    assert len(issues_of(store)) == 30


def test_a_page_token_that_comes_again_ends_the_run_not_the_patience(tmp_path):
    tokens = []

    def repeat(body):
        tokens.append(body.get("nextPageToken"))
        return {**body, "nextPageToken": tokens[0]}

    with SampleJira(small_world(issues=30)) as jira:
        jira.traits.page_caps = (10, 10, 10)
        for nth in (1, 2):
            jira.fault("search/jql", nth, faults.edited(repeat))
        with pytest.raises(SyncIncomplete, match="repeats a page token"):
            run_sync(tmp_path / "cadence.db", jira)


def test_a_walk_that_ends_early_loads_what_it_met_deletes_nothing_and_is_mended(tmp_path):
    store = tmp_path / "cadence.db"
    early = faults.edited(lambda body: {"issues": body["issues"][:5], "isLast": True})
    with SampleJira(small_world(issues=30)) as jira:
        mend = spoil(jira, lambda request: "search/jql" in request.path, early)
        with pytest.raises(SyncIncomplete, match="ended early"):
            run_sync(store, jira)
        assert len(issues_of(store)) == 5
        mend()
        run_sync(store, jira)
        assert len(issues_of(store)) == 30
        jira.world.now += timedelta(days=1)
        run_sync(store, jira)
        jira.fault("search/jql", 1, early)
        with pytest.raises(SyncIncomplete, match="ended early"):
            run_sync(store, jira)
    assert {issue.state for issue in issues_of(store).values()} == {State.PRESENT}


def test_a_warning_of_the_search_makes_the_run_incomplete(tmp_path):
    warned = faults.edited(lambda body: {**body, "warnings": [{"message": "Truncated"}]})
    with SampleJira(small_world(issues=3)) as jira:
        jira.fault("search/jql", 1, warned)
        with pytest.raises(SyncIncomplete, match="Truncated"):
            run_sync(tmp_path / "cadence.db", jira)


def test_a_token_that_expires_restarts_the_walk_once(tmp_path):
    store = tmp_path / "cadence.db"
    with SampleJira(small_world(issues=30)) as jira:
        jira.traits.page_caps = (10, 10, 10)
        jira.fault("search/jql", 2, faults.edited(lambda body: {**body, "nextPageToken": "old"}))
        run_sync(store, jira)
    assert len(issues_of(store)) == 30


def test_a_second_sync_says_who_is_at_work_and_a_dead_one_holds_nothing(tmp_path):
    store = tmp_path / "cadence.db"
    with SampleJira(small_world(issues=3)) as jira:
        with sync_lock(store, NOW), pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
            run_sync(store, jira)
        assert jira.requests == []
        run_sync(store, jira)


def test_an_odd_issue_is_set_aside_and_tried_again_while_the_others_are_stored(tmp_path):
    store = tmp_path / "cadence.db"

    def spoil(body):
        body["issues"][1]["fields"]["created"] = "51502-01-01T00:00:00.000+0000"
        return body

    with SampleJira(small_world(issues=3)) as jira:
        jira.fault("issue/bulkfetch", 1, faults.edited(spoil))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert set(issues_of(store)) == {"IO-1", "IO-3"}
        with open_store(store) as db:
            (aside,) = load_set_aside(db)
        assert "51502" in aside.reason
        assert run_sync(store, jira).fetched == 1
    assert set(issues_of(store)) == {"IO-1", "IO-2", "IO-3"}


def test_where_there_is_no_bulk_history_each_issue_is_asked(tmp_path):
    store = tmp_path / "cadence.db"
    world = small_world(issues=2)
    for number in range(120):
        world.now += timedelta(minutes=1)
        world.edit("ada", "IO-1", summary=f"Summary {number}")
    with SampleJira(world) as jira:
        jira.fault("changelog/bulkfetch", 1, faults.status(405))
        run_sync(store, jira)
        assert sum(one.path.endswith("/changelog") for one in jira.requests) == 3
    facts = facts_of(store)
    assert [len(history) for history in facts.changes.values()] == [120]
    assert {issue.history for issue in facts.issues} == {HistoryState.COMPLETE}


def test_a_history_that_data_center_cuts_marks_the_issue_and_the_run(tmp_path):
    store = tmp_path / "cadence.db"
    world = small_world(issues=2)
    for number in range(5):
        world.edit("ada", "IO-2", summary=f"Summary {number}")

    def cut(body):
        body["issues"][1]["changelog"]["histories"] = []
        return body

    with SampleJira(world, "datacenter") as jira:
        jira.fault("/search", 3, faults.edited(cut))
        with pytest.raises(SyncIncomplete, match="whole history of 1"):
            run_sync(store, jira)
    assert issues_of(store)["IO-2"].history is HistoryState.CUT
