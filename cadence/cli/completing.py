"""What the shell completes beside names of commands and options; each is cheap, and never fails."""

import shlex
from collections.abc import Callable, Iterable

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from cadence.cli.app import App
from cadence.errors import CadenceError

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

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
