"""The sample Jira: a loopback HTTP server that shows a world as Cloud or as Data Center."""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from cadence.demo.asking import SearchLog
from cadence.demo.bucket import Bucket
from cadence.demo.cloud import Cloud
from cadence.demo.connection import Server
from cadence.demo.creation import is_creation
from cadence.demo.datacenter import DataCenter
from cadence.demo.exchange import Answer, Refusal, Request
from cadence.demo.face import Traits, Visit
from cadence.demo.faults import Fault, Planned, Standing, html, too_many
from cadence.demo.languages import language_of
from cadence.demo.records import Person
from cadence.demo.rendering import Rendering
from cadence.demo.world import World

_STRANGER = Person("sample", "Sample Caller", "5b0000000000000000000001", "sample", "JIRAUSER1")


@dataclass(frozen=True)
class Logged:
    """A request as the server saw it, and the status of its answer."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any
    status: int


class SampleJira:
    """A Jira site on a port of its own while in its `with` block.

    `flavor` is "cloud" or "datacenter". What makes sites differ is in `traits`, what goes wrong is
    planned with `fault`, and `requests` is the log. The server's clock is the world's.
    """

    def __init__(
        self, world: World, flavor: str = "cloud", latency: float = 0.0, context: str = ""
    ) -> None:
        self.world = world
        self.site = {"cloud": Cloud, "datacenter": DataCenter}[flavor]()
        self.cloud = flavor == "cloud"
        self.context = context
        self.traits = Traits(world.zone, world.zone, latency=latency)
        self.caller = next(iter(world.people.values()), _STRANGER)
        if self.caller is _STRANGER:
            world.add(_STRANGER)
        self.email = self.caller.email or f"{self.caller.handle}@example.com"
        self.token = "sample-token"
        self.requests: list[Logged] = []
        self.searches = SearchLog()
        self.planned: list[Planned | Standing] = []
        self.lock = threading.RLock()
        self.url = ""
        self.open = False
        self.closed = threading.Event()

    def __enter__(self) -> Self:
        self.closed.clear()
        self._server = Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{self.context}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        self.open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.open = False
        self.closed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- what goes wrong ---------------------------------------------------------------------

    def fault(self, path: str, nth: int, fault: Fault, *, instead: bool = False) -> None:
        """Let the nth request from now on whose path holds `path` go wrong (see faults.py).

        `instead`: the site never sees the request, so that a write does not happen.
        """
        self.planned.append(Planned(path, nth, fault, instead))

    def always(
        self, when: Callable[[Request], bool], fault: Fault, *, instead: bool = False
    ) -> Standing:
        """Let every request that fits go wrong, until what is returned is told to `mend`."""
        standing = Standing(when, fault, instead)
        self.planned.append(standing)
        return standing

    def unfired(self) -> list[Planned | Standing]:
        """Return the faults that have not happened; a test should find none."""
        return [planned for planned in self.planned if not planned.fired]

    # ---- answering ---------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request; faults planned for it included."""
        with self.lock:
            met = [planned for planned in self.planned if planned.meets(request)]
            instead = any(planned.instead for planned in met)
            answer = Answer() if instead else self._right_answer(request)
            for planned in met:
                answer = planned.fault(answer)
            answer.delay += self.traits.latency
            self._add_headers(request, answer)
            self.requests.append(
                Logged(
                    request.method,
                    request.path,
                    request.query,
                    request.headers,
                    request.body,
                    answer.status,
                )
            )
        return answer

    def _right_answer(self, request: Request) -> Answer:
        if self.traits.login_page:
            return html()(Answer())
        if self.traits.limited is not None:
            return too_many(self.traits.limited)(Answer())
        if self.traits.bucket and not request.path.endswith("/serverInfo"):  # which is exempt
            return self._rationed(request, self.traits.bucket)
        return self._answer(request)

    def _rationed(self, request: Request, bucket: Bucket) -> Answer:
        """Answer if the bucket has a token; on every answer are the headers that tell of it."""
        had, level = bucket.taken(request, self.cloud)
        answer = self._answer(request) if had else bucket.refusal(level, self.cloud)
        if self.cloud:
            answer.headers |= bucket.cloud_headers(level, self.world.now)
        else:
            answer.headers |= bucket.datacenter_headers(level)
        return answer

    def _answer(self, request: Request) -> Answer:
        try:
            caller = self._caller(request)
            handler, arguments = self.site.face.find(request)
            told = handler(self._visit(request, caller, arguments))
            return told if isinstance(told, Answer) else Answer(body=told)
        except Refusal as refusal:
            return refusal.answer

    def _visit(self, request: Request, caller: Person | None, arguments: tuple[str, ...]) -> Visit:
        world, traits, number = self.world, self.traits, len(self.requests)
        stale = traits.stale_node_ms and not self.cloud and number % 2
        if stale and not is_creation(request):
            world = world.as_of(world.instant - traits.stale_node_ms)
        rendering = Rendering(
            world,
            self.url,
            self.site.face.version(request.path),
            self.cloud,
            traits.site_zone,
            traits.caller_zone,
            language_of(request, traits.language),
            not traits.null_authors,
            not traits.no_field_ids,
        )
        return Visit(request, world, traits, rendering, caller, arguments, self.searches, number)

    def _caller(self, request: Request) -> Person | None:
        """Return who asks; None is the anonymous. Wrong credentials are 401, a ban is 403."""
        given = request.headers.get("authorization")
        if self.traits.forbidden:
            denied = {} if self.cloud else _CAPTCHA
            raise Refusal(403, "Forbidden", headers=denied)
        if self.traits.anonymous or given is None:
            return None
        if given != self.authorization:
            refused = "AUTHENTICATED_FAILED"
            raise Refusal(
                401,
                "Client must be authenticated to access this resource.",
                headers={"X-Seraph-LoginReason": refused, "WWW-Authenticate": "Basic"},
            )
        return self.caller

    @property
    def authorization(self) -> str:
        """The header that opens this site: Basic on Cloud, Bearer on Data Center."""
        if not self.cloud:
            return f"Bearer {self.token}"
        pair = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        return f"Basic {pair}"

    def _add_headers(self, request: Request, answer: Answer) -> None:
        """Add the headers that each face sends with everything."""
        known = request.headers.get("authorization") == self.authorization
        if self.cloud and known and not self.traits.anonymous:
            answer.headers.setdefault("X-AAccountId", self.caller.account)
        if not self.cloud:
            for name, value in _BUCKET.items():
                answer.headers.setdefault(name, value)


_CAPTCHA = {
    "X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE",
    "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
}
_BUCKET = {
    "X-RateLimit-Limit": "1000",
    "X-RateLimit-Remaining": "999",
    "X-RateLimit-FillRate": "1000",
    "X-RateLimit-Interval-Seconds": "1",
    "Retry-After": "0",
}
