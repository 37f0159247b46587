"""How long to wait for Jira: all threads stop together, and no run waits for ever."""

import math
import random
import threading
import time
from collections.abc import Callable

from cadence.errors import JiraUnreachable
from cadence.jira.answers import Again

_LONGEST_PAUSE = 60.0
_LONGEST_UNTOLD = 5.0
"""A longer wait is told: a user would wonder about it."""


def _silent(line: str) -> None:
    """Tell nobody."""


class Stopped(Exception):
    """The run is being ended; whoever waits for Jira gives up."""


class Patience:
    """What all threads of a run share: when the next request may go, and how much is left.

    `longest_total` are the seconds of all waits together, `longest_silence` those in which no
    answer comes, `longest_run` those of the whole run, and `most_requests` all that it may send.
    `tell` is told of a wait that a user would wonder about.
    """

    def __init__(  # noqa: PLR0913 - one parameter a bound
        self,
        attempts: int = 5,
        first_pause: float = 0.5,
        longest_total: float = 3600.0,
        longest_silence: float = 45.0,
        longest_run: float = math.inf,
        most_requests: float = math.inf,
        tell: Callable[[str], None] = _silent,
    ) -> None:
        self._attempts = attempts
        self._first_pause = first_pause
        self._left = longest_total
        self._longest_silence = longest_silence
        self._ends = time.monotonic() + longest_run
        self._most_requests = most_requests
        self._tell = tell
        self._not_before = 0.0
        self._answered = time.monotonic()
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

    def answered(self) -> None:
        """Note that Jira has answered: it is there."""
        self._answered = time.monotonic()

    def spend_request(self, sent: int) -> None:
        """Count a request; raises JiraUnreachable if the run has sent, or lasted, long enough."""
        if sent > self._most_requests:
            raise JiraUnreachable(f"The run has sent {self._most_requests} requests, and ends")
        if time.monotonic() > self._ends:
            raise JiraUnreachable("The run has lasted as long as it may, and ends")

    def ease(self) -> None:
        """Slow down: Jira says that it will soon ask for fewer requests."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + self._first_pause)

    def wait(self, again: Again, attempt: int) -> None:
        """Let time pass before a request is sent again; raises JiraUnreachable when it is enough.

        What Jira itself asks for is waited out in full, by all threads, and longer where it asks
        again and again; else each thread waits for a time that doubles, with jitter, so that they
        do not come back all at once.
        """
        pause = min(_LONGEST_PAUSE, self._first_pause * 2 ** (attempt - 1))
        if again.seconds is not None:
            self._wait_together(max(again.seconds, pause if attempt > 1 else 0.0), again)
            return
        silent = time.monotonic() - self._answered > self._longest_silence
        if attempt >= self._attempts or silent:
            raise again.told(silent=silent)
        pause *= random.uniform(0.5, 1.0)
        with self._lock:
            self._spend(pause, again)
        self._stopping.wait(pause)

    def _wait_together(self, seconds: float, again: Again) -> None:
        """Let all threads wait; what is more than may be waited for holds up none of them."""
        with self._lock:
            until = time.monotonic() + seconds
            more = max(until - max(self._not_before, time.monotonic()), 0.0)
            self._spend(more, again)
            self._not_before = max(self._not_before, until)
            self._answered = max(self._answered, until)  # what was asked for is no silence
        if more > _LONGEST_UNTOLD:
            self._tell(f"{again.what}: going on in {seconds:.0f} seconds.")

    def _spend(self, seconds: float, again: Again) -> None:
        if seconds > self._left:
            raise again.told()
        self._left -= seconds
