"""A page drawn for people at a terminal."""

import re
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, TableElement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cadence.cli.terminal import clean

_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\])*)\]\(https?://[^()\s]*\)")
_CUT = "…"
"""What rich puts where a word did not fit."""


def preview(text: str, *, color: bool) -> None:
    """Draw a page; where its links lead is left out, or no table would fit."""
    console = Console() if color else Console(color_system=None)
    console.print(_Page(_LINK.sub(r"\1", clean(text)), hyperlinks=False))


class _Table(TableElement):
    """A table; where it is too wide for the terminal, a paragraph a row, with nothing cut."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        (table,) = super().__rich_console__(console, options)
        assert isinstance(table, Table)
        table.show_edge = False  # the edges of this kind are blank lines
        assert self.header
        assert self.header.row
        assert self.body
        names = [cell.content for cell in self.header.row.cells]
        rows = [[cell.content for cell in row.cells] for row in self.body.rows]
        drawn = (part.text for line in console.render_lines(table, options) for part in line)
        held = sum(cell.plain.count(_CUT) for row in (names, *rows) for cell in row)
        if sum(part.count(_CUT) for part in drawn) <= held:
            yield table
            return
        for row in rows:
            yield Text.assemble(" • ", (row[0].plain, "bold"))
            pairs = zip(names[1:], row[1:], strict=False)
            told = [f"{name.plain}: {cell.plain}" for name, cell in pairs if cell.plain.strip()]
            yield Padding(Text("; ".join(told)), (0, 0, 0, 3))


class _Page(Markdown):
    elements: ClassVar = {**Markdown.elements, "table_open": _Table}
