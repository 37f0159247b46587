"""How a long run keeps its memory small and its collector idle."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_LARGE = 2**20
_SELDOM = 500_000
_SHORT_TURN = 0.0001


@contextmanager
def lean() -> Iterator[None]:
    """Give large buffers back when they are let go, and let the collector look seldom.

    What Jira's JSON unfolds to holds no cycles: to go through it again and again costs a quarter of
    a run and finds nothing. And glibc keeps the room of large answers, once for each thread.
    """
    often, turn = gc.get_threshold(), sys.getswitchinterval()
    _give_back_large_buffers()
    gc.set_threshold(_SELDOM, *often[1:])
    sys.setswitchinterval(_SHORT_TURN)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        sys.setswitchinterval(turn)


def _give_back_large_buffers() -> None:
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    adjust = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if adjust is not None:
        adjust(_M_MMAP_THRESHOLD, _LARGE)
