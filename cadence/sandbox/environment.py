"""What a template can use: its filters and tests, for pages and for pictures."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, StrictUndefined, Undefined

from cadence.filters import FILTERS, between, is_key, key
from cadence.markup import JOINER, Inert, Markdown, Xml, escape
from cadence.sandbox.inert import InertEnvironment
from cadence.sandbox.loader import OwnLoader, shipped

KEPT = (
    "abs batch capitalize center count d default dictsort filesizeformat first float format"
    " groupby int items last length list lower map max min reject rejectattr reverse round select"
    " selectattr slice sort string striptags sum title trim truncate unique upper urlencode"
    " wordcount wordwrap"
).split()
"""The filters of Jinja's that a template can use; none of them makes markup."""

GLOBALS = ("namespace", "range")
"""The functions of Jinja's that a template can use."""


class Unknown(StrictUndefined):
    """A name that the values do not have; it says which of theirs are near."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        known = self._undefined_obj if isinstance(self._undefined_obj, dict) else ()
        name = str(self._undefined_name)
        return f"'{name}' is unknown. {near(name, known)}".rstrip()


def near(name: str, known: Iterable[Any]) -> str:
    """Return a question that names what the author may have meant, if anything is near."""
    close = get_close_matches(name, [str(one) for one in known], n=1)
    return f"Did you mean '{close[0]}'?" if close else ""


def markdown_environment(site_url: str | None, own: Path | None) -> InertEnvironment:
    """Return the sandbox that makes Markdown; `own` is the workspace's folder of templates."""
    made = _environment(Markdown, own)
    made.filters |= FILTERS | {
        "key": partial(key, site_url=site_url),
        "join": _joined,
    }
    made.tests["key"] = is_key
    return made


def picture_environment(own: Path | None) -> InertEnvironment:
    """Return the sandbox that makes pictures, which are XML."""
    made = _environment(Xml, own)
    made.filters["join"] = lambda values, mark="": Xml.escape(mark).join(map(Xml.escape, values))
    return made


def _environment(inert: type[Inert], own: Path | None) -> InertEnvironment:
    loaders: list[BaseLoader] = [OwnLoader(own)] if own else []
    made = InertEnvironment(
        inert,
        loader=ChoiceLoader([*loaders, shipped()]),
        finalize=_written(inert),
        undefined=Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # an included part is whole lines
    )
    made.filters = {name: made.filters[name] for name in KEPT} | {
        "e": inert.escape,
        "escape": inert.escape,
        "replace": _replaced,
        "indent": _indented,
    }
    made.globals = {name: made.globals[name] for name in GLOBALS}
    return made


def _written(inert: type[Inert]) -> Callable[[object], Inert]:
    def written(value: object) -> Inert:
        """Return what a template writes; a list, a record or a method is a slip of its author."""
        if value is None or isinstance(value, str | int | float | Undefined):
            # No address may come together from the halves of two texts.
            apart = inert is Markdown and type(value) is str and value.startswith("/")
            return inert.escape(value) if not apart else inert(f"{JOINER}{inert.escape(value)}")
        raise TypeError(
            f"A {type(value).__name__} cannot be written as it is; choose a value of it"
        )

    return written


def _replaced(text: object, old: str, new: str, count: int = -1) -> str:
    """Replace within a text; what is markup becomes text, and is escaped where it is written."""
    return str.replace(str(text), str(old), str(new), count)


def _joined(values: Iterable[object], mark: str = "") -> str:
    """Join texts to a text; where one of them is markup, the others are escaped."""
    held = list(values)
    if any(isinstance(one, Markdown) for one in held):
        return between(str(mark)).join(map(escape, held))
    return str.__str__(str(mark)).join("–" if one is None else str(one) for one in held)


def _indented(text: str, width: int = 4, first: bool = False) -> str:
    """Put blanks before each line but the first."""
    pad = " " * min(max(int(width), 0), 16)
    lines = str(text).split("\n")
    made = "\n".join(pad + line if line and (n or first) else line for n, line in enumerate(lines))
    return type(text)(made) if isinstance(text, Inert) else made
