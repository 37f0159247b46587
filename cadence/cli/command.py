"""The commands and groups of the command line: their help ends with examples, as a manual."""

from typing import Any

import click


class _WithExamples(click.Command):
    """A command with lines to try, kept beside it: for its help, the manual and their tests."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **attrs: Any) -> None:
        super().__init__(*args, **attrs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are to be typed: never wrapped."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class Command(_WithExamples):
    """A command of ours."""


class Group(_WithExamples, click.Group):
    """A group of ours; what it holds are commands and groups of ours, too."""

    command_class = Command
    group_class = type
