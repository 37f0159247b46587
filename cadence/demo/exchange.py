"""One request to the sample Jira and its answer, and how strictly Jira reads parameters."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = Any

_INVALID = "Invalid request payload. Refer to the REST API documentation and try again."


@dataclass(frozen=True)
class Request:
    """A request; `path` is without context path, query values are lists, `body` is parsed JSON."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Json = None

    def text(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.query.get(name, [default])[-1]

    def names(self, name: str) -> list[str]:
        """Return a query parameter that lists names, repeated or with commas."""
        texts = self.query.get(name, [])
        return [each for text in texts for each in text.split(",") if each]

    def whole(self, name: str, default: int) -> int:
        """Return a query parameter that is a whole number from 0 up."""
        text = self.text(name, str(default))
        if not text.isdecimal():
            raise Refusal(400, f"Invalid value '{text}' for parameter '{name}'.")
        return int(text)


class Verbatim:
    """A value whose JSON is written as given: a number or a depth that Python would refuse."""

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass
class Answer:
    """What is sent back: a JSON body, or text as it stands; faults may spoil it.

    `script` replaces the body by bytes to send and seconds to wait, in turn; its headers tell a
    length only if they were given one.
    """

    status: int = 200
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    delay: float = 0.0
    cut: bool = False
    reset: bool = False
    abort: bool = False
    script: Iterable[bytes | float] | None = None

    def content(self) -> bytes:
        """Return the body as it goes over the wire, if nothing is packed."""
        return (_json(self.body) if self.text is None else self.text).encode()


def _json(value: Json) -> str:
    verbatim: list[str] = []

    def mark(other: object) -> str:
        if not isinstance(other, Verbatim):
            raise TypeError(f"{other!r} is no JSON")
        verbatim.append(other.text)
        return f"verbatim {len(verbatim)} of the sample Jira"

    text = json.dumps(value, default=mark)
    for number, each in enumerate(verbatim, 1):
        text = text.replace(f'"verbatim {number} of the sample Jira"', each)
    return text


class Refusal(Exception):
    """An answer that says no, in Jira's shape."""

    def __init__(self, status: int, *messages: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(*messages)
        body = {"errorMessages": list(messages), "errors": {}}
        self.answer = Answer(status, body, headers or {})


@dataclass(frozen=True)
class Shape:
    """What a JSON body may hold: each name's kind, and which must be there."""

    kinds: dict[str, str]
    required: tuple[str, ...] = ()


def read_body(request: Request, shape: Shape) -> dict[str, Json]:
    """Return the JSON body, if it is an object that fits the shape; else refuse it with 400."""
    body = request.body
    if not isinstance(body, dict) or any(name not in body for name in shape.required):
        raise Refusal(400, _INVALID)
    for name, value in body.items():
        if name not in shape.kinds or not _fits(value, shape.kinds[name]):
            raise Refusal(400, _INVALID)
    return body


def _fits(value: Json, kind: str) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case "flag":
            return isinstance(value, bool)
        case "texts":
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        case "object":
            return isinstance(value, dict)
        case "objects":
            return isinstance(value, list) and all(isinstance(each, dict) for each in value)
        case "wholes":
            return isinstance(value, list) and all(_fits(each, "whole") for each in value)
    raise AssertionError(kind)


def page(values: list[Json], start: int, size: int) -> dict[str, Json]:
    """Return one page of a list as Jira's paged resources answer it."""
    shown = values[start : start + size]
    return {
        "startAt": start,
        "maxResults": size,
        "total": len(values),
        "isLast": start + len(shown) >= len(values),
        "values": shown,
    }
