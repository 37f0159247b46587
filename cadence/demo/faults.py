"""What can go wrong on the wire: each function spoils a right answer in one way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cadence.demo.exchange import Answer, Request

Fault = Callable[[Answer], Answer]


@dataclass
class Planned:
    """A fault that waits for the n-th request whose path holds `path`."""

    path: str
    nth: int
    fault: Fault
    instead: bool = False
    seen: int = 0

    @property
    def fired(self) -> bool:
        """Whether the fault has happened."""
        return self.seen >= self.nth

    def meets(self, request: Request) -> bool:
        """Count a request; true if this one goes wrong."""
        if self.path not in request.path:
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass
class Standing:
    """A fault of every request that fits, until it is mended."""

    when: Callable[[Request], bool]
    fault: Fault
    instead: bool = False
    seen: int = 0
    mended: bool = False

    @property
    def fired(self) -> bool:
        """Whether the fault has happened."""
        return self.seen > 0

    def meets(self, request: Request) -> bool:
        """Count a request; true if it goes wrong."""
        if self.mended or not self.when(request):
            return False
        self.seen += 1
        return True

    def mend(self) -> None:
        """Let all go well again."""
        self.mended = True


def too_many(retry_after: str | None = "1", **headers: str) -> Fault:
    """429, with Retry-After as given: seconds, a fraction, a date, or none."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if retry_after is not None:
        named["Retry-After"] = retry_after
    body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    return lambda answer: Answer(429, body, named)


def status(code: int, **headers: str) -> Fault:
    """Return a server's fault: 500, 502, 503 and the like, with an HTML page as proxies do."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    page = f"<html><body><h1>{code}</h1></body></html>"
    return lambda answer: Answer(code, headers={"Content-Type": "text/html", **named}, text=page)


def html() -> Fault:
    """200 with a login page, as a single sign-on proxy answers."""
    page = "<!DOCTYPE html><html><body><form action='/login'>Log in</form></body></html>"
    return lambda answer: Answer(headers={"Content-Type": "text/html"}, text=page)


def reset() -> Fault:
    """Close the connection without an answer."""
    return lambda answer: replace(answer, reset=True)


def cut_body() -> Fault:
    """Send half of the body, then close the connection."""
    return lambda answer: replace(answer, cut=True)


def slow(seconds: float) -> Fault:
    """Answer rightly, but late."""
    return lambda answer: replace(answer, delay=answer.delay + seconds)


def wrong_json(value: object) -> Fault:
    """200 with JSON of an unexpected kind."""
    return lambda answer: replace(answer, body=value)


def edited(edit: Callable[[Any], Any]) -> Fault:
    """200 with a body that `edit` has made of the right one: a repeated token, a warning."""
    return lambda answer: replace(answer, body=edit(_unshared(answer.body)))


def _unshared(value: Any) -> Any:
    """Return a copy in which nothing is held twice: an edit of one issue is of that one only."""
    if isinstance(value, dict):
        return {name: _unshared(each) for name, each in value.items()}
    return [_unshared(each) for each in value] if isinstance(value, list) else value


def redirect(address: str) -> Fault:
    """302 to another address, as sign-on proxies do."""
    return lambda answer: Answer(302, headers={"Location": address}, text="")


# ---- pages of a search -----------------------------------------------------------------------


def repeated_token(token: str = "the-same-again") -> Fault:
    """Let an answer hold this token, whatever page it is: a walk that goes round in a circle."""
    return edited(lambda body: {**body, "nextPageToken": token, "isLast": False})


def stuck() -> Fault:
    """Answer every request as the first one that this fault met: the same page for ever."""
    first: list[Answer] = []

    def fault(answer: Answer) -> Answer:
        if not first:
            first.append(replace(answer))
        return replace(first[0], headers=dict(answer.headers))

    return fault


def doubled_issues() -> Fault:
    """Let every issue of a page be there twice."""
    return edited(lambda body: {**body, "issues": [*body["issues"], *body["issues"]]})


def reversed_issues() -> Fault:
    """Let a page be in the opposite order of what was asked for."""
    return edited(lambda body: {**body, "issues": body["issues"][::-1]})


def rewritten(rewrite: Callable[[str], str]) -> Fault:
    """200 with a text that `rewrite` has made of the right body's, be it JSON or not."""
    return lambda answer: replace(answer, text=rewrite(answer.content().decode()))


def truncated() -> Fault:
    """200 with half of the JSON, and a length that says that this was all."""
    return rewritten(lambda text: text[: len(text) // 2])
