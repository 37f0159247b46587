"""T1 to T4: the token reaches one origin, and rests nowhere; files are private; nobody is followed."""

import base64
import json
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import ROOT, How, Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally
from tests.campaigns.wrongs import searching

CANARY = "canary/+=%7e:tok en-90210".replace(" ", "_")
KEPT_IN = "credentials.json"

Spoil = Callable[[Answer], Answer]


# ---- T1: where the token is seen -------------------------------------------------------------


def forms(email: str) -> dict[str, bytes]:
    """Return the token in every form in which it may leak, by the form's name."""
    coded = {
        "raw": CANARY,
        "URL-coded": quote(CANARY, safe=""),
        "base64": base64.b64encode(CANARY.encode()).decode(),
        "email:token": f"{email}:{CANARY}",
        "base64 of email:token": base64.b64encode(f"{email}:{CANARY}".encode()).decode(),
        "repr": repr(CANARY)[1:-1],
    }
    return {name: text.rstrip("=").encode() for name, text in coded.items()}


ENDS: dict[str, Spoil] = {
    "well": lambda answer: answer,
    "401": lambda answer: Answer(401, {"errorMessages": ["no"]}),
    "403": lambda answer: Answer(403, {"errorMessages": ["no"]}),
    "400": lambda answer: Answer(400, {"errorMessages": ["Error in the JQL"]}),
    "500": lambda answer: Answer(500, text="<h1>500</h1>"),
    "reset": lambda answer: replace(answer, reset=True),
    "cut": lambda answer: replace(answer, cut=True),
    "a web page": lambda answer: Answer(text="<html>", headers={"Content-Type": "text/html"}),
    "no JSON": lambda answer: replace(answer, text="{"),
    "a redirect": lambda answer: Answer(302, headers={"Location": "https://example.org/"}),
    "odd JSON": lambda answer: replace(answer, body={"issues": [[]], "id": {}}),
}

COMMANDS = (
    ("sync",),
    ("-vv", "sync", "--full"),
    ("sync", "--dry-run"),
    ("-vv", "doctor"),
    ("status",),
    ("report", "--month", "this"),
)


def leaks(folder: Path, email: str, said: str = "") -> list[str]:
    """Return where the token is found: in what was said, and in every file but its own."""
    told = {"what was said": said.encode("utf-8", "surrogateescape")}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != KEPT_IN and path.parent.name != "logs":
            told[str(path.relative_to(folder))] = path.read_bytes()
    return [
        f"the token ({form}) is in {where}"
        for where, content in told.items()
        for form, text in forms(email).items()
        if text in content
    ]


def _canaries(nursery: Nursery, folder: Path, every: int, seed: int, tally: Tally) -> None:
    cases = [
        (end, place, flavor) for end in ENDS for place in ("all", "search") for flavor in FLAVORS
    ]
    for number, case in enumerate(cases):
        if number % every == seed % every:
            _canary(nursery, folder / f"canary {number}", case, seed, tally)


def _canary(
    nursery: Nursery, folder: Path, case: tuple[str, str, str], seed: int, tally: Tally
) -> None:
    """Run every command while Jira ends in some way, and look for the token."""
    end, place, flavor = case
    fired = 0

    def going(request: Request, answer: Answer, number: int) -> Answer:
        nonlocal fired
        if place == "search" and not searching(request):
            return answer
        fired += 1
        return ENDS[end](answer)

    with Rig(made_world(seed, 20, 30), flavor) as rig:
        rig.token = CANARY
        rig.going = going
        home = Home(nursery, folder, rig)
        found: list[str] = []
        for args in COMMANDS:
            ended = home.run(*args)
            found += leaks(home.folder, rig.email, ended.out + ended.err)
        tally.case(f"{flavor}, canary, {end} at {place}", found, fired)


def _echoed(nursery: Nursery, folder: Path, tally: Tally) -> None:
    """A server that sends back, as the reason of its refusal, what it was asked with."""
    for flavor in FLAVORS:
        with Rig(made_world(1, 20, 30), flavor) as rig:
            rig.token = CANARY
            home = Home(nursery, folder / f"echo {flavor}", rig)

            def going(request: Request, answer: Answer, number: int) -> Answer:
                if not searching(request):
                    return answer
                sent = request.headers.get("authorization", "")
                return Answer(400, {"errorMessages": [f"Bad request, Authorization: {sent}"]})

            rig.going = going
            ended = home.run("-vv", "sync")
            found = leaks(home.folder, rig.email, ended.out + ended.err)
            tally.case(f"{flavor}, canary, the request echoed", found, rig.count)


