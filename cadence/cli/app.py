"""The program `cadence`: its commands by name, what they share, and how it ends."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from click.shell_completion import CompletionItem

from cadence import __version__
from cadence.cli import terminal
from cadence.cli.command import Group
from cadence.errors import CadenceError, ConfigError, did_you_mean

if TYPE_CHECKING:
    from sqlite_utils import Database

    from cadence.config import Config
    from cadence.workspace import Workspace

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("cadence.cli.demo", "A complete sample workspace, no account needed."),
    "init": ("cadence.cli.init", "Make a workspace: cadence.toml and its folders."),
    "login": ("cadence.cli.login", "Keep the token for Jira in a safe place."),
    "logout": ("cadence.cli.logout", "Forget the token for Jira."),
    "doctor": ("cadence.cli.doctor", "Check configuration, credentials, fields and store."),
    "sync": ("cadence.cli.sync", "Pull what changed in Jira; safe to kill."),
    "status": ("cadence.cli.status", "The month at a glance."),
    "goal": ("cadence.cli.goal", "The two goals and the readings of their KPIs."),
    "done": ("cadence.cli.done", "The three gates of each milestone and their sign-offs."),
    "stage": ("cadence.cli.stage", "Stages, their time boxes and the evidence they need."),
    "reflect": ("cadence.cli.reflect", "The monthly reflection: start, stop, continue."),
    "action": ("cadence.cli.action", "What the team agreed to improve."),
    "serve": ("cadence.cli.serve", "The team's web pages: reflect, vote, sign, read."),
    "log": ("cadence.cli.log", "The team's memory: principles, learnings, decisions, …"),
    "report": ("cadence.cli.report", "The month's three reports, ready for the wiki."),
    "publish": ("cadence.cli.publish", "The month's report on a Confluence page."),
    "calendar": ("cadence.cli.calendar", "The ceremonies as .ics, and who leads them."),
    "findings": ("cadence.cli.findings", "The problems that the month's work shows."),
    "why": ("cadence.cli.why", "The derivation of a figure or a finding."),
    "template": ("cadence.cli.template", "The team's own templates."),
    "forget": ("cadence.cli.forget", "Erase a person's data."),
    "db": ("cadence.cli.db", "Care of the store."),
    "completion": ("cadence.cli.completion", "Completion for bash, zsh and fish."),
}
"""Each command: the module that holds it (loaded when it runs) and its line in the help."""


class LazyGroup(Group):
    """A group that answers help and completion from COMMANDS and loads a module to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, loaded from its module; None if there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is a usage error that names the nearest."""
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        hint = did_you_mean(name, COMMANDS)
        raise click.UsageError(f"There is no command '{name}'. {hint}".rstrip(), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table into the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name from the table."""
        names = [
            CompletionItem(name, help=line)
            for name, (_, line) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@dataclass
class App:
    """What every command is given: the workspace, its store, the clock, and a voice."""

    folder: Path | None = None
    verbose: int = 0
    quiet: bool = False
    color: bool = True

    @cached_property
    def workspace(self) -> "Workspace":
        """The team's folder: as given, else the nearest parent with cadence.toml."""
        from cadence.workspace import find, given

        return given(self.folder) if self.folder else find(Path.cwd())

    @cached_property
    def config(self) -> "Config":
        """What cadence.toml says."""
        from cadence.config import load_config

        return load_config(self.workspace.config_path)

    @contextmanager
    def store(self, create: bool = True) -> "Iterator[Database]":
        """Open the workspace's store; without `create`, a missing one is an error."""
        from cadence.store.database import open_store

        with open_store(self.workspace.store_path, create=create) as store:
            yield store

    @cached_property
    def now(self) -> datetime:
        """The moment this command runs at: CADENCE_NOW, else the clock. Read nowhere else."""
        return self.clock()

    def clock(self) -> datetime:
        """Return how late it is by now, for what takes long."""
        text = os.environ.get("CADENCE_NOW", "")
        return _instant(text) if text else datetime.now(UTC)

    @property
    def today(self) -> date:
        """The day it is in the team's zone."""
        return self.now.astimezone(self.config.team.zone).date()

    @property
    def interactive(self) -> bool:
        """Whether somebody sits at a terminal and can be asked."""
        return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)

    @property
    def on_terminal(self) -> bool:
        """Whether results are shown on a terminal, not written to a file or a pipe."""
        return _is_terminal(sys.stdout)

    def write(self, text: str) -> None:
        """Write a result to stdout."""
        terminal.out(text)

    def write_json(self, values: object) -> None:
        """Write plain values to stdout as JSON."""
        import json

        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
        self.write(terminal.json_safe(text))

    def say(self, text: str) -> None:
        """Tell the user something on stderr, unless asked to be quiet."""
        if not self.quiet:
            terminal.err(text)

    def detail(self, text: str) -> None:
        """Tell on stderr what only -v asks for."""
        if self.verbose:
            terminal.err(text)


