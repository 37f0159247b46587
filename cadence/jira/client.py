"""The one place that talks to Jira over HTTP: one origin, bounded waits, every request counted.

Confluence is talked to by the same rules, as another `System`.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import unquote

import requests
import urllib3
from requests.utils import get_environ_proxies

from cadence.credentials import Credentials, secret_forms
from cadence.errors import CredentialsRefused, JiraUnreachable
from cadence.jira import answers
from cadence.jira.answers import (
    Again,
    Answer,
    JiraFailed,
    JiraRefused,
    Unsure,
    Untrusted,
    WebPage,
)
from cadence.jira.patience import Patience
from cadence.jira.system import JIRA, System
from cadence.jira.wire import certificates, checked_address, told_fault

T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 5.0, 25.0
LONGEST_ANSWER_SECONDS = 300.0
SLOW_SECONDS, SLOWEST_RATE = 20.0, 2048
"""After so many seconds an answer must have come at so many bytes a second: a server that sends a
byte now and then must not hold a run for ever."""

LARGEST_ANSWER = 48 * 2**20
LARGE_ANSWER = 4 * 2**20
"""Of answers that are larger one at a time is read, so that several do not fill the memory."""

_CHUNK = 2**20

_OFTEN_NAMED = 3
_ENGLISH = {"X-Force-Accept-Language": "true", "Accept-Language": "en"}
"""Else statuses, types and resolutions have the names of the caller's language."""


