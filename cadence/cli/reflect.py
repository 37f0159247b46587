"""`cadence reflect`: the monthly reflection, from the forms to its end."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from cadence.cli.app import App
from cadence.cli.options import json_option, month_option, on_option
from cadence.cli.reading import check_begun, read_store
from cadence.cli.subjects import member_name
from cadence.errors import ConfigError
from cadence.files import make_folder, write_whole
from cadence.forms import Form, form_text, parse_form
from cadence.model import Action, Anonymity, Entry, Filed, Note, Prompt, Reflection
from cadence.month import Month
from cadence.plain import plain
from cadence.toml_file import read_text

author_option = click.option("--author", metavar="NAME", help="Whose answer it is.")


@click.group()
def command() -> None:
    """The monthly reflection: start, stop, continue."""


@command.command("open")
@month_option
@click.option(
    "--anonymity",
    type=click.Choice([kind.value for kind in Anonymity]),
    help="named: every answer has its author; entry (the default): who gives a name; all: nobody.",
)
@on_option
@click.pass_obj
def open_(app: App, month: Month, anonymity: str | None, on: date) -> None:
    """Open a month's reflection and write its forms."""
    from cadence.store.reflections import save_opening

    check_begun(app, month)
    held = _held(app, month)
    kind = Anonymity(anonymity) if anonymity else held.anonymity if held else Anonymity.ENTRY
    with app.store() as db:
        new = save_opening(db, month, kind, on)
    app.say(f"The reflection of {month} {'is open' if new else 'was open'}; anonymity: {kind}.")
    for path in _write_forms(app, month, kind):
        app.write(str(path))
    app.say(f"Fill them in, then: cadence reflect collect FILE… --month {month}")


def _write_forms(app: App, month: Month, kind: Anonymity) -> list[Path]:
    """Write the forms that are not there yet: one a member where answers are named."""
    folder = app.workspace.reflections / str(month)
    members = [member.name for member in app.config.team.members]
    authors = members if kind is Anonymity.NAMED else []
    facts = _facts(app, month)
    paths = []
    for author in authors or (None,):
        name = "-".join(author.casefold().split()) if author else "form"
        path = folder / f"{name.replace('/', '-')}.md"
        if not path.exists():  # somebody may have written into it
            make_folder(path.parent, mode=0o700)
            write_whole(path, form_text(month, author, facts, kind), mode=0o600)
        paths.append(path)
    return paths


def _facts(app: App, month: Month) -> list[str]:
    """Return the month's facts; only a note where nothing was synced yet."""
    from cadence.reports.content import month_content
    from cadence.reports.form_facts import form_facts
    from cadence.snapshot import snapshot_at

    try:
        facts, filed = read_store(app)
    except ConfigError:
        return ["Nothing was synced yet, so that no facts stand here."]
    return form_facts(month_content(snapshot_at(facts, filed, app.config, month, app.now)))


@command.command()
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@month_option
@author_option
@click.pass_obj
def collect(app: App, paths: tuple[Path, ...], month: Month, author: str | None) -> None:
    """Collect filled-in forms; a folder stands for the forms in it. Doing it twice is safe."""
    from cadence.store.reflections import save_answers

    # All are read before the first is stored: a mistake in one leaves none half done.
    forms = [(path, _form(app, path, month, author)) for path in _files(paths)]
    with app.store() as db:
        for path, form in forms:
            if not form.thoughts:
                app.say(f"{path}: nothing is filled in.")
                continue
            new = save_answers(db, month, form.author, form.thoughts)
            who = f"{form.author}, " if form.author else ""
            app.say(f"{path}: {who}{len(form.thoughts)} entries, {new} new.")
            for prompt, text in form.thoughts:
                if prompt is Prompt.OTHER:
                    app.say(f"  kept, though it stands under no question: {text}")


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found = [sorted(path.glob("*.md")) if path.is_dir() else [path] for path in paths]
    files = [path for group in found for path in group]
    if not files:
        raise ConfigError("There is no form in this folder", where=str(paths[0]))
    return files


def _form(app: App, path: Path, month: Month, author: str | None) -> Form:
    """Return a form that belongs to the month, with its author's full name."""
    form = parse_form(read_text(path, "Write the forms with 'cadence reflect open'"))
    if form.month and form.month != month:
        raise ConfigError(
            f"This form is of {form.month}, not of {month}",
            where=str(path),
            remedy=f"Give --month {form.month}, or correct its heading",
        )
    name = form.author or author
    known = member_name(app.config.team, name, f"{path}, Author") if name else None
    return Form(month, known, form.thoughts)


