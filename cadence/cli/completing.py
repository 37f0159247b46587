"""What the shell completes beside names of commands and options; each is cheap, and never fails."""

import shlex
from collections.abc import Callable, Iterable

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from cadence.cli.app import App
from cadence.errors import CadenceError

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

Told = tuple[str, str]
"""A name, and what it stands for."""

LONGEST_TITLE = 60

SHELLS = ("bash", "zsh", "fish")

MONTHS_BACK = 12
"""So many months are offered; an older one is typed."""


class _Bash(BashComplete):
    """Bash puts what it is told onto the line as it is: a name with a space must be quoted."""

    def format_completion(self, item: CompletionItem) -> str:
        """Return a completion in the form that the script of click reads."""
        value = str(item.value)
        return f"{item.type},{shlex.quote(value) if item.type == 'plain' else value}"


add_completion_class(_Bash, "bash")


def _offers(values: Callable[[App], Iterable[str]]) -> Complete:
    """Return a completion by values that begin with what is typed, in any case."""

    def complete(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            found = list(values(App(ctx.find_root().params.get("folder"))))
        except CadenceError:  # no workspace, or one that cannot be read: there is nothing to offer
            return []
        start = typed.casefold()
        return [CompletionItem(one) for one in found if one.casefold().startswith(start)]

    return complete


def _from_store(values: Callable[[App, click.Context, str], Iterable[Told]]) -> Complete:
    """Return a completion by names that the store holds, each with its title.

    A title is Jira's, and the lines that a shell reads are ours: what would break one is left out.
    """

    def complete(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from cadence.markup import clean

        try:
            found = list(values(App(ctx.find_root().params.get("folder")), ctx, typed))
        except (CadenceError, OSError):  # no workspace, no store, or an odd one
            return []
        return [
            CompletionItem(name, help=clean(title)[:LONGEST_TITLE] or None)
            for name, title in found
            if name.casefold().startswith(typed.casefold()) and clean(name) == name
        ]

    return complete


def _milestones(app: App, _: click.Context, typed: str) -> list[Told]:
    from cadence.store.database import read_store
    from cadence.store.keys import keys_beginning, versions_beginning

    versions = app.config.milestones.source == "versions"
    with read_store(app.workspace.store_path) as db:
        return versions_beginning(db, typed) if versions else keys_beginning(db, typed, 1)


def _subjects(app: App, ctx: click.Context, typed: str) -> Iterable[Told]:
    """Milestones, goals, partners and members; other issues once a key's number is begun."""
    from cadence.store.database import read_store
    from cadence.store.keys import keys_beginning

    config = app.config
    yield from ((goal.id, goal.title) for goal in config.goals)
    yield from ((partner.name, "partner") for partner in config.partners)
    yield from ((member.name, "member") for member in config.team.members)
    keys = dict(_milestones(app, ctx, typed))
    if typed[-1:].isdigit():
        with read_store(app.workspace.store_path) as db:
            keys |= dict(keys_beginning(db, typed))
    yield from keys.items()


def _stages(app: App) -> list[str]:
    return [stage.name for stage in app.config.stages]


def _months(app: App) -> list[str]:
    from cadence.month import Month

    this = Month.of(app.now.date())
    return ["last", "this", *(str(this.back(n)) for n in range(MONTHS_BACK + 1))]


def _codes(_: App) -> Iterable[str]:
    from cadence.config.checks import FINDINGS

    return FINDINGS


def _derived(app: App) -> Iterable[str]:
    from cadence.figures import FIGURES

    return [*(figure.name for figure in FIGURES), *_codes(app)]


def _kinds(_: App) -> Iterable[str]:
    from cadence.notes import NOTE_KINDS

    return NOTE_KINDS


def _templates(_: App) -> Iterable[str]:
    from cadence.sandbox.loader import shipped_names

    return shipped_names()


months = _offers(_months)
people = _offers(lambda app: [member.name for member in app.config.team.members])
goals = _offers(lambda app: [goal.id for goal in app.config.goals])
partners = _offers(lambda app: [partner.name for partner in app.config.partners])
codes = _offers(_codes)
derived = _offers(_derived)
note_kinds = _offers(_kinds)
templates = _offers(_templates)
stages = _offers(_stages)
milestones = _from_store(_milestones)
subjects = _from_store(_subjects)
