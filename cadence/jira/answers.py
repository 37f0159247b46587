"""What an answer of Jira means: its JSON, a request to come again, or an error with its remedy."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from cadence.errors import CredentialsRefused, JiraUnreachable
from cadence.jira.system import JIRA, System

_AGAIN = (408, 425, 429, 500, 502, 503, 504, 509, *range(520, 525))
_SHORTEST_TOLD = 1.0
_MOST_VALUES = 2_000_000
"""So many values may be in an answer: a few megabytes of empty ones would unfold to gigabytes."""
_TOKENS = "https://id.atlassian.com/manage-profile/security/api-tokens"


J = TypeVar("J", dict[str, Any], list[Any])


@dataclass(frozen=True)
class Answer:
    """A response, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytearray
    url: str
    system: System = JIRA


class JiraRefused(JiraUnreachable):
    """Jira understood and said no: a 400, 404 or 410; `messages` are its own words."""

    def __init__(
        self, status: int, messages: tuple[str, ...], where: str, system: System = JIRA
    ) -> None:
        self.status = status
        self.messages = messages
        said = "; ".join(messages) or "no reason given"
        super().__init__(f"{system.name} refused a request ({status}: {said})", where=where)


class JiraFailed(JiraUnreachable):
    """Jira is there, but has no answer to this request: to one that asks for less it may have."""


class Unsure(JiraUnreachable):
    """A write was sent, and nobody can tell whether it was done."""


class Untrusted(JiraUnreachable):
    """The certificate was not accepted: nothing was sent."""


class Redirected(JiraUnreachable):
    """The address sends requests on to another one."""


class WebPage(JiraUnreachable):
    """A page for people came instead of Jira's answer, such as a login."""


class Again(Exception):
    """A fault that may pass; `seconds` is the wait that Jira asked for.

    `by_question`: the question itself may be what Jira fails on. `undone`: what was asked for was
    surely not done, so that even a write may be sent again.
    """

    def __init__(
        self,
        what: str,
        where: str,
        seconds: float | None = None,
        *,
        by_question: bool = False,
        undone: bool = False,
    ) -> None:
        self.what = what
        self.where = where
        self.seconds = seconds
        self.by_question = by_question
        self.undone = undone
        super().__init__(what)

    def told(self, *, silent: bool = False) -> JiraUnreachable:
        """Return the error for users when waiting did not help; `silent` is no question's fault."""
        wait = f", and asks to wait {self.seconds:.0f} seconds" if self.seconds else ""
        kind = JiraFailed if self.by_question and not silent else JiraUnreachable
        return kind(
            f"{self.what}{wait}", where=self.where, remedy="Check the address, or try again later"
        )


class Forbidden(CredentialsRefused):
    """Who asks is known, and may not see this: a 403 that is no failed login."""


def check(answer: Answer) -> None:
    """Raise what an answer that is no success means.

    Again for what may pass, CredentialsRefused for 401 and 403, JiraRefused for other refusals,
    JiraUnreachable for a redirect.
    """
    if answer.status in (401, 403):
        raise _refused_credentials(answer)
    if 300 <= answer.status < 400:
        raise _redirected(answer)
    if answer.status in _AGAIN:
        many = answer.status == 429
        what = "asks for fewer requests" if many else "has a fault"
        told = f"{answer.system.name} {what} ({answer.status})"
        raise Again(told, answer.url, _told_wait(answer), by_question=not many, undone=many)
    if answer.status >= 400:
        more: tuple[str, ...] = ("upgrade cadence",) if answer.status == 410 else ()
        said = (*_messages(answer), *more)
        raise JiraRefused(answer.status, said, answer.url, answer.system)


Unfolded = Callable[[dict[str, Any]], Any]
"""Given each object of an answer as soon as it is unfolded, the inner ones first; returns what is
to stand in its place."""


def object_of(answer: Answer, unfolded: Unfolded | None = None) -> dict[str, Any]:
    """Return the JSON object of an answer.

    Raises Again for what is no JSON, or another kind of it; JiraUnreachable for what is no Jira.
    """
    return _of_kind(answer, dict, unfolded)


def array_of(answer: Answer) -> list[Any]:
    """Return the JSON array of an answer; raises as `object_of` does."""
    return _of_kind(answer, list)


def _of_kind(answer: Answer, kind: type[J], unfolded: Unfolded | None = None) -> J:
    content = _json(answer, unfolded)
    if not isinstance(content, kind):
        told = f"{answer.system.name}'s answer is not what was asked for"
        raise Again(told, answer.url, by_question=True)
    return content


def listed(content: dict[str, Any], name: str) -> list[Any]:
    """Return the list in an object; JiraUnreachable if there is none: nothing must look empty."""
    found = content.get(name)
    if not isinstance(found, list):
        raise JiraUnreachable(f"Jira's answer lacks '{name}'", remedy="Try again later")
    return found


def plain(text: object) -> str:
    """Return what a server says as one short line without control characters."""
    words = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", str(text))
    return words.strip()[:300]


