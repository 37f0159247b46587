"""A progress bar on stderr: only for somebody who looks at it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cadence.cli.app import App


@contextmanager
def progress_bar(app: App, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows `done` of `total`; silent off a terminal, and with -q."""
    if app.quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, no_color=not app.color)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
