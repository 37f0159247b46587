"""Templates and plain data to Markdown, in a sandbox that escapes every string once.

`autoescape` and `finalize` are both needed: finalize makes outside text inert Markdown, and with
autoescape what a macro, a block or `set` has made of it is markup and stays as it is.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from cadence.errors import ConfigError
from cadence.filters import FILTERS, is_key, key
from cadence.markup import clean, escape
from cadence.resources import folder

_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template can do wrong; a recursion without end is a RuntimeError, caught beside."""

_UNESCAPING = ("safe", "forceescape", "tojson", "urlize", "xmlattr")
"""Filters of Jinja's that make HTML, or markup of any text."""


def render(template: str, values: Mapping[str, Any], own: Path | None = None) -> str:
    """Return the Markdown that a template makes of plain values.

    `own` is the workspace's folder of templates; a file there takes the place of ours.
    Raises ConfigError that names the template, the line and the nearest known name.
    """
    environment = _environment(values.get("site_url"), own)
    try:
        return tidy(environment.get_template(template).render(values))
    except (*_FAULTS, RecursionError) as fault:
        raise _complaint(fault, template, values, environment) from fault


def tidy(text: str) -> str:
    """Return a page without trailing blanks, with one blank line at most and one at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


class _Unknown(StrictUndefined):
    """A name that the values do not have; it says which of theirs are near."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        known = self._undefined_obj if isinstance(self._undefined_obj, dict) else ()
        question = _near(str(self._undefined_name), known)
        return f"'{self._undefined_name}' is unknown. {question}".rstrip()


def _environment(site_url: str | None, own: Path | None) -> ImmutableSandboxedEnvironment:
    folders = [own, folder("templates")] if own else [folder("templates")]
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        finalize=_written,
        undefined=_Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # an included part is whole lines
    )
    for name in _UNESCAPING:
        del environment.filters[name]
    environment.filters |= FILTERS | {
        "key": partial(key, site_url=site_url),
        "e": escape,
        "escape": escape,
        "join": lambda values, mark="": escape(mark).join(map(escape, values)),
    }
    environment.tests["key"] = is_key
    environment.globals = {name: environment.globals[name] for name in ("namespace", "range")}
    return environment


def _written(value: object) -> Markup:
    """Return what a template writes; a list, a record or a method is a slip of its author."""
    if value is None or isinstance(value, str | int | float | Undefined):
        return escape(value)
    raise TypeError(f"A {type(value).__name__} cannot be written as it is; choose a value of it")


def _complaint(
    fault: Exception, template: str, values: Mapping[str, Any], environment: Environment
) -> ConfigError:
    """Return the fault as one line for the author of the template."""
    what = clean(str(fault))[:300] or type(fault).__name__
    name = found[1] if (found := re.search(r"'([\w./-]+)'", what)) else ""
    known: Iterable[Any] = ()
    if isinstance(fault, TemplateNotFound):
        what, name, known = (
            f"There is no {fault.name}",
            str(fault.name),
            environment.list_templates(),
        )
    elif isinstance(fault, RecursionError):
        what = "It includes or calls itself without end"
    elif isinstance(fault, UndefinedError) and what.endswith("is unknown."):
        known = values
    elif isinstance(fault, TemplateSyntaxError) and what.startswith("No filter named"):
        known = environment.filters
    return ConfigError(what, where=_place(fault, template), remedy=_near(name, known))


def _place(fault: Exception, template: str) -> str:
    """Return the template and the line where the fault arose."""
    name, line = template, 0
    if isinstance(fault, TemplateSyntaxError):
        return f"template {fault.name or name}, line {fault.lineno}"
    trace: TracebackType | None = fault.__traceback__
    while trace is not None:
        # Jinja marks the frames that it has turned back from Python into the template's lines.
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            path = Path(trace.tb_frame.f_code.co_filename)
            name, line = "/".join(path.parts[-2:]), trace.tb_lineno
        trace = trace.tb_next
    return f"template {name}, line {line}" if line else f"template {name}"


def _near(name: str, known: Iterable[Any]) -> str:
    """Return a question that names what the author may have meant, if anything is near."""
    close = get_close_matches(name, [str(one) for one in known], n=1)
    return f"Did you mean '{close[0]}'?" if close else ""
