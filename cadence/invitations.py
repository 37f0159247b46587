"""Personal links: their tokens, and what only the holder of one can prove, read or take back.

A token is random, told once to its member and kept only as a hash. From it come marks: values
that anybody with the token can make again, and that tell nobody else whose they are, nor that two
of them belong together. So the store can let a person change what they said, and count their
votes, without knowing who said it. Drafts are sealed by the token as well.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import date

from cadence.month import Month

TOKEN_BYTES = 24
"""192 bits: far more than anybody can guess."""

VALID_DAYS = 45
"""A reflection is held within days of its month's end; a link has no use much later."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]{32}")
_NONCE_BYTES = 16
_CHECK_BYTES = 32
_BLOCK_BYTES = 4096
"""Drafts are filled up to whole blocks: their size tells little of what stands in them."""


@dataclass(frozen=True)
class Guest:
    """Somebody who came through a personal link: whose it is, for which month, and its token.

    The token is here so that marks can be made of it; it must reach no log and no page but the
    guest's own.
    """

    member: str
    month: Month
    token: str = field(repr=False)


def new_token() -> str:
    """Return the token of a new link: random, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Tell whether a text may be a token at all."""
    return _SHAPE.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """Return what is kept of a token. It is random, so that a plain hash cannot be searched."""
    return hashlib.sha256(f"cadence link {token}".encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two hashes in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(), other.encode())


def mark(token: str, purpose: str) -> str:
    """Return the mark of a purpose; without the token, all marks look like random numbers."""
    return hmac.digest(token.encode(), f"cadence mark {purpose}".encode(), "sha256").hex()


def link(address: str, token: str) -> str:
    """Return the personal link, below the address at which the team's pages are served."""
    return f"{address.rstrip('/')}/in/{token}"


def token_in(text: str) -> str | None:
    """Return the token of a link, or of a token given alone; None if there is none."""
    last = text.strip().rstrip("/").rpartition("/in/")[2] or text.strip()
    return last if is_token(last) else None


# ---- drafts ----------------------------------------------------------------------------------


def seal(token: str, text: str) -> bytes:
    """Return a text that only the token's holder can read, and nobody can change unseen.

    A key stream of SHAKE-256 and an HMAC over what it made (encrypt, then authenticate).
    """
    plain = text.encode()
    room = -(len(plain) + 8) % _BLOCK_BYTES
    filled = len(plain).to_bytes(8, "big") + plain + bytes(room)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = nonce + _crossed(token, nonce, filled)
    return body + _check(token, body)


def unseal(token: str, box: bytes) -> str | None:
    """Return the text that was sealed with a token; None if it was another, or was changed."""
    body, check = box[:-_CHECK_BYTES], box[-_CHECK_BYTES:]
    if len(body) < _NONCE_BYTES + 8 or not hmac.compare_digest(check, _check(token, body)):
        return None
    nonce, sealed = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    filled = _crossed(token, nonce, sealed)
    return filled[8 : 8 + int.from_bytes(filled[:8], "big")].decode()


def _crossed(token: str, nonce: bytes, data: bytes) -> bytes:
    key = hmac.new(token.encode(), b"cadence draft key", hashlib.sha256).digest()
    stream = hashlib.shake_256(key + nonce).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def _check(token: str, body: bytes) -> bytes:
    key = hmac.new(token.encode(), b"cadence draft check", hashlib.sha256).digest()
    return hmac.new(key, body, hashlib.sha256).digest()


# ---- the letter ------------------------------------------------------------------------------


def letter(team: str, guest: Guest, address: str, expires: date) -> str:
    """Return a text that is ready to be mailed to the member."""
    return "\n".join(
        [
            f"Subject: Our reflection of {guest.month.name}",
            "",
            f"Hello {guest.member},",
            "",
            f"ten minutes for {team}, please: what should we start, stop and continue?",
            "",
            f"  {link(address, guest.token)}",
            "",
            "The link is yours alone: whoever has it answers and votes in your place, so do not",
            f"pass it on. It works until {expires} or until the reflection is closed, and you may",
            "come back to change what you said.",
        ]
    )
