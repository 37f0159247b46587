"""The doors that end in a month's answers: one-liners, the editor, and files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadence.cli.app import App
from cadence.cli.command import Command
from cadence.cli.completing import people
from cadence.cli.editing import Draft, editor_of
from cadence.cli.form_clearing import clear_taken
from cadence.cli.form_files import Collected, Wanted, form_head, read_forms, write_forms
from cadence.cli.linked import LINK, guest_of, has_link
from cadence.cli.options import month_option
from cadence.cli.reading import read_reflection
from cadence.cli.subjects import member_name
from cadence.cli.terminal import counted
from cadence.errors import CadenceError, ConfigError
from cadence.forms import QUESTIONS, Form, Thought, form_text, hint
from cadence.invitations import Guest
from cadence.model import Anonymity, Prompt, Reflection
from cadence.month import Month

if TYPE_CHECKING:
    from sqlite_utils import Database

author_option = click.option(
    "--author", metavar="NAME", shell_complete=people, help="Whose answer it is."
)


@click.command(
    cls=Command,
    examples=(
        "cadence reflect add stop 'Adding to the doctor: it must be proven first'",
        "cadence reflect add continue 'One number, every night' --author Ada",
        "cadence reflect add",
    ),
)
@click.argument("prompt", type=click.Choice(["start", "stop", "continue"]), required=False)
@click.argument("text", required=False)
@author_option
@month_option
@click.pass_obj
def add(app: App, prompt: str | None, text: str | None, author: str | None, month: Month) -> None:
    """Add a thought to a month's reflection.

    Without TEXT it shows what became of the actions, the month's facts and what they ask, and then
    asks for thoughts, one a line. With your personal link in CADENCE_LINK they are yours to change,
    and you are counted, without your name being kept.
    """
    name = member_name(app.config.team, author, "--author") if author else None
    held = read_reflection(app, month)
    if prompt and text is not None:
        _add(app, month, name, Prompt(prompt), text)
    elif app.interactive:
        asked = [Prompt(prompt)] if prompt else list(QUESTIONS)
        _ask(app, month, name, asked)
    else:
        raise ConfigError(
            "Nothing was said",
            where="TEXT",
            remedy="Write it as in: cadence reflect add stop '… because …'",
        )
    if held and held.anonymity is Anonymity.ALL and not has_link():
        app.say(
            "It is nobody's, and counts as nobody's answer: one person may add many."
            f" With your link in {LINK} you are counted."
        )


def _ask(app: App, month: Month, name: str | None, asked: Sequence[Prompt]) -> None:
    """Show what a form shows, then ask for thoughts; each is kept as soon as its line ends."""
    with app.store() as db:
        one = _filler(app, db, month, name)
    for line in form_head(app, month, one.kind):
        app.say(line)
    for prompt in asked:
        app.say(f"\n{hint(prompt)} An empty line ends.")
        while said := click.prompt(prompt.value, default="", show_default=False, err=True).strip():
            try:
                _add(app, month, one.name, prompt, said)
            except CadenceError as fault:
                fault.remedy = f"{fault.remedy}. What was written: {said}".lstrip(". ")
                raise


def _add(app: App, month: Month, name: str | None, prompt: Prompt, text: str) -> None:
    from cadence.store.answers import save_thought
    from cadence.store.guests import Said, save_said

    said = " ".join(text.split())
    if not said:
        raise ConfigError("The thought says nothing", where="TEXT")
    with app.store() as db:
        if has_link():
            guest = guest_of(app, db, month)
            save_said(db, guest, [Said(prompt, said, named=name == guest.member)], shown=())
        else:
            save_thought(db, month, name, (prompt, said))
    app.say(f"Added to {prompt} of {month}.")


@click.command(
    cls=Command,
    examples=(
        "cadence reflect fill",
        "EDITOR=nano cadence reflect fill --author Ada",
    ),
)
@author_option
@month_option
@click.pass_obj
def fill(app: App, author: str | None, month: Month) -> None:
    """Fill in a month's form in your editor (VISUAL, else EDITOR).

    With --author, or your personal link in CADENCE_LINK, the form holds what you have said so far,
    to be changed. A draft is kept if the editor fails or the text cannot be taken.
    """
    who = member_name(app.config.team, author, "--author") if author else None
    editor = editor_of(app)
    with app.store() as db:
        one = _filler(app, db, month, who)
    head = form_head(app, month, one.kind)
    text = form_text(month, one.name, head, one.kind, one.before)
    draft = Draft.of(app, f"reflection-{month}.md", text)
    draft.edit(app, editor)
    form = _read(app, draft, Wanted(month, one.name, one.kind is Anonymity.NAMED))
    if sorted(form.thoughts) == sorted(one.before) and not form.unread:
        draft.clear()
        app.say("Nothing was written, so that nothing is taken.")
        return
    with app.store() as db, _kept(draft):
        new = _save(db, month, one, form)
    _tell_taken(app, f"Taken for {month}", form, new)
    if not form.unread:
        draft.clear()
    _tell_nameless(app, read_reflection(app, month), who)


@dataclass(frozen=True)
class _Filler:
    """Who fills in a form, as far as it is known, and what they have said so far."""

    kind: Anonymity
    name: str | None
    guest: Guest | None
    before: tuple[Thought, ...]


def _filler(app: App, db: "Database", month: Month, name: str | None) -> _Filler:
    """Return who fills in a form. Raises ConfigError where a name is needed, and none is given."""
    from cadence.store.answers import check_taking, load_own
    from cadence.store.guests import load_said

    kind = check_taking(db, month)
    guest = guest_of(app, db, month) if has_link() else None
    if kind is Anonymity.NAMED:
        name = guest.member if guest else name
        if not name:
            raise ConfigError(f"The reflection of {month} is named", remedy="Add --author NAME")
    elif kind is Anonymity.ALL:
        name = None
    if guest:
        own = tuple((one.prompt, one.text) for one in load_said(db, guest))
        return _Filler(kind, name, guest, own)
    return _Filler(kind, name, None, load_own(db, month, name) if name else ())


def _save(db: "Database", month: Month, one: _Filler, form: Form) -> int:
    """Save what somebody filled in; return how many entries are new."""
    from cadence.store.answers import Answer, save_answers
    from cadence.store.guests import Said, load_said, save_said

    if one.guest:
        named = form.author == one.guest.member
        shown = [held for held in load_said(db, one.guest) if held.thought in one.before]
        return save_said(db, one.guest, [Said(*t, named=named) for t in form.thoughts], shown)
    return save_answers(db, month, [Answer(form.author, form.thoughts, one.before)])[0]


@click.command(
    cls=Command,
    examples=(
        "cadence reflect collect reflections/2026-10",
        "cadence reflect collect ~/Downloads/ada.md --author Ada",
    ),
)
@click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@month_option
@author_option
@click.pass_obj
def collect(app: App, paths: tuple[Path, ...], month: Month, author: str | None) -> None:
    """Collect filled-in forms; a folder stands for the forms in it. Doing it twice is safe.

    An odd file is named, and the others are taken. Anonymous forms that lie in the workspace are
    removed once their words are in the store.
    """
    from cadence.store.answers import Answer, load_own, save_answers

    held = read_reflection(app, month)
    kind = held.anonymity if held else Anonymity.ENTRY
    found = read_forms(app, paths, Wanted(month, author, kind is Anonymity.NAMED))
    with app.store() as db:
        filled = list(_taken(db, month, found))
        authors = [form.author or "" for _, form in filled]
        before = [load_own(db, month, author) for author in authors]
        new = save_answers(db, month, [Answer(form.author, form.thoughts) for _, form in filled])
        after = [load_own(db, month, author) for author in authors]
    for files, form in found.forms:
        if not form.thoughts:
            _tell_taken(app, f"{_named(files)}: nothing is filled in", form, None)
    for (files, form), count, was, now in zip(filled, new, before, after, strict=True):
        _tell_taken(app, _named(files), form, count)
        for _, text in (Counter(was) - Counter(now)).elements():
            app.say(f"  taken out, since this file takes the place of the one before: {text}")
    nameless = [one for one in filled if kind is Anonymity.ALL or not one[1].author]
    if clear_taken(app, nameless):
        write_forms(app, month, kind)  # for whoever comes next
    found.check()


def _taken(db: "Database", month: Month, found: Collected) -> Iterator[tuple[list[Path], Form]]:
    """Yield the forms that say something and may be taken; of the others the fault is noted."""
    from cadence.store.answers import Answer, check_form, check_taking

    check_taking(db, month)
    for files, form in found.forms:
        try:
            check_form(db, month, Answer(form.author, form.thoughts))
        except ConfigError as fault:
            fault.where = _named(files)
            found.odd.append(fault)
        else:
            if form.thoughts:
                yield files, form


def _read(app: App, draft: Draft, wanted: Wanted) -> Form:
    """Return the form as the user left it; one that is odd stays as a draft, and is named."""
    with _kept(draft):
        found = read_forms(app, (draft.path,), wanted)
        found.check()
        (_, form) = found.forms[0]
    return form


@contextmanager
def _kept(draft: Draft) -> Iterator[None]:
    """Say of any fault that the draft is kept, and where."""
    try:
        yield
    except CadenceError as fault:
        fault.remedy = f"{fault.remedy}. What was written is kept in {draft.path}".lstrip(". ")
        raise


def _named(files: list[Path]) -> str:
    return ", ".join(map(str, files))


def _tell_taken(app: App, what: str, form: Form, new: int | None) -> None:
    who = f"{form.author}, " if form.author else ""
    entries = counted(len(form.thoughts), "entry", "entries")
    app.say(f"{what}." if new is None else f"{what}: {who}{entries}, {new} new.")
    for prompt, text in form.thoughts:
        if prompt is Prompt.OTHER:
            app.say(f"  kept, though it stands under no question: {text}")
    for text in form.unread:
        app.say(f"  NOT taken, since quotes and comments are ours: {text}")


def _tell_nameless(app: App, held: Reflection | None, name: str | None) -> None:
    if name and held and held.anonymity is Anonymity.ALL:
        app.say("All are anonymous: no name is kept with it.")
