"""The manual's page of commands, made from the program's own help."""

import re
from collections.abc import Iterator
from inspect import cleandoc

import click

from cadence.cli import app
from cadence.cli.command import Command, Group

HEAD = """\
# Commands

Every command, what it takes and a line to try; made from the program by `python docs/make.py`.
`cadence COMMAND --help` tells the same on the spot. [How-to's](README.md) show them at work, the
[glossary](glossary.md) tells what the numbers mean.

A month is `2026-10`, `2026/10`, `oct`, `"October 2026"`, `last` (the month that ended last; so it
is without `--month`, and with `--month` alone) or `this`. A day is `2026-10-30`, `today` or
`yesterday`. A member's first name will do where only one bears it. Results go to stdout, messages
to stderr. No command asks anything where standard input is no terminal.

| exit code | means |
| --- | --- |
| 0 | ok |
| 1 | an unexpected fault: `-vv` shows it |
| 2 | wrong usage, configuration or input |
| 3 | a sync that is not complete; what is stored is consistent |
| 4 | credentials missing or refused |
| 5 | Jira or Confluence cannot be reached |
| 6 | the store is busy: another sync or write is at work |
| 7 | the store is of a newer cadence, or damaged |
| 8 | refused to delete, or to overwrite what others wrote |
| 130 | stopped with Ctrl-C |

Environment: `CADENCE_WORKSPACE` (the team's folder), `CADENCE_JIRA_TOKEN` and `CADENCE_JIRA_EMAIL`,
`CADENCE_CONFLUENCE_TOKEN` and `CADENCE_CONFLUENCE_EMAIL`, `CADENCE_LINK` (your link to an anonymous
reflection), `CADENCE_NOW` (an RFC 3339 instant that stands for now), `VISUAL` or `EDITOR`,
`NO_COLOR`."""


def walk() -> Iterator[tuple[str, Command | Group]]:
    """Yield every command and group with its path, `cadence` first, in the order of the help."""
    yield "cadence", app.cli
    yield from _below(app.cli, "cadence")


def _below(group: click.Group, path: str) -> Iterator[tuple[str, Command | Group]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, Command | Group), f"{path} {name} is no command of ours"
        yield f"{path} {name}", command
        if isinstance(command, Group):
            yield from _below(command, f"{path} {name}")


def commands_page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (HEAD, "")
    for name, (_, line) in app.COMMANDS.items():
        yield f"- [`cadence {name}`](#cadence-{name}): {line}"
    for path, command in walk():
        yield from _command(path, command)


def _command(path: str, command: Command | Group) -> Iterator[str]:
    level = min(1 + len(path.split()), 4)
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield from ("", f"{'#' * level} {path}", "", f"`{usage}`", "")
    yield _told(command.help or "")
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        yield from ("", "| option | does |", "| --- | --- |")
        yield from (_option(one, context) for one in options)
    yield from ("", "```sh", *command.examples, "```")


def _told(text: str) -> str:
    """Return a help text as Markdown that says the same; what stands in backticks is code."""
    pieces = re.split(r"(`[^`]*`)", cleandoc(text))
    return "".join(
        one if one.startswith("`") else re.sub(r"([<>*_])", r"\\\1", one) for one in pieces
    )


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None, option.name
    names, says = record
    more = [
        *(["Required."] if option.required else []),
        *(["May be given several times."] if option.multiple and "several" not in says else []),
    ]
    says = re.sub(r"\s+\[[^]]*required\]$", "", says)
    cells = (f"`{names}`", _told(" ".join([says, *more])))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
