"""The site that bench/sync.py reads: the sample Jira in a process of its own, answers kept.

Making an answer costs the sample far more than sending it. So what was asked before is sent again,
packed, byte for byte: the benches then measure who asks. Page tokens come with the answers, so a
second walk is handed the first one's.
"""

import gzip
import json
import multiprocessing
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from cadence.demo.exchange import Request
from cadence.demo.records import Component, Person, Project, Status, Type, Version
from cadence.demo.server import SampleJira
from cadence.demo.world import World

CHANGES = 10
"""Each issue has so many histories, of one item each."""

_PEOPLE = [
    Person(f"p{n}", f"Person {n}", f"5b00000000000000000000{n:02}", f"person{n}", f"JIRAUSER{n}")
    for n in range(12)
]
_STATUSES = (
    Status("1", "To Do", "new"),
    Status("3", "In Progress", "indeterminate"),
    Status("4", "In Review", "indeterminate"),
    Status("5", "Done", "done"),
)
_DESCRIPTION = "\n".join(["What is wanted, and why it is wanted now, in a line or two. " * 2] * 3)


def world_of(issues: int) -> World:
    """Return a site of one project with so many stories of ten changes, the last a month ago."""
    world = World()
    world.add(*_PEOPLE, *_STATUSES, Type("10000", "Epic", 1), Type("10001", "Story", 0))
    world.add(Project("10000", "IO", "Training I/O"))
    world.add(Component("10010", "loader", "IO"), Version("10100", "io 1.0", "IO"))
    began = datetime(2021, 1, 4, 9, tzinfo=UTC)
    for number in range(issues):
        world.now = began + timedelta(minutes=number)
        people = [_PEOPLE[(number + step) % len(_PEOPLE)].handle for step in range(3)]
        title = f"Story {number + 1}: read the shards ahead"
        key = world.create(
            people[0], "IO", "Story", title, description=_DESCRIPTION, components="loader"
        ).id
        for who, sets in zip(people * CHANGES, _changes(people), strict=False):
            world.now += timedelta(hours=7, seconds=number % 60)
            world.edit(who, key, **sets)
    world.now = began + timedelta(minutes=issues, days=40)
    return world


def _changes(people: list[str]) -> list[dict[str, Any]]:
    return [
        {"assignee": people[1]},
        {"points": 3.0},
        {"due": "2021-06-30"},
        {"status": "In Progress"},
        {"labels": ("io", "training")},
        {"assignee": people[2]},
        {"fix_versions": "io 1.0"},
        {"status": "In Review"},
        {"due": "2021-07-15"},
        {"status": "Done"},
    ]


@dataclass
class _Site:
    """What the server's threads share: the answers as sent, and what was asked since the start."""

    jira: SampleJira
    latency: float = 0.0
    answers: dict[tuple[str, str, bytes], bytes] = field(default_factory=dict)
    log: list[tuple[str, str, str]] = field(default_factory=list)
    rendered: int = 0
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """Return a whole response; it waits for as long as the network would."""
        asked = (method, path, body)
        with self.lock:
            self.log.append((method, path, body.decode()))
            if asked not in self.answers:
                self.answers[asked] = self._rendered(asked, headers)
                self.rendered += 1
            reply = self.answers[asked]
            self.sent += len(reply)
        if self.latency:
            time.sleep(self.latency)
        return reply

    def _rendered(self, asked: tuple[str, str, bytes], headers: Mapping[str, str]) -> bytes:
        method, path, body = asked
        parts = urlsplit(path)
        answer = self.jira.answer(
            Request(
                method,
                unquote(parts.path),
                parse_qs(parts.query, keep_blank_values=True),
                {name.lower(): value for name, value in headers.items()},
                json.loads(body) if body else None,
            )
        )
        # The log of the sample would hold every body for as long as it lives.
        self.jira.requests.clear()
        content = gzip.compress(json.dumps(answer.body).encode(), compresslevel=6)
        told = {
            **answer.headers,
            "Date": format_datetime(self.jira.world.now, usegmt=True),
            "Content-Type": "application/json;charset=UTF-8",
            "Content-Encoding": "gzip",
            "Content-Length": str(len(content)),
        }
        lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {told[name]}" for name in told)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + content

    def begin(self, latency: float) -> None:
        """Forget what was asked, and take this long for each answer from now on."""
        self.latency, self.log, self.rendered, self.sent = latency, [], 0, 0
        self.cpu = time.process_time()

    def end(self) -> dict[str, Any]:
        """Return what was asked since, and what it cost the server."""
        return {
            "log": self.log,
            "rendered": self.rendered,
            "sent": self.sent,
            "cpu": time.process_time() - self.cpu,
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, site: _Site) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.site = site


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._exchange(b"")

    def do_POST(self) -> None:
        self._exchange(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _exchange(self, body: bytes) -> None:
        self.wfile.write(self.server.site.reply(self.command, self.path, self.headers, body))


def _serve(pipe: Connection, flavor: str, issues: int) -> None:
    """Serve until the parent's end of the pipe is closed."""
    jira = SampleJira(world_of(issues), flavor)
    jira.traits.window = 10**9  # Data Center before 9.x: who pages by offset may go on for ever
    site = _Site(jira)
    server = _Server(site)
    jira.url = f"http://127.0.0.1:{server.server_address[1]}"
    jira.open = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send({"url": jira.url, "email": jira.email, "token": jira.token})
    while True:
        try:
            order = pipe.recv()
        except EOFError:
            return
        pipe.send(site.begin(order) if order is not None else site.end())


class Site:
    """The serving process, seen from the bench; it ends with the `with` block."""

    def __init__(self, flavor: str, issues: int) -> None:
        self.flavor = flavor
        self.issues = issues

    def __enter__(self) -> Self:
        # Spawned, not forked: the server starts small, and so do the contenders.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.flavor, self.issues), daemon=True
        )
        self._process.start()
        theirs.close()
        self.access: dict[str, str] = self._pipe.recv()
        return self

    def __exit__(self, *fault: object) -> None:
        self._pipe.close()
        self._process.join(10)
        self._process.terminate()

    def begin(self, latency: float) -> None:
        """Start a run: its requests are logged, and each takes this long."""
        self._pipe.send(latency)
        self._pipe.recv()

    def end(self) -> dict[str, Any]:
        """Return the run's log and the server's cost: see _Site.end."""
        self._pipe.send(None)
        told: dict[str, Any] = self._pipe.recv()
        return told
