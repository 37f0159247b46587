"""How a sync ends that is killed, interrupted, failed by its server, or overtaken by edits."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from cadence.config import Config, Jira
from cadence.credentials import Credentials
from cadence.demo.faults import status
from cadence.demo.server import SampleJira
from cadence.errors import SyncIncomplete
from cadence.sync import Options, sync
from tests.sites import small_world
from tests.syncing import (
    FLAVORS,
    NOW,
    content_hash,
    facts_of,
    issues_of,
    later,
    run_sync,
)

pytestmark = [
    pytest.mark.parametrize("flavor", FLAVORS),
    pytest.mark.usefixtures("a_large_scope"),
]


def test_an_interrupted_load_goes_on_and_ends_equal(flavor, store, tmp_path):
    world = small_world(issues=160)
    stop_at = 100

    def interrupt(done: int, total: int) -> None:
        if done >= stop_at:
            raise KeyboardInterrupt

    with SampleJira(world, flavor) as jira:
        with pytest.raises(KeyboardInterrupt):
            run_sync(store, jira, options=Options(progress=interrupt))
        assert facts_of(store).syncs[-1].problem == "stopped by hand"
        later(world, minutes=1)
        world.edit("ada", "IO-1", summary="Changed between")
        run_sync(store, jira)
        undisturbed = tmp_path / "other" / "cadence.db"
        run_sync(undisturbed, jira)
    assert content_hash(store) == content_hash(undisturbed)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_sync_leaves_a_store_that_the_next_one_completes(flavor, store, tmp_path):
    world = small_world(issues=220)
    with SampleJira(world, flavor) as jira:
        child = multiprocessing.get_context("spawn").Process(
            target=_run_and_die, args=(store, jira.url, flavor, jira.email, jira.token, 120)
        )
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        assert facts_of(store).syncs[-1].finished is None
        run_sync(store, jira)
        undisturbed = tmp_path / "other" / "cadence.db"
        run_sync(undisturbed, jira)
    assert content_hash(store) == content_hash(undisturbed)


def _run_and_die(store: Path, url: str, flavor: str, email: str, token: str, at: int) -> None:
    """Sync, and die when so many issues are fetched; a process of its own."""

    def die(done: int, total: int) -> None:
        if done >= at:
            os.kill(os.getpid(), signal.SIGKILL)

    config = Config(jira=Jira(url=url, projects=("IO",)))
    kept = Credentials(email if flavor == "cloud" else None, token)
    sync(store, config, kept, NOW, Options(progress=die))


def test_a_server_that_fails_midway_leaves_a_consistent_store_and_says_so(flavor, store):
    world = small_world(issues=120)
    with SampleJira(world, flavor) as jira:
        path = "issue/bulkfetch" if flavor == "cloud" else "/search"
        for number in range(2 if flavor == "cloud" else 3, 40):
            jira.fault(path, number, status(500))
        with pytest.raises(SyncIncomplete, match="500"):
            run_sync(store, jira, workers=1)
        last = facts_of(store).syncs[-1]
        assert not last.complete
        assert last.problem
        jira.planned.clear()
        run_sync(store, jira)
    assert len(issues_of(store)) == 120


def test_issues_that_are_edited_while_they_are_fetched_lose_no_change(flavor, store, tmp_path):
    world = small_world(issues=30)
    with SampleJira(world, flavor) as jira:
        right = jira.answer

        def edited_meanwhile(request):
            later(world, seconds=7)
            for number in range(1, 31, 3):
                world.edit("ben", f"IO-{number}", summary=f"Edit {len(jira.requests)}")
            return right(request)

        jira.answer = edited_meanwhile
        run_sync(store, jira)
        run_sync(store, jira)
        jira.answer = right
        run_sync(store, jira)
        undisturbed = tmp_path / "other" / "cadence.db"
        run_sync(undisturbed, jira)
    assert content_hash(store) == content_hash(undisturbed)
