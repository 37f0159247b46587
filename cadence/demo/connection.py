"""HTTP on loopback: how a request is read, and how an answer goes over the wire."""

import gzip
import json
import socket
import struct
import sys
import threading
from collections.abc import Iterable
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from cadence.demo.exchange import Answer, Refusal, Request

if TYPE_CHECKING:
    from cadence.demo.server import SampleJira


class Server(ThreadingHTTPServer):
    """The socket of a site."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], jira: "SampleJira") -> None:
        super().__init__(address, Connection)
        self.jira = jira

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hung up: many tests are about just that."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Connection(BaseHTTPRequestHandler):
    """One connection: reads requests, asks the site, writes what the answer says, odd as it is."""

    protocol_version = "HTTP/1.1"
    server: Server
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        """Answer what asks without a body."""
        self._exchange(None)

    def do_POST(self) -> None:
        """Answer what asks with a body."""
        length = int(self.headers.get("Content-Length") or 0)
        self._exchange(self.rfile.read(length))

    def do_PUT(self) -> None:
        """Answer what replaces; with a body, as a POST."""
        self.do_POST()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the Date header: the world's clock, not the machine's."""
        return format_datetime(self.server.jira.world.now, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `requests` is the log."""

    def _exchange(self, content: bytes | None) -> None:
        jira = self.server.jira
        if not jira.open:  # a connection that was kept alive outlives the site
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        request = Request(
            self.command,
            path.removeprefix(jira.context),
            parse_qs(parts.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()},
            _parsed(content),
        )
        if not path.startswith(jira.context + "/"):
            answer = Refusal(404, f"null for uri: {path}").answer
        elif content is not None and "json" not in request.headers.get("content-type", ""):
            answer = Refusal(415, "Unsupported Media Type").answer
        else:
            answer = jira.answer(request)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        closed = self.server.jira.closed
        if answer.delay:
            closed.wait(answer.delay)
        if answer.reset or (answer.abort and not answer.cut):
            self._hang_up(answer.abort)
            return
        self.send_response(answer.status)
        answer.headers.setdefault("Content-Type", "application/json;charset=UTF-8")
        content = b"" if answer.script is not None else self._packed(answer)
        if answer.script is not None and "Content-Length" not in answer.headers:
            answer.headers["Connection"] = "close"
            self.close_connection = True
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.script is not None:
            self._play(answer.script, closed)
            return
        self.wfile.write(content[: len(content) // 2] if answer.cut else content)
        self.wfile.flush()
        if answer.cut:
            self._hang_up(answer.abort)

    def _packed(self, answer: Answer) -> bytes:
        """Return the body, packed if the client likes that, with the headers that say so."""
        content = answer.content()
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(content) > 1024:
            content = gzip.compress(content, compresslevel=1)
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(content))
        return content

    def _play(self, script: Iterable[bytes | float], closed: threading.Event) -> None:
        """Send a body piece by piece, until the client has had enough or the site closes."""
        try:
            for piece in script:
                if closed.is_set():
                    break
                if isinstance(piece, bytes):
                    self.wfile.write(piece)
                    self.wfile.flush()
                else:
                    closed.wait(piece)
            else:
                return
        except OSError:
            pass  # the client has hung up, which is what it should do
        self.close_connection = True

    def _hang_up(self, abruptly: bool) -> None:
        """Close the connection; abruptly is with a reset, which loses what is on its way."""
        self.close_connection = True
        if abruptly:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _parsed(content: bytes | None) -> Any:
    """Return the JSON of a body; what is none is None, which no resource takes."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None
