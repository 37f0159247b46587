"""The wire to a system: which addresses may be asked, and what its faults mean."""

import os
import re
from urllib.parse import urlsplit

import requests
import urllib3

from cadence.config.checks import is_loopback
from cadence.credentials import Credentials
from cadence.errors import ConfigError
from cadence.jira.answers import Again, Untrusted
from cadence.jira.system import System


def checked_address(url: str, system: System) -> str:
    """Return the base URL without its last slash; plain http is for this machine only."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ConfigError(
            f"'{url if not parts.username else '…'}' is no address of a {system.name} site",
            where=system.key,
            remedy="Write it as in https://acme.atlassian.net",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError(
            "The token would travel unencrypted",
            where=f"{system.key} = '{url}'",
            remedy="Write https://; plain http is for this machine only",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def checked_credentials(given: Credentials, system: System) -> Credentials:
    """Return credentials that a header can carry; the fault of one that cannot would name them."""
    text = f"{given.email or ''}{given.token}"
    if re.search(r"[\x00-\x1f\x7f]|[^\x00-\xff]", text):
        raise ConfigError(
            "The token or its e-mail holds a character that cannot be sent",
            where=given.source or system.key,
            remedy="Copy it again, without anything around it",
        )
    return given


def certificates() -> bool | str:
    """Return the certificates to trust: the company's own, else those that are shipped."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def told_fault(fault: Exception, url: str, system: System) -> Again | Untrusted:
    """Return a fault of the wire in our words; its own may hold the proxy's password."""
    if isinstance(fault, requests.exceptions.SSLError) and "certificate" in str(fault).lower():
        return Untrusted(
            "The certificate was not accepted",
            where=url,
            remedy="Name your company's certificates in REQUESTS_CA_BUNDLE",
        )
    by_question = isinstance(fault, _BY_QUESTION)
    return Again(_kind(fault, system.name), url, by_question=by_question, undone=_unsent(fault))


def _kind(fault: Exception, name: str) -> str:
    kinds: dict[type[Exception], str] = {
        requests.exceptions.ProxyError: "The proxy does not answer",
        requests.exceptions.ConnectTimeout: f"{name} does not answer",
        requests.exceptions.Timeout: f"{name} takes too long to answer",
        requests.exceptions.ConnectionError: f"{name} does not answer",
        urllib3.exceptions.TimeoutError: f"{name} takes too long to answer",
        urllib3.exceptions.HTTPError: f"{name}'s answer broke off",
    }
    return next((told for kind, told in kinds.items() if isinstance(fault, kind)), "No answer")


def _unsent(fault: Exception) -> bool:
    """Tell whether there was no connection to send anything over."""
    reason = getattr(next(iter(fault.args), None), "reason", None)
    unmade = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(fault, requests.exceptions.ConnectTimeout) or isinstance(reason, unmade)


_BY_QUESTION = (
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.ReadTimeoutError,
    requests.exceptions.ReadTimeout,
)
"""Jira was there, but did not get through with its answer: to ask for less may help."""
