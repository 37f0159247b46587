"""The files of the forms: written for a month, and read back, the odd ones with their fault."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cadence.anonymity import promise
from cadence.cli.app import App
from cadence.cli.reading import read_filed, read_months
from cadence.cli.subjects import member_name
from cadence.errors import ConfigError
from cadence.files import make_folder, write_whole
from cadence.forms import Form, form_text, parse_form
from cadence.model import Anonymity
from cadence.month import Month
from cadence.text_file import read_words


def write_forms(app: App, month: Month, kind: Anonymity) -> list[Path]:
    """Write the forms that nobody has written into: one a member where answers are named."""
    folder = app.workspace.reflections / str(month)
    members = [member.name for member in app.config.team.members]
    authors = members if kind is Anonymity.NAMED else []
    facts = form_head(app, month, kind)
    paths = []
    for author in authors or (None,):
        path = folder / f"{_file_name(author)}.md"
        if _untouched(path, author):
            make_folder(path.parent, mode=0o700)
            write_whole(path, form_text(month, author, facts, kind), mode=0o600)
        else:
            app.say(f"{path} is kept as it is: somebody has written into it.")
        paths.append(path)
    if not authors:
        _clear_named(app, [folder / f"{_file_name(name)}.md" for name in members])
    return paths


def _file_name(author: str | None) -> str:
    return "-".join(author.casefold().split()).replace("/", "-") if author else "form"


def _clear_named(app: App, paths: list[Path]) -> None:
    """Remove the empty forms that bear a member's name, where no longer all are named."""
    for path in paths:
        if not path.exists():
            continue
        form = None
        with suppress(ConfigError):
            form = parse_form(read_words(path, ""))
        if form and not form.thoughts and not form.unread:
            path.unlink()
        else:
            app.say(f"{path} names a person, and somebody has written into it: collect it.")


def _untouched(path: Path, author: str | None) -> bool:
    """Tell whether a form may be written anew: it is not there, or nobody has filled it in."""
    if not path.exists():
        return True
    try:
        form = parse_form(read_words(path, ""))
    except ConfigError:
        return False
    return not form.thoughts and not form.unread and form.author in (None, author)


def form_head(app: App, month: Month, kind: Anonymity) -> list[str]:
    """Return what stands above the questions: the word about names, actions, facts, findings."""
    reflection, members = app.config.reflection, len(app.config.team.members)
    word = promise(kind, members, reflection.smallest_group)
    return [*word, "", *_facts(app, month)]


def _facts(app: App, month: Month) -> list[str]:
    """Return the month's facts, after those of the skipped months before it."""
    from cadence.reports.content import MonthContent, month_content
    from cadence.reports.form_facts import form_facts
    from cadence.reports.reflection import skipped_before
    from cadence.snapshot import snapshot_at

    skipped = skipped_before(read_filed(app), month)
    try:
        facts, filed = read_months(app, *skipped, month)
    except ConfigError:
        return ["Nothing was synced yet, so that no facts stand here."]

    def content(one: Month) -> MonthContent:
        return month_content(snapshot_at(facts, filed, app.config, one, app.now))

    return form_facts(content(month), [content(one) for one in skipped])


@dataclass(frozen=True)
class Wanted:
    """Which forms are taken: of this month; by this author, whatever they say; named ones only."""

    month: Month
    author: str | None
    named: bool


@dataclass
class Collected:
    """The forms to be taken, each with the files it came from, and what was wrong with others."""

    forms: list[tuple[list[Path], Form]] = field(default_factory=list)
    odd: list[ConfigError] = field(default_factory=list)

    def check(self) -> None:
        """Raise ConfigError if there were odd files, naming each."""
        if self.odd:
            raise ConfigError(" ".join(fault.line for fault in self.odd))


def read_forms(app: App, paths: tuple[Path, ...], wanted: Wanted) -> Collected:
    """Read the forms in files and folders; two files of one author are one answer.

    Raises ConfigError where nothing in a folder is a form.
    """
    found = Collected()
    for path in _files(paths, wanted):
        try:
            form = _form(app, path, wanted)
        except ConfigError as fault:
            found.odd.append(fault)
            continue
        if form.month is not None:
            _add(found, path, form)
        elif path in paths:
            found.odd.append(_no_form(path, wanted.month))
        else:
            app.say(f"{path}: skipped, since its heading is not '# Reflection {wanted.month}'.")
    if not (found.forms or found.odd):
        raise ConfigError(
            "There is no form in this folder",
            where=str(paths[0]),
            remedy=f"Write one with 'cadence reflect open --month {wanted.month}'",
        )
    return found


def _files(paths: tuple[Path, ...], wanted: Wanted) -> list[Path]:
    """Return each file once; a folder stands for the Markdown files in it."""
    found = [sorted(path.glob("*.md")) if path.is_dir() else [path] for path in paths]
    files = {path.resolve(): path for group in found for path in group}
    if wanted.author and len(files) > 1:
        raise ConfigError(
            f"These are {len(files)} files, and one person's answer is one",
            where="--author",
            remedy="Collect that person's file alone",
        )
    return list(files.values())


def _form(app: App, path: Path, wanted: Wanted) -> Form:
    """Return a file's form with its author's full name; without a month it is no form."""
    try:
        form = parse_form(read_words(path, "Write the forms with 'cadence reflect open'"))
    except ConfigError as fault:
        where = fault.where if str(path) in fault.where else f"{path}, {fault.where}"
        raise ConfigError(fault.what, where=where, remedy=fault.remedy) from fault
    if form.month not in (None, wanted.month):
        raise ConfigError(
            f"This form is of {form.month}, not of {wanted.month}",
            where=str(path),
            remedy=f"Give --month {form.month}, or correct its heading",
        )
    name = wanted.author or form.author
    if form.month and wanted.named and not name:
        raise ConfigError(
            f"The reflection of {wanted.month} is named",
            where=str(path),
            remedy="Add a line 'Author: NAME' to the form, or --author NAME",
        )
    if form.month is None or not name:
        return form
    where = "--author" if wanted.author else f"{path}, Author"
    return replace(form, author=member_name(app.config.team, name, where))


def _no_form(path: Path, month: Month) -> ConfigError:
    return ConfigError(
        "This is no form",
        where=str(path),
        remedy=f"Its heading must be '# Reflection {month}', as 'cadence reflect open' writes it",
    )


def _add(found: Collected, path: Path, form: Form) -> None:
    """Add a form; what the same author says in two files is said once."""
    for number, (paths, other) in enumerate(found.forms):
        if form.author and other.author and form.author.casefold() == other.author.casefold():
            both = (Counter(other.thoughts) | Counter(form.thoughts)).elements()
            unread = (*other.unread, *form.unread)
            merged = replace(other, thoughts=tuple(both), unread=unread)
            found.forms[number] = ([*paths, path], merged)
            return
    found.forms.append(([path], form))
