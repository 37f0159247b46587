"""Templates and plain data to Markdown, and shapes to pictures, in a sandbox.

What ships with cadence is rendered here. Where the workspace has templates of its own, a process
apart does it, with limits of time and memory: nothing tells beforehand what a template does.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    Environment,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)

from cadence.errors import ConfigError
from cadence.markup import clean
from cadence.sandbox.environment import markdown_environment, near, picture_environment
from cadence.sandbox.loader import own_templates

FAULTS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)
"""What a template can do wrong."""

LONGEST = 8_000_000
"""The signs of a page; a template that writes more has lost its way."""

PICTURES = "pictures/"
_STEERING = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(template: str, values: Mapping[str, Any], own: Path | None = None) -> str:
    """Return the Markdown that a template makes of plain values.

    `own` is the workspace's folder of templates; a file there takes the place of ours.
    Raises ConfigError that names the template, the line and the nearest known name.
    """
    if any(not name.startswith(PICTURES) for name in own_templates(own)):
        return _apart(template, values, own)
    return written(template, values, None)


def render_picture(template: str, values: Mapping[str, Any], own: Path | None = None) -> str:
    """Return the SVG that a template makes of a drawing's plain values.

    Raises ConfigError as `render` does, and for an own template that makes no harmless picture.
    """
    if any(name.startswith(PICTURES) for name in own_templates(own)):
        return _apart(template, values, own)
    return written(template, values, None)


def compiled(template: str, own: Path | None) -> str:
    """Compile a template and return nothing. Raises ConfigError as `render` does."""
    environment = _environment(template.startswith(PICTURES), None, own)
    try:
        environment.get_template(template)
    except FAULTS as fault:
        raise _complaint(fault, template, {}, environment) from fault
    return ""


def written(template: str, values: Mapping[str, Any], own: Path | None) -> str:
    """Render in this process, without limits but that of the page's length."""
    picture = template.startswith(PICTURES)
    environment = _environment(picture, None if picture else values.get("site_url"), own)
    try:
        text = _collected(environment.get_template(template).generate(values))
    except FAULTS as fault:
        raise _complaint(fault, template, values, environment) from fault
    return _as_picture(text, template) if picture else tidy(text)


@lru_cache(maxsize=8)
def _environment(picture: bool, site_url: str | None, own: Path | None) -> Environment:
    """Return the sandbox, which keeps what it has compiled: most of a page's time goes there.

    Own templates are looked at once only: the process that renders them lives for one job.
    """
    return picture_environment(own) if picture else markdown_environment(site_url, own)


def _apart(template: str, values: Mapping[str, Any], own: Path | None) -> str:
    from cadence.sandbox.apart import render_apart  # with subprocess, which few need

    return render_apart(template, values, own)


def _collected(pieces: Iterable[str]) -> str:
    found, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST:
            raise ValueError(f"It writes more than {LONGEST // 1_000_000} million signs")
        found.append(piece)
    return "".join(found)


def _as_picture(text: str, template: str) -> str:
    from cadence.sandbox.svg import offence

    bare = "\n".join(line.rstrip() for line in _NOT_XML.sub("", text).splitlines() if line.strip())
    if found := offence(bare):
        raise ConfigError(found, where=f"template {template}")
    return bare + "\n"


def tidy(text: str) -> str:
    """Return a page without trailing blanks, with one blank line at most and one at the end.

    Values come clean; a sign that steers a terminal, or breaks XML, may stand in a template itself.
    """
    lines = "\n".join(line.rstrip() for line in _STEERING.sub("", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def _complaint(
    fault: Exception, template: str, values: Mapping[str, Any], environment: Environment
) -> ConfigError:
    """Return the fault as one line for the author of the template."""
    told = fault.message if isinstance(fault, TemplateSyntaxError) else None
    what = clean(told or str(fault))[:300] or type(fault).__name__
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
        known = [*values, *_assigned(fault, environment)]
    elif isinstance(fault, TemplateSyntaxError) and what.startswith("No filter named"):
        known = environment.filters
    elif isinstance(fault, TemplateSyntaxError) and what.startswith("No test named"):
        known = environment.tests
    return ConfigError(what, where=_place(fault, template), remedy=near(name, known))


def _assigned(fault: Exception, environment: Environment) -> set[str]:
    """Return the names that the template at fault gives values to itself."""
    name = _place(fault, "").removeprefix("template ").partition(",")[0]
    with suppress(*FAULTS):
        assert environment.loader is not None
        source, _, _ = environment.loader.get_source(environment, name)
        found = environment.parse(source).find_all(nodes.Name)
        return {one.name for one in found if one.ctx in ("store", "param")}
    return set()


def _place(fault: Exception, template: str) -> str:
    """Return the template and the line where the fault arose."""
    name, line = template, 0
    if isinstance(fault, TemplateSyntaxError):
        at = f", line {fault.lineno}" if fault.source is not None else ""  # else: the whole file
        return f"template {fault.name or name}{at}"
    trace: TracebackType | None = fault.__traceback__
    while trace is not None:
        # Jinja marks the frames that it has turned back from Python into the template's lines.
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            path = Path(trace.tb_frame.f_code.co_filename)
            name, line = "/".join(path.parts[-2:]), trace.tb_lineno
        trace = trace.tb_next
    return f"template {name}, line {line}" if line else f"template {name}"
