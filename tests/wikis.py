"""A strict Confluence on loopback: Cloud's API 2 or Data Center's, over real HTTP.

It refuses what a real one refuses: ill-formed storage, unknown macros and elements, a title that is
taken, a version that is not the next one. On saving it adds what a real one adds by itself.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from xml.etree import ElementTree

from cadence.demo.connection import Server
from cadence.demo.exchange import Answer, Refusal, Request
from cadence.demo.faults import Fault, Planned, Standing
from cadence.demo.server import Logged

MACROS = frozenset("info note tip warning panel code expand toc anchor status excerpt".split())
ELEMENTS = frozenset(
    "p h1 h2 h3 h4 h5 h6 strong em u s del sub sup code pre br hr ul ol li a span div blockquote"
    " table tbody thead tr th td colgroup col caption time details summary".split()
)
OURS = frozenset(
    "{ac}structured-macro {ac}parameter {ac}rich-text-body {ac}plain-text-body {ac}image {ac}link"
    " {ac}plain-text-link-body {ac}link-body {ac}layout {ac}layout-section {ac}layout-cell"
    " {ac}task-list {ac}task {ac}task-id {ac}task-status {ac}task-body {ri}attachment {ri}url"
    " {ri}page {ri}user".split()
)
ENTITIES = {"nbsp": "\u00a0", "ndash": "–", "mdash": "—", "hellip": "…", "rarr": "→"}


def storage_fault(body: str) -> str:
    """Return what is wrong with a body in storage format, or nothing."""
    for name, sign in ENTITIES.items():
        body = body.replace(f"&{name};", sign)
    try:
        tree = ElementTree.fromstring(f'<x xmlns:ac="ac" xmlns:ri="ri">{body}</x>')
    except ElementTree.ParseError as fault:
        return f"Error parsing xhtml: {fault}"
    for element in tree.iter():
        if element is tree:
            continue
        if element.tag not in ELEMENTS | OURS:
            return f"Error parsing xhtml: unknown element {element.tag}"
        if any(name.startswith("on") for name in element.attrib):
            return "Error parsing xhtml: a script"
        if element.tag == "{ac}structured-macro" and element.get("{ac}name") not in MACROS:
            return f"Unknown macro: {element.get('{ac}name')}"
    return ""


@dataclass
class Version:
    title: str
    body: str
    author: str
    message: str = ""


@dataclass
class WikiPage:
    id: str
    space: str
    parent: str | None
    versions: list[Version]
    status: str = "current"
    reads_404: int = 0
    """So many more times it is not there yet, as just after its creation."""

    @property
    def last(self) -> Version:
        return self.versions[-1]


@dataclass
class WikiTraits:
    cloud: bool = True
    prefix: str = "/wiki"
    latency: float = 0.0
    slow_to_appear: int = 0
    """So many reads after a creation do not see the page by its id yet."""
    conflicts: int = 0
    """So many writes of versions are 409 though the number is right."""
    login_wall: str = ""
    """Redirect to this address what has no resource."""
    hidden_spaces: set[str] = field(default_factory=set)


class _Clock:
    now = datetime(2021, 6, 2, 16, tzinfo=UTC)


class Confluence:
    """A Confluence site on a port of its own while in its `with` block."""

    def __init__(self, flavor: str = "cloud") -> None:
        self.traits = WikiTraits(cloud=flavor == "cloud")
        if flavor != "cloud":
            self.traits.prefix = ""
        self.spaces = {"TEAM": "98305", "OTHER": "98306"}
        self.pages: dict[str, WikiPage] = {}
        self.token, self.email = "wiki-token-0123456789", "ada@example.com"
        self.me = "acc-ada"
        self.requests: list[Logged] = []
        self.planned: list[Planned | Standing] = []
        self.lock = threading.RLock()
        self.world = _Clock()
        self.context = ""
        self.open = False
        self.closed = threading.Event()
        self._number = 1000
        self.coming: Callable[[Request], None] = lambda request: None

    def __enter__(self) -> Self:
        self._server = Server(("127.0.0.1", 0), self)  # type: ignore[arg-type]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{self.traits.prefix}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        self.open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.open = False
        self.closed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- what people do in the browser -------------------------------------------------------

    def add(self, title: str, body: str = "<p>x</p>", space: str = "TEAM", who: str = "eve") -> str:
        self._number += 1
        page = WikiPage(str(self._number), space, None, [Version(title, self._saved(body), who)])
        self.pages[page.id] = page
        return page.id

    def edit(self, page_id: str, body: str, who: str = "eve", title: str | None = None) -> None:
        page = self.pages[page_id]
        page.versions.append(Version(title or page.last.title, self._saved(body), who))

    def bin(self, page_id: str) -> None:
        self.pages[page_id].status = "trashed"

    def titled(self, title: str) -> list[WikiPage]:
        return [p for p in self.pages.values() if p.status == "current" and p.last.title == title]

    @property
    def writes(self) -> list[Logged]:
        return [r for r in self.requests if r.method != "GET"]

    def always(
        self, when: Callable[[Request], bool], fault: Fault, *, instead: bool = False
    ) -> Standing:
        standing = Standing(when, fault, instead)
        self.planned.append(standing)
        return standing

    # ---- answering ---------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        with self.lock:
            self.coming(request)
            met = [planned for planned in self.planned if planned.meets(request)]
            instead = any(planned.instead for planned in met)
            answer = Answer() if instead else self._answer(request)
            for planned in met:
                answer = planned.fault(answer)
            answer.delay += self.traits.latency
            self.requests.append(
                Logged(
                    request.method,
                    request.path,
                    request.query,
                    request.headers,
                    request.body,
                    answer.status,
                )
            )
        return answer

    def _answer(self, request: Request) -> Answer:
        try:
            self._let_in(request)
            if not request.path.startswith(self.traits.prefix + "/"):
                raise Refusal(404, "no such resource")
            path = request.path.removeprefix(self.traits.prefix)
            for method, pattern, handler in self._routes():
                found = re.fullmatch(pattern, path)
                if found and method == request.method:
                    return handler(request, *found.groups())
            if self.traits.login_wall:
                return Answer(302, headers={"Location": self.traits.login_wall}, text="")
            raise Refusal(404, f"null for uri: {path}")
        except Refusal as refusal:
            return refusal.answer

    def _let_in(self, request: Request) -> None:
        import base64

        pair = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        right = f"Basic {pair}" if self.traits.cloud else f"Bearer {self.token}"
        if request.headers.get("authorization") != right:
            raise Refusal(401, "Unauthorized")

    def _routes(self):
        both = [("GET", "/rest/api/user/current", self._user)]
        if self.traits.cloud:
            return [
                *both,
                ("GET", "/api/v2/spaces", self._spaces),
                ("GET", "/api/v2/pages", self._find),
                ("GET", r"/api/v2/pages/(\d+)", self._read),
                ("POST", "/api/v2/pages", self._create_cloud),
                ("PUT", r"/api/v2/pages/(\d+)", self._update),
            ]
        return [
            *both,
            ("GET", "/rest/api/space/([^/]+)", self._space),
            ("GET", "/rest/api/content", self._find),
            ("GET", r"/rest/api/content/(\d+)", self._read),
            ("POST", "/rest/api/content", self._create_dc),
            ("PUT", r"/rest/api/content/(\d+)", self._update),
        ]

    def _user(self, request: Request) -> Answer:
        names = {"accountId": self.me} if self.traits.cloud else {"username": "apark"}
        return Answer(body={"type": "known", **names, "displayName": "Ada Park"})

    def _visible(self) -> dict[str, str]:
        return {k: i for k, i in self.spaces.items() if k not in self.traits.hidden_spaces}

    def _spaces(self, request: Request) -> Answer:
        keys = request.names("keys")
        found = [{"id": i, "key": k} for k, i in self._visible().items() if k in keys]
        return Answer(body={"results": found, "_links": {}})

    def _space(self, request: Request, key: str) -> Answer:
        if key not in self._visible():
            raise Refusal(404, "No space with key : " + key)
        return Answer(body={"id": int(self.spaces[key]), "key": key, "type": "global"})

    def _find(self, request: Request) -> Answer:
        title = request.text("title")
        if self.traits.cloud:
            space = next((k for k, i in self.spaces.items() if i == request.text("space-id")), "")
            self._must(request.text("body-format"), "body-format")
        else:
            space = request.text("spaceKey")
            self._must("body.storage" in request.names("expand"), "expand")
        found = [
            self._told(page, page.last, len(page.versions))
            for page in self.pages.values()
            if page.status == "current"
            and page.space == space
            and page.last.title.casefold() == title.casefold()
        ]
        return Answer(body={"results": found, "size": len(found), "_links": {}})

    def _must(self, given: object, name: str) -> None:
        if not given:
            raise Refusal(400, f"{name} is missing")

    def _read(self, request: Request, page_id: str) -> Answer:
        page = self.pages.get(page_id)
        if page is not None and page.reads_404:
            page.reads_404 -= 1
            page = None
        gone = page is None or (page.status != "current" and not self.traits.cloud)
        if gone:
            raise Refusal(404, f"No page with id {page_id}")
        assert page is not None
        number = request.whole("version", len(page.versions))
        historical = self.traits.cloud or request.text("status") == "historical"
        if not (1 <= number <= len(page.versions)) or (
            "version" in request.query and not historical
        ):
            raise Refusal(404, "no such version")
        return Answer(body=self._told(page, page.versions[number - 1], number))

    def _told(self, page: WikiPage, version: Version, number: int) -> dict[str, Any]:
        body = {"storage": {"value": version.body, "representation": "storage"}}
        told = {"id": page.id, "title": version.title, "status": page.status, "body": body}
        told["version"] = {"number": number, "message": version.message}
        if self.traits.cloud:
            return {**told, "spaceId": self.spaces[page.space], "parentId": page.parent}
        return {**told, "type": "page", "space": {"key": page.space}}

    def _create_cloud(self, request: Request) -> Answer:
        body = self._body(request, {"spaceId", "status", "title", "parentId", "body"})
        space = next((k for k, i in self._visible().items() if i == body.get("spaceId")), None)
        if space is None or body.get("status") != "current":
            raise self._refused(404, "Space not found")
        value = self._value(body.get("body"))
        return self._created(space, body.get("title"), body.get("parentId"), value)

    def _create_dc(self, request: Request) -> Answer:
        body = self._body(request, {"type", "title", "space", "ancestors", "body"})
        space = (body.get("space") or {}).get("key")
        if space not in self._visible() or body.get("type") != "page":
            raise self._refused(404, "Space not found")
        ancestors = body.get("ancestors") or [{}]
        value = self._value((body.get("body") or {}).get("storage"))
        return self._created(space, body.get("title"), ancestors[-1].get("id"), value)

    def _created(self, space: str, title: Any, parent: str | None, value: str) -> Answer:
        self._check_title(space, title, None)
        if parent is not None:
            above = self.pages.get(parent)
            if above is None or above.space != space or above.status != "current":
                raise self._refused(404, "Parent not found in the space")
        self._number += 1
        page = WikiPage(
            str(self._number), space, parent, [Version(title, self._saved(value), self.me)]
        )
        page.reads_404 = self.traits.slow_to_appear
        self.pages[page.id] = page
        return Answer(body=self._told(page, page.last, 1))

    def _update(self, request: Request, page_id: str) -> Answer:
        known = {"id", "status", "title", "body", "version", "spaceId", "parentId", "type"}
        body = self._body(request, known)
        page = self.pages.get(page_id)
        if page is None or page.status != "current":
            raise self._refused(404, f"No page with id {page_id}")
        told = body.get("body") or {}
        value = self._value(told if self.traits.cloud else told.get("storage"))
        self._check_title(page.space, body.get("title"), page.id)
        number = (body.get("version") or {}).get("number")
        if self.traits.conflicts:
            self.traits.conflicts -= 1
            raise self._refused(409, "StaleStateException: the page was changed meanwhile")
        if number != len(page.versions) + 1:
            raise self._refused(
                409, f"Version must be incremented on update. Current: {len(page.versions)}"
            )
        message = body["version"].get("message", "")
        page.versions.append(Version(body["title"], self._saved(value), self.me, message))
        return Answer(body=self._told(page, page.last, len(page.versions)))

    def _body(self, request: Request, known: set[str]) -> dict[str, Any]:
        if not isinstance(request.body, dict) or set(request.body) - known:
            raise self._refused(400, "Invalid request payload")
        return request.body

    def _value(self, told: Any) -> str:
        if not isinstance(told, dict) or told.get("representation") != "storage":
            raise self._refused(400, "Invalid body representation")
        value = told.get("value")
        if not isinstance(value, str):
            raise self._refused(400, "Invalid body")
        if fault := storage_fault(value):
            raise self._refused(400, fault)
        return value

    def _check_title(self, space: str, title: Any, own: str | None) -> None:
        if not isinstance(title, str) or not title.strip() or len(title) > 255:
            raise self._refused(400, "Invalid title")
        for page in self.pages.values():
            same = page.last.title.casefold() == title.casefold() and page.space == space
            if same and page.status == "current" and page.id != own:
                raise self._refused(
                    400, "A page with this title already exists: TITLE in this space"
                )

    def _refused(self, status: int, what: str) -> Refusal:
        refusal = Refusal(status)
        if self.traits.cloud:
            refusal.answer.body = {"errors": [{"status": status, "code": "X", "title": what}]}
        else:
            refusal.answer.body = {"statusCode": status, "message": what, "reason": "Bad"}
        return refusal

    def _saved(self, body: str) -> str:
        """Return a body as the site keeps it: with ids of its own, and empty elements closed."""
        for name, sign in ENTITIES.items():
            body = body.replace(f"&{name};", sign)
        count = iter(range(10_000))
        body = re.sub(
            r"(<ac:structured-macro )(?!ac:macro-id)",
            lambda m: f'{m[1]}ac:macro-id="m-{next(count)}" ',
            body,
        )
        if self.traits.cloud:
            body = re.sub(
                r"<(p|h\d|li|table)>", lambda m: f'<{m[1]} local-id="l-{next(count)}">', body
            )
        return re.sub(r"<(br|hr)\s*/>", r"<\1 />", body).strip()
