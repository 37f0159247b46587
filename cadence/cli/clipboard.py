"""The system's clipboard, by whichever program reaches it; the terminal itself as a last resort."""

import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from cadence.cli.terminal import counted
from cadence.errors import ConfigError

_SECONDS = 10
_MOST = 74_994
"""How many bytes the narrowest terminals take by OSC 52: 100,000 signs less their frame."""

_REMEDY = (
    "Install wl-clipboard or xclip, or write a file with --output and copy from there;"
    " the page of --format html has a copy button"
)


@dataclass(frozen=True)
class Tool:
    """A program that takes the clipboard's new content on its stdin."""

    name: str
    words: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    """The words that say what kind of text it is; empty if it takes plain text only."""
    encoding: str = "utf-8"


PBCOPY = Tool("pbcopy")
WL_COPY = Tool("wl-copy", typed=("--type",))
XCLIP = Tool("xclip", ("-selection", "clipboard"), typed=("-t",))
XSEL = Tool("xsel", ("--clipboard", "--input"))
CLIP = Tool("clip.exe", encoding="utf-16")  # with its mark: else it reads the code page


def tools(environment: Mapping[str, str], platform: str) -> tuple[Tool, ...]:
    """Return what may reach the clipboard of such a system, the best first."""
    if platform == "darwin":
        return (PBCOPY,)
    if platform == "win32":
        return (CLIP,)
    wayland = (WL_COPY,) if environment.get("WAYLAND_DISPLAY") else ()
    x11 = (XCLIP, XSEL) if environment.get("DISPLAY") else ()
    return (*wayland, *x11, CLIP)  # clip.exe: Linux within Windows


def copy(text: str, media: str = "text/plain") -> str:
    """Put a text onto the clipboard; return what was done, as a sentence.

    Raises ConfigError where nothing reaches a clipboard, with the remedy.
    """
    troubles = []
    for tool in tools(os.environ, sys.platform):
        path = shutil.which(tool.name)
        if path is None:
            continue
        trouble = _run(path, tool, text, media)
        if not trouble:
            return f"Copied {counted(len(text), 'character')} with {tool.name}{_kind(tool, media)}."
        troubles.append(trouble)
    if trouble := _by_terminal(text):
        raise ConfigError("; ".join([*troubles, trouble]), where="--copy", remedy=_REMEDY)
    return (
        f"Sent {counted(len(text), 'character')} to the clipboard through the terminal (OSC 52);"
        " if nothing can be pasted, this terminal does not allow it."
    )


def _kind(tool: Tool, media: str) -> str:
    if media == "text/plain":
        return ""
    return " as rich text" if tool.typed else "; it takes no rich text, so this is the source"


def _run(path: str, tool: Tool, text: str, media: str) -> str:
    """Hand a text to a program; return what went wrong. It lives on and must not hold our pipes."""
    words = [
        path,
        *tool.words,
        *((*tool.typed, media) if tool.typed and media != "text/plain" else ()),
    ]
    try:
        done = subprocess.run(
            words,
            input=text.encode(tool.encoding, "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except OSError as fault:
        return f"{tool.name}: {fault.strerror}"
    except subprocess.TimeoutExpired:
        return f"{tool.name} did not end within {_SECONDS} s"
    return f"{tool.name} ended with code {done.returncode}" if done.returncode else ""


def _by_terminal(text: str) -> str:
    """Ask the terminal to take the text; return why it cannot be asked."""
    whole = text.encode("utf-8", "replace")
    if not (sys.stdout.isatty() or sys.stderr.isatty()):
        return "No clipboard is within reach of this command"
    if len(whole) > _MOST:
        return f"Through a terminal at most {_MOST:,} bytes can be copied; these are {len(whole):,}"
    code = f"\x1b]52;c;{b64encode(whole).decode()}\x07"  # nothing of the text is readable in it
    with suppress(OSError):
        with open("/dev/tty", "w", encoding="ascii") as terminal:  # noqa: PTH123 - no file
            terminal.write(code)
        return ""
    return "The terminal cannot be written to"
