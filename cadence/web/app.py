"""The pages and the one road of every request: its guards, who asks, the page, what it shows.

Whatever goes wrong on that road, the words that somebody typed come back with the answer.
"""

import hmac
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote_plus

from cadence.errors import CadenceError
from cadence.invitations import Guest, token_in
from cadence.store.invites import member_of_invite
from cadence.store.reflections import state_of
from cadence.web import board, entrance, gates, reflection, reports
from cadence.web.asked import MOST_BYTES, Asked, Fields, Refused, Shown, fields_of, words_of
from cadence.web.guard import is_own_host, is_own_post
from cadence.web.html import render_html
from cadence.web.site import Site
from cadence.web.visits import COOKIE


@dataclass(frozen=True)
class Route:
    """A page: its path, the function, and whether it changes something or needs a link."""

    path: str
    page: Callable[..., Shown]
    changes: bool = False
    open: bool = False


ROUTES = (
    Route("/", entrance.home, open=True),
    Route("/enter", entrance.enter, changes=True, open=True),
    Route("/in/<token>", entrance.door),
    Route("/reflection", reflection.form),
    Route("/reflection/send", reflection.send, changes=True),
    Route("/reflection/thanks", reflection.thanks),
    Route("/board", board.show),
    Route("/board/move", board.move, changes=True),
    Route("/board/theme", board.theme, changes=True),
    Route("/board/vote", board.vote, changes=True),
    Route("/board/gather", board.gather, changes=True),
    Route("/board/reveal", board.reveal, changes=True),
    Route("/board/action", board.action, changes=True),
    Route("/board/settle", board.settle, changes=True),
    Route("/board/close", board.close, changes=True),
    Route("/gates", gates.gates),
    Route("/gates/sign", gates.sign, changes=True),
    Route("/reports", reports.index),
    Route("/reports/<month>/<kind>", reports.report),
)
"""Every page. Each that only shows answers a post as well: so one gets on without a cookie."""

NAV = (
    ("/reflection", "Reflection"),
    ("/board", "Board"),
    ("/gates", "Done"),
    ("/reports", "Reports"),
)

