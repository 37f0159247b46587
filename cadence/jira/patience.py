"""How long to wait for Jira: all threads stop together, and no run waits for ever."""

import random
import threading
import time
from collections.abc import Callable

from cadence.jira.answers import Again

_LONGEST_PAUSE = 60.0
_LONGEST_SILENCE = 5.0


def _silent(line: str) -> None:
    """Tell nobody."""


class Stopped(Exception):
    """The run is being ended; whoever waits for Jira gives up."""


class Patience:
    """What all threads of a run share: when the next request may go, and how much is left.

    `tell` is told of a wait that a user would wonder about.
    """

    def __init__(
        self,
        attempts: int = 5,
        first_pause: float = 0.5,
        longest_total: float = 3600.0,
        tell: Callable[[str], None] = _silent,
    ) -> None:
        self._attempts = attempts
        self._first_pause = first_pause
        self._left = longest_total
        self._tell = tell
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End all waiting."""
        self._stopping.set()

    def hold(self) -> None:
        """Wait until Jira takes requests again; raises Stopped when the run is being ended."""
        while (seconds := self._not_before - time.monotonic()) > 0:
            if self._stopping.wait(seconds):
                break
        if self._stopping.is_set():
            raise Stopped

    def ease(self) -> None:
        """Slow down: Jira says that it will soon ask for fewer requests."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + self._first_pause)

    def wait(self, again: Again, attempt: int) -> None:
        """Let time pass before a request is sent again; raises JiraUnreachable when it is enough.

        What Jira itself asks for is waited out in full, by all threads; else each thread waits
        for a time that doubles, with jitter, so that they do not come back all at once.
        """
        told = again.seconds
        if told is None:
            if attempt >= self._attempts:
                raise again.told()
            pause = self._first_pause * 2 ** (attempt - 1)
            told = min(_LONGEST_PAUSE, pause) * random.uniform(0.5, 1.0)
            self._spend(told, again)
            self._stopping.wait(told)
            return
        with self._lock:
            until = time.monotonic() + told
            more = until - max(self._not_before, time.monotonic())
            self._not_before = max(self._not_before, until)
        self._spend(max(more, 0.0), again)
        if more > _LONGEST_SILENCE:
            self._tell(f"{again.what}: going on in {told:.0f} seconds.")

    def _spend(self, seconds: float, again: Again) -> None:
        with self._lock:
            if seconds > self._left:
                raise again.told()
            self._left -= seconds
