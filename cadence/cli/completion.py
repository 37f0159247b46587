"""`cadence completion`: what a shell needs to complete our commands."""

import click
from click.shell_completion import get_completion_class

from cadence.cli.app import App, cli
from cadence.cli.command import Command
from cadence.cli.completing import SHELLS


@click.command(
    cls=Command,
    examples=(
        'eval "$(cadence completion bash)"    # a line for ~/.bashrc; zsh likewise',
        "cadence completion fish > ~/.config/fish/completions/cadence.fish",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print a shell's script that completes commands, options, months, people and goals."""
    completion = get_completion_class(shell)
    assert completion is not None  # SHELLS are those that click knows
    app.write(completion(cli, {}, "cadence", "_CADENCE_COMPLETE").source().rstrip("\n"))
