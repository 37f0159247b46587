"""T1, T2 and T4: the token rests nowhere; files are private; nobody is followed."""

import base64
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from cadence.demo.exchange import Answer, Request
from tests.campaigns import strangers
from tests.campaigns.nursery import ROOT, How, Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally
from tests.campaigns.wrongs import searching

CANARY = "canary/+=%7e:tok en-90210".replace(" ", "_")
KEPT_IN = "credentials.json"

Spoil = Callable[[Answer], Answer]
Escape = Callable[[re.Match[str]], str]


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

ESCAPES: dict[str, Escape] = {
    "as it came": lambda sign: sign[0],
    "as Gson does": lambda sign: f"\\u{ord(sign[0]):04x}",
    "as PHP does": lambda sign: "\\/" if sign[0] == "/" else sign[0],
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

            for name, escape in ESCAPES.items():
                rig.going = partial(_echo, escape)
                ended = home.run("-vv", "sync")
                found = leaks(home.folder, rig.email, ended.out + ended.err)
                found += [] if "Bad request" in ended.err else [f"not told: {ended.err[-200:]}"]
                tally.case(f"{flavor}, canary, the request echoed {name}", found, rig.count)


def _echo(escape: Escape, request: Request, answer: Answer, number: int) -> Answer:
    if not searching(request):
        return answer
    sent = request.headers.get("authorization", "")
    told = f'{{"errorMessages": ["Bad request, Authorization: {sent} {CANARY}"]}}'
    return Answer(400, text=re.sub("[/+=%]", escape, told))


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


# ---- T4: netrc, proxies, certificates --------------------------------------------------------


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
        strangers.redirected(nursery, folder, every, seed, tally)
        strangers.misled(nursery, folder, tally)
        strangers.netrc(nursery, folder, tally)
        strangers.proxied(nursery, folder, tally)
    return tally.broken
