"""A table as text in columns, for places that know no tables."""

from unicodedata import combining, east_asian_width

WIDEST = 90
"""How many columns fit beside each other in Slack's window without wrapping."""


def aligned(rows: list[list[str]], right: list[bool]) -> str:
    """Return rows as text in columns under their heads; empty if that is too wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > WIDEST:
        return ""
    head, *body = [_line(row, widths, right) for row in rows]
    return "\n".join([head, _line(["─" * width for width in widths], widths, right), *body])


def _line(row: list[str], widths: list[int], right: list[bool]) -> str:
    cells = zip(row, widths, right, strict=True)
    return "  ".join(_padded(*cell) for cell in cells).rstrip()


def _padded(cell: str, width: int, right: bool) -> str:
    blank = " " * (width - _width(cell))
    return f"{blank}{cell}" if right else f"{cell}{blank}"


def _width(cell: str) -> int:
    """Return how many columns a text takes; some signs take two, some none."""
    wide = sum(east_asian_width(sign) in "WF" for sign in cell)
    none = sum(combining(sign) > 0 or sign in "\u2060\u200d\ufe0f" for sign in cell)
    return len(cell) + wide - none
