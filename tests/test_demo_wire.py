"""What goes wrong beneath HTTP, and the values that no sane issue holds."""

import json
import time
import zlib

import pytest
import requests
from sites import caller, get, post, small_world

from cadence.demo import faults, poison, wire
from cadence.demo.server import SampleJira

STATUS = "/rest/api/3/status"
SEARCH = "/rest/api/3/search/jql"


@pytest.fixture
def jira():
    with SampleJira(small_world(issues=30)) as jira:
        yield jira


def raw(jira, timeout=0.2):
    """Return the answer of the next request, with its body still to be read."""
    session = caller(jira)
    return session.get(jira.url + STATUS, stream=True, timeout=timeout)


# ---- whenever --------------------------------------------------------------------------------


def test_a_fault_may_meet_every_request_that_fits_until_it_is_mended(jira):
    standing = jira.always(lambda r: r.query.get("id") == ["1"], faults.status(503))
    never = jira.always(lambda r: False, faults.reset())
    codes = [get(jira, STATUS, id=id).status_code for id in (1, 2, 1)]
    assert codes == [503, 200, 503]
    standing.mend()
    assert get(jira, STATUS, id=1).status_code == 200
    assert jira.unfired() == [never]


# ---- connections -----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [wire.aborted, wire.aborted_body])
def test_a_connection_may_be_reset_before_or_within_the_answer(jira, fault):
    jira.fault("/status", 1, fault())
    with pytest.raises(requests.RequestException):
        get(jira, STATUS)
    assert get(jira, STATUS).status_code == 200


def test_an_answer_may_not_come_at_all(jira):
    jira.fault("/status", 1, wire.silent())
    with pytest.raises(requests.ReadTimeout):
        raw(jira)
    assert get(jira, STATUS).status_code == 200


def test_a_body_may_stall_half_way(jira):
    jira.fault("/status", 1, wire.stalled())
    answer = raw(jira)
    assert answer.status_code == 200
    with pytest.raises(requests.ConnectionError, match="timed out"):
        answer.content  # noqa: B018 - it is read here


def test_a_stalled_body_goes_on_if_one_waits_long_enough(jira):
    jira.fault("/status", 1, wire.stalled(0.01))
    assert len(get(jira, STATUS).json()) == 3


def test_a_body_may_drip_without_ever_being_silent(jira):
    jira.fault("/status", 1, wire.dripping(0.005, size=100))
    begun = time.perf_counter()
    assert len(raw(jira).json()) == 3
    assert time.perf_counter() - begun > 0.03
    jira.fault("/status", 1, wire.dripping(60))
    assert next(raw(jira).iter_content(1)) == b"["


def test_a_body_may_never_end(jira):
    jira.fault("/status", 1, wire.endless())
    answer = raw(jira)
    assert "Content-Length" not in answer.headers
    read = 0
    for piece in answer.iter_content(1 << 20):
        read += len(piece)
        if read > 5 << 20:
            break
    answer.close()
    assert get(jira, STATUS).status_code == 200


def test_a_site_closes_even_while_it_keeps_somebody_waiting():
    begun = time.perf_counter()
    with SampleJira(small_world()) as jira:
        jira.fault("/status", 1, wire.silent())
        jira.fault("/status", 2, wire.stalled())
        with pytest.raises(requests.ReadTimeout):
            raw(jira, 0.05)
        raw(jira, 0.05).close()
    assert time.perf_counter() - begun < 5


# ---- bodies ----------------------------------------------------------------------------------


def test_a_small_body_may_unfold_to_a_gigabyte_of_json(jira):
    jira.fault("/status", 1, wire.bomb(1 << 30))
    answer = raw(jira, 30)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 1 << 21
    unfolded = next(answer.iter_content(1 << 20))
    assert unfolded.strip() == b""
    answer.close()


def test_a_bombs_json_is_the_right_one(jira):
    jira.fault("/status", 1, wire.bomb(1000))
    answer = get(jira, STATUS)
    assert len(answer.content) > 1000
    assert len(answer.json()) == 3


def test_a_body_may_be_packed_many_times_or_only_say_so(jira):
    jira.fault("/status", 1, wire.layered(3))
    jira.fault("/status", 2, wire.misnamed())
    answer = raw(jira)
    assert answer.headers["Content-Encoding"] == "gzip, gzip, gzip"
    content = answer.raw.read(decode_content=False)
    for _ in range(3):
        content = zlib.decompress(content, 31)
    assert len(json.loads(content)) == 3
    with pytest.raises(requests.exceptions.ContentDecodingError):
        get(jira, STATUS)


def test_json_may_stop_half_way_in_a_body_of_the_right_length(jira):
    jira.fault("/status", 1, faults.truncated())
    answer = get(jira, STATUS)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_only_the_reset_may_be_told_of_too_many_requests(jira):
    jira.fault("/status", 1, faults.too_many(None, X_RateLimit_Reset="2021-01-04T10:00:00Z"))
    answer = get(jira, STATUS)
    assert answer.status_code == 429
    assert "Retry-After" not in answer.headers
    assert answer.headers["X-RateLimit-Reset"] == "2021-01-04T10:00:00Z"


# ---- pages -----------------------------------------------------------------------------------


def test_pages_may_repeat_turn_round_or_go_in_a_circle(jira):
    query = {"jql": "project = IO order by id", "maxResults": 10}
    right = get(jira, SEARCH, **query).json()
    jira.fault("search", 1, faults.doubled_issues())
    jira.fault("search", 2, faults.reversed_issues())
    jira.fault("search", 3, faults.repeated_token("round"))
    doubled, turned, circle = (get(jira, SEARCH, **query).json() for _ in range(3))
    assert doubled["issues"] == right["issues"] * 2
    assert turned["issues"] == right["issues"][::-1]
    assert circle["nextPageToken"] == "round"


def test_the_same_page_may_come_for_ever(jira):
    jira.always(lambda r: "search" in r.path, faults.stuck())
    query = {"jql": "project = IO order by id", "maxResults": 10}
    first = get(jira, SEARCH, **query).json()
    again = get(jira, SEARCH, **query, nextPageToken=first["nextPageToken"]).json()
    assert again == first


# ---- poison ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", poison.VALUES)
def test_each_poison_is_told_by_search_and_bulk_fetch_of_its_issue_only(jira, name):
    jira.world.poison("IO-2", **poison.VALUES[name])
    for version in ("2", "3"):
        body = {"issueIdsOrKeys": ["IO-1", "IO-2"], "fields": ["*all"]}
        told = post(jira, f"/rest/api/{version}/issue/bulkfetch", body).text
        for field, value in poison.VALUES[name].items():
            written = value.text if isinstance(value, poison.Verbatim) else json.dumps(value)
            assert f'"{field}": {written}' in told
    assert get(jira, "/rest/api/3/issue/IO-1").json()["fields"]["summary"] == "Story 1"


def test_some_poisons_are_more_than_python_reads(jira):
    jira.world.poison("IO-1", summary=poison.ENDLESS_INTEGER)
    with pytest.raises(ValueError, match="4300 digits"):
        get(jira, "/rest/api/3/issue/IO-1").json()
    jira.world.poison("IO-1", summary=poison.DEEP)
    with pytest.raises(RecursionError):
        get(jira, "/rest/api/3/issue/IO-1").json()


def test_a_text_may_be_32_megabytes_long(jira):
    jira.world.poison("IO-1", description=poison.long_text())
    told = get(jira, "/rest/api/2/issue/IO-1").json()["fields"]["description"]
    assert len(told) > 32 * 10**6
