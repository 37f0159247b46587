"""A page, its pictures, and what a format makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Picture:
    """A drawing in all its forms; a format takes the one that its readers can see.

    A template places it where `![](picture:NAME)` stands as a paragraph of its own. The SVG goes
    into HTML as it is: whoever makes it escapes what it shows.
    """

    title: str
    svg: str
    description: str = ""
    mermaid: str = ""
    """For wikis that draw it; empty where there is none."""
    text: str = ""
    """Markdown that says the same; empty where the report's own words and tables say it."""


@dataclass(frozen=True)
class Page:
    """One report: its plain values, the Markdown made of them, and its pictures by name."""

    values: dict[str, Any]
    markdown: str
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def _silent(_: str) -> str:
    return ""


@dataclass(frozen=True)
class Format:
    """A way to write a page: its name, the suffix of its files, and the text it makes."""

    name: str
    suffix: str
    write: Callable[[Page], str]
    media: str = "text/plain"
    """What the text is to a clipboard."""
    warning: Callable[[str], str] = _silent
    """What whoever pastes this text must know, in one sentence; mostly empty."""
