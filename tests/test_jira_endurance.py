"""A Jira that fails on one issue, drips, slows down, or answers somebody else."""

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cadence.config.checks import is_loopback
from cadence.credentials import Credentials
from cadence.demo import faults
from cadence.demo.exchange import Answer
from cadence.demo.server import SampleJira
from cadence.errors import ConfigError, CredentialsRefused, JiraUnreachable, SyncIncomplete
from cadence.jira.client import Client
from cadence.jira.connect import connect
from cadence.jira.patience import Patience, Stopped
from cadence.model import HistoryState
from cadence.store.database import open_store
from cadence.store.runs import load_set_aside
from tests.sites import small_world
from tests.syncing import FLAVORS, credentials_of, facts_of, issues_of, run_sync, spoil


def hasty(**more) -> Patience:
    return Patience(attempts=2, first_pause=0.001, longest_total=30.0, **more)


def aside(store: Path) -> dict[str, str]:
    with open_store(store) as db:
        return {one.subject: one.reason for one in load_set_aside(db)}


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("status", [201, 203])
def test_a_success_by_another_number_is_read_as_one(flavor, status, store):
    """A proxy that changes an answer says 203."""
    with SampleJira(small_world(issues=30), flavor) as jira:
        spoil(jira, lambda request: True, lambda told: replace(told, status=status))
        run_sync(store, jira)
    assert len(issues_of(store)) == 30


# ---- an issue that Jira fails on -------------------------------------------------------------


def asking_for(number: int, path: str = ""):
    """Tell a request that fetches this issue, alone or among others."""

    def meets(request) -> bool:
        body = request.body or {}
        named = body.get("issueIdsOrKeys", []) or body.get("jql", "").split("id in")[-1]
        return path in request.path and "fields" not in path and str(number) in str(named)

    return meets


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    "fault", [faults.status(500), faults.cut_body(), faults.wrong_json(7)], ids=["500", "cut", "7"]
)
def test_an_issue_that_jira_fails_on_is_set_aside_and_the_others_are_stored(flavor, store, fault):
    world = small_world(issues=40)
    poison = world.keys["IO-17"]
    with SampleJira(world, flavor) as jira:
        path = "issue/bulkfetch" if flavor == "cloud" else "/search"
        mend = spoil(jira, asking_for(poison, path), fault)
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert len(jira.requests) <= 30
        assert len(issues_of(store)) == 39
        assert set(aside(store)) == {f"issue:{poison}"}
        assert "Jira" in aside(store)[f"issue:{poison}"]
        with pytest.raises(SyncIncomplete):
            run_sync(store, jira)
        mend()
        assert run_sync(store, jira).fetched == 1
    assert len(issues_of(store)) == 40
    assert aside(store) == {}


def test_a_history_that_jira_fails_on_in_bulk_is_asked_for_alone(store):
    world = small_world(issues=12)
    for number in range(1, 13):
        world.now += timedelta(minutes=1)
        world.edit("ada", f"IO-{number}", summary=f"Renamed {number}")
    poison = world.keys["IO-5"]
    with SampleJira(world) as jira:
        spoil(jira, asking_for(poison, "changelog/bulkfetch"), faults.status(500))
        run_sync(store, jira)
    assert {issue.history for issue in issues_of(store).values()} == {HistoryState.COMPLETE}
    assert len(facts_of(store).changes) == 12


def test_a_history_that_jira_never_serves_leaves_the_issue_and_marks_it(store):
    world = small_world(issues=12)
    poison = world.keys["IO-5"]
    with SampleJira(world) as jira:
        mend = spoil(
            jira,
            lambda r: (
                asking_for(poison, "changelog/bulkfetch")(r) or f"{poison}/changelog" in r.path
            ),
            faults.status(502),
        )
        with pytest.raises(SyncIncomplete, match="whole history of 1"):
            run_sync(store, jira)
        assert issues_of(store)["IO-5"].history is HistoryState.CUT
        mend()
        run_sync(store, jira)
    assert issues_of(store)["IO-5"].history is HistoryState.COMPLETE


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_jira_that_fails_on_everything_is_not_taken_for_odd_issues(flavor, store):
    with SampleJira(small_world(issues=100), flavor) as jira:
        path = "issue/bulkfetch" if flavor == "cloud" else "/search"
        fetching = lambda r: path in r.path and "summary" in r.body["fields"]  # noqa: E731
        mend = spoil(jira, fetching, faults.status(500))
        with pytest.raises(SyncIncomplete, match="500"):
            run_sync(store, jira)
        assert len(jira.requests) <= 80
        assert aside(store) == {}
        mend()
        run_sync(store, jira)
    assert len(issues_of(store)) == 100


