"""What a picture is made of: lines, boxes, paths, dots and words, in pixels from the top left.

A shape's `look` is a class of the picture's style sheet; the templates choose what it looks like.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True)
class Box:
    """A rectangle; `says` is told where the pointer rests on it."""

    x: float
    y: float
    width: float
    height: float
    look: str
    says: str = ""


@dataclass(frozen=True)
class Path:
    """A line through points (`x,y x,y`), or an area if its look fills it."""

    points: str
    look: str


@dataclass(frozen=True)
class Dot:
    """A round mark; `says` is told where the pointer rests on it."""

    x: float
    y: float
    radius: float
    look: str
    says: str = ""


@dataclass(frozen=True)
class Words:
    """A line of text; `anchor` is `start`, `middle` or `end`."""

    x: float
    y: float
    text: str
    look: str
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """A picture: its file's name, its kind, what it says to those who cannot see it, its shapes.

    `mermaid` is the same in the words of that language, for wikis that draw it.
    """

    name: str
    kind: str
    title: str
    says: str
    width: int
    height: int
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()
    areas: tuple[Path, ...] = ()
    paths: tuple[Path, ...] = ()
    dots: tuple[Dot, ...] = ()
    words: tuple[Words, ...] = ()
    mermaid: str = ""


def path(points: list[tuple[float, float]], look: str) -> Path:
    """Return a path through these points."""
    return Path(" ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in points), look)


def cut(text: str, most: int) -> str:
    """Return a text that is at most so many characters long; what is cut ends in an ellipsis."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
