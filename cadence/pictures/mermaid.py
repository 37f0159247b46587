"""The same pictures in Mermaid's language; text of others is reduced to letters and digits."""

import re
from collections.abc import Sequence

from cadence.pictures.shapes import cut


def label(text: str) -> str:
    """Return a text that Mermaid cannot take for anything else; at most 60 characters."""
    return cut(re.sub(r"[^\w .,%/+-]", " ", text.replace("_", " ")), 60) or "none"


def chart(
    title: str, names: Sequence[str], unit: str, series: Sequence[tuple[str, Sequence[float]]]
) -> str:
    """Return an xychart: each series is `bar` or `line`, and its values."""
    values = [value for _, row in series for value in row]
    low, high = min(0.0, *values), max(0.0, *values)
    lines = ["xychart-beta", f'    title "{label(title)}"']
    lines.append(f"    x-axis [{', '.join(f'{chr(34)}{label(name)}{chr(34)}' for name in names)}]")
    lines.append(f'    y-axis "{label(unit)}" {_number(low)} --> {_number(high or 1.0)}')
    lines += [f"    {kind} [{', '.join(map(_number, row))}]" for kind, row in series]
    return "\n".join(lines)


def timeline(title: str, rows: Sequence[tuple[str, Sequence[tuple[str, str, bool]]]]) -> str:
    """Return a gantt chart: each row has a name and its marks, `(what, day, is critical)`."""
    lines = ["gantt", f"    title {_bare(title)}", "    dateFormat YYYY-MM-DD"]
    for name, marks in rows:
        lines.append(f"    section {_bare(name)}")
        for what, day, critical in marks:
            tags = "crit, milestone" if critical else "milestone"
            lines.append(f"    {_bare(what)} :{tags}, {day}, 0d")
    return "\n".join(lines)


def _bare(text: str) -> str:
    """Return a label for where Mermaid takes no quotation marks; no keyword can begin it."""
    return f"{label(text)[:1].upper()}{label(text)[1:]}".replace("%%", "%")


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
