"""The process aside: it changes nothing but the time, and leaves nothing behind."""

import gzip
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest
from urllib3 import HTTPHeaderDict

from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.jira import cloud, histories, reader
from cadence.jira.answers import Again, JiraFailed
from cadence.jira.body import Packed
from cadence.jira.fields import Flavor, field_map
from cadence.jira.flight import begun
from cadence.jira.reader import Reader
from tests.syncing import content_hash, run_sync

BODY = b"""{"issueChangeLogs": [{"issueId": "7", "changeHistories": [{"id": "1",
"created": 1609776000000, "items": [{"field": "status", "fromString": "To Do", "toString": "Done"}]
}]}], "nextPageToken": "more"}"""
FIELDS = field_map(Flavor.CLOUD, [], [])


@pytest.fixture
def aside(monkeypatch):
    monkeypatch.setattr(reader, "_processors", lambda: 2)
    one = Reader(histories.__name__)
    one.begin()
    yield one
    one.close()


def answer(body: bytes, **headers: str) -> Packed:
    told = HTTPHeaderDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Packed(200, told, bytearray(body), "http://127.0.0.1/", (b"to-ken-1",))


def test_what_is_read_aside_is_what_is_read_here(aside):
    told = aside.call(histories.history_page, answer(BODY), FIELDS)
    assert aside._process
    assert told == histories.history_page(answer(BODY), FIELDS)
    assert told.token == "more"
    assert list(told.changelogs) == [7]


def test_a_packed_answer_is_unpacked_where_it_is_read(aside):
    packed = answer(gzip.compress(BODY), content_encoding="gzip")
    told = aside.call(histories.history_page, packed, FIELDS)
    assert told == histories.history_page(answer(BODY), FIELDS)
    assert aside._process


@pytest.mark.parametrize("repeated", [b"to-ken-1", b"to\\u002Dken\\u002d1", b"to%2dken&#45;1"])
def test_what_a_packed_answer_repeats_of_the_token_is_struck(aside, repeated):
    body = BODY.replace(b"Done", b"Done " + repeated)
    packed = answer(gzip.compress(body), content_encoding="gzip")
    told = aside.call(histories.history_page, packed, FIELDS)
    _, _, (item,) = told.changelogs[7].entries[1]
    assert item[-1] == "Done ***"
    assert "to-ken-1" not in repr(packed)


def test_a_packed_answer_that_broke_off_is_asked_for_again(aside):
    packed = answer(gzip.compress(BODY)[:-20], content_encoding="gzip")
    with pytest.raises(Again):
        aside.call(histories.history_page, packed, FIELDS)


def test_a_packed_bomb_is_refused_before_it_fills_the_memory(aside, monkeypatch):
    monkeypatch.setattr("cadence.jira.body.LARGEST_ANSWER", 2**20)
    bomb = answer(gzip.compress(b" " * 2**22), content_encoding="gzip")
    with pytest.raises(JiraFailed, match="larger"):
        bomb.answer()


