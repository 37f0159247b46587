"""One sync, or one push, at a time on a store: the system lifts the lock when its holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from cadence.errors import ConfigError, StoreBusy


@contextmanager
def sync_lock(store: Path, now: datetime, deed: str = "sync") -> Iterator[None]:
    """Hold the store's lock for a deed; raises StoreBusy, naming the holder, if another has it.

    The file stays, the lock does not: a killed holder needs no cleaning up.
    """
    path = store.with_suffix(".lock" if deed == "sync" else f".{deed}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except OSError as fault:
        raise ConfigError(
            f"The store cannot be locked: {fault.strerror}",
            where=str(path),
            remedy="Check that you may write to the folder",
        ) from fault
    with file:
        if not _taken(file):
            raise StoreBusy(
                f"Another {deed} is running ({file.read(200).strip() or 'just begun'})",
                where=str(store),
                remedy="Wait until it has ended",
            )
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}, since {now:%Y-%m-%d %H:%M} UTC\n")
        file.flush()
        yield


if sys.platform == "win32":

    def _taken(file: IO[str]) -> bool:
        import msvcrt

        file.seek(1_000_000)  # beyond the text, which others must be able to read
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:

    def _taken(file: IO[str]) -> bool:
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
