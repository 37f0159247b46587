"""T4: a certificate that does not fit is refused, before the token is sent; a company's own is not."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, rude
from tests.campaigns.tally import Tally

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Case:
    """A certificate; `named` is whether its authority is named in REQUESTS_CA_BUNDLE."""

    name: str
    host: str = "IP:127.0.0.1"
    days: int = 2
    own: bool = False
    other: bool = False
    named: bool = True
    good: bool = False


CASES = (
    Case("right", good=True),
    Case("its authority is not named", named=False),
    Case("of another authority", other=True),
    Case("expired", days=-1),
    Case("for another host", host="DNS:jira.example.org"),
    Case("for another address", host="IP:127.0.0.2"),
    Case("signed by itself", own=True),
)


def run(seed: int, cases: tuple[Case, ...] = CASES[:2], tally: Tally | None = None) -> list[str]:
    """Show these certificates, on both flavors; nothing depends on the seed."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as place:
        folder = Path(place)
        for name in ("ours", "theirs"):
            _made(folder, "req", "-x509", *_KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem",
                  "-subj", f"/CN={name}", "-days", "2")  # fmt: skip
        for number, case in enumerate(cases):
            _signed(folder, case, number)
            for flavor in FLAVORS:
                _run(nursery, folder, (case, number), flavor, tally)
    return tally.broken


def _made(folder: Path, *args: str) -> None:
    subprocess.run(("openssl", *args), cwd=folder, check=True, capture_output=True, timeout=60)


def _signed(folder: Path, case: Case, number: int) -> None:
    key, out = f"{number}.key", f"{number}.pem"
    if case.own:
        _made(folder, "req", "-x509", *_KEY, "-keyout", key, "-out", out, "-subj", "/CN=own",
              "-addext", f"subjectAltName={case.host}")  # fmt: skip
        return
    (folder / "ext").write_text(f"subjectAltName={case.host}\n")
    _made(folder, "req", *_KEY, "-keyout", key, "-out", "asked", "-subj", "/CN=jira")
    by = "theirs" if case.other else "ours"
    _made(folder, "x509", "-req", "-in", "asked", "-CA", f"{by}.pem", "-CAkey", f"{by}.key",
          "-CAcreateserial", "-days", str(case.days), "-extfile", "ext", "-out", out)  # fmt: skip


def _run(
    nursery: Nursery, folder: Path, numbered: tuple[Case, int], flavor: str, tally: Tally
) -> None:
    case, number = numbered
    with Rig(made_world(3, 20, 20), flavor) as rig:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{number}.pem", folder / f"{number}.key")
        server = rig._server
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        rig.url = rig.url.replace("http://", "https://")
        home = Home(nursery, folder / f"{number} {flavor}", rig)
        env = {"REQUESTS_CA_BUNDLE": str(folder / "ours.pem")} if case.named else {}
        ended = home.run(env=env)
        found = rude(ended, (0,) if case.good else (5,))
        if not case.good and rig.count:
            found.append(f"{rig.count} requests were sent all the same")
        if not case.good and "ertificate" not in ended.err:
            found.append(f"it does not say why: {ended.err!r}")
    tally.case(f"{flavor}, a certificate: {case.name}", found, 1)