def _json(answer: Answer, unfolded: Unfolded | None) -> Any:
    if "html" in answer.headers.get("Content-Type", "") or answer.body.lstrip()[:1] == b"<":
        raise WebPage(
            f"This address answers with a web page, not as {answer.system.name} does",
            where=answer.url,
            remedy=f"Check {answer.system.key}, its context path,"
            " and whether a login page stands before it",
        )
    if _values_at_most(answer.body) > _MOST_VALUES:
        raise JiraFailed("An answer holds more values than memory should", where=answer.url)
    try:
        told = answer.body.decode(json.detect_encoding(answer.body), "surrogatepass")
        answer.body.clear()  # beside the text and what it unfolds to there is no room for it
        return json.loads(told, object_hook=unfolded)
    except (ValueError, RecursionError):
        pass  # not the cause of what is raised: it would keep the whole text
    told = f"{answer.system.name}'s answer is no JSON, or broke off"
    raise Again(told, answer.url, by_question=True)


def _values_at_most(body: bytearray) -> int:
    """Return how many values a body may hold: they cannot be many in one that is short enough."""
    short = len(body) <= 4 * _MOST_VALUES
    return 0 if short else sum(map(body.count, (b",", b"{", b"[")))


def _messages(answer: Answer) -> tuple[str, ...]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(told, dict):
        return ()
    listed = told.get("errorMessages")
    named = told.get("errors")
    found = list(listed) if isinstance(listed, list) else []
    found += [f"{k}: {v}" for k, v in named.items()] if isinstance(named, dict) else []
    if isinstance(named, list):  # Confluence's API 2
        found += [one.get("title") or one.get("detail") for one in named if isinstance(one, dict)]
    found += [told[key] for key in ("message", "errorMessage") if told.get(key)]
    return tuple(plain(message) for message in found if message)


def _refused_credentials(answer: Answer) -> CredentialsRefused:
    name = answer.system.name
    reasons = (
        answer.headers.get("X-Authentication-Denied-Reason", ""),
        answer.headers.get("X-Seraph-LoginReason", ""),
    )
    if any("CAPTCHA" in reason or "AUTHENTICATION_DENIED" in reason for reason in reasons):
        what = f"{name} asks for a CAPTCHA after failed logins"
        remedy = "Log in once in the browser, or use a personal access token"
    elif answer.status == 401:
        what = f"{name} refused the credentials (401)"
        remedy = f"Make a new token (Cloud: {_TOKENS}) and {answer.system.log_in}"
    else:
        said = "; ".join(_messages(answer))
        what = f"{name} refuses this account access (403{': ' + said if said else ''})"
        remedy = f"Ask for the permission in {name}, or use another account"
        return Forbidden(what, where=answer.url, remedy=remedy)
    return CredentialsRefused(what, where=answer.url, remedy=remedy)


def _redirected(answer: Answer) -> Redirected:
    """Tell of a redirect: following one could carry the token to another host."""
    to = _origin(answer.headers.get("Location", "")) or "another page"
    return Redirected(
        f"This address sends requests on to {plain(to)}, and the token does not follow",
        where=answer.url,
        remedy=f"Write the final address as {answer.system.key}; a login page may stand before it",
    )


def _origin(address: str) -> str | None:
    """Return scheme, host and port alone: a name and a password may stand before them."""
    try:
        target = urlsplit(address)
    except ValueError:  # such as half of an IPv6 address
        return None
    host = target.hostname
    if not host:
        return None
    named = f"[{host}]" if ":" in host else host
    scheme = f"{target.scheme}://" if target.scheme else ""
    return f"{scheme}{named}{_port(target)}"


def _port(target: SplitResult) -> str:
    """Return a port with its colon; what is no number may be a part of a password."""
    try:
        return f":{target.port}" if target.port is not None else ""
    except ValueError:
        return ""


def _told_wait(answer: Answer) -> float | None:
    """Return the seconds to wait: Retry-After in seconds or as a date, else X-RateLimit-Reset."""
    if told := answer.headers.get("Retry-After", "").strip():
        if re.fullmatch(r"\d+(\.\d+)?", told):
            return float(told) or None
        try:
            return _seconds_until(parsedate_to_datetime(told), answer)
        except (ValueError, OverflowError):
            pass  # neither form: wait as if nothing had been told
    if told := answer.headers.get("X-RateLimit-Reset", ""):
        try:
            return _seconds_until(datetime.fromisoformat(told), answer)
        except (ValueError, OverflowError):
            pass
    return None


def _seconds_until(at: datetime, answer: Answer) -> float:
    """Return the seconds until an instant, by the server's own clock where it tells it."""
    try:
        now = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, OverflowError):
        now = datetime.fromtimestamp(time.time(), UTC)
    at, now = (one if one.tzinfo else one.replace(tzinfo=UTC) for one in (at, now))
    return max((at - now).total_seconds(), _SHORTEST_TOLD)
