"""What a run may take: time, requests, memory, and how many things at once."""

import gc
import re
import threading
import time
from dataclasses import replace

import pytest

from cadence.credentials import Credentials, secret_forms
from cadence.demo import faults, wire
from cadence.demo.exchange import Answer
from cadence.demo.server import SampleJira
from cadence.errors import CredentialsRefused, JiraUnreachable, SyncIncomplete
from cadence.jira.answers import Answer as Read
from cadence.jira.answers import JiraFailed, array_of
from cadence.jira.body import Room
from cadence.jira.client import Client
from cadence.jira.flight import ahead, in_order, together
from cadence.jira.memory import lean
from cadence.jira.patience import Patience
from cadence.sync import Options
from tests.sites import small_world
from tests.syncing import content_hash, credentials_of, facts_of, issues_of, run_sync, spoil

ME = "rest/api/3/myself"


def patience(**bounds: float) -> Patience:
    return Patience(**{"attempts": 5, "first_pause": 0.001, "longest_total": 5.0, **bounds})


# ---- time and requests -----------------------------------------------------------------------


def test_a_run_that_has_sent_its_requests_ends_and_the_next_one_goes_on(store, tmp_path):
    with SampleJira(small_world(issues=30)) as jira:
        with pytest.raises(SyncIncomplete, match="has sent 9 requests"):
            run_sync(store, jira, options=Options(patience=patience(most_requests=9)))
        assert len(jira.requests) == 9
        assert "has sent" in facts_of(store).syncs[-1].problem
        run_sync(store, jira)
    assert len(issues_of(store)) == 30


def test_a_run_that_has_lasted_long_enough_ends():
    with SampleJira(small_world()) as jira:
        client = Client(jira.url, credentials_of(jira), patience(longest_run=-1.0))
        with pytest.raises(JiraUnreachable, match="lasted"):
            client.get(ME)


def test_a_jira_that_says_nothing_at_all_is_given_up(monkeypatch):
    monkeypatch.setattr("cadence.jira.client.READ_SECONDS", 0.1)
    with SampleJira(small_world()) as jira:
        jira.always(lambda request: True, wire.silent())
        client = Client(jira.url, credentials_of(jira), patience(longest_silence=0.15))
        with pytest.raises(JiraUnreachable, match="takes too long") as fault:
            client.get(ME)
        assert not isinstance(fault.value, JiraFailed)
        assert client.requests == 2


def test_an_answer_that_crawls_ends_the_run(monkeypatch):
    monkeypatch.setattr("cadence.jira.body.SLOW_SECONDS", 0.2)
    with SampleJira(small_world()) as jira:
        jira.always(lambda request: True, wire.dripping(0.02))
        with pytest.raises(JiraUnreachable, match="takes too long"):
            Client(jira.url, credentials_of(jira), patience()).get(ME)
        assert len(jira.requests) == 1


def test_who_is_asked_to_wait_again_and_again_waits_longer_each_time():
    with SampleJira(small_world()) as jira:
        jira.traits.limited = "0.01"
        waits = Patience(first_pause=0.05, longest_total=0.5)
        with pytest.raises(JiraUnreachable, match="fewer requests"):
            Client(jira.url, credentials_of(jira), waits).get(ME)
        assert len(jira.requests) <= 6


def test_a_wait_that_is_too_long_for_one_request_holds_up_no_other():
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, faults.too_many("99999"))
        client = Client(jira.url, credentials_of(jira), patience())
        with pytest.raises(JiraUnreachable, match="99999 seconds"):
            client.get(ME)
        assert client.get(ME)["active"]


def test_a_wait_is_noted_before_another_request_may_leave(monkeypatch):
    note = Patience.wait

    def slowly(self, again, attempt):
        time.sleep(0.1)  # long enough for another thread to take a slot that is free
        note(self, again, attempt)

    monkeypatch.setattr(Patience, "wait", slowly)
    with SampleJira(small_world()) as jira:
        jira.fault("myself", 1, faults.too_many("0.4"))
        right, arrived = jira.answer, []

        def answer(request):
            arrived.append(time.monotonic())
            return right(request)

        jira.answer = answer
        client = Client(jira.url, credentials_of(jira), patience(), in_flight=1)
        list(in_order([lambda: client.get(ME)] * 6, 6))
    assert arrived[1] - arrived[0] >= 0.4


# ---- how many at once ------------------------------------------------------------------------


def test_no_more_requests_are_in_flight_than_the_client_is_given(monkeypatch):
    flying, most, lock = 0, 0, threading.Lock()
    sent = Client._sent

    def counted(self, *told):
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        try:
            return sent(self, *told)
        finally:
            with lock:
                flying -= 1

    monkeypatch.setattr(Client, "_sent", counted)
    with SampleJira(small_world(), latency=0.02) as jira:
        client = Client(jira.url, credentials_of(jira), patience(), in_flight=3)
        list(in_order([lambda: client.get(ME)] * 20, 8))
    assert most == 3


def test_results_come_in_order_and_so_do_those_before_a_source_that_fails():
    def source():
        for number in range(5):
            yield lambda number=number: time.sleep(0.01 * (5 - number)) or number
        raise ValueError("no more")

    results = in_order(source(), 3)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="no more"):
        next(results)


def test_the_first_task_that_fails_ends_the_flight():
    def failing():
        raise ValueError("third")

    results = in_order([lambda: 1, lambda: 2, failing, lambda: 4], 2)
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(results)