class Client:
    """A connection to one Jira site, used by several threads: one session each.

    At most `in_flight` requests are on their way at once. `requests` counts every request sent,
    retries included; `clock` is the server's, at the first answer. `account` is who asks, once that
    is known: answers for another one are refused.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        patience: Patience | None = None,
        in_flight: int = 4,
        system: System = JIRA,
    ) -> None:
        self.url = checked_address(url, system)
        self.system = system
        self.requests = 0
        self.clock: datetime | None = None
        self.account: str | None = None
        self._told_accounts: set[str] = set()
        self._named = 0
        self._spoken = False
        self._credentials = credentials
        self._secrets = secret_forms(credentials)
        self._patience = patience or Patience()
        self._sessions = threading.local()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(in_flight)
        self._large = threading.Lock()

    @property
    def with_email(self) -> bool:
        """Whether the token comes with an e-mail, as Cloud's do."""
        return self._credentials.email is not None

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object that Jira answers; see `answers` for what is raised otherwise."""
        return self._asked("GET", path, {"params": params or {}}, answers.object_of)

    def get_list(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the JSON array that Jira answers."""
        return self._asked("GET", path, {"params": params or {}}, answers.array_of)

    def post(self, path: str, body: Mapping[str, Any], *, once: bool = False) -> dict[str, Any]:
        """Return the JSON object that answers a body; only for questions that change nothing.

        With `once` a question that Jira fails on is not asked again: raises JiraFailed.
        """
        return self.read(path, body, answers.object_of, once=once)

    def read(
        self, path: str, body: Mapping[str, Any], reader: Callable[[Answer], T], *, once: bool
    ) -> T:
        """Return what `reader` makes of the answer to a body; see `post`.

        It is called while other requests are on their way, and raises as `answers` does.
        """
        return self._asked("POST", path, {"json": body}, reader, once)

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send what changes something, once; return the JSON object that answers.

        It is sent again only where it surely was not taken: nobody listened, or there were too many
        requests. Raises JiraRefused or CredentialsRefused if it was refused, JiraUnreachable if it
        never arrived, Unsure if it may have been done.
        """
        attempt = 0
        while True:
            try:
                return self._written(method, path, body)
            except Again as again:
                attempt += 1
                self._patience.wait(again, attempt)

    def _written(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a write; raises Again only where it was surely not taken."""
        room = _Room(self._large)
        try:
            with self._slots, self._told_unsure(path):
                self._patience.hold()
                answer = self._sent(method, path, {"json": body}, room)
        except CredentialsRefused as fault:  # done, but for another account than ours
            raise self._unsure(fault.what, path) from fault
        finally:
            room.leave()
        with self._told_unsure(path):
            answers.check(answer)
            return answers.object_of(answer)

    @contextmanager
    def _told_unsure(self, path: str) -> Iterator[None]:
        """Make Unsure of every fault that leaves open whether a write was done."""
        try:
            yield
        except (JiraRefused, Untrusted):
            raise
        except Again as fault:
            if fault.undone:
                raise
            raise self._unsure(fault.what, path) from fault
        except JiraUnreachable as fault:
            raise self._unsure(fault.what, path) from fault

    def _unsure(self, what: str, path: str) -> Unsure:
        return Unsure(f"{what}: whether it was done is unknown", where=f"{self.url}/{path}")

    def expect(self, account: str) -> None:
        """Refuse answers for another account from now on, and if one was for another before.

        Raises CredentialsRefused.
        """
        self.account = account
        for told in list(self._told_accounts):
            self._check_account(told)

    def stop(self) -> None:
        """End all waiting in other threads: they raise Stopped at their next step."""
        self._patience.stop()

    def _asked(
        self,
        method: str,
        path: str,
        asked: dict[str, Any],
        reader: Callable[[Answer], T],
        once: bool = False,
    ) -> T:
        attempt = 0
        while True:
            try:
                return self._read(method, path, asked, reader, attempt + 1)
            except Again as again:
                if once and again.by_question and again.seconds is None:
                    raise again.told() from again
                fault = again
            except WebPage as page:
                if not self._spoken:
                    raise
                fault = Again(page.what, page.where)  # in the midst of a run it may pass
            attempt += 1
            if fault.seconds is None:
                self._patience.wait(fault, attempt)

    def _read(
        self,
        method: str,
        path: str,
        asked: dict[str, Any],
        reader: Callable[[Answer], T],
        attempt: int,
    ) -> T:
        """Send a request and read its answer.

        A wait that Jira asks for is noted before the slot is free: else another request would leave
        in between. What came is made sense of while the next request is on its way.
        """
        room = _Room(self._large)
        try:
            with self._slots:
                self._patience.hold()
                answer = self._sent(method, path, asked, room)
                try:
                    answers.check(answer)
                except Again as again:
                    if again.seconds is not None:
                        self._patience.wait(again, attempt)
                    raise
            try:
                content = reader(answer)
            finally:
                answer.body.clear()  # an error that is kept would keep it
        finally:
            room.leave()
        self._spoken = True
        return content

    def _sent(self, method: str, path: str, content: dict[str, Any], room: "_Room") -> Answer:
        with self._lock:
            self.requests += 1
            self._patience.spend_request(self.requests)
        session = self._session()
        try:
            # Session's own request, not the library's: that one retries, waits and raises its
            # own way, and parses what a hostile server says while doing so.
            response = requests.Session.request(
                session,
                method,
                f"{self.url}/{path}",
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                **content,
            )
            with response:
                body = self._without_secrets(_body(response, room, self.system.name))
                status, told = response.status_code, response.headers
                answer = Answer(status, told, body, f"{self.url}/{path}", self.system)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as fault:
            raise told_fault(fault, self.url, self.system) from fault
        self._patience.answered()
        self._note_clock(answer.headers.get("Date"))
        if answer.status == 200:
            self._check_account(answer.headers.get("X-AAccountId") or None)
        if answer.headers.get("X-RateLimit-NearLimit", "").lower() == "true":
            self._patience.ease()
        return answer

    def _check_account(self, told: str | None) -> None:
        """Refuse an answer that was made for somebody else, as by a proxy that mixes them up.

        Where each answer said for whom it is, one that does not is for the anonymous: to them Jira
        shows an empty site.
        """
        known = self._named >= _OFTEN_NAMED
        if told is not None:
            self._named += 1
            self._told_accounts.add(told)
        if self.account and (told or known) and unquote(told or "") != self.account:
            who = "as another account than" if told else "without the account"
            raise CredentialsRefused(
                f"{self.system.name} answers {who} {self.account}",
                where=self.url,
                remedy=f"Check the proxy between here and {self.system.name},"
                " and run 'cadence login' again",
            )

    def _without_secrets(self, body: bytearray) -> bytearray:
        """Strike the credentials from what comes back: some gateways repeat a request's headers."""
        for secret in self._secrets:
            if secret in body:
                body = body.replace(secret, b"***")
        return body

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = self._sessions.session = self._connected()
        return session

    def _connected(self) -> requests.Session:
        from jira import JIRA

        email, token = self._credentials.email, self._credentials.token
        library = JIRA(
            self.url,
            basic_auth=(email, token) if email else None,
            token_auth=None if email else token,
            get_server_info=False,
            max_retries=0,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            logging=False,
        )
        session: requests.Session = library._session
        # Without this ~/.netrc may win over the token; the proxies of the environment and its
        # certificates, which it would switch off too, are taken by hand.
        session.trust_env = False
        session.proxies.update(get_environ_proxies(self.url, no_proxy=None))
        session.verify = certificates()
        session.headers.update(_ENGLISH)
        return session

    def _note_clock(self, date: str | None) -> None:
        if self.clock is None and date:
            with suppress(ValueError, OverflowError):  # no date, or none of our era
                at = parsedate_to_datetime(date)
                self.clock = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


class _Room:
    """The place for one answer: a large one waits until no other is read."""

    def __init__(self, large: threading.Lock) -> None:
        self._large = large
        self._held = False

    def make(self, size: int) -> None:
        """Take the place of a large answer, if it is one."""
        if size > LARGE_ANSWER and not self._held:
            self._held = self._large.acquire()

    def leave(self) -> None:
        """Leave it to others."""
        if self._held:
            self._held = False
            self._large.release()


def _body(response: requests.Response, room: _Room, name: str) -> bytearray:
    """Read a body up to a limit, unpacked: a small one may unfold to gigabytes.

    It is read as it comes: to wait for a chunk to fill up may take for ever.
    """
    body = bytearray()
    begun = time.monotonic()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        room.make(len(body) + len(chunk))
        body += chunk
        if len(body) > LARGEST_ANSWER:
            body.clear()
            told = f"An answer is larger than {LARGEST_ANSWER >> 20} MB"
            raise JiraFailed(told, where=response.url)
        if _too_slow(time.monotonic() - begun, len(body)):
            raise JiraUnreachable(f"{name} takes too long to answer", where=response.url)
    return body


def _too_slow(seconds: float, size: int) -> bool:
    crawls = seconds > SLOW_SECONDS and size < seconds * SLOWEST_RATE
    return crawls or seconds > LONGEST_ANSWER_SECONDS
