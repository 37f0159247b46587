"""Reading the store again and again: each thread keeps its connection, as opening costs more."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import local

from sqlite_utils import Database

from cadence.store.database import open_store


class Reader(local):
    """The store, open for the thread that asks; opened anew when another file is in its place."""

    def __init__(self) -> None:
        self._held: tuple[object, ExitStack, Database] | None = None

    @contextmanager
    def open(self, path: Path) -> Iterator[Database]:
        """Yield the store to look at; raises as `open_store`, and then begins anew."""
        place = (path.stat().st_dev, path.stat().st_ino) if path.exists() else None
        if self._held is not None and self._held[0] != place:
            self._close()
        if self._held is None:
            stack = ExitStack()
            self._held = (place, stack, stack.enter_context(open_store(path, create=False)))
        try:
            yield self._held[2]
        except BaseException:
            _, stack, _ = self._held
            self._held = None
            stack.__exit__(*sys.exc_info())  # tells a fault of the file as one for users
            raise

    def _close(self) -> None:
        assert self._held is not None
        _, stack, _ = self._held
        self._held = None
        stack.close()
