"""What a request must show before any page sees it: its host, where it comes from, its patience.

Nothing of a caller is kept but, for a minute and in memory only, how often a link was wrong.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from threading import Lock
from urllib.parse import urlsplit

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    # No stricter one: with no-referrer a browser sends `Origin: null` along with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Every answer bears these, also those that the socket gives before a page is asked."""

GUESSES_A_MINUTE = 10
_MINUTE = 60.0
_MOST_CALLERS = 10_000


def own_origins(port: int, public: str | None) -> frozenset[str]:
    """Return the origins that are ours: loopback at this port, and the public address."""
    own = {f"http://{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")}
    if port == 80:
        own |= {"http://127.0.0.1", "http://localhost", "http://[::1]"}
    return frozenset(own | ({origin_of(public)} if public else set()))


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, as a browser writes its origin."""
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"


def is_own_host(host: str, origins: Collection[str]) -> bool:
    """Tell whether a Host header names us; another one is a rebound name or a mistake."""
    ports = {"http": ":80", "https": ":443"}
    parts = [origin.partition("://") for origin in origins]
    return host.lower() in {name for _, _, name in parts} | {
        f"{name}{ports[scheme]}" for scheme, _, name in parts
    }


def is_own_post(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Tell whether a post comes from one of our own pages; without any proof it does not.

    Browsers send `Origin` with each post; over https also `Sec-Fetch-Site`. The token in the form
    must be right as well: this is the second lock, not the only one.
    """
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if "Origin" in headers:
        return headers["Origin"] in origins
    if "Sec-Fetch-Site" in headers:
        return True
    try:
        return "Referer" in headers and origin_of(headers["Referer"]) in origins
    except ValueError:  # a malformed address
        return False


class Guesses:
    """Counts wrong links of each caller over a minute; in memory, and under a keyed hash."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._wrong: dict[bytes, list[float]] = {}
        self._lock = Lock()

    def _caller(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._key).digest()

    def too_many(self, address: str, at: float) -> bool:
        """Tell whether a caller has been wrong too often within the last minute."""
        with self._lock:
            recent = self._recent(self._caller(address), at)
        return len(recent) >= GUESSES_A_MINUTE

    def count(self, address: str, at: float) -> None:
        """Note that a caller was wrong."""
        caller = self._caller(address)
        with self._lock:
            if len(self._wrong) >= _MOST_CALLERS:
                self._wrong.clear()
            self._wrong[caller] = [*self._recent(caller, at), at]

    def _recent(self, caller: bytes, at: float) -> list[float]:
        recent = [one for one in self._wrong.get(caller, []) if at - one < _MINUTE]
        if not recent:
            self._wrong.pop(caller, None)
        return recent
