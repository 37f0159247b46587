"""What a server repeats of our secrets is struck, however it has escaped them."""

import base64
import html
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3 import HTTPHeaderDict

from cadence.credentials import Credentials, secret_forms
from cadence.jira.striking import headers_without, without

EMAIL = "ada@example.com"
TOKEN = "ATATT3x-canary_To.ken/+%7e=1A2B&3C"
PAIR = base64.b64encode(f"{EMAIL}:{TOKEN}".encode()).decode()
FORMS = secret_forms(Credentials(EMAIL, TOKEN))


def each_sign(text: str, escape) -> str:
    """Return a text in which all but letters and digits are escaped."""
    return "".join(one if one.isascii() and one.isalnum() else escape(one) for one in text)


def by_units(sign: str) -> str:
    units = sign.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def in_strict_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_json_as_php(text: str) -> str:
    return in_strict_json(text).replace("/", "\\/")


def in_json_as_gson(text: str) -> str:
    return each_sign(
        json.dumps(text, ensure_ascii=False)[1:-1],
        lambda sign: by_units(sign) if sign in "<>&='" else sign,
    )


def in_json_by_numbers(text: str) -> str:
    return each_sign(text, by_units)


def in_json_by_capital_numbers(text: str) -> str:
    return each_sign(text, lambda sign: by_units(sign).upper().replace("U", "u"))


def in_url(text: str) -> str:
    return quote(text, safe="")


def in_url_by_small_letters(text: str) -> str:
    return each_sign(text, lambda sign: "".join(f"%{octet:02x}" for octet in sign.encode()))


def in_html_by_numbers(text: str) -> str:
    return each_sign(text, lambda sign: f"&#{ord(sign)};")


def in_html_by_hex(text: str) -> str:
    return each_sign(text, lambda sign: f"&#x{ord(sign):X};")


def in_html_of_url(text: str) -> str:
    return in_html_by_numbers(in_url(text))


def in_url_twice(text: str) -> str:
    return in_url(in_url(text))


def in_html_twice(text: str) -> str:
    return html.escape(html.escape(text))


IN_JSON = (
    in_strict_json,
    in_json_as_php,
    in_json_as_gson,
    in_json_by_numbers,
    in_json_by_capital_numbers,
)
INNER = (
    str,
    in_url,
    in_url_by_small_letters,
    in_url_twice,
    html.escape,
    in_html_by_numbers,
    in_html_by_hex,
    in_html_twice,
    in_html_of_url,
    in_json_as_gson,
    in_json_as_php,
)


def told(content: str, forms: tuple[bytes, ...] = FORMS) -> str:
    """Return what is read of a JSON text, after the secrets were struck."""
    return json.loads(without(forms, bytearray(f'"{content}"', "utf-8")))


@pytest.mark.parametrize("in_json", IN_JSON)
@pytest.mark.parametrize("inner", INNER)
def test_each_form_is_struck_however_it_was_escaped(in_json, inner):
    url_safe = PAIR.replace("+", "-").replace("/", "_")
    for form in (TOKEN, PAIR, PAIR.rstrip("="), url_safe, url_safe.rstrip("=")):
        content = f"{in_json('say ')}{in_json(inner(form))}{in_json(' “twice” ')}"
        assert told(content) == "say *** “twice” "


texts = st.text(st.sampled_from("ab1 /\\\"'=+-_.%&#;*()[]{}|^$?é€😀<>"), max_size=6)
tokens = st.builds("".join, st.tuples(texts, st.just("x1y2z3w4"), texts, texts))


@settings(deadline=None)
@given(tokens, texts, texts, st.sampled_from(IN_JSON), st.sampled_from(INNER))
def test_whatever_the_token_is_it_alone_is_struck(token, before, after, in_json, inner):
    found = told(in_json(f"{before}{inner(token)}{after}"), secret_forms(Credentials(None, token)))
    assert "***" in found
    assert "x1y2z3w4" not in found
    assert found.startswith(before.rstrip("\\"))  # a \\ there is as one that escapes the token
    assert found.endswith(after.lstrip("\\="))  # and = as its padding


def test_a_header_is_base64_of_latin_1_where_it_can_be():
    forms = secret_forms(Credentials("zoë@example.com", "pässword-1"))
    sent = base64.b64encode("zoë@example.com:pässword-1".encode("latin-1")).decode()
    assert told(f"Basic {sent}", forms) == "Basic ***"
    assert told("p%E4ssword-1 p%C3%A4ssword-1", forms) == "*** ***"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_an_answer_in_another_encoding_is_looked_through_too(encoding):
    body = without(FORMS, bytearray(json.dumps([TOKEN, "é"]).encode(encoding)))
    assert json.loads(body) == ["***", "é"]


def test_an_escape_that_is_unknown_does_not_show_the_whole():
    token = "ATATT3xFfGF0abcdefghij1234-k=1A2B3C4D"
    assert told(token.replace("-", "{hyphen}"), secret_forms(Credentials(None, token))) == (
        "***{hyphen}k=1A2B3C4D"
    )
    words = secret_forms(Credentials(None, "internationalization-7"))
    assert told("internationalization", words) == "internationalization"


def test_a_clean_answer_is_not_touched():
    clean = bytearray(b'{"summary": "a b&amp;c \\/ \\u003d canary_To.ken"}' * 1000)
    assert without(FORMS, clean) is clean
    near = bytearray(b'{"summary": "ATATT3x-canary_To.ken/+%7e=1A2B&3"}' * 1000)
    assert without(FORMS, near) == near


HOSTILE = (b"\\", b"\\u005c", b"\\u003d", b"&#0", b"&amp;", b"%25", b"=", b"&#00000", b"=\\")


@pytest.mark.parametrize("token", [TOKEN, "=%/&canary-1A2B", "ca\\\\nary-12\\/34"])
def test_hostile_text_costs_no_more_than_its_length(token):
    secrets = secret_forms(Credentials(None, token))
    begun = time.process_time()
    for piece in (*HOSTILE, token[:-1].encode(), token[: len(token) // 2].encode() + b"\\" * 99):
        body = bytearray(piece * (2**18 // len(piece)) + b" " + token.encode())
        assert without(secrets, body).endswith(b" ***")
    assert time.process_time() - begun < 20  # what is tried again at each byte takes hours


def test_a_header_that_repeats_the_token_is_told_without_it():
    headers = HTTPHeaderDict({"Location": f"https://sso.example/?t={in_url(TOKEN)}", "Age": "1"})
    assert dict(headers_without(FORMS, headers)) == {
        "Location": "https://sso.example/?t=***",
        "Age": "1",
    }
