"""Answers that come at once share a transaction, and each is told what became of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cadence.errors import ConfigError
from cadence.store.database import open_store
from cadence.store.traceless import traceless
from cadence.web.turns import Turns

CROWD = 40


def writer(number: int):
    def work(db) -> None:
        with traceless(db):
            db.conn.execute("INSERT INTO cursors VALUES (?, '{}', 'now')", (str(number),))
            if number % 4 == 0:
                raise ConfigError(f"{number} is refused")

    return work


def stored(path: Path) -> set[str]:
    with open_store(path) as db:
        return {str(row[0]) for row in db.execute("SELECT scope FROM cursors").fetchall()}


def test_one_that_is_refused_leaves_nothing_and_the_others_stay(tmp_path):
    path = tmp_path / "cadence.db"
    with open_store(path):
        pass
    turns, together = Turns(path), Barrier(CROWD)

    def ask(number: int) -> str:
        together.wait()
        try:
            turns.together(writer(number))
        except ConfigError as fault:
            return fault.what
        assert str(number) in stored(path)  # it is there when it is told to be
        return ""

    with ThreadPoolExecutor(CROWD) as crowd:
        told = list(crowd.map(ask, range(CROWD)))
    refused = {number for number in range(CROWD) if number % 4 == 0}
    assert told == [f"{n} is refused" if n in refused else "" for n in range(CROWD)]
    assert stored(path) == {str(n) for n in range(CROWD) if n not in refused}


def test_what_keeps_all_from_the_disk_is_told_to_each_and_the_next_turn_works(tmp_path):
    path = tmp_path / "cadence.db"
    turns = Turns(path)
    for _ in range(2):
        with pytest.raises(ConfigError, match="no store"):
            turns.together(writer(1))
    with open_store(path):
        pass
    turns.together(writer(1))
    with turns.alone() as db:
        assert db.execute("SELECT scope FROM cursors").fetchall() == [("1",)]
