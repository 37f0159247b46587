"""`cadence template`: the team's own templates, which win over the shipped ones by name."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadence.cli.app import App
from cadence.cli.command import Group
from cadence.cli.completing import people, templates
from cadence.cli.options import month_option
from cadence.cli.reading import read_month
from cadence.cli.whose import own_values
from cadence.errors import CadenceError, ConfigError, did_you_mean
from cadence.files import write_whole
from cadence.month import Month
from cadence.plain import plain
from cadence.resources import folder
from cadence.sandbox.loader import OwnTemplate, own_templates, read_own, shipped_names

if TYPE_CHECKING:
    from cadence.sandbox.apart import Job

_PART = {"level": 2}
"""What a page sets before it includes a part, so that a part alone can be looked at."""


@click.group(
    cls=Group,
    examples=(
        "cadence template copy month",
        "cadence template check",
    ),
)
def command() -> None:
    """The team's own templates: a file in templates/ wins over the shipped one of its name."""


@command.command(
    "list",
    examples=("cadence template list",),
)
@click.pass_obj
def list_(app: App) -> None:
    """Print every template, and whether the team has one of its own in its place."""
    own, ours = own_templates(app.workspace.templates), shipped_names()
    for name in sorted({*own, *ours}):
        app.write(f"{_state(name, own, ours):<10}  {name}")


def _state(name: str, own: dict[str, OwnTemplate], ours: list[str]) -> str:
    if name not in own:
        return "shipped"
    if own[name].problem:
        return "unusable"
    return "overridden" if name in ours else "own"


@command.command(
    examples=("cadence template show month",),
)
@click.argument("name", shell_complete=templates)
@click.option("--shipped", is_flag=True, help="The one that ships with cadence, overridden or not.")
@click.pass_obj
def show(app: App, name: str, shipped: bool) -> None:
    """Print a template: the team's own, else the shipped one. NAME may be short, such as month."""
    own = {} if shipped else own_templates(app.workspace.templates)
    found = named(name, {*own, *shipped_names()})
    app.write((read_own(own[found]) if found in own else _ours(found)).rstrip("\n"))


@command.command(
    examples=("cadence template copy parts/findings.md.j2",),
)
@click.argument("name", shell_complete=templates)
@click.option("--force", is_flag=True, help="Also over the one that is there.")
@click.pass_obj
def copy(app: App, name: str, force: bool) -> None:
    """Copy a shipped template into templates/, to be changed there."""
    found = named(name, shipped_names())
    root = app.workspace.templates
    own_templates(root)  # refuses a folder that is a link
    path = root / found
    for step in (path, *path.parents):
        if step != root and step.is_relative_to(root) and step.is_symlink():
            raise ConfigError("It is a link", where=str(step), remedy="Remove it first")
    if path.exists() and not force:
        raise ConfigError(
            "There is one already",
            where=str(path),
            remedy="--force writes over it; it is lost then",
        )
    write_whole(path, _ours(found))
    app.say(f"Wrote {path}; 'cadence template check' tells whether it still works.")


@command.command(
    examples=("cadence template check --month oct",),
)
@month_option
@click.pass_obj
def check(app: App, month: Month) -> None:
    """Render the team's own templates: with sample data, and with the team's own month.

    Tells each fault with its template, its line and the nearest known name; exit code 2 if any.
    """
    own = own_templates(app.workspace.templates)
    if not own:
        app.say(f"No templates of your own in {app.workspace.templates}.")
        return
    faults = [*_names(own), *_rendered(app, own, _samples(app, month))]
    for line in dict.fromkeys(faults):
        app.write(line)
    if faults:
        number = len(dict.fromkeys(faults))
        raise ConfigError(f"{number} {'fault' if number == 1 else 'faults'} in your templates")
    app.say(f"{len(own)} own {'template' if len(own) == 1 else 'templates'}, no fault.")


def _names(own: dict[str, OwnTemplate]) -> Iterator[str]:
    """Yield what is wrong with own templates' files and names."""
    from cadence.sandbox.references import referenced

    ours = shipped_names()
    used = {name for one in own.values() if not one.problem for name in referenced(one)}
    for name, one in own.items():
        if one.problem:
            yield f"template {name}: {one.problem}."
        elif name not in ours and name not in used:
            hint = did_you_mean(name, ours, "See the names with 'cadence template list'")
            yield f"template {name}: it takes the place of none, and none includes it. {hint}"


