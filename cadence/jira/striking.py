"""Strikes our secrets from what a server repeats, however JSON, HTML or a URL has escaped them."""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from urllib3 import HTTPHeaderDict

_STRUCK = b"***"
_BACKSLASH = "\\"
_ESCAPING = r"(?:\\++(?i:u005c)?)"
_ESCAPED, _PERHAPS_ESCAPED = _ESCAPING + "{1,4}+", _ESCAPING + "{0,4}+"
"""What JSON puts before a sign, once or several times over; possessive, so that it costs little."""

_NESTED = 2
"""So many escapes may lie in one another, such as HTML's of a URL's; JSON's may be around each."""

_SHORTEST_CORE = 8
_TELLING_WORD = 20
"""A part of a secret that is so long and holds a digit is no word of a language: it is struck
wherever it stands, so that an escape which is unknown here never shows the whole."""


def without(secrets: tuple[bytes, ...], body: bytearray) -> bytearray:
    """Strike the secrets from the body of an answer: some gateways repeat a request's headers.

    What comes in UTF-16 or -32, as JSON may, is returned in UTF-8.
    """
    return _struck(secrets, _in_utf8(body))


def headers_without(secrets: tuple[bytes, ...], headers: Mapping[str, str]) -> HTTPHeaderDict:
    """Strike the secrets from the headers of an answer: an error may tell of one."""
    struck = HTTPHeaderDict()
    for name, value in headers.items():
        octets = _struck(secrets, bytearray(value, "latin-1", "replace"))  # as they came
        struck.add(name, octets.decode("latin-1"))
    return struck


def _struck(secrets: tuple[bytes, ...], body: bytearray) -> bytearray:
    """Letters and digits of ASCII stand for themselves in each escape.

    So what lacks the longest word of a secret lacks the secret: a clean body costs that look alone.
    """
    for word, forms in _by_word(secrets):
        if word in body:
            for form in forms:
                body = bytearray(_pattern(form).sub(_STRUCK, body))
            if len(word) >= _TELLING_WORD and not word.isalpha():
                body = body.replace(word, _STRUCK)
    return body


def _in_utf8(body: bytearray) -> bytearray:
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        return body
    try:
        return bytearray(body.decode(encoding, "surrogatepass"), "utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return body  # who reads JSON does not take it either


@lru_cache(maxsize=8)
def _by_word(secrets: tuple[bytes, ...]) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    """Return the secrets by their longest words; both alphabets of base64 may share one."""
    words: dict[bytes, tuple[bytes, ...]] = {}
    for secret in secrets:
        word = max(re.findall(rb"[A-Za-z0-9]+", secret), key=len, default=b"")
        words[word] = (*words.get(word, ()), secret)
    return tuple(words.items())


@lru_cache(maxsize=32)
def _pattern(secret: bytes) -> re.Pattern[bytes]:
    r"""Return what finds a secret in each of its escapes, with its padding or without.

    It is written in characters that stand for bytes. A `\` at an end is left where it is: it may be
    half of an escape, which must stay whole. Those that escape what comes first are taken.
    """
    text = secret.decode()
    core = text.strip("\\").rstrip("=\\")
    padding = f"(?:{_sign('=')})*"
    if len(core) < _SHORTEST_CORE:
        core, padding = text, ""
    parts = re.findall(r"[A-Za-z0-9]+|\\+|.", core, re.DOTALL)
    begin = "" if _is_word(parts[0]) else _begin(parts[0])
    return re.compile("".join((begin, *map(_part, parts), padding)).encode("latin-1"))


def _begin(sign: str) -> str:
    r"""Return what tells at once that no escape of a sign begins here, or a `\` too late."""
    octets = "".join(_literal(octets[:1]) for octets in _coded(sign))
    return rf"(?<!\\)(?=[\\%&+{octets}])"


def _is_word(part: str) -> bool:
    return part.isascii() and part.isalnum()


def _part(part: str) -> str:
    r"""Return the pattern of a word, of another character, or of several `\`."""
    if _is_word(part):
        return part
    return f"(?:{_sign(part[0])})" + "+" * (part[0] == _BACKSLASH)


@cache
def _sign(character: str, levels: int = _NESTED) -> str:
    """Return the ways to write a character; the signs that they need may be escaped in turn."""
    ways = [*_in_json(character), *([r"\+"] if character == " " else [])]
    if levels:
        ways += [*_in_url(character, levels - 1), _in_html(character, levels - 1)]
    if character != _BACKSLASH:
        ways += [_PERHAPS_ESCAPED + _literal(octets) for octets in _coded(character)]
    return "|".join(ways)


def _in_json(character: str) -> list[str]:
    r"""Return `\u003d` and, as logs have it, `\x3d`; the `\` may be escaped itself."""
    if character == _BACKSLASH:
        return [r"\\(?i:u005c|x5c)?"]
    units = re.findall("....", character.encode("utf-16-be").hex())
    ways = ["".join(rf"{_ESCAPED}u(?i:{unit})" for unit in units)]
    return ways + ([rf"{_ESCAPED}x{_hex(ord(character))}"] if ord(character) < 256 else [])


def _in_url(character: str, levels: int) -> list[str]:
    percent = f"(?:{_sign('%', levels)})"
    return ["".join(percent + _hex(octet) for octet in octets) for octets in _coded(character)]


def _in_html(character: str, levels: int) -> str:
    code = ord(character)
    begin, number, end = (f"(?:{_sign(sign, levels)})" for sign in "&#;")
    named = [f"{number}0*{code}", f"{number}[xX]0*{_hex(code)}", *_names(character)]
    return f"{begin}(?:{'|'.join(named)})(?:{end})?"


def _coded(character: str) -> list[bytes]:
    """Return the bytes of a character: in UTF-8, and as HTTP's headers hold it."""
    latin = character.encode("latin-1", "ignore")
    return list(dict.fromkeys(coded for coded in (character.encode(), latin) if coded))


def _literal(octets: bytes) -> str:
    return re.escape(octets).decode("latin-1")


def _hex(number: int) -> str:
    return f"(?i:{number:02x})"


def _names(character: str) -> list[str]:
    """Return HTML's names for a character."""
    from html.entities import html5

    names = {name.rstrip(";") for name, meaning in html5.items() if meaning == character}
    return sorted(names, key=len, reverse=True)
