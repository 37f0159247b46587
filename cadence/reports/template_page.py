"""What a template can use, as one page of Markdown: made of the records, filters and pictures."""

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from inspect import getdoc
from typing import Any, Union, get_args, get_origin, get_type_hints

from cadence.filters import FILTERS
from cadence.pictures import PICTURES, Drawing
from cadence.reports import REPORTS
from cadence.reports.content import MonthContent
from cadence.reports.person import PersonContent
from cadence.sandbox.environment import GLOBALS, KEPT

HEAD = """\
# Your own templates

A file in the workspace's `templates/` wins over the shipped one of the same name. The language is
[Jinja's](https://jinja.palletsprojects.com/en/stable/templates/), in a sandbox.

```sh
cadence template list                    # every template, and which of them you have overridden
cadence template show month              # print one; a short name will do
cadence template copy parts/findings.md.j2     # put a shipped one into templates/, to be changed
cadence template check                   # render yours with samples and your month; tell each fault
cadence template preview month --month feb     # what a template makes of a month
```

## Rules

- A template loops, chooses and places; it does not compute. `cadence report --format json` prints
  the values that it gets, and they are plain: text, numbers, `true`, `false`, none, lists, records.
- Text is escaped for you, once, everywhere: what people wrote into Jira never becomes a heading, a
  link, an image, a mention or a macro, whatever the template does with it. `safe` does not exist.
  A piece that is cut out of finished markup is text again, and shows its escapes.
- Write headings to level 3, and no HTML: what goes further does not survive a wiki.
- An unknown name is a fault, told with template, line and the nearest name; `| default(…)` allows
  that a name is missing.
- Own templates run in a process apart: 8 seconds, 512 MB, no file, no network, no store, no token.
- `![](picture:NAME)` as a paragraph of its own places a picture of the page: `pictures` holds
  `name` and `kind` of each, and only where the format or the wiki can show any.
- A picture's template makes one `<svg>` of shapes and words. What loads, links or runs is refused.
- A template may not be a link, nor larger than 256 kB, and lies under its exact name.

This page is made from the program by `python docs/make.py`."""


def template_page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (HEAD, "", "## Reports", "", "| kind | template |", "| --- | --- |")
    for report in REPORTS.values():
        yield f"| `{report.kind}`, {report.title} | `{report.template}` |"
    yield from ("", "Parts, included by several of them, lie in `parts/`; a page sets `level`, the")
    yield from ("level of a part's headings, before it includes one.", "")
    yield from ("## Filters", "", "| filter | does |", "| --- | --- |")
    for name, filter_ in sorted(FILTERS.items()):
        yield f"| `{name}` | {_cell(_first(filter_))} |"
    yield from ("", f"Of Jinja's own: {', '.join(f'`{name}`' for name in sorted(_of_jinja()))}.")
    yield f"Functions: {', '.join(f'`{name}`' for name in GLOBALS)}. Tests: Jinja's, and `key`,"
    yield from ("which tells whether a text has the shape of an issue's key.", "", "## Values", "")
    yield "A report's template gets the fields of `MonthContent`, that of `person` the fields of"
    yield "`PersonContent`. Days are texts such as `2021-03-15`."
    for record in _records(MonthContent, PersonContent):
        yield from _record(record)
    yield from ("", "## Pictures", "", "| kind | shows | in |", "| --- | --- | --- |")
    for picture in PICTURES.values():
        yield f"| `{picture.kind}` | {picture.shows} | {', '.join(picture.reports)} |"
    yield from ("", "`pictures/KIND.svg.j2` gets the fields of a `Drawing`; `look` is a class of")
    yield "the style sheet in `pictures/frame.svg.j2`, which they all extend. No filter of ours is"
    yield "there: the words come ready."
    for record in _records(Drawing):
        yield from _record(record)


def _of_jinja() -> set[str]:
    return {*KEPT, "e", "escape", "indent", "join", "replace"} - {*FILTERS}


def _first(thing: object) -> str:
    return (getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")


def _records(*roots: type) -> list[type]:
    """Return the records that values are made of, each once, in the order of their first use."""
    found: list[type] = []

    def visit(record: type) -> None:
        if record not in found:
            found.append(record)
            for hint in get_type_hints(record).values():
                for inner in _inside(hint):
                    visit(inner)

    for root in roots:
        visit(root)
    return found


def _inside(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _inside(inner)


def _record(record: type) -> Iterator[str]:
    yield from ("", f"### {record.__name__}", "")
    yield from (getdoc(record) or "").splitlines()
    yield from ("", "| field | holds |", "| --- | --- |")
    hints = get_type_hints(record)
    for field in fields(record):
        yield f"| `{field.name.rstrip('_')}` | {_cell(_holds(hints[field.name]))} |"


def _holds(hint: Any) -> str:
    """Return a field's type in words, as its plain form has it."""
    inner = get_args(hint)
    if get_origin(hint) in (types.UnionType, Union):
        told = [_holds(one) for one in inner if one is not type(None)]
        return " or ".join([*told, *(["none"] if type(None) in inner else [])])
    if get_origin(hint) is tuple:
        if inner[-1] is Ellipsis:
            return f"list of {_holds(inner[0])}"
        return f"[{', '.join(map(_holds, inner))}]"
    if isinstance(hint, type) and issubclass(hint, date):
        return "day"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"text: {', '.join(str(one.value) for one in hint)}"
    if isinstance(hint, type) and is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    names = {str: "text", int: "number", float: "number", bool: "true or false"}
    return names.get(hint, str(hint))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
