"""The one place that talks to Jira over HTTP: one origin, bounded waits, every request counted.

Confluence is talked to by the same rules, as another `System`.
"""

import gc
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
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
    JiraRefused,
    Unsure,
    Untrusted,
    WebPage,
)
from cadence.jira.body import Packed, Room, read_body
from cadence.jira.flight import Slots, begun
from cadence.jira.patience import Patience
from cadence.jira.striking import headers_without, without
from cadence.jira.system import JIRA, System
from cadence.jira.wire import certificates, checked_address, checked_credentials, told_fault

T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 5.0, 25.0
_OFTEN_NAMED = 3
_FAULTS_AT_ONCE = 200
_ENGLISH = {"X-Force-Accept-Language": "true", "Accept-Language": "en"}
"""Else statuses, types and resolutions have the names of the caller's language."""


@dataclass(frozen=True)
class _Question:
    """What is asked; with `packed` the answer is not unpacked, see `Client.read_packed`."""

    method: str
    path: str
    content: dict[str, Any]
    once: bool = False
    packed: bool = False


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
        self._faults = 0
        self._credentials = checked_credentials(credentials, system)
        self._secrets = secret_forms(credentials)
        self._patience = patience or Patience()
        self._sessions = threading.local()
        self._lock = threading.Lock()
        self._slots = Slots(in_flight)
        self._large = threading.Lock()
        self._asked_already: dict[str, Future[dict[str, Any]]] = {}

    @property
    def with_email(self) -> bool:
        """Whether the token comes with an e-mail, as Cloud's do."""
        return self._credentials.email is not None

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object that Jira answers; see `answers` for what is raised otherwise."""
        return self._asked(_Question("GET", path, {"params": params or {}}), answers.object_of)

    def get_list(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the JSON array that Jira answers."""
        return self._asked(_Question("GET", path, {"params": params or {}}), answers.array_of)

    def post(self, path: str, body: Mapping[str, Any], *, once: bool = False) -> dict[str, Any]:
        """Return the JSON object that answers a body; only for questions that change nothing.

        With `once` a question that Jira fails on is not asked again: raises JiraFailed.
        """
        if asked := self._asked_already.pop(_name(path, body), None):
            return asked.result()
        question = _Question("POST", path, {"json": body}, once=once)
        return self._asked(question, answers.object_of)

    def ask_already(self, path: str, body: Mapping[str, Any]) -> None:
        """Ask what will be posted next: that then takes the answer, or raises what it raises."""
        question = _Question("POST", path, {"json": body})
        task = partial(self._asked, question, answers.object_of)
        self._asked_already[_name(path, body)] = begun(task)

    def read_packed(
        self, path: str, body: Mapping[str, Any], reader: Callable[[Packed], T], *, once: bool
    ) -> T:
        """Return what `reader` makes of the answer to a body, which it unpacks; see `post`.

        For long answers: they go before others that wait for a slot, and the reader is called
        while other requests are on their way. It raises as `answers` does.
        """
        return self._asked(_Question("POST", path, {"json": body}, once, packed=True), reader)

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
        room = Room(self._large)
        try:
            with self._slots.one(), self._told_unsure(path):
                self._patience.hold()
                answer = self._sent(_Question(method, path, {"json": body}), room)
        except CredentialsRefused as fault:  # done, but for another account than ours
            raise self._unsure(fault.what, path) from fault
        finally:
            room.leave()
        assert isinstance(answer, Answer)
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

    def _asked(self, question: _Question, reader: Callable[[Any], T]) -> T:
        attempt = 0
        while True:
            try:
                return self._read(question, reader, attempt + 1)
            except Again as again:
                if question.once and again.by_question and again.seconds is None:
                    raise again.told() from again
                fault = again
            except WebPage as page:
                if not self._spoken:
                    raise
                fault = Again(page.what, page.where)  # in the midst of a run it may pass
            attempt += 1
            self._forget_faults()
            if fault.seconds is None:
                self._patience.wait(fault, attempt)

    def _forget_faults(self) -> None:
        """Let go of what faults hold on to: they are the one kind of thing here that has cycles."""
        with self._lock:
            self._faults += 1
            many = self._faults % _FAULTS_AT_ONCE == 0
        if many:
            gc.collect()

    def _read(self, question: _Question, reader: Callable[[Any], T], attempt: int) -> T:
        """Send a request and read its answer.

        A wait that Jira asks for is noted before the slot is free: else another request would leave
        in between. What came is made sense of while the next request is on its way.
        """
        room = Room(self._large)
        try:
            with self._slots.one(urgent=question.packed):
                self._patience.hold()
                answer = self._sent(question, room)
                try:
                    if isinstance(answer, Answer):
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

    def _sent(self, question: _Question, room: Room) -> Answer | Packed:
        """Send a request once; return the answer, packed if it is to be so and is a success."""
        with self._lock:
            self.requests += 1
            self._patience.spend_request(self.requests)
        url = f"{self.url}/{question.path}"
        session = self._session()
        try:
            # Session's own request, not the library's: that one retries, waits and raises its
            # own way, and parses what a hostile server says while doing so.
            response = requests.Session.request(
                session,
                question.method,
                url,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                **question.content,
            )
            with response:
                answer = self._answer(response, url, room, packed=question.packed)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as fault:
            raise told_fault(fault, self.url, self.system) from fault
        self._patience.answered()
        self._note_clock(answer.headers.get("Date"))
        if answer.status in (200, 203):  # a proxy that changes an answer says 203
            self._check_account(answer.headers.get("X-AAccountId") or None)
        if answer.headers.get("X-RateLimit-NearLimit", "").lower() == "true":
            self._patience.ease()
        return answer

    def _answer(
        self, response: requests.Response, url: str, room: Room, *, packed: bool
    ) -> Answer | Packed:
        status = response.status_code
        told = headers_without(self._secrets, response.raw.headers)
        packed = packed and status < 300
        body = read_body(response.raw, url, self.system, room, unpack=not packed)
        if packed:
            return Packed(status, told, body, url, self._secrets, self.system)
        return Answer(status, told, without(self._secrets, body), url, self.system)

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
        # No redirect is followed. To find where it leads the library would read its body, however
        # large, and fail on an address that is none.
        session.get_redirect_target = lambda _: None  # type: ignore[assignment,method-assign]
        return session

    def _note_clock(self, date: str | None) -> None:
        if self.clock is None and date:
            with suppress(ValueError, OverflowError):  # no date, or none of our era
                at = parsedate_to_datetime(date)
                self.clock = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _name(path: str, body: Mapping[str, Any]) -> str:
    return f"{path} {json.dumps(body, sort_keys=True)}"