def test_a_fault_that_is_kept_does_not_keep_the_answer():
    noise = b'"' + os.urandom(2**21).hex().encode() + b'"'
    packed = answer(gzip.compress(noise, 1)[:-8] + bytes(8), content_encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(Again) as kept:
            packed.answer()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept.value.what
    assert held < 2**20


def test_it_works_in_another_process(aside):
    assert aside.call(os.getpid) != os.getpid()
    assert Reader(histories.__name__).call(os.getpid) == os.getpid()


def test_what_cannot_be_read_raises_here_what_it_means(aside):
    with pytest.raises(Again):
        aside.call(histories.history_page, answer(BODY[:40]), FIELDS)
    assert aside.call(os.getpid) != os.getpid()


def test_one_that_dies_is_done_without(aside):
    os.kill(aside.call(os.getpid), signal.SIGKILL)
    assert aside.call(histories.history_page, answer(BODY), FIELDS).token == "more"
    aside.begin()
    assert aside.call(os.getpid) == os.getpid()


def asked_by(aside, *calls) -> list[Future]:
    """Call from several threads; return what comes of each."""
    return [begun(partial(aside.call, *call)) for call in calls]


def test_one_that_is_closed_leaves_nobody_waiting(aside, monkeypatch):
    right = reader._read

    def closing(stream):
        told = right(stream)
        aside.close()
        return told

    monkeypatch.setattr(reader, "_read", closing)
    asked = asked_by(aside, *[(abs, -number) for number in range(4)])
    assert [one.result(20) for one in asked] == [0, 1, 2, 3]


def test_an_answer_that_there_is_no_memory_for_leaves_nobody_waiting(aside, monkeypatch):
    def full(stream):
        raise MemoryError

    monkeypatch.setattr(reader, "_read", full)
    asked = asked_by(aside, *[(abs, -number) for number in range(4)], (bytes, 2**22))
    assert [one.result(20) for one in asked][:4] == [0, 1, 2, 3]


@pytest.mark.parametrize("size", [1, 3 * 2**20], ids=["small", "larger than the pipe"])
def test_one_that_is_stopped_is_done_without(monkeypatch, request, size):
    monkeypatch.setattr(reader, "_STUCK_SECONDS", 0.1, raising=False)
    aside = request.getfixturevalue("aside")
    os.kill(aside._process.pid, signal.SIGSTOP)
    asked = asked_by(aside, *[(bytes, bytes(size))] * 3)
    assert [one.result(20) for one in asked] == [bytes(size)] * 3
    assert aside.call(os.getpid) == os.getpid()


def test_where_there_is_no_room_for_a_thread_all_is_read_here(monkeypatch, request):
    def full(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        aside = request.getfixturevalue("aside")
    assert aside.call(os.getpid) == os.getpid()


def test_what_is_too_deep_to_be_handed_back_is_read_here(aside):
    deep = b"[" * 900 + b"]" * 900
    issue = b'{"id": "7", "fields": {"summary": %b}}' % deep
    told = aside.call(histories.issue_page, answer(b'{"issues": [%b]}' % issue), FIELDS)
    assert list(told.issues) == [7]
    assert aside.call(os.getpid) != os.getpid()


def test_a_sync_that_reads_aside_stores_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(cloud, "WORTH_A_PROCESS", 1)
    read: list[int] = []
    right = Reader._asked

    def asked(self, question):
        answer = right(self, question)
        read.append(len(pickle.loads(answer.result())[0].changelogs))
        return answer

    monkeypatch.setattr(Reader, "_asked", asked)
    hashes = {}
    with SampleJira(load_world(), "cloud") as jira:
        for processors in (1, 2):
            monkeypatch.setattr(reader, "_processors", partial(int, processors))
            store = tmp_path / f"{processors}.db"
            run_sync(store, jira, projects=("TFIO",))
            hashes[processors] = content_hash(store)
            assert bool(read) == (processors == 2)
    assert hashes[1] == hashes[2]


@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_it_does_not_outlive_the_process_that_it_works_for(stopped):
    code = (
        "import os, time; from cadence.jira import reader; reader._processors = lambda: 2;"
        "one = reader.Reader('cadence.jira.histories'); one.begin(); print(one.call(os.getpid), flush=True); time.sleep(60)"
    )
    told = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert told.stdout
    child = int(told.stdout.readline())
    assert child != told.pid
    if stopped and sys.platform.startswith("linux"):
        os.kill(child, signal.SIGSTOP)
    told.kill()
    told.communicate()
    deadline = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.02)


def _runs(process: int) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_its_environment_holds_no_secret_and_it_imports_nothing_from_where_it_stands(
    tmp_path, monkeypatch, request
):
    monkeypatch.setenv("CADENCE_JIRA_TOKEN", "secret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pickle.py").write_text("raise SystemExit('mine')")
    one = request.getfixturevalue("aside")
    assert one.call(os.getpid) != os.getpid()
    assert one.call(os.getenv, "CADENCE_JIRA_TOKEN") is None
