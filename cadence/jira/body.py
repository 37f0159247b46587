"""The bodies of answers: bounded in size and time, unpacked here or later, without our secrets."""

import io
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import urllib3

from cadence.errors import JiraUnreachable
from cadence.jira.answers import Answer, JiraFailed
from cadence.jira.striking import without
from cadence.jira.system import JIRA, System
from cadence.jira.wire import told_fault

LONGEST_ANSWER_SECONDS = 300.0
SLOW_SECONDS, SLOWEST_RATE = 20.0, 2048
"""After so many seconds an answer must have come at so many bytes a second: a server that sends a
byte now and then must not hold a run for ever."""

LARGEST_ANSWER = 48 * 2**20
LARGE_ANSWER = 4 * 2**20
"""Of answers that are larger one at a time is read, so that several do not fill the memory."""

_CHUNK = 2**18


class Room:
    """The place for one answer: a large one waits until no other is read."""

    def __init__(self, large: threading.Lock) -> None:
        self._large = large
        self._held = False

    def make(self, size: int) -> None:
        """Take the place of a large answer, if it is one."""
        if size > LARGE_ANSWER and not self._held:
            self._held = self._large.acquire()

    def leave(self) -> None:
        """Leave it to others."""
        if self._held:
            self._held = False
            self._large.release()


@dataclass(frozen=True)
class Packed:
    """An answer whose body is still as it came, and the secrets that it may repeat."""

    status: int
    headers: Mapping[str, str]
    body: bytearray = field(repr=False)
    url: str
    secrets: tuple[bytes, ...] = field(repr=False)
    system: System = JIRA

    def answer(self) -> Answer:
        """Return the answer, unpacked; raises as the reading of an answer does."""
        with io.BytesIO(self.body) as packed:  # let go even where a fault is kept
            raw = urllib3.HTTPResponse(packed, headers=self.headers, preload_content=False)
            try:
                body = read_body(raw, self.url, self.system, Room(threading.Lock()))
            except urllib3.exceptions.HTTPError as fault:
                raise told_fault(fault, self.url, self.system) from fault
        body = without(self.secrets, body)
        return Answer(self.status, self.headers, body, self.url, self.system)


def read_body(
    raw: urllib3.BaseHTTPResponse, url: str, system: System, room: Room, *, unpack: bool = True
) -> bytearray:
    """Read a body up to a limit, unpacked or as it comes: a small one may unfold to gigabytes.

    It is read as it comes: to wait for a chunk to fill up may take for ever. Raises JiraFailed if
    it is too large, JiraUnreachable if it takes too long, and what urllib3 raises.
    """
    body = bytearray()
    begun = time.monotonic()
    try:
        while chunk := raw.read1(_CHUNK, decode_content=unpack):
            room.make(len(body) + len(chunk))
            body += chunk
            if len(body) > LARGEST_ANSWER:
                told = f"An answer is larger than {LARGEST_ANSWER >> 20} MB"
                raise JiraFailed(told, where=url)
            if _too_slow(time.monotonic() - begun, len(body)):
                raise JiraUnreachable(f"{system.name} takes too long to answer", where=url)
    except BaseException:
        body.clear()  # a fault is kept while it is waited to ask again, and would keep it
        raise
    return body


def _too_slow(seconds: float, size: int) -> bool:
    crawls = seconds > SLOW_SECONDS and size < seconds * SLOWEST_RATE
    return crawls or seconds > LONGEST_ANSWER_SECONDS