def test_a_page_token_of_histories_that_expires_restarts_them_once(store, monkeypatch):
    monkeypatch.setattr("cadence.jira.cloud._HISTORY_PAGE", 10)
    world = small_world(issues=5)
    for number in range(25):
        world.edit("ada", "IO-1", summary=f"Summary {number}")
    with SampleJira(world) as jira:
        bad = faults.edited(lambda body: {**body, "nextPageToken": "old"})
        jira.fault("changelog/bulkfetch", 2, bad)
        run_sync(store, jira)
    facts = facts_of(store)
    assert [len(changes) for changes in facts.changes.values()] == [25]
    assert issues_of(store)["IO-1"].history is HistoryState.COMPLETE


def test_histories_that_are_asked_for_one_by_one_have_a_budget_and_the_next_run_goes_on(
    store, monkeypatch
):
    monkeypatch.setattr("cadence.jira.cloud._MOST_ONE_BY_ONE", 5)
    with SampleJira(small_world(issues=12)) as jira:
        spoil(jira, lambda r: "changelog/bulkfetch" in r.path, faults.status(404))
        for left in (7, 2):
            with pytest.raises(SyncIncomplete, match=f"{left} records"):
                run_sync(store, jira)
        assert run_sync(store, jira).run.complete
        assert sum("changelog/bulkfetch" in one.path for one in jira.requests) == 3


# ---- slowness --------------------------------------------------------------------------------


@contextmanager
def dripping(pause: float):
    """Answer every request with a body that never ends, a byte at a time."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(pause):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        server.close()


def test_a_server_that_drips_does_not_hold_a_run_for_ever(monkeypatch):
    monkeypatch.setattr("cadence.jira.body.LONGEST_ANSWER_SECONDS", 0.2)
    begun = time.monotonic()
    with dripping(0.01) as url, pytest.raises(JiraUnreachable, match="too long"):
        Client(url, Credentials(None, "t"), hasty()).get("rest/api/2/myself")
    assert time.monotonic() - begun < 5


def header(name: str, value: str) -> faults.Fault:
    def add(answer: Answer) -> Answer:
        answer.headers[name] = value
        return answer

    return add


def test_near_the_limit_requests_go_slower():
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, header("X-RateLimit-NearLimit", "true"))
        client = Client(jira.url, credentials_of(jira), Patience(first_pause=0.2))
        client.get("rest/api/3/myself")
        begun = time.monotonic()
        client.get("rest/api/3/myself")
        assert time.monotonic() - begun >= 0.15
        begun = time.monotonic()
        client.get("rest/api/3/myself")
        assert time.monotonic() - begun < 0.15


def test_a_long_wait_is_told_and_a_short_one_is_not():
    lines: list[str] = []
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, faults.too_many("0.01"))
        jira.fault("myself", 3, faults.too_many("30"))
        patience = Patience(longest_total=60.0, tell=lines.append)
        client = Client(jira.url, credentials_of(jira), patience)
        client.get("rest/api/3/myself")
        assert lines == []
        threading.Timer(0.2, client.stop).start()
        with pytest.raises(Stopped):
            client.get("rest/api/3/myself")
    assert lines == ["Jira asks for fewer requests (429): going on in 30 seconds."]


# ---- who answers, and in which language ------------------------------------------------------


def test_an_answer_for_another_account_is_refused():
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, header("X-AAccountId", "acc-ben"))
        with pytest.raises(CredentialsRefused, match="another account"):
            connect(Client(jira.url, credentials_of(jira), hasty()))


@pytest.mark.parametrize("status", [200, 203])
def test_an_answer_for_another_account_later_on_changes_nothing_in_the_store(status, store):
    others = header("X-AAccountId", "acc-ben")
    with SampleJira(small_world(issues=3)) as jira:
        run_sync(store, jira)
        spoil(jira, lambda r: "search" in r.path, lambda a: replace(others(a), status=status))
        with pytest.raises(CredentialsRefused, match="another account"):
            run_sync(store, jira)
    assert len(issues_of(store)) == 3


def test_an_account_id_may_come_encoded():
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, header("X-AAccountId", "acc%2Dada"))
        assert connect(Client(jira.url, credentials_of(jira), hasty())).account.name == "Ada Park"


def test_names_are_asked_for_in_english_whoever_asks(store):
    with SampleJira(small_world(issues=1)) as jira:
        run_sync(store, jira)
        asked = {
            (one.headers.get("accept-language"), one.headers.get("x-force-accept-language"))
            for one in jira.requests
        }
    assert asked == {("en", "true")}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.5", "::1"])
def test_plain_http_is_taken_for_this_machine(host):
    assert is_loopback(host)
    shown = f"[{host}]" if ":" in host else host
    assert Client(f"http://{shown}:8080", Credentials(None, "t")).url.endswith(":8080")


@pytest.mark.parametrize("host", ["10.0.0.1", "localhost.evil.example", "0.0.0.0", "127.0.0.1.x"])
def test_and_for_no_other(host):
    assert not is_loopback(host)
    with pytest.raises(ConfigError, match="unencrypted"):
        Client(f"http://{host}", Credentials(None, "t"))
