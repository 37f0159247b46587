"""How a long run keeps its memory small, its collector idle and its threads quick."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_LARGE = 2**20
_SWITCH_SECONDS = 0.001


@contextmanager
def lean() -> Iterator[None]:
    """Give large buffers back when they are let go, keep the cyclic collector away, switch often.

    What Jira's JSON unfolds to holds no cycles: to go through it again and again costs a quarter of
    a run and finds nothing. And glibc keeps the room of large answers, once for each thread. A
    thread that has only to send the next question must not wait for one that makes sense of the
    last answer: it does so at each of the many small steps of an exchange.
    """
    was_on, was = gc.isenabled(), sys.getswitchinterval()
    _give_back_large_buffers()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(was)
        if was_on:
            gc.enable()


def _give_back_large_buffers() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    adjust = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if adjust is not None:
        adjust(_M_MMAP_THRESHOLD, _LARGE)