@command.command()
@click.argument("prompt", type=click.Choice(["start", "stop", "continue"]))
@click.argument("text")
@author_option
@month_option
@click.pass_obj
def add(app: App, prompt: str, text: str, author: str | None, month: Month) -> None:
    """Add one thought to a month's reflection."""
    from cadence.store.reflections import save_thought

    said = " ".join(text.split())
    if not said:
        raise ConfigError("The thought says nothing", where="TEXT")
    name = member_name(app.config.team, author, "--author") if author else None
    with app.store() as db:
        save_thought(db, month, name, (Prompt(prompt), said))
    app.say(f"Added to {prompt} of {month}.")


@command.command()
@month_option
@click.option("--principle", "principles", multiple=True, metavar="TEXT", help="A new principle.")
@on_option
@click.pass_obj
def close(app: App, month: Month, principles: tuple[str, ...], on: date) -> None:
    """Close a month's reflection: from now on its entries stand as they are."""
    from cadence.store.journal import save_note
    from cadence.store.reflections import save_closing

    with app.store() as db:
        save_closing(db, month, on)
        for text in principles:
            save_note(db, Note("principle", on, " ".join(text.split()), app.now))
    actions = [action for action in _filed(app).actions if action.month == month]
    app.say(f"The reflection of {month} is closed, with {len(actions)} actions.")
    if not actions:
        app.say(f"Agree on one: cadence action add TEXT --owner NAME --due DATE --month {month}")


@command.command()
@month_option
@click.option("--why", required=True, help="Why the month goes without; the report tells it.")
@on_option
@click.pass_obj
def skip(app: App, month: Month, why: str, on: date) -> None:
    """Record that a month goes without a reflection, and why."""
    from cadence.store.reflections import save_skip

    if not why.strip():
        raise ConfigError("A reason is missing", where="--why")
    check_begun(app, month)
    with app.store() as db:
        save_skip(db, month, " ".join(why.split()), on)
    app.say(f"The reflection of {month} is skipped.")


@command.command()
@month_option
@json_option
@click.pass_obj
def show(app: App, month: Month, form: str) -> None:
    """Print what the team wrote, and the actions it agreed."""
    filed = _filed(app)
    held = _held(app, month)
    entries = [entry for entry in filed.entries if entry.month == month]
    entries.sort(key=lambda entry: (-entry.votes, entry.text))
    actions = [action for action in filed.actions if action.month == month]
    if form == "json":
        app.write_json(_shown(month, held, entries, actions))
        return
    app.say(f"Reflection {month}: {_state(held)}.")
    if held and held.why:
        app.write(f"Skipped: {held.why}")
    for prompt in Prompt:
        said = [entry for entry in entries if entry.prompt is prompt]
        if said:
            app.write(prompt.capitalize())
        for entry in said:
            app.write(f"  - {entry.text}{_marks(entry)}")
    if actions:
        app.write("Actions")
    for action in actions:
        app.write(f"  {action.id}: {action.text} ({action.owner}, due {action.due})")


def _marks(entry: Entry) -> str:
    votes = f"{entry.votes} vote{'s' if entry.votes > 1 else ''}" if entry.votes else None
    marks = [mark for mark in (entry.theme, votes, entry.author) if mark]
    return f" ({', '.join(marks)})" if marks else ""


def _shown(
    month: Month, held: Reflection | None, entries: list[Entry], actions: list[Action]
) -> dict[str, Any]:
    """Return plain values; an anonymous entry has no author in them, either."""
    values = {"month": str(month), "state": _state(held), **(plain(held) if held else {})}
    for prompt in Prompt:
        values[prompt.value] = [
            {"text": e.text, "votes": e.votes, "theme": e.theme, "author": e.author}
            for e in entries
            if e.prompt is prompt
        ]
    return {**values, "actions": [plain(action) for action in actions]}


@command.command()
@month_option
@json_option
@click.pass_obj
def status(app: App, month: Month, form: str) -> None:
    """Print how far a month's reflection is, and whose form is missing where it is named."""
    from cadence.store.reflections import load_answered

    held = _held(app, month)
    members = [member.name for member in app.config.team.members]
    with app.store() as db:
        answered = load_answered(db, month)
    # Only where every answer is named does a missing name say that somebody has not answered.
    named = held is not None and held.anonymity is Anonymity.NAMED
    missing = [name for name in members if name not in answered] if named else []
    count = held.answered if held else 0
    if form == "json":
        values = {"month": str(month), "state": _state(held), "answered": count}
        app.write_json({**values, "invited": len(members), "missing": missing})
        return
    app.write(f"{month}: {_state(held)}, {count} of {len(members)} answered.")
    if missing and held and not held.closed:
        app.write(f"Missing: {', '.join(missing)}")


def _filed(app: App) -> Filed:
    from cadence.store.journal import load_filed

    with app.store() as db:
        return load_filed(db)


def _held(app: App, month: Month) -> Reflection | None:
    return next((r for r in _filed(app).reflections if r.month == month), None)


def _state(held: Reflection | None) -> str:
    if held is None:
        return "not open"
    if held.skipped:
        return "skipped"
    return "closed" if held.closed else "open"
