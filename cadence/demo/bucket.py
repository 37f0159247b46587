"""The token bucket that limits how many requests a site takes, and the headers that tell of it."""

import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cadence.demo.exchange import Answer, Request

_NEAR = 0.2
"""Cloud warns when less than this share of the tokens is left."""


@dataclass
class Bucket:
    """A token a request: `capacity` at most, `per_second` come back.

    On Cloud each resource and method has a bucket of its own, as the burst limit has; on Data
    Center there is one. `clock` is the real one unless a test gives another: clients really wait.
    """

    capacity: int
    per_second: float
    clock: Callable[[], float] = time.monotonic
    levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self, request: Request, cloud: bool) -> tuple[bool, float]:
        """Take a token; returns whether there was one, and how many are left."""
        name = f"{request.method} {re.sub('[0-9]+', '', request.path)}" if cloud else ""
        with self.lock:
            now = self.clock()
            level, then = self.levels.get(name, (float(self.capacity), now))
            level = min(self.capacity, level + (now - then) * self.per_second)
            had = level >= 1
            level -= had
            self.levels[name] = (level, now)
        return had, level

    def wait(self, level: float) -> int:
        """Return the whole seconds until there is a token again."""
        return 0 if level >= 1 else max(1, math.ceil((1 - level) / self.per_second))

    def cloud_headers(self, level: float, now: datetime) -> dict[str, str]:
        """Return what Cloud says of a level, with `now` for the server's clock."""
        told = {"X-RateLimit-Limit": str(self.capacity), "X-RateLimit-Remaining": str(int(level))}
        if level < self.capacity * _NEAR:
            told["X-RateLimit-NearLimit"] = "true"
        if level < 1:
            reset = now.astimezone(UTC) + timedelta(seconds=self.wait(level))
            told["X-RateLimit-Reset"] = f"{reset:%Y-%m-%dT%H:%M:%SZ}"
        return told

    def datacenter_headers(self, level: float) -> dict[str, str]:
        """Return what Data Center says of a level: `retry-after` always, 0 while tokens remain."""
        rate = self.per_second
        fill, interval = (rate, 1.0) if rate >= 1 else (1, 1 / rate)
        return {
            "X-RateLimit-Limit": str(self.capacity),
            "X-RateLimit-Remaining": str(int(level)),
            "X-RateLimit-FillRate": f"{fill:g}",
            "X-RateLimit-Interval-Seconds": f"{interval:g}",
            "Retry-After": str(self.wait(level)),
        }

    def refusal(self, level: float, cloud: bool) -> Answer:
        """Return the 429 of an empty bucket."""
        headers = {"Retry-After": str(self.wait(level))}
        if cloud:
            headers["RateLimit-Reason"] = "jira-burst-based"
        return Answer(429, {"errorMessages": ["Rate limit exceeded."], "errors": {}}, headers)
