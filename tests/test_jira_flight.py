"""Slots: what is urgent goes first, then who came first; and no more at once than there are."""

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from cadence.jira.flight import Slots


def order_of(urgent: list[bool]) -> list[int]:
    """Return in which order those take the only slot that came one by one while it was held."""
    slots, taken = Slots(1), list[int]()

    def take(number: int) -> None:
        with slots.one(urgent=urgent[number]):
            taken.append(number)

    threads = [threading.Thread(target=take, args=(i,)) for i in range(len(urgent))]
    with slots.one():
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            while len(slots._urgent) + len(slots._others) < waiting:
                time.sleep(0.0005)
    for thread in threads:
        thread.join()
    return taken


@given(st.lists(st.booleans(), max_size=6))
def test_the_urgent_go_first_and_else_who_came_first(urgent):
    expected = sorted(range(len(urgent)), key=lambda i: (not urgent[i], i))
    assert order_of(urgent) == expected


def test_no_more_hold_a_slot_than_there_are():
    slots, held, most = Slots(3), 0, 0
    lock = threading.Lock()

    def work(urgent: bool) -> None:
        nonlocal held, most
        for _ in range(50):
            with slots.one(urgent=urgent):
                with lock:
                    held += 1
                    most = max(most, held)
                time.sleep(0.0002)
                with lock:
                    held -= 1

    threads = [threading.Thread(target=work, args=(i % 3 == 0,)) for i in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3


def test_a_slot_is_free_again_when_its_holder_fails():
    slots = Slots(1)
    for _ in range(2):
        try:
            with slots.one():
                raise ValueError
        except ValueError:
            pass
    with slots.one():
        pass
