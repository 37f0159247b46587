"""How a long run keeps its memory small, its collector idle and its threads quick; and that a
process aside ends with it.
"""

import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_M_MMAP_THRESHOLD = -3  # malloc.h of glibc
_PR_SET_PDEATHSIG = 1  # sys/prctl.h of Linux
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


def end_with_parent() -> None:
    """Let this process end with the thread that began it, even one that was stopped: on Linux."""
    if function := _of_c("prctl"):
        function(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _give_back_large_buffers() -> None:
    if adjust := _of_c("mallopt"):
        adjust(_M_MMAP_THRESHOLD, _LARGE)


def _of_c(name: str) -> Callable[..., int] | None:
    """Return a function of the C library; None where it has none."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), name, None)
