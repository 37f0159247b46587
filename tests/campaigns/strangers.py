"""T3: the token reaches one origin: redirects, told addresses, netrc and proxies carry it nowhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally


@dataclass
class Other:
    """Another server on this machine, which notes whoever comes."""

    port: int = 0
    met: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    forward: bool = False


@contextmanager
def another(forward: bool = False) -> Iterator[Other]:
    """Give a server of another origin; as a proxy, it passes requests on."""
    other = Other(forward=forward)

    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            other.met.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            code, kind, told = 200, "application/json", b"{}"
            if other.forward:
                code, kind, told = _passed_on(self, body)
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_CONNECT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
    server.daemon_threads = True
    other.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()


def _passed_on(connection: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
    dropped = ("proxy-authorization", "proxy-connection", "host", "accept-encoding")
    headers = {k: v for k, v in connection.headers.items() if k.lower() not in dropped}
    with requests.Session() as session:
        session.trust_env = False
        told = session.request(
            connection.command, connection.path, headers=headers, data=body, timeout=20
        )
    return told.status_code, told.headers.get("Content-Type", ""), told.content


def _targets(rig: Rig, port: int) -> list[str]:
    own = urlsplit(rig.url)
    return [
        f"http://127.0.0.1:{port}/rest/api/3/myself",
        f"http://localhost:{port}/",
        f"//127.0.0.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://user:pass@127.0.0.1:{port}/",
        f"http://{own.netloc}@127.0.0.1:{port}/",
        f"http://2130706433:{port}/",
        f"http://127.1:{port}/",
        f"https://127.0.0.1:{port}/",
        f"http://xn--jra-vna.localhost:{port}/",
        f"\\\\127.0.0.1:{port}\\",
        "/login?next=%2F",
    ]


def redirected(nursery: Nursery, folder: Path, every: int, seed: int, tally: Tally) -> None:
    with another() as thief, Rig(made_world(3, 20, 20)) as rig:
        cases = [
            (code, to) for code in (301, 302, 303, 307, 308) for to in _targets(rig, thief.port)
        ]
        for number, (code, target) in enumerate(cases):
            if number % every != seed % every:
                continue
            rig.calm()
            place = ("serverInfo", "search")[number % 2]
            fired = 0

            def going(request: Request, answer: Answer, number: int) -> Answer:
                nonlocal fired
                if place not in request.path:  # noqa: B023
                    return answer
                fired += 1
                return Answer(code, headers={"Location": target}, text="")  # noqa: B023

            rig.going = going
            home = Home(nursery, folder / f"redirect {number}", rig)
            ended = home.run()
            found = rude(ended, (3, 5)) + _stolen(thief)
            if "login?next" in target and any(r.path.startswith("/login") for r in rig.requests):
                found.append("the redirect was followed")
            tally.case(f"{code} to {target} at {place}", found, fired)


def _stolen(thief: Other) -> list[str]:
    met, thief.met = thief.met, []
    found = []
    for path, headers in met:
        with_token = [name for name in headers if "auth" in name or "cookie" in name]
        found.append(f"another origin was asked for {path}, with {with_token}")
    return found


def misled(nursery: Nursery, folder: Path, tally: Tally) -> None:
    """Every address in every answer leads elsewhere: self, nextPage, baseUrl, avatars."""
    with another() as thief:
        for flavor in FLAVORS:
            with Rig(made_world(3, 60, 50), flavor) as rig:
                rig.traits.page_caps, rig.traits.page_cap = (20, 20, 20), 20
                fired = 0

                def going(request: Request, answer: Answer, number: int) -> Answer:
                    nonlocal fired
                    body = _led_astray(answer.body, rig.url, f"http://127.0.0.1:{thief.port}")
                    if isinstance(body, dict):
                        body["nextPage"] = f"http://127.0.0.1:{thief.port}/next"
                        body["self"] = f"http://127.0.0.1:{thief.port}/self"
                    fired += 1
                    link = f'<http://127.0.0.1:{thief.port}/>; rel="next"'
                    headers = {**answer.headers, "Link": link, "Content-Location": "http://evil/"}
                    return replace(answer, body=body, headers=headers)

                rig.going = going
                home = Home(nursery, folder / f"misled {flavor}", rig)
                found = rude(home.run(), (0,)) + _stolen(thief)
                found += oracle.differences(rig.world, home.store, rig.cloud)
                tally.case(f"{flavor}, addresses that lead elsewhere", found, fired)


def _led_astray(body: Any, own: str, other: str) -> Any:
    if isinstance(body, dict):
        return {name: _led_astray(value, own, other) for name, value in body.items()}
    if isinstance(body, list):
        return [_led_astray(value, own, other) for value in body]
    return body.replace(own, other) if isinstance(body, str) else body


def netrc(nursery: Nursery, folder: Path, tally: Tally) -> None:
    for flavor in FLAVORS:
        with Rig(made_world(3, 20, 20), flavor) as rig:
            home = Home(nursery, folder / f"netrc {flavor}", rig)
            netrc = home.folder / ".netrc"
            netrc.write_text(
                "machine 127.0.0.1 login evil password evil\ndefault login a password b\n"
            )
            netrc.chmod(0o600)
            found = rude(home.run(env={"NETRC": str(netrc)}), (0,))
            sent = {r.headers.get("authorization") for r in rig.requests}
            if sent != {rig.authorization}:
                found.append(f"{sent} was sent")
            tally.case(f"{flavor}, a netrc", found, rig.count)


def proxied(nursery: Nursery, folder: Path, tally: Tally) -> None:
    with another(forward=True) as proxy, Rig(made_world(3, 20, 20)) as rig:
        secret = "proxy-secret-1729"
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            rig.calm()
            home = Home(nursery, folder / f"proxy {name}", rig)
            address = f"http://user:{secret}@127.0.0.1:{proxy.port}"
            ended = home.run(env={name: address})
            found = rude(ended, (0,))
            found += [] if proxy.met else ["the proxy was passed by"]
            proxy.met.clear()
            for request in rig.requests:
                if "proxy-authorization" in request.headers or secret in str(request.headers):
                    found.append("the origin was told the proxy's password")
            tally.case(f"{name}", found + _told(secret, home, ended), 1)
        rig.calm()
        home = Home(nursery, folder / "proxy down", rig)
        ended = home.run(env={"HTTP_PROXY": f"http://user:{secret}@127.0.0.1:9"})
        found = rude(ended, (5,)) + _told(secret, home, ended)
        found += ["the proxy was passed by"] if rig.count else []
        tally.case("a proxy that is down", found, 1)


def _told(secret: str, home: Home, ended: Any) -> list[str]:
    found = ["the proxy's password is told"] if secret in ended.out + ended.err else []
    for path in home.folder.rglob("*"):
        if path.is_file() and secret.encode() in path.read_bytes():
            found.append(f"the proxy's password is in {path.name}")
    return found