def test_a_source_works_ahead_but_not_too_far():
    taken = []

    def source():
        for number in range(100):
            taken.append(number)
            yield number

    coming = ahead(source(), 3)
    assert next(coming) == 0
    time.sleep(0.05)
    assert len(taken) <= 5
    coming.close()


def test_what_a_source_raises_comes_after_what_it_gave():
    def source():
        yield 1
        raise ValueError("broken")

    coming = ahead(source(), 3)
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)
    assert list(ahead(iter(()), 2)) == []
    assert together([]) == []


# ---- what an answer may hold -----------------------------------------------------------------


def test_an_answer_of_very_many_values_is_not_unfolded(monkeypatch):
    monkeypatch.setattr("cadence.jira.answers._MOST_VALUES", 100)
    with pytest.raises(JiraFailed, match="more values"):
        array_of(Read(200, {}, bytearray(b"[" + b"{}," * 400 + b"{}]"), "u"))
    assert array_of(Read(200, {}, bytearray(b"[1,2]"), "u")) == [1, 2]


def test_large_answers_are_read_one_at_a_time(monkeypatch, store):
    monkeypatch.setattr("cadence.jira.body.LARGE_ANSWER", 100)
    with SampleJira(small_world(issues=250)) as jira:
        run_sync(store, jira, workers=8)
    assert len(issues_of(store)) == 250


@pytest.mark.parametrize(
    "written",
    [
        {"=": "="},
        {"=": "\\u003d", "/": "\\u002F"},
        {"/": "\\/"},
        {"=": "%3d", "/": "%2f", "%": "%25"},
        {"=": "&#61;", "/": "&#x2F;"},
    ],
    ids=["as it is", "as Gson does", "as PHP does, unpadded", "in a URL", "in HTML"],
)
@pytest.mark.parametrize("refused", [True, False], ids=["a refusal", "a summary"])
def test_the_token_is_struck_from_what_an_answer_repeats(store, written, refused):
    token = "canary-%41/1234=Q7"
    with SampleJira(small_world(issues=3)) as jira:
        jira.token = token
        assert jira.authorization.endswith("=")
        sent = jira.authorization.removeprefix("Basic ")
        sent = sent if "=" in written else sent.rstrip("=")
        repeated = f"{token} {sent}".translate(str.maketrans(written))
        if refused:
            told = Answer(400, text=f'{{"errorMessages": ["Bad request: {repeated}"]}}')
            spoil(jira, lambda request: "search" in request.path, lambda _: told)
            with pytest.raises(Exception, match=r"Bad request: \*\*\* \*\*\*") as fault:
                run_sync(store, jira)
            assert repeated not in str(fault.value)
            assert "Bad request: *** ***" in facts_of(store).syncs[-1].problem
        else:

            def repeating(answer: Answer) -> Answer:
                text = answer.content().decode()
                text = re.sub(r'("summary": ?")', lambda found: f"{found[0]}{repeated} ", text)
                return replace(answer, body=None, text=text)

            spoil(jira, lambda request: "bulkfetch" in request.path, repeating)
            run_sync(store, jira)
            assert all(issue.summary.startswith("*** ***") for issue in facts_of(store).issues)
        for secret in secret_forms(credentials_of(jira)):
            assert secret.rstrip(b"=") not in store.read_bytes()


def test_a_token_is_known_alone_and_in_a_header_and_a_word_is_no_secret():
    forms = secret_forms(Credentials("ada@example.com", "a+b/c=secret"))
    assert set(forms) == {
        b"a+b/c=secret",
        b"YWRhQGV4YW1wbGUuY29tOmErYi9jPXNlY3JldA==",
        b"YStiL2M9c2VjcmV0",
    }
    assert b"Pz8_Pj4-c2VjcmV0" in secret_forms(Credentials(None, "???>>>secret"))
    assert secret_forms(Credentials(None, "t")) == ()


# ---- who is answered -------------------------------------------------------------------------


def test_an_answer_that_is_suddenly_for_nobody_ends_the_run_and_deletes_nothing(store):
    with SampleJira(small_world(issues=5)) as jira:
        run_sync(store, jira)
        before = content_hash(store)

        def nobody(answer: Answer) -> Answer:
            return Answer(body={"issues": [], "isLast": True}, headers={"X-AAccountId": ""})

        spoil(jira, lambda request: "search/jql" in request.path, nobody)
        with pytest.raises(CredentialsRefused, match="without the account"):
            run_sync(store, jira)
    assert content_hash(store) == before


def test_a_site_that_never_says_for_whom_it_answers_is_fine(store, monkeypatch):
    monkeypatch.setattr(SampleJira, "_add_headers", lambda *told: None)
    with SampleJira(small_world(issues=5)) as jira:
        assert run_sync(store, jira).run.complete
    assert len(issues_of(store)) == 5


def test_faults_do_not_pile_up_in_memory_while_no_garbage_is_collected():
    with SampleJira(small_world()) as jira:
        spoil(jira, lambda request: True, lambda told: replace(told, reset=True))
        client = Client(jira.url, credentials_of(jira), Patience(attempts=600, first_pause=0.0))
        with lean():
            with pytest.raises(JiraUnreachable):
                client.get(ME)
            assert client.requests == 600
            assert sum(isinstance(one, Room) for one in gc.get_objects()) < 300