SAID = {
    "draft": "What you had typed is kept as a draft; only your link opens it.",
    "moved": "Moved.",
    "theme": "The theme is there.",
    "voted": "Your vote is stored.",
    "gathered": "The answers are shown, and no more are taken.",
    "revealed": "The votes are shown.",
    "agreed": "The action is stored.",
    "settled": "That is stored.",
    "closed": "The reflection is closed. Thank you all.",
    "signed": "Signed and stored.",
    "withdrawn": "What you had said is taken back.",
}
"""What a page tells after something was done, and is stored."""


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire; the caller's address is for counting guesses only."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    kind: str = ""
    cookie: str = ""
    caller: str = ""
    said: str | None = None


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire."""

    status: int
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(site: Site, request: Request, route: Route | None, named: Mapping[str, str]) -> Answer:
    """Return the answer to a request; `route` is None where there is no such page."""
    fields: Fields = {}
    try:
        fields = _fields(request)
        _check(site, request, route)
        assert route is not None
        return _page(site, request, fields, (route, named))
    except Refused as fault:
        return _error(site, request, fields, fault)
    except CadenceError as fault:
        told = Refused(HTTPStatus.CONFLICT, fault.what, fault.remedy)
        return _error(site, request, fields, told)
    except Exception as fault:  # noqa: BLE001 - the last gate: a bug must not swallow words
        last = traceback.extract_tb(fault.__traceback__)[-1]
        site.tell(
            f"A page failed: {type(fault).__name__}, {Path(last.filename).name}:{last.lineno}"
        )
        told = Refused(
            HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed here", "Nothing of it was stored"
        )
        return _error(site, request, fields, told)


def _fields(request: Request) -> Fields:
    if request.method != "POST":
        return {}
    try:
        return fields_of(request.body, request.kind)
    except Refused:
        return {}


def _check(site: Site, request: Request, route: Route | None) -> None:
    """Refuse what is not asked of us, by us, or in our size. Raises Refused."""
    if not is_own_host(request.headers.get("Host", ""), site.origins):
        raise Refused(
            HTTPStatus.MISDIRECTED_REQUEST,
            "These pages are served under another name",
            "Open them by the address that 'cadence serve' tells; --url adds one",
        )
    if route is None:
        raise Refused(HTTPStatus.NOT_FOUND, "There is no such page")
    if request.method != "POST":
        if route.changes:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "This takes a form, not a look")
        return
    if len(request.body) > MOST_BYTES:
        size, most = len(request.body) / 1000, MOST_BYTES / 1000
        raise Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"This is too long: {size:.0f} kB, and a form takes {most:.0f} kB",
            "Send it in two parts",
        )
    fields_of(request.body, request.kind)
    if not is_own_post(request.headers, site.origins):
        raise Refused(
            HTTPStatus.FORBIDDEN,
            "This came from another page than ours",
            "Open your personal link, and send it from there",
        )


# ---- who asks --------------------------------------------------------------------------------


def _token(site: Site, request: Request, fields: Fields, named: Mapping[str, str]) -> str | None:
    """Return the secret of a link: from its address, the form, or the cookie that stands for it."""
    if "token" in named:
        return named["token"]
    if request.method == "POST":
        pasted = token_in(fields.get("link", ("",))[0])
        return pasted or fields.get("pass", ("",))[0] or None
    return site.visits.token(request.cookie)


def _asked(
    site: Site, request: Request, fields: Fields, way: tuple[Route, Mapping[str, str]]
) -> tuple[Asked, str | None]:
    """Return the request with who makes it, and their token. Raises Refused for a wrong one."""
    route, named = way
    token = _token(site, request, fields, named)
    asked = Asked(request.method, request.path, fields, said=SAID.get(request.said or ""))
    if token is None:
        if route.open:
            return asked, None
        raise Refused(
            HTTPStatus.UNAUTHORIZED, "Open your personal link first", "It came in a letter to you"
        )
    cookie = hmac.compare_digest((site.visits.token(request.cookie) or "").encode(), token.encode())
    if hmac.compare_digest(token.encode(), site.desk_token.encode()):
        return replace(asked, desk=True, cookie=cookie), token
    guest = _guest(site, token, request.caller)
    if guest is None:
        if route.open:
            return asked, None
        raise entrance.no_way_in()
    return replace(asked, guest=guest, cookie=cookie), token


def _guest(site: Site, token: str, caller: str) -> Guest | None:
    """Return whose link it is; wrong ones are counted, and after ten a minute not even tried."""
    known = site.visits.guest(token)
    if known is None and site.guesses.too_many(caller, monotonic()):
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong links", "Try again in a minute")
    month = known.month if known else site.last_month  # looked up for all: none takes longer
    with site.store() as db:
        guest = member_of_invite(db, token, site.today)
        held = state_of(db, month)
    if guest is not None:
        site.visits.opened(guest)
        return guest
    if known is not None and held and held["closed"]:
        return known  # who was here when it closed may go on reading
    site.visits.closed_door(token)  # replaced or expired: the month's end does not open it again
    site.guesses.count(caller, monotonic())
    return None


# ---- the page --------------------------------------------------------------------------------


def _page(
    site: Site, request: Request, fields: Fields, way: tuple[Route, Mapping[str, str]]
) -> Answer:
    route, named = way
    asked, token = _asked(site, request, fields, way)
    headers = _cookie(site, asked, token) if request.method == "POST" else {}
    draft = not route.changes and reflection.keep_draft(site, asked)
    if request.method == "POST" and asked.cookie and not route.changes:
        return _goto(request.path, "draft" if draft else None)
    places = {name: value for name, value in named.items() if name != "token"}
    shown = route.page(site, asked, **places)
    if shown.goto and (asked.cookie or route.open):
        return _goto(shown.goto, shown.said)
    if shown.goto:  # without a cookie: the next page at once, in this answer
        said = SAID.get(shown.said or "")
        asked = replace(asked, path=shown.goto, fields={}, said=said)
        target = next(one for one in ROUTES if one.path == shown.goto)
        shown = target.page(site, asked)
    if draft:
        asked = replace(asked, said=SAID["draft"])
    return Answer(shown.status, _html(site, asked, shown, token), headers)


def _goto(path: str, said: str | None) -> Answer:
    return Answer(303, "", {"Location": f"{path}?said={said}" if said else path})


def _cookie(site: Site, asked: Asked, token: str | None) -> dict[str, str]:
    """Offer a cookie to a browser that has none, so that it can reload a page."""
    if token is None or asked.cookie:
        return {}
    secure = "; Secure" if site.secure else ""
    cookie = site.visits.begin(token)
    return {"Set-Cookie": f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Strict{secure}"}


def _html(site: Site, asked: Asked, shown: Shown, token: str | None) -> str:
    return render_html(shown.template, {**_frame(site, asked, token), **shown.values})


def _frame(site: Site, asked: Asked, token: str | None) -> dict[str, Any]:
    """Return what every page gets: the team, who is here, the way to the other pages."""
    here = bool(asked.guest or asked.desk)
    return {
        "team": site.config.team.name,
        "who": asked.guest.member if asked.guest else "This machine" if asked.desk else None,
        "desk": asked.desk,
        "token": token if here else None,
        "nav": [
            {"path": path, "label": label, "here": asked.path.startswith(path)}
            for path, label in NAV
            if here and not asked.path.startswith("/in/")
        ],
        "nav_form": "go",
        "said": asked.said,
    }


def _error(site: Site, request: Request, fields: Fields, fault: Refused) -> Answer:
    """Return the page of a refusal: what, the remedy, and every word that was typed."""
    words = words_of(fields)
    if request.method == "POST" and not fields and request.body:
        body = request.body.decode("utf-8", "replace")
        words = [{"name": "words", "value": unquote_plus(body), "long": "yes"}]
    values = {
        **_frame(site, Asked(request.method, request.path), None),
        "status": int(fault.status),
        "what": fault.what,
        "remedy": fault.remedy,
        "words": words,
        "action": request.path if fields else None,
        "back": next((path for path, _ in NAV if request.path.startswith(path)), "/reflection"),
        "pass": fields.get("pass", ("",))[0],
    }
    headers = {"Retry-After": "60"} if fault.status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return Answer(int(fault.status), render_html("error.html.j2", values), headers)
