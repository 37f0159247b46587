"""The one gate to the terminal: whatever a command says goes through here, made harmless."""

import re

import click

# C0 but tab and newline, DEL, C1, line separators and the characters that turn text around.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return the text without anything that could steer a terminal; each such sign becomes �."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def json_safe(text: str) -> str:
    """Return JSON with such signs written as escapes, which stand for the same text."""
    return _CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 entry`, `3 entries`."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def out(text: str) -> None:
    """Write a result to stdout."""
    click.echo(clean(text))


def err(text: str) -> None:
    """Write a message to stderr."""
    click.echo(clean(text), err=True)