def _is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal; None is one that the caller closed, as with >&-."""
    return stream is not None and stream.isatty()


def _instant(text: str) -> datetime:
    """Read an RFC 3339 instant."""
    shape = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
    try:
        if re.fullmatch(shape, text):
            instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
            if 1970 <= instant.year <= 2200:  # as the months that may be asked for
                return instant
    except (ValueError, OverflowError):
        pass  # such as a 13th month: told below like any other
    raise ConfigError(
        f"'{text}' is no instant",
        where="CADENCE_NOW",
        remedy="Write RFC 3339, such as 2021-06-02T09:00:00-07:00",
    )


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        "cadence demo                        # see it; no account needed",
        "cadence report --month              # the month that ended last",
        "cadence report --month --help       # every command tells its options and examples",
    ),
)
@click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    envvar="CADENCE_WORKSPACE",
    help="The team's folder; else CADENCE_WORKSPACE, else the nearest parent with cadence.toml.",
)
@click.option("-v", "--verbose", count=True, help="Tell more; -vv shows faults in full.")
@click.option("-q", "--quiet", is_flag=True, help="Tell only results and errors.")
@click.option("--no-color", is_flag=True, help="No colours; so does NO_COLOR.")
@click.version_option(__version__, prog_name="cadence", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, verbose: int, quiet: bool, no_color: bool) -> None:
    """Two goals, a monthly reflection, and only what is DONE DONE DONE."""
    color = not (no_color or os.environ.get("NO_COLOR"))
    if not color:
        ctx.color = False
    ctx.obj = App(folder, verbose, quiet, color)


_COMPLETING = "_CADENCE_COMPLETE"
"""Set by a shell that asks what could come next."""


def main() -> None:
    """Run the command line and exit; every fault becomes one line and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # A terminal that cannot show a sign must not stop a report.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if _COMPLETING in os.environ:
        import_module("cadence.cli.completing")  # how names with a space are given to bash
    code = run(sys.argv[1:])
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = _pipe_closed()
    sys.exit(code)


def run(args: list[str]) -> int:
    """Run a command line; return its exit code, having told any fault on stderr."""
    try:
        result = cli.main(_flags_first(args), prog_name="cadence", standalone_mode=False)
    except CadenceError as fault:
        return _tell(fault.line, fault.exit_code)
    except click.exceptions.NoArgsIsHelpError as fault:
        terminal.err(fault.format_message())
        return fault.exit_code
    except click.UsageError as fault:
        path = fault.ctx.command_path if fault.ctx else "cadence"
        return _tell(f"{_sentence(fault.format_message())} See '{path} --help'.", 2)
    except click.ClickException as fault:
        return _tell(_sentence(fault.format_message()), 2)
    except (click.Abort, KeyboardInterrupt):
        return _tell("Stopped.", 130)
    except BrokenPipeError:
        return _pipe_closed()
    except Exception as fault:  # noqa: BLE001 - the last gate: a bug is told, not thrown at users
        return _unexpected(fault, args)
    return result if isinstance(result, int) else 0


_FLAGS = ("-v", "-vv", "--verbose", "-q", "--quiet", "--no-color")
_FOLDER = "--workspace"


def _flags_first(args: list[str]) -> list[str]:
    """Put the options of the program before its command: people add them at the end, too."""
    end = args.index("--") if "--" in args else len(args)
    first: list[str] = []
    rest: list[str] = []
    words = iter(args[:end])
    for word in words:
        if word == _FOLDER:
            first += [word, *islice(words, 1)]
        else:
            (first if word in _FLAGS or word.startswith(f"{_FOLDER}=") else rest).append(word)
    return first + rest + args[end:]


def _tell(line: str, code: int) -> int:
    terminal.err(f"cadence: {line}")
    return code


def _sentence(message: str) -> str:
    """Return click's message as one line that ends."""
    line = " ".join(message.split())
    return line if line.endswith((".", "?")) else f"{line}."


def _pipe_closed() -> int:
    """End quietly when the reader has gone, as `head` does; 141 is the shell's code for it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def _unexpected(fault: Exception, args: list[str]) -> int:
    """Tell a bug in one line; its message may hold a secret and is shown with -vv only."""
    import traceback

    if any(re.fullmatch(r"-v{2,}", arg) for arg in args) or args.count("-v") > 1:
        terminal.err("".join(traceback.format_exception(fault)).rstrip())
        return 1
    if isinstance(fault, OSError) and fault.strerror:
        return _tell(f"{fault.filename or 'The system says'}: {fault.strerror}.", 1)
    last = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{type(fault).__name__}, {Path(last.filename).name}:{last.lineno}"
    return _tell(f"Unexpected fault ({place}). Run again with -vv to see it.", 1)
