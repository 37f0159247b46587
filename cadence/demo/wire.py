"""What can go wrong beneath HTTP: connections that break or stall, bodies that unfold or never end.

Each function is a fault as in faults.py. Waiting ends when the site closes.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import repeat

from cadence.demo.exchange import Answer
from cadence.demo.faults import Fault

_MEMBER = 1 << 26
"""How many spaces one gzip member of a bomb unfolds to; a body may have many members."""


def aborted() -> Fault:
    """Reset the connection (RST) without an answer."""
    return lambda answer: replace(answer, abort=True)


def aborted_body() -> Fault:
    """Send half of the body, then reset the connection (RST)."""
    return lambda answer: replace(answer, abort=True, cut=True)


def silent(seconds: float = 3600.0) -> Fault:
    """Take the request and say nothing, for so long; then answer rightly."""
    return lambda answer: replace(answer, delay=answer.delay + seconds)


def stalled(seconds: float = 3600.0) -> Fault:
    """Send half of the body, then nothing for so long, then the rest."""

    def script(content: bytes) -> Iterator[bytes | float]:
        half = len(content) // 2
        yield content[:half]
        yield seconds
        yield content[half:]

    return _scripted(script)


def dripping(seconds: float, size: int = 1) -> Fault:
    """Send so many bytes at a time, and wait so long after each: never silent, hardly moving."""

    def script(content: bytes) -> Iterator[bytes | float]:
        for start in range(0, len(content), size):
            yield content[start : start + size]
            yield seconds

    return _scripted(script)


def endless(piece: bytes = b" " * 65536) -> Fault:
    """Send a body that never ends, without a length."""
    return lambda answer: replace(answer, script=repeat(piece))


def bomb(unfolded: int = 1 << 30) -> Fault:
    """Send the right JSON after so many spaces (1 GB), packed to a thousandth with gzip."""

    def fault(answer: Answer) -> Answer:
        members = [_spaces(_MEMBER)] * (unfolded // _MEMBER)
        packed = b"".join([*members, _spaces(unfolded % _MEMBER), gzip.compress(answer.content())])
        return _packed(answer, packed, "gzip")

    return fault


def layered(layers: int = 50) -> Fault:
    """Send a body that is packed so many times, and says so."""

    def fault(answer: Answer) -> Answer:
        content = answer.content()
        for _ in range(layers):
            content = gzip.compress(content, compresslevel=1)
        return _packed(answer, content, ", ".join(["gzip"] * layers))

    return fault


def misnamed(encoding: str = "gzip") -> Fault:
    """Send a plain body that claims to be packed."""
    return lambda answer: _packed(answer, answer.content(), encoding)


def _scripted(script: Callable[[bytes], Iterable[bytes | float]]) -> Fault:
    def fault(answer: Answer) -> Answer:
        content = answer.content()
        length = {"Content-Length": str(len(content))}
        return replace(answer, headers=answer.headers | length, script=script(content))

    return fault


def _packed(answer: Answer, content: bytes, encoding: str) -> Answer:
    told = {"Content-Encoding": encoding, "Content-Length": str(len(content))}
    return replace(answer, headers=answer.headers | told, script=(content,))


@lru_cache(maxsize=8)
def _spaces(size: int) -> bytes:
    return gzip.compress(b" " * size, compresslevel=9)
