"""Hostile words stored by each door of the pages, and a walk over all that is then served."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import html5lib

from cadence.store.database import open_store, writing
from cadence.web.guard import HEADERS
from tests.hostile import texts
from tests.serving import DUE, PAGES, Served

BATCH = 100
_WALKED = (*PAGES, "/reflection/thanks", "/reports/2021-06/reflection", "/reports/2021-06/month")
_BREAKS = ("", '"', "'", ">", '">', "'>", "</textarea>", "</title>", "</script>", "-->", "]]>")
_ACTS = (
    "<script>alert({n})</script>",
    "<img src=x onerror=alert({n})>",
    "<svg/onload=alert({n})>",
    " onfocus=alert({n}) autofocus x=",
    "<a href=javascript:alert({n})>x</a>",
    "<iframe srcdoc='<script>alert({n})</script>'>",
    "<base href=//evil.example/{n}>",
    "<form action=//evil.example/{n}><button>x</button>",
    "<style>@import'//evil.example/{n}'</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert({n})>",
    "[x](javascript:alert({n})) ![x](//evil.example/{n})",
    "&lt;script&gt;alert({n})&lt;/script&gt; {{{{ {n} }}}}",
)


def payloads(seed: int, count: int) -> Iterator[str]:
    """Yield so many texts, each of one line and its own: half of them of made-up pieces."""
    rng, pieces = random.Random(seed), texts(seed, count)
    for n, piece in enumerate(islice(pieces, count)):
        line = " ".join(piece.replace("\ud800", "").split()) if n % 2 else ""
        if not line:
            line = rng.choice(_BREAKS) + rng.choice(_ACTS).format(n=n)
        yield f"p{n}q {line}"


@dataclass
class Walked:
    """What stood in the pages: elements with their attributes' names, texts, and faults."""

    known: set[tuple[str, str]] = field(default_factory=set)
    says: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    pages: int = 0

    def missing(self, batch: list[str]) -> list[str]:
        """Return the payloads of which no page shows even the beginning."""
        told = "\n".join(self.says)
        return [f"not shown: {one}" for one in batch if one.split()[0] not in told]


def store_batch(served: Served, links: Mapping[str, str], batch: list[str]) -> None:
    """Store a batch as answers, themes, evidence, actions, notes and titles from Jira."""
    token = random.Random(batch[0]).choice(list(links.values()))
    form = {"pass": token, "was": "[]", "start": "\n".join(batch), "named-start": "on"}
    assert served.ask("/reflection/send", form).status == 200
    for one in batch[:10]:
        assert served.ask("/board/theme", {"pass": token, "title": one[:120]}).status == 200
        evidence = f"https://evidence.example/{one}"
        sign = {"pass": token, "key": "TFIO-155", "gate": "built", "evidence": evidence}
        assert served.ask("/gates/sign", sign).status in (200, 409)
    agreed = {"pass": token, "text": batch[1], "owner": "Dev Rao", "due": DUE, "how": batch[2]}
    assert served.ask("/board/action", agreed).status in (200, 409)
    with open_store(served.store) as db, writing(db):
        for n, one in enumerate(batch):
            db.conn.execute("UPDATE issues SET summary = ? WHERE id % 100 = ?", (one, n))
            db.conn.execute("UPDATE notes SET text = ? WHERE id % 100 = ?", (one, n))
            db.conn.execute(
                "UPDATE actions SET text = ?, how = ? WHERE id % 100 = ?", (one, one, n)
            )


def walk(served: Served, token: str, plain: Walked) -> Walked:
    """Look at every page; what has another element or attribute than before is a fault."""
    found = Walked(set(plain.known))
    for path in _WALKED:
        told = served.ask(path, {"pass": token})
        found.pages += 1
        if told.status != 200 or any(told.headers[k.lower()] != v for k, v in HEADERS.items()):
            found.faults.append(f"{path}: status {told.status} or a header is missing")
        root = html5lib.parse(told.body, treebuilder="etree", namespaceHTMLElements=False)
        found.says.append("".join(root.itertext()))
        for element in root.iter():
            if isinstance(element.tag, str):
                _look(path, element, plain, found)
            else:
                found.faults.append(f"{path}: a comment {element.text}")
    return found


def _look(path: str, element: Any, plain: Walked, found: Walked) -> None:
    for name, value in [("", ""), *element.attrib.items()]:
        kind = (element.tag, name)
        if not plain.known:
            found.known.add(kind)
        elif kind not in plain.known:
            found.faults.append(f"{path}: <{element.tag} {name}={value[:80]}>")
        address = name in ("href", "src", "action", "formaction")
        ours = value.startswith(("/", "#", "https://evidence.example/")) and value[:2] != "//"
        if address and plain.known and not ours and "evil" in value:
            found.faults.append(f"{path}: leads to {value[:80]}")
        if value.lstrip().lower().startswith(("javascript:", "data:", "vbscript:")) and address:
            found.faults.append(f"{path}: acts {value[:80]}")
