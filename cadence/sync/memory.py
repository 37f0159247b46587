"""How a long run keeps its memory small and its collector idle."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_LARGE = 2**20


@contextmanager
def lean() -> Iterator[None]:
    """Give large buffers back when they are let go, and keep the cyclic collector away.

    What Jira's JSON unfolds to holds no cycles: to go through it again and again costs a quarter of
    a run and finds nothing. And glibc keeps the room of large answers, once for each thread.
    """
    was_on = gc.isenabled()
    _give_back_large_buffers()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _give_back_large_buffers() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    adjust = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if adjust is not None:
        adjust(_M_MMAP_THRESHOLD, _LARGE)
