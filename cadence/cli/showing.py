"""How pages leave the program: in which format, and to the terminal, a pipe or the clipboard."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.terminal import json_safe
from cadence.formats import FLAVORS, FORMATS, Format, Page, format_of


@dataclass(frozen=True)
class Way:
    """What was asked of a page's way out."""

    form: Format
    raw: bool = False
    """The text itself, also on a terminal."""
    copy: bool = False
    """Onto the clipboard; then stdout has it only if `raw`, too."""


MARKDOWN = FORMATS["markdown"]
JSON = FORMATS["json"]
SIMPLE = format_of("markdown", "notion")
"""Markdown without what only some wikis draw: for a terminal, too."""


def ways_out(*own: Format) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add --format, --flavor, --copy and --stdout; the command is given them as `way`.

    `own` are formats of this command alone; one with a name of ours takes its place.
    """
    formats = FORMATS | {format.name: format for format in own}

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def called(
            *args: Any, form: str, flavor: str | None, copy: bool, raw: bool, **rest: Any
        ) -> None:
            chosen = _chosen(formats, form, flavor)
            command(*args, way=Way(chosen, raw, copy), **rest)

        for option in reversed(_options(formats)):
            called = option(called)
        return called

    return decorated


def _options(formats: Iterable[str]) -> list[Callable[..., Callable[..., None]]]:
    return [
        click.option(
            "--format",
            "form",
            type=click.Choice(list(formats)),
            default=next(iter(FORMATS)),
            help="How to write it; markdown, the default, for most wikis.",
        ),
        click.option(
            "--flavor",
            type=click.Choice(FLAVORS),
            help="Whose Markdown; github is the default.",
        ),
        click.option("--copy", is_flag=True, help="Put it onto the clipboard instead."),
        click.option(
            "--stdout", "raw", is_flag=True, help="Print the text itself, also on a terminal."
        ),
    ]


def _chosen(formats: dict[str, Format], form: str, flavor: str | None) -> Format:
    if flavor is None:
        return formats[form]
    if form != MARKDOWN.name:
        raise click.UsageError(f"--flavor is a matter of markdown; --format is {form}.")
    return format_of(form, flavor)


def joined(pages: list[Page]) -> Page:
    """Return several pages of one month as one."""
    pictures = {name: picture for page in pages for name, picture in page.pictures.items()}
    return Page(pages[0].values, "\n".join(page.markdown for page in pages), pictures)


def readable(app: App, way: Way) -> bool:
    """Tell whether pages that lie in files are worth showing, too: HTML on a terminal is not."""
    return way.form.name == MARKDOWN.name or way.raw or way.copy or not app.on_terminal


def show(app: App, pages: list[Page], way: Way) -> None:
    """Print pages to stdout, styled on a terminal, else the text itself; or copy them."""
    page = joined(pages)
    text = way.form.write(page)
    if way.form.name == JSON.name:
        text = json_safe(text)
    if told := way.form.warning(text):
        app.say(f"{told}.")
    if not way.copy or way.raw:
        _print(app, page, text, way)
    if way.copy:
        from cadence.cli.clipboard import copy

        app.say(copy(text, way.form.media))


def _print(app: App, page: Page, text: str, way: Way) -> None:
    if way.form.name == MARKDOWN.name and not way.raw and app.on_terminal:
        from cadence.cli.preview import preview

        preview(SIMPLE.write(page), color=app.color)
    else:
        app.write(text.rstrip("\n"))
