"""The framework and the socket: Flask finds the route, waitress speaks HTTP. Nothing is logged."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from socket import AF_INET, AF_INET6, SHUT_WR, SO_REUSEADDR, SOL_SOCKET, socket
from typing import Any

from flask import Flask, Response
from flask import request as asked
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask
from werkzeug.exceptions import HTTPException

from cadence.errors import ConfigError
from cadence.web.app import ROUTES, Answer, Request, Route, answer
from cadence.web.asked import MOST_BYTES
from cadence.web.guard import HEADERS, is_own_host
from cadence.web.html import ASSETS, asset, render_html
from cadence.web.site import Site
from cadence.web.visits import COOKIE

_LONGEST_BODY = 512 * 1024
"""The socket takes no longer one; between this and the pages' own limit, words still come back."""

_MOST_SECONDS_REFUSED = 2.0

_SETTINGS: dict[str, Any] = {
    "threads": 32,  # most wait for the disk, and are written together
    "connection_limit": 800,
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "max_request_body_size": _LONGEST_BODY,
    "max_request_header_size": 16 * 1024,
    "inbuf_overflow": 2 * _LONGEST_BODY,  # words of people are never put into a temporary file
    "outbuf_overflow": 16 * _LONGEST_BODY,
    "asyncore_use_poll": True,
    "clear_untrusted_proxy_headers": True,
    "log_untrusted_proxy_headers": False,
    "log_socket_errors": False,
    "expose_tracebacks": False,
    "ident": None,
}


def wsgi(site: Site) -> Flask:
    """Return the pages as an application of WSGI."""
    logging.getLogger("cadence.web").disabled = True  # Flask would log addresses, with secrets
    flask = Flask("cadence.web", static_folder=None, template_folder=None)
    flask.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # such an answer would ask no host
    for route in ROUTES:
        flask.add_url_rule(
            route.path,
            route.path,
            _view(site, route),
            methods=["GET", "POST"],
            strict_slashes=False,
        )
    flask.add_url_rule("/static/<name>", "static", _static(site), methods=["GET"])
    flask.register_error_handler(HTTPException, lambda _: _view(site, None)())
    flask.after_request(_with_headers)
    return flask


def _view(site: Site, route: Route | None) -> Callable[..., Response]:
    def view(**named: str) -> Response:
        return _response(answer(site, _request(), route, named))

    return view


def _static(site: Site) -> Callable[[str], Response]:
    def static(name: str) -> Response:
        if name not in ASSETS or not is_own_host(asked.headers.get("Host", ""), site.origins):
            return _response(answer(site, _request(), None, {}))
        return Response(asset(name), content_type=ASSETS[name])

    return static


def _request() -> Request:
    return Request(
        method=asked.method,
        path=asked.path,
        headers=dict(asked.headers),
        body=asked.get_data(cache=False) if asked.method == "POST" else b"",
        kind=asked.headers.get("Content-Type", ""),
        cookie=asked.cookies.get(COOKIE, ""),
        caller=asked.remote_addr or "",
        said=asked.args.get("said"),
    )


def _response(told: Answer) -> Response:
    response = Response(told.html, told.status, content_type="text/html; charset=utf-8")
    response.headers.update(told.headers)
    return response


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


# ---- the socket ------------------------------------------------------------------------------


_WHY = {
    413: f"This is too long: a form takes {MOST_BYTES / 1000:.0f} kB. Send it in two parts",
    431: "The address or what your browser sends along with it is too long",
}


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What the socket itself refuses, as a page with the headers of all others."""

    def execute(self) -> None:
        fault = self.request.error
        why = _WHY.get(fault.code, "This was not understood")
        values = {"code": fault.code, "reason": fault.reason, "why": why}
        body = render_html("refusal.html.j2", values).encode()
        self.status = f"{fault.code} {fault.reason}"
        self.response_headers = [("Content-Type", "text/html; charset=utf-8"), *HEADERS.items()]
        self.set_close_on_finish()
        self.channel.refuses = True
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection. After a refusal it takes what still comes, for a while, and throws it away.

    To close it while a browser still sends would reset it, and the page that says why were lost.
    """

    error_task_class = _Refusal
    refuses = False
    will_close: bool
    _until: float | None = None

    def handle_close(self) -> None:
        if self.refuses and self.will_close:
            self.refuses = self.will_close = False
            self._until = time.monotonic() + _MOST_SECONDS_REFUSED
            with suppress(OSError):
                self.socket.shutdown(SHUT_WR)
                return
        super().handle_close()

    def received(self, data: bytes) -> bool:
        if self._until is None:
            return bool(super().received(data))
        self.will_close = time.monotonic() > self._until
        return False


def _bound(host: str, port: int) -> socket:
    """Return a socket at an address. Raises ConfigError if it cannot be had."""
    listening = socket(AF_INET6 if ":" in host else AF_INET)
    listening.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise ConfigError(
            f"Nothing can be served at {host}:{port}: {fault.strerror or fault}",
            remedy="Name another port with --port, or end what serves there",
        ) from fault
    return listening


class Server:
    """The pages behind a socket, from when it is made; `run` serves until it is stopped."""

    def __init__(self, site: Site, host: str, port: int) -> None:
        logging.getLogger("waitress").disabled = True
        logging.getLogger("waitress.queue").disabled = True
        self._server = create_server(wsgi(site), sockets=[_bound(host, port)], **_SETTINGS)
        self._server.channel_class = _Channel

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._server.effective_port)

    def run(self) -> None:
        """Serve until interrupted; what was begun is finished."""
        self._server.run()

    def close(self) -> None:
        """Take no more requests."""
        self._server.close()
