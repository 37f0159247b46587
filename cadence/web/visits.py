"""Who is here: links that have opened before, and the cookies that spare them a question.

All of it lies in memory alone and ends with the server. No page needs the cookie: without one
the link's secret goes along in the form of each page.
"""

import hashlib
import secrets
from collections import OrderedDict
from threading import Lock

from cadence.invitations import Guest

COOKIE = "cadence"
_MOST = 5_000


class Visits:
    """The cookies that were given, and the guests whose links have opened; the oldest go first."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._guests: OrderedDict[str, Guest] = OrderedDict()
        self._lock = Lock()

    def begin(self, token: str) -> str:
        """Return a new cookie for a link; a browser's own proposal is never taken."""
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[_hidden(cookie)] = token
            if len(self._tokens) > _MOST:
                self._tokens.popitem(last=False)
        return cookie

    def token(self, cookie: str) -> str | None:
        """Return the link that a cookie stands for; None if it was never given."""
        return self._tokens.get(_hidden(cookie)) if cookie else None

    def opened(self, guest: Guest) -> None:
        """Note that a link opened: from now on it is no guess, and one before it is forgotten."""
        with self._lock:
            for token, other in list(self._guests.items()):
                if (other.member, other.month) == (guest.member, guest.month):
                    del self._guests[token]
            self._guests[_hidden(guest.token)] = guest
            if len(self._guests) > _MOST:
                self._guests.popitem(last=False)

    def closed_door(self, token: str) -> None:
        """Note that a link opens nothing any longer, though its month is not over."""
        with self._lock:
            self._guests.pop(_hidden(token), None)

    def guest(self, token: str) -> Guest | None:
        """Return whose link opened before; it may have been closed since."""
        return self._guests.get(_hidden(token))


def _hidden(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
