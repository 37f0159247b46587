"""A page, and what a format makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """One report: its plain values, and the Markdown made of them."""

    values: dict[str, Any]
    markdown: str


@dataclass(frozen=True)
class Format:
    """A way to write a page: its name, the suffix of its files, and the text it makes."""

    name: str
    suffix: str
    write: Callable[[Page], str]
