"""`cadence serve` as a process of its own, on loopback, and somebody who visits it over raw HTTP."""

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from cadence.invitations import Guest, new_token
from cadence.model import Anonymity
from cadence.month import Month
from cadence.store.database import open_store
from cadence.store.invites import save_invites
from cadence.store.reflections import save_opening

CADENCE = (sys.executable, "-c", "from cadence.cli.app import main; main()")
NOW = "2021-06-30T09:00:00-07:00"
JUNE = Month(2021, 6)
DUE = "2021-07-31"
NAMES = ["Ada Park", "Ben Ito", "Chloé Martin", "Dev Rao"]
PAGES = ("/reflection", "/board", "/gates", "/reports", "/reports/2021-05/month")


@dataclass(frozen=True)
class Told:
    """What came back: status, headers by their lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Served:
    """A served workspace: where, the links into it, its process."""

    folder: Path
    port: int
    desk: str
    links: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Path:
        return self.folder / "data" / "cadence.db"

    def ask(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        **more: object,
    ) -> Told:
        """Look at a page, or post a form as a browser would; a header of None is left out."""
        body = urlencode(fields, doseq=True) if fields is not None else more.get("body")
        sent: dict[str, str | None] = {"Host": f"127.0.0.1:{self.port}"}
        if body is not None:
            sent |= {"Origin": self.url, "Content-Type": "application/x-www-form-urlencoded"}
        sent |= headers or {}
        kept = {name: value for name, value in sent.items() if value is not None}
        method = str(more.get("method", "GET" if body is None else "POST"))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            data = body if isinstance(body, bytes) else str(body or "").encode()
            for name, value in kept.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data if body is not None else None)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Told(answer.status, told, answer.read().decode())
        finally:
            connection.close()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Return what the store holds."""
        with open_store(self.store) as db:
            return [tuple(row) for row in db.execute(sql).fetchall()]


def opened(
    folder: Path, names: list[str], anonymity: Anonymity = Anonymity.ENTRY
) -> dict[str, str]:
    """Open the reflection of June and return a link's token for each member."""
    guests = [Guest(name, JUNE, new_token()) for name in names]
    with open_store(folder / "data" / "cadence.db") as db:
        save_opening(db, JUNE, anonymity, date(2021, 6, 30))
        save_invites(db, guests, date(2021, 8, 14))
    return {guest.member: guest.token for guest in guests}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """Serve a workspace until the end of the `with`."""
    command = [*CADENCE, "--workspace", str(folder), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, *options],
        env={**os.environ, "CADENCE_NOW": NOW, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r".*:(\d+)/in/(\S+)\s*", line)
        assert found, process.stderr.read() if process.poll() is not None else line
        port = int(found[1])
        yield Served(folder, port, found[2], process=process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()
        process.stderr.close()


def entries(pages: Served) -> list[tuple[object, ...]]:
    """Return what was said in June: question, words, author."""
    return pages.rows("SELECT prompt, text, author FROM entries WHERE month = '2021-06' ORDER BY 2")


class Elements(HTMLParser):
    """Collects every element of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
