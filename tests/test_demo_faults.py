import gzip

import pytest
import requests
from sites import caller, get, small_world

from cadence.demo import faults
from cadence.demo.server import SampleJira

STATUS = "/rest/api/3/status"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=40)) as jira:
        yield jira


def test_only_the_nth_matching_request_goes_wrong(jira):
    jira.fault("/status", 2, faults.status(503, Retry_After="1"))
    get(jira, "/rest/api/3/issuetype")
    codes = [get(jira, STATUS) for _ in range(3)]
    assert [answer.status_code for answer in codes] == [200, 503, 200]
    assert codes[1].headers["Retry-After"] == "1"
    assert jira.unfired() == []


def test_a_fault_that_did_not_happen_is_told(jira):
    jira.fault("/status", 2, faults.reset())
    get(jira, STATUS)
    assert [planned.path for planned in jira.unfired()] == ["/status"]


@pytest.mark.parametrize("after", ["1", "1.5", "Mon, 04 Jan 2021 09:00:05 GMT", None])
def test_too_many_requests_come_with_every_form_of_retry_after(jira, after):
    jira.fault("/status", 1, faults.too_many(after, X_RateLimit_Reset="2021-01-04T09:01Z"))
    answer = get(jira, STATUS)
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == after
    assert answer.headers["X-RateLimit-Reset"] == "2021-01-04T09:01Z"


def test_a_connection_may_be_closed_before_or_within_the_answer(jira):
    jira.fault("/status", 1, faults.reset())
    jira.fault("/status", 2, faults.cut_body())
    with pytest.raises(requests.ConnectionError):
        get(jira, STATUS)
    with pytest.raises(requests.RequestException):
        get(jira, STATUS)
    assert get(jira, STATUS).status_code == 200


def test_an_answer_may_be_a_page_or_nonsense_or_late(jira):
    jira.fault("/status", 1, faults.html())
    jira.fault("/status", 2, faults.wrong_json("a text"))
    jira.fault("/status", 3, faults.slow(0.01))
    assert get(jira, STATUS).text.startswith("<!DOCTYPE html>")
    assert get(jira, STATUS).json() == "a text"
    assert get(jira, STATUS).elapsed.total_seconds() >= 0.01


def test_an_answer_may_be_edited_or_lead_elsewhere(jira):
    jira.fault("/status", 1, faults.edited(lambda body: body[:1]))
    jira.fault("/status", 2, faults.redirect(f"{jira.url}/rest/api/3/issuetype"))
    assert len(get(jira, STATUS).json()) == 1
    assert get(jira, STATUS).json()[0]["name"] == "Epic"


def test_the_log_holds_every_request_and_its_status(jira):
    get(jira, STATUS, colour="red")
    with caller(jira) as session:
        session.post(f"{jira.url}/rest/api/3/issue/bulkfetch", json={"fields": []}, timeout=5)
    first, second = jira.requests
    assert (first.method, first.path, first.query) == ("GET", STATUS, {"colour": ["red"]})
    assert (second.body, second.status) == ({"fields": []}, 400)


def test_answers_are_compressed_for_those_who_ask(jira):
    with caller(jira) as session:
        session.headers["Accept-Encoding"] = "gzip"
        url = f"{jira.url}/rest/api/3/search/jql?jql=project=IO&fields=*all"
        packed = session.get(url, stream=True, timeout=5)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.raw.read()).startswith(b"{")
        session.headers["Accept-Encoding"] = "identity"
        assert "Content-Encoding" not in session.get(url, timeout=5).headers


def test_a_closed_site_answers_nobody_not_even_on_a_kept_connection():
    with SampleJira(small_world()) as jira, caller(jira) as session:
        assert session.get(jira.url + STATUS, timeout=5).status_code == 200
        jira.__exit__(None, None, None)
        with pytest.raises(requests.ConnectionError):
            session.get(jira.url + STATUS, timeout=5)
        jira.__enter__()
