"""Writing files whole or not at all, with a fault that names the file."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unicodedata import normalize

from cadence.errors import ConfigError


@contextmanager
def told(path: Path, remedy: str = "Check the folder and its permissions") -> Iterator[None]:
    """Turn the system's refusal to read or write a file into one line that names it."""
    try:
        yield
    except OSError as fault:
        where = str(fault.filename or path)
        raise ConfigError(fault.strerror or str(fault), where=where, remedy=remedy) from fault
    except ValueError as fault:  # a path that no system can hold, such as one with a NUL
        raise ConfigError(str(fault), where=repr(str(path)), remedy=remedy) from fault


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder and its parents; one that is there is fine."""
    with told(path):
        path.mkdir(mode=mode, parents=True, exist_ok=True)


def month_folder(folder: Path, month: str) -> Path:
    """Return the month's folder in a folder that somebody named, which is made.

    Raises ConfigError if it is a link: what it leads to was not named.
    """
    make_folder(folder)  # else `new/..` would lead nowhere yet, and a link would not be seen
    path: Path = folder / month
    with told(path):
        linked = path.is_symlink()
    if linked:
        raise ConfigError("It is a link", where=str(path), remedy="Remove it, or name its target")
    return path


def write_whole(path: Path, text: str | bytes, mode: int | None = None) -> None:
    """Write a file so that a reader finds the old or the new one, never a half.

    A file that is there keeps its permissions; a new one gets `mode`, else the usual ones.
    """
    make_folder(path.parent)
    with told(path):
        rights = _rights(path) if mode is None else mode
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8") if isinstance(text, str) else text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(rights)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise


def _rights(path: Path) -> int:
    """Return the permissions the file has, or those that a new one would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def file_name(text: str) -> str:
    """Return a text as a part of a file's name: `[a-z0-9-]`, 1 to 60 characters, none of its own.

    A text without such a character is told by its characters' numbers.
    """
    plain = normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return (name or "-".join(f"{ord(sign):x}" for sign in text[:9]) or "none")[:60].strip("-")
