"""
What the team's pages stand: load beside a bare server and beside a sync, kills, idle sockets.

`python bench/serve.py` does all at full size; `load`, `sync`, `kill` and `strain` do one.
Everything runs on this machine: the server is `cadence serve` itself, on loopback; the clients are
threads here.
"""

import http.client
import os
import resource
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent))

from sync_site import Site

from cadence.invitations import Guest, new_token
from cadence.model import Anonymity
from cadence.month import Month
from cadence.store.database import open_store
from cadence.store.invites import save_invites
from cadence.store.reflections import save_opening
from tests.serving import CADENCE, Served, serving

CLIENTS, POSTS, LETTERS = 50, 40, 2_000
"""Each client posts as a member of its own, to as many reflections."""

ISSUES = 10_000
"""What the sync beside the posts fetches, each with ten changes."""

KILLS = 200
FIRST = Month(2021, 6)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def workspace(folder: Path, members: int, months: int) -> list[Guest]:
    """Make the demo's workspace and a link for each member and month."""
    subprocess.run([*CADENCE, "-q", "demo", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return invited(folder, members, months)


def invited(folder: Path, members: int, months: int) -> list[Guest]:
    """Open the reflections and make the links."""
    guests = [
        Guest(f"Member {n}", FIRST.back(-m), new_token())
        for m in range(months)
        for n in range(members)
    ]
    with open_store(folder / "data" / "cadence.db") as db:
        for month in sorted({guest.month for guest in guests}):
            save_opening(db, month, Anonymity.ENTRY, date(2021, 6, 30))
        save_invites(db, guests, date(2031, 1, 1))
    return guests


# ---- load ------------------------------------------------------------------------------------


class Bare(BaseHTTPRequestHandler):
    """As little as can take a form: one row, in a transaction that is on the disk."""

    protocol_version = "HTTP/1.1"
    store = ""

    def do_POST(self) -> None:
        """Store the body in a transaction of its own."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        db = sqlite3.connect(self.store, timeout=30, isolation_level=None)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO entries VALUES (?)", (body.decode(),))
        db.execute("COMMIT")
        db.close()
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"saved")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def bare(folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the bare server in a process of its own; yield its port and process."""
    command = [sys.executable, __file__, "--bare", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def be_bare(folder: str) -> None:
    Bare.store = str(Path(folder) / "bare.db")
    with sqlite3.connect(Bare.store) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE entries (text TEXT)")

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Bare)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def crowd(port: int, bodies: list[list[bytes]]) -> tuple[list[int], list[float], float]:
    """Post each client's bodies in turn; return statuses, seconds each, seconds in all."""
    statuses: list[int] = []
    times: list[float] = []
    start = threading.Barrier(len(bodies) + 1)
    headers = {**FORM, "Origin": f"http://127.0.0.1:{port}"}

    def client(own: list[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        start.wait()
        for body in own:
            begun = perf_counter()
            connection.request("POST", "/reflection/send", body, headers)
            answer = connection.getresponse()
            answer.read()
            times.append(perf_counter() - begun)
            statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=client, args=(own,)) for own in bodies]
    for thread in threads:
        thread.start()
    start.wait()
    begun = perf_counter()
    for thread in threads:
        thread.join()
    return statuses, times, perf_counter() - begun


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def forms(guests: list[Guest]) -> list[list[bytes]]:
    """Return the forms of 2 kB that each member posts."""
    by_member: dict[str, list[bytes]] = {}
    words = ("said with care " * 200)[:LETTERS]
    for guest in guests:
        fields = {"pass": guest.token, "start": f"{guest.member} {guest.month} {words}"}
        by_member.setdefault(guest.member, []).append(urlencode(fields).encode())
    return list(by_member.values())


def posted(name: str, at: int, who: int, bodies: list[list[bytes]]) -> tuple[int, float, float]:
    """Let the crowd post, print its figures; return how many were taken, posts a second, p95."""
    before = processor(who)
    statuses, times, seconds = crowd(at, bodies)
    each = (processor(who) - before) / len(statuses) * 1000
    rate, fails = len(statuses) / seconds, sum(one >= 500 for one in statuses)
    print(
        f"  {name:8} {len(statuses)} posts, {rate:6.0f}/s, p50"
        f" {statistics.median(times) * 1000:4.0f} ms, p95 {p95(times) * 1000:4.0f} ms,"
        f" 5xx {fails}, {each:.1f} ms of processor each"
    )
    return sum(one == 200 for one in statuses), rate, p95(times)


def none_lost(served: Served, acked: int) -> bool:
    kept = served.rows("SELECT count(DISTINCT text) FROM entries WHERE text LIKE '%with care%'")
    print(f"           acknowledged {acked}, in the store {kept[0][0]}")
    return acked == kept[0][0] == CLIENTS * POSTS


def load(folder: Path) -> bool:
    """Let 50 clients post 40 forms of 2 kB each, to cadence and to the bare server, in turns."""
    bodies = forms(workspace(folder / "load", CLIENTS, POSTS))
    with serving(folder / "load") as served, bare(folder) as (port, pid):
        assert served.process
        acked, rate, late = posted("cadence", served.port, served.process.pid, bodies)
        good = none_lost(served, acked) and late <= 0.3 and rate >= 200
        _, bare_rate, _ = posted("bare", port, pid, bodies)
    print(
        f"  ratio to the bare server {rate / bare_rate:.2f}; load average {os.getloadavg()[0]:.1f}"
    )
    return good


def sync(folder: Path) -> bool:
    """The same posts while `cadence sync --full` fills the same store from a sample Jira."""
    home = folder / "sync"
    home.mkdir()
    with Site("cloud", ISSUES) as jira:
        jira.begin(0.05)
        jira_table = f"[jira]\nurl = '{jira.access['url']}'\nprojects = ['IO']\n"
        (home / "cadence.toml").write_text(f"[team]\nname = 'Load'\n{jira_table}", "utf-8")
        bodies = forms(invited(home, CLIENTS, POSTS))
        done, codes = threading.Event(), list[int]()
        syncs = threading.Thread(target=keep_syncing, args=(home, jira.access, done, codes))
        with serving(home) as served:
            assert served.process
            syncs.start()
            while not stored(served):  # it is under way, and writes
                time.sleep(0.05)
            before = stored(served)
            acked, _, late = posted("syncing", served.port, served.process.pid, bodies)
            after, ended = stored(served), len(codes)
            done.set()
            syncs.join()
            good = none_lost(served, acked) and late <= 1.0
            whole = served.rows("SELECT count(*) FROM issues")[0][0]
    print(
        f"           issues when the posts began {before}, when they ended {after}, then {whole};"
        f" syncs ended meanwhile {ended}, exit codes {sorted(set(codes))}"
    )
    wrote = after > before or ended > 0
    return good and wrote and set(codes) == {0} and whole == ISSUES


def keep_syncing(
    home: Path, access: dict[str, str], done: threading.Event, codes: list[int]
) -> None:
    """Sync again and again, all of it, until it is enough."""
    login = {"CADENCE_JIRA_EMAIL": access["email"], "CADENCE_JIRA_TOKEN": access["token"]}
    command = [*CADENCE, "--workspace", str(home), "-q", "sync", "--full"]
    while not done.is_set():
        codes.append(subprocess.run(command, env={**os.environ, **login}).returncode)


def stored(served: Served) -> int:
    return int(str(served.rows("SELECT count(*) FROM issues")[0][0]))


# ---- kills -----------------------------------------------------------------------------------


def kill(folder: Path) -> bool:
    """Kill the server at once after each of 200 acknowledged posts; all must be there."""
    guests = workspace(folder / "kill", KILLS, 1)
    acked = []
    for guest in guests:
        with serving(folder / "kill") as served:
            told = served.ask("/reflection/send", {"pass": guest.token, "stop": guest.member})
            assert served.process
            served.process.kill()
            acked += [guest.member] if told.status == 200 else []
    with open_store(folder / "kill" / "data" / "cadence.db") as db:
        held = {row[0] for row in db.execute("SELECT text FROM entries").fetchall()}
        sound = db.execute("PRAGMA integrity_check").fetchone()[0]
    there = sum(member in held for member in acked)
    print(f"  acknowledged {len(acked)}, there after the kills {there}, integrity {sound}")
    return there == len(acked) == KILLS and sound == "ok"


# ---- strain ----------------------------------------------------------------------------------


def strain(folder: Path) -> bool:
    """Hold 200 idle sockets and send what no browser sends, while an honest member looks."""
    (guest,) = workspace(folder / "strain", 1, 1)
    with serving(folder / "strain") as served:
        form = {"pass": guest.token}
        served.ask("/reflection", form)
        before = memory(served)
        idle = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(200)]
        for one in idle[::2]:
            one.sendall(b"POST /board HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nslow")
        with ThreadPoolExecutor(4) as attackers:
            hostile = [attackers.submit(attack, served, n) for n in range(200)]
            times = []
            for _ in range(100):
                begun = perf_counter()
                assert served.ask("/board", form).status == 200
                times.append(perf_counter() - begun)
            codes = sorted({one.result() for one in hostile})
        grown = memory(served) - before
        for one in idle:
            one.close()
    print(f"  honest p95 {p95(times) * 1000:.0f} ms, memory +{grown:.0f} MB, answers {codes}")
    return p95(times) <= 1.0 and grown <= 50 and not [one for one in codes if one >= 500]


def attack(served: Served, number: int) -> int:
    """Send what no browser sends; return the status, 0 for a door that was closed."""
    kinds: list[Callable[[], int]] = [
        lambda: served.ask("/reflection/send", body=b"x" * 10_000_000).status,
        lambda: served.ask("/reflection/send", {f"f{n}": "x" for n in range(10_000)}).status,
        lambda: (
            served.ask(
                "/reflection/send",
                headers={"Content-Type": "multipart/form-data; boundary=B"},
                body=b"--B\r\nbroken" * 1000,
            ).status
        ),
        lambda: served.ask("/" + "x" * 8_000).status,
    ]
    try:
        return kinds[number % len(kinds)]()
    except (ConnectionError, http.client.HTTPException):
        return 0  # it was refused before all of it was sent


def memory(served: Served) -> float:
    """Return the server's resident memory in MB."""
    assert served.process
    status = Path(f"/proc/{served.process.pid}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor(pid: int) -> float:
    """Return the seconds of processor that a process has used: they tell little of other load."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PARTS = {"load": load, "sync": sync, "kill": kill, "strain": strain}


def main() -> None:
    """Run the named parts, or all; exit 1 if one falls short."""
    if sys.argv[1:2] == ["--bare"]:
        be_bare(sys.argv[2])
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    folder = Path(tempfile.mkdtemp())
    try:
        good = True
        for name in sys.argv[1:] or PARTS:
            print(f"{name}: {PARTS[name].__doc__}")
            print(f"  load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
            good = PARTS[name](folder) and good
    finally:
        shutil.rmtree(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
