"""Templates of the web to HTML: an environment of its own, in which every text is escaped.

A team's own templates have no say here: a page that takes in words and secrets is ours alone.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from cadence.filters import percent, plural
from cadence.markup import clean
from cadence.resources import folder

ASSETS = {"cadence.css": "text/css; charset=utf-8", "cadence.js": "text/javascript; charset=utf-8"}
ASSETS |= {"icon.svg": "image/svg+xml"}
"""The static files, and what a browser is told they are."""


def render_html(template: str, values: Mapping[str, Any]) -> str:
    """Return the HTML that a template of `templates/web` makes of plain values."""
    return _environment().get_template(template).render(values)


@cache
def asset(name: str) -> bytes:
    """Return a static file."""
    return (folder("templates") / "web" / name).read_bytes()


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder("templates") / "web"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": lambda share: str(percent(share)),
        "plural": lambda *words: str(plural(*words)),
        "said": lambda day: f"{day.day} {day:%B}" if isinstance(day, date) else day,
        "exactly": escape,
        "typed": lambda text: Markup("\n") + escape(text),
    }
    return environment


def _shown(value: object) -> object:
    """Return what a template writes; a text without signs that hide or turn other text."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return "" if value is None else value