def _samples(app: App, month: Month) -> list[dict[str, Any]]:
    """Return the data to render with: months that are rich, empty and skipped, and the team's."""
    files = sorted(folder("data/sample").glob("*.json"))
    found = [json.loads(path.read_text("utf-8")) for path in files]
    try:
        found.append({**found[-1], **_values(app, month)})
    except CadenceError as fault:
        app.say(f"Checked with sample data only: {fault.line}")
    return found


def _values(app: App, month: Month) -> dict[str, Any]:
    from cadence.reports.content import month_content

    values: dict[str, Any] = plain(month_content(read_month(app, month)))
    return values


def _rendered(
    app: App, own: dict[str, OwnTemplate], samples: list[dict[str, Any]]
) -> Iterator[str]:
    """Yield what goes wrong where any page or picture is rendered."""
    from cadence.sandbox.apart import Job, jobs_apart

    root = app.workspace.templates
    usable = [name for name, one in own.items() if not one.problem]
    jobs: list[Job] = [*((name, None) for name in usable), *_jobs(usable, samples)]
    try:
        answers = jobs_apart(jobs, root)
    except ConfigError:  # one of them takes too much: each by itself, so that it is named
        answers = [_alone(job, root) for job in jobs]
    yield from (one.line for told in answers for one in told if isinstance(one, ConfigError))


def _alone(job: "Job", root: Path) -> "list[str | ConfigError]":
    from cadence.sandbox.apart import jobs_apart

    try:
        return jobs_apart([job], root)[0]
    except ConfigError as fault:
        return [fault]


def _jobs(usable: list[str], samples: list[dict[str, Any]]) -> "Iterator[Job]":
    from cadence.reports import REPORTS

    if any(not name.startswith("pictures/") for name in usable):
        for report in REPORTS.values():
            yield report.template, samples
        yield "reports/findings.md.j2", samples
    if any(name.startswith("pictures/") for name in usable):
        yield from _pictures(samples).items()


def _pictures(samples: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the values of each kind of picture that these months have, by its template."""
    from cadence.pictures import PICTURES

    return {
        f"pictures/{picture.kind}.svg.j2": [
            plain(one) for values in samples for one in picture.draw(values)
        ]
        for picture in PICTURES.values()
    }


@command.command(
    examples=("cadence template preview month --month oct",),
)
@month_option
@click.argument("name", shell_complete=templates)
@click.option(
    "--person",
    metavar="NAME",
    shell_complete=people,
    help="Whose own months, for reports/person.md.j2.",
)
@click.pass_obj
def preview(app: App, month: Month, name: str, person: str | None) -> None:
    """Print what a template makes of a month: a page's Markdown, or a picture's SVG."""
    from cadence.render import render, render_picture

    root = app.workspace.templates
    found = named(name, {*own_templates(root), *shipped_names()})
    if found.startswith("pictures/"):
        for drawn in _pictures([_values(app, month)]).get(found, []):
            app.write(render_picture(found, drawn, root).rstrip("\n"))
        return
    values = own_values(read_month(app, month), person) if person else _values(app, month)
    app.write(render(found, {**_PART, **values}, root).rstrip("\n"))


def named(text: str, known: Collection[str]) -> str:
    """Return the template of that name; a short name will do if only one bears it.

    Raises ConfigError, with the nearest name, for any other text: no path is made of it.
    """
    if text in known:
        return text
    short = sorted(name for name in known if _short(name) == text)
    reports = [name for name in short if name.startswith("reports/")]
    if len(short) == 1 or len(reports) == 1:
        return (reports or short)[0]
    raise ConfigError(
        f"There is no template '{text[:80]}'",
        remedy=did_you_mean(text[:80], known, "See the names with 'cadence template list'"),
    )


def _short(name: str) -> str:
    return Path(name).name.partition(".")[0]


def _ours(name: str) -> str:
    return (folder("templates") / name).read_text("utf-8")
