"""A report's pictures: drawn where a page can show them, and written beside it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.showing import JSON, MARKDOWN
from cadence.errors import ConfigError
from cadence.files import month_folder, write_whole
from cadence.formats import Format, Picture
from cadence.markup import escape
from cadence.pictures import Drawing, drawings
from cadence.plain import plain
from cadence.render import render_picture
from cadence.reports import REPORTS

_FONTS = ("DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "Segoe UI")


def pictures_for(
    app: App, values: dict[str, Any], kind: str, form: Format, beside: bool
) -> dict[str, Picture]:
    """Return the pictures of a page by name: none where its format or its wiki shows none.

    HTML holds them, GitHub and GitLab draw them when they are asked for by --flavor, and Markdown
    leads to the files that lie beside it. Everywhere else the page's own bars must do.
    """
    linked = beside and form is MARKDOWN
    drawn = form.name == "html" or (form.name == MARKDOWN.name and form is not MARKDOWN)
    if REPORTS[kind].private or not (linked or drawn):
        return {}
    return {one.name: _picture(app, one, linked) for one in drawings(values, kind)}


def told_of(pictures: Mapping[str, Picture]) -> list[dict[str, str]]:
    """Return what a template is told of its page's pictures: their names and kinds."""
    return [{"name": name, "kind": name.partition("-")[0]} for name in pictures]


def _picture(app: App, one: Drawing, linked: bool) -> Picture:
    link = f"![{escape(one.title)}]({one.name}.svg)" if linked else ""
    mermaid = "" if linked else one.mermaid
    return Picture(one.title, svg_of(app, one), one.says, mermaid, link)


def svg_of(app: App, one: Drawing) -> str:
    """Return a drawing as SVG, by the team's own template if it has one."""
    return render_picture(f"pictures/{one.kind}.svg.j2", plain(one), app.workspace.templates)


def check_png(png: bool, output: Path | None) -> None:
    """Refuse PNG without a folder, or without the extra that makes it."""
    if png and not output:
        raise click.UsageError("--png goes with --output DIR.")
    if png:
        _resvg()


def write_pictures(  # noqa: PLR0913 - what is written, as what and where to
    app: App,
    values: dict[str, Any],
    kinds: Iterable[str],
    form: Format,
    folder: Path,
    png: bool = False,
) -> int:
    """Write each picture that any of these reports shows into the month's folder; return how many.

    JSON needs none.
    """
    found = {} if form is JSON else _all(values, kinds)
    place = month_folder(folder, values["month"])
    for name, one in found.items():
        svg = svg_of(app, one)
        write_whole(place / f"{name}.svg", svg)
        if png:
            write_whole(place / f"{name}.png", as_png(svg))
    return len(found)


def _all(values: dict[str, Any], kinds: Iterable[str]) -> dict[str, Drawing]:
    public = [kind for kind in kinds if not REPORTS[kind].private]
    return {one.name: one for kind in public for one in drawings(values, kind)}


def as_png(svg: str) -> bytes:
    """Return a picture in light colours as PNG, twice as large for sharp screens."""
    made: bytes = bytes(
        _resvg().svg_to_bytes(
            svg_string=svg, zoom=2, sans_serif_family=_font(), background="#ffffff"
        )
    )
    return made


def _font() -> str:
    """Return a font that the machine has: with another one all words would silently be missing."""
    places = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
    names = {path.stem.casefold() for place in places for path in place.rglob("*.[to]t[fc]")}
    for font in _FONTS:
        bare = font.replace(" ", "").casefold()
        if any(name.startswith(bare) for name in names):
            return font
    return _FONTS[0]


def _resvg() -> Any:
    try:
        import resvg_py
    except ImportError:
        raise ConfigError(
            "PNG needs the extra 'png'",
            where="--png",
            remedy="In the checkout: pip install '.[png]'",
        ) from None
    return resvg_py
