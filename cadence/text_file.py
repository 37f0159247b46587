"""Text files that people wrote: their words, or one line that says why they cannot be read."""

import codecs
from pathlib import Path

from cadence.errors import ConfigError

LARGEST_BYTES = 1_000_000

_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_UTF8 = "Save the file as UTF-8"


def read_text(path: Path, remedy: str) -> str:
    """Read a file in UTF-8. Raises ConfigError, with this remedy if it is missing."""
    data = _bytes(path, remedy)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ConfigError(
            "This is not UTF-8", where=f"{path}:{_line(fault)}", remedy=_AS_UTF8
        ) from fault


def read_words(path: Path, remedy: str) -> str:
    """Read a file in UTF-8, or in whatever its byte order mark tells, as from Windows Notepad.

    No other encoding is guessed: each of the others fits any bytes, and would make other words of
    them. Raises ConfigError, with this remedy if the file is missing.
    """
    data = _bytes(path, remedy)
    bom, encoding = next((one for one in _MARKED if data.startswith(one[0])), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as fault:
        name = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise ConfigError(
            f"This is no {name}, though it begins as such" if bom else "This is not UTF-8",
            where=str(path) if bom else f"{path}:{_line(fault)}",
            remedy=f"{_AS_UTF8}; in Windows Notepad: Save as, Encoding: UTF-8",
        ) from fault
    if "\0" in text:
        raise ConfigError(
            "This is no text: it holds zero bytes, as UTF-16 without its mark does",
            where=str(path),
            remedy=_AS_UTF8,
        )
    return text


def _bytes(path: Path, remedy: str) -> bytes:
    if not path.exists():
        raise ConfigError("There is no such file", where=str(path), remedy=remedy)
    if not path.is_file():
        raise ConfigError("This is no file", where=str(path), remedy=remedy)
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise ConfigError(
                f"The file has {size / 1e6:,.1f} MB, and at most {LARGEST_BYTES / 1e6:.0f} MB of"
                " text is read",
                where=str(path),
                remedy="Check that it is the right file, and if so, shorten it",
            )
        return path.read_bytes()
    except OSError as fault:
        raise ConfigError(
            fault.strerror or str(fault), where=str(path), remedy="Check its permissions"
        ) from fault


def _line(fault: UnicodeDecodeError) -> int:
    return fault.object[: fault.start].count(b"\n") + 1