def _argv(folder: Path, tally: Tally) -> None:
    """Run the program itself, and look at the command lines and children of the machine."""
    with Rig(made_world(1, 40, 60)) as rig:
        rig.token, rig.traits.latency = CANARY, 0.02
        home = Home(None, folder / "argv", rig)  # type: ignore[arg-type]
        (home.folder / "secret.txt").write_text(CANARY)
        home.more = 'token_command = "cat secret.txt"'
        home.write()
        env = {k: v for k, v in os.environ.items() if not k.startswith("CADENCE_")}
        env |= {"CADENCE_JIRA_EMAIL": rig.email, "CADENCE_NOW": "2021-02-01T00:00:00Z"}
        begin = "import sys; from cadence.cli.app import main; main()"
        child = subprocess.Popen(
            [sys.executable, "-c", begin, "sync"],
            cwd=home.folder,
            env=env | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        looks, seen = 0, set()
        while child.poll() is None and looks < 20_000:
            looks += 1
            seen |= {line for line in _command_lines() if b"canary" in line}
            time.sleep(0.001)
        said = child.communicate()[0].decode()
        (home.folder / "secret.txt").unlink()
        found = [f"exit code {child.returncode}: {said[-200:]}"] if child.returncode else []
        found += [f"a command line holds it: {line!r}" for line in seen]
        found += leaks(home.folder, rig.email, said)
        tally.case(f"canary, command lines ({looks} looks)", found, looks)


def _command_lines() -> Iterator[bytes]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes()
            except OSError:
                continue


# ---- T2: who may read the files --------------------------------------------------------------


def open_files(folder: Path) -> list[str]:
    """Return the files and folders that others may read or write."""
    found = []
    for path in (folder, *folder.rglob("*")):
        rights = stat.S_IMODE(path.lstat().st_mode)
        if rights & 0o077 and path.name != "logs" and path.parent.name != "logs":
            found.append(f"{path.relative_to(folder.parent)} is {rights:o}")
    return found


_PRIVATE = ("made", "made/cadence.toml", "made/data", "made/templates")
"""What `init` makes and nobody else may open; the rest of it holds nothing of the team's."""


def _private(nursery: Nursery, folder: Path, tally: Tally) -> None:
    with Rig(made_world(2, 60, 200)) as rig:
        folder.mkdir()
        place = folder / "made"
        env = {"HOME": str(folder), "CADENCE_NOW": "2021-02-01T00:00:00Z"}
        how = How(env=env, umask=0)
        made = nursery.run(
            folder,
            *("init", str(place), "--url", rig.url, "--project", "IO", "--timezone", "UTC"),
            how=how,
        )
        unsafe = [line for line in open_files(place) if line.split(" is ")[0] in _PRIVATE]
        home = Home(nursery, place, rig)
        home.tune |= {
            "cadence.jira.cloud:_BULK_HISTORIES": (10,),
        }
        rig.traits.latency = 0.01
        open_meanwhile: set[str] = set()
        child = home.start(umask=0)
        watching = threading.Event()

        def watch() -> None:
            while not watching.is_set():
                for path in home.store.parent.glob("*"):
                    try:
                        rights = stat.S_IMODE(path.stat().st_mode)
                    except OSError:
                        continue
                    if rights & 0o077:
                        open_meanwhile.add(f"{path.name} was {rights:o}")
                time.sleep(0.001)

        thread = threading.Thread(target=watch)
        thread.start()
        found = rude(made, (0,)) + rude(child.wait(), (0,))
        watching.set()
        thread.join()
        home.run("report", "--month", "this", "--output", "out", umask=0)
        found += unsafe + sorted(open_meanwhile) + open_files(place / "data")
        tally.case("umask 000", found, 1)
        _open_token_file(home, tally)


def _open_token_file(home: Home, tally: Tally) -> None:
    """A file with the token that others may read is refused, whoever put it there."""
    rig = home.rig
    kept = home.store.parent / KEPT_IN
    text = json.dumps({rig.url: {"email": rig.email, "token": rig.token}})
    found: list[str] = []
    for rights, codes in (
        (0o600, (0,)),
        (0o640, (2,)),
        (0o604, (2,)),
        (0o644, (2,)),
        (0o660, (2,)),
    ):
        kept.write_text(text)
        kept.chmod(rights)
        rig.calm()
        ended = home.run(env={"CADENCE_JIRA_TOKEN": "", "CADENCE_JIRA_EMAIL": ""})
        found += [f"{rights:o}: {line}" for line in rude(ended, codes)]
        if codes == (2,) and rig.count:
            found.append(f"{rights:o}: {rig.count} requests were sent all the same")
        if rig.token in ended.err + ended.out:
            found.append(f"{rights:o}: the token is told")
    tally.case("a token file that others may read", found, 4)


# ---- T3: another origin ----------------------------------------------------------------------


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


def _redirected(nursery: Nursery, folder: Path, every: int, seed: int, tally: Tally) -> None:
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


def _misled(nursery: Nursery, folder: Path, tally: Tally) -> None:
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


# ---- T4: netrc, proxies, certificates --------------------------------------------------------


def _netrc(nursery: Nursery, folder: Path, tally: Tally) -> None:
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


def _proxied(nursery: Nursery, folder: Path, tally: Tally) -> None:
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


# ---- all of them -----------------------------------------------------------------------------


def run(seed: int, every: int = 11, tally: Tally | None = None) -> list[str]:
    """Run each n-th canary and redirect, and all of the rest."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as place:
        folder = Path(place)
        _canaries(nursery, folder, every, seed, tally)
        _echoed(nursery, folder, tally)
        _argv(folder, tally)
        _private(nursery, folder / "private", tally)
        _redirected(nursery, folder, every, seed, tally)
        _misled(nursery, folder, tally)
        _netrc(nursery, folder, tally)
        _proxied(nursery, folder, tally)
    return tally.broken
