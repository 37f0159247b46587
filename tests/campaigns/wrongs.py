"""What goes wrong with single answers: every fault that a schedule draws from."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from cadence.demo.exchange import Answer, Request

Spoil = Callable[[Answer, datetime], Answer]

_SEARCH = re.compile(r"/rest/api/\w+/search(/jql)?")  # there are searches for people, too


@dataclass(frozen=True)
class Wrong:
    """A fault: how it spoils a right answer, given the site's clock, and which requests it fits."""

    name: str
    spoil: Spoil
    fits: Callable[[Request], bool]


def anything(request: Request) -> bool:
    """Fit every request."""
    return True


def searching(request: Request) -> bool:
    """Fit the requests that walk through issues by pages."""
    return bool(_SEARCH.fullmatch(request.path))


def paging(request: Request) -> bool:
    """Fit the requests that have pages with tokens."""
    return searching(request) or request.path.endswith("/changelog/bulkfetch")


def later_page(request: Request) -> bool:
    """Fit the requests that bring a page token."""
    return "nextPageToken" in (request.body or {})


# ---- the ways to say: not now ----------------------------------------------------------------


def _busy(status: int, told: Callable[[datetime], dict[str, str]]) -> Spoil:
    body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    return lambda answer, now: Answer(status, body, told(now))


def _dated(now: datetime, seconds: float) -> str:
    return format_datetime(now + timedelta(seconds=seconds), usegmt=True)


_WAITS: dict[str, Callable[[datetime], dict[str, str]]] = {
    "no header": lambda now: {},
    "0": lambda now: {"Retry-After": "0"},
    "1": lambda now: {"Retry-After": "1"},
    "0.05": lambda now: {"Retry-After": "0.05"},
    "date": lambda now: {"Retry-After": _dated(now, 1)},
    "date past": lambda now: {"Retry-After": _dated(now, -600)},
    "soon": lambda now: {"Retry-After": "soon"},
    "-5": lambda now: {"Retry-After": "-5"},
    "99999": lambda now: {"Retry-After": "99999"},
    "1e9": lambda now: {"Retry-After": "1e9"},
    "40 digits": lambda now: {"Retry-After": "9" * 40},
    "two values": lambda now: {"Retry-After": "1, 1"},
    "reset": lambda now: {"X-RateLimit-Reset": (now + timedelta(seconds=1)).isoformat()},
    "odd reset": lambda now: {"X-RateLimit-Reset": "tomorrow"},
    "epoch reset": lambda now: {"X-RateLimit-Reset": "1622649600"},
}


# ---- answers that are none -------------------------------------------------------------------


def _text(text: str, kind: str = "text/html", status: int = 200) -> Spoil:
    return lambda answer, now: Answer(status, headers={"Content-Type": kind}, text=text)


def _json(value: Any) -> Spoil:
    return lambda answer, now: replace(answer, body=value)


def _half(answer: Answer, now: datetime) -> Answer:
    """A body that ends in the middle, and says that this is all."""
    told = json.dumps(answer.body)
    return replace(answer, text=told[: len(told) // 2])


def _edited(edit: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoil(answer: Answer, now: datetime) -> Answer:
        if answer.status != 200 or not isinstance(answer.body, dict):
            return answer
        return replace(answer, body=edit(dict(answer.body)))

    return spoil


def _without(*names: str) -> Spoil:
    return _edited(lambda body: {k: v for k, v in body.items() if k not in names})


def _emptied(body: dict[str, Any]) -> dict[str, Any]:
    return {name: [] if isinstance(value, list) else value for name, value in body.items()}


def _doubled(body: dict[str, Any]) -> dict[str, Any]:
    return {
        n: value[::-1] + value if isinstance(value, list) else value for n, value in body.items()
    }


def _refused(answer: Answer, now: datetime) -> Answer:
    body = {"errorMessages": ["The provided next page token is invalid or expired."], "errors": {}}
    return Answer(400, body)


ANYWHERE = (
    *(Wrong(f"429 {name}", _busy(429, told), anything) for name, told in _WAITS.items()),
    *(Wrong(f"503 {name}", _busy(503, _WAITS[name]), anything) for name in ("1", "date", "soon")),
    *(
        Wrong(str(code), _text(f"<h1>{code}</h1>", status=code), anything)
        for code in (500, 502, 503, 504)
    ),
    Wrong("401 once", _text("{}", "application/json", 401), anything),
    Wrong("403", _text("{}", "application/json", 403), anything),
    Wrong("418", _text("teapot", "text/plain", 418), anything),
    Wrong("reset", lambda answer, now: replace(answer, reset=True), anything),
    Wrong("cut", lambda answer, now: replace(answer, cut=True), anything),
    Wrong("half", _half, anything),
    Wrong("slow", lambda answer, now: replace(answer, delay=0.3), anything),
    Wrong("html", _text("<!DOCTYPE html><form action='/login'>"), anything),
    Wrong("html as json", _text("<html>", "application/json"), anything),
    Wrong("empty", _text("", "application/json"), anything),
    Wrong("blank", _text("  \n", "application/json"), anything),
    Wrong("not utf-8", _text("{\x00\x01", "application/json"), anything),
    Wrong("deep", _text("[" * 100_000, "application/json"), anything),
    Wrong("NaN", _text('{"issues": NaN}', "application/json"), anything),
    *(
        Wrong(f"json {value!r}", _json(value), anything)
        for value in ([], {}, 7, "text", True, [[]], [None], {"issues": None}, {"issues": {}})
    ),
    Wrong(
        "redirect",
        lambda answer, now: Answer(302, headers={"Location": "/login"}, text=""),
        anything,
    ),
)

IN_PAGES = (
    Wrong("early end", _without("nextPageToken"), searching),
    Wrong(
        "early end, said", _edited(lambda b: {**b, "isLast": True, "nextPageToken": ""}), searching
    ),
    Wrong("repeated token", _edited(lambda b: {**b, "nextPageToken": "again"}), searching),
    Wrong("expired token", _refused, later_page),
    Wrong("empty page", _edited(_emptied), searching),
    Wrong("doubled page", _edited(_doubled), paging),
    Wrong("no list", _without("issues", "issueChangeLogs"), paging),
    Wrong("warned", _edited(lambda b: {**b, "warnings": [{"message": "truncated"}]}), searching),
)

EVERYTHING = ANYWHERE + IN_PAGES
