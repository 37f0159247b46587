"""Where templates are read from: the workspace's folder of templates, then ours; nowhere else."""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, TemplateNotFound, TemplateSyntaxError

from cadence.errors import ConfigError
from cadence.resources import folder

SUFFIX = ".j2"
LARGEST = 256 * 1024
"""The bytes of a template: ours have less than 8 kB."""
_MOST = 500
_DEEPEST = 4
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


@dataclass(frozen=True)
class OwnTemplate:
    """A template in the workspace: its name, its file, and why it cannot be used, if it cannot."""

    name: str
    path: Path
    problem: str = ""


def own_templates(root: Path | None) -> dict[str, OwnTemplate]:
    """Return the workspace's own templates by name. No link is followed, no device opened."""
    if root is None or not os.path.lexists(root):
        return {}
    if root.is_symlink():
        raise ConfigError(
            "It is a link", where=str(root), remedy="Put the templates themselves into the folder"
        )
    found: dict[str, OwnTemplate] = {}
    _look(root, "", found)
    return dict(sorted(found.items()))


def _look(root: Path, prefix: str, found: dict[str, OwnTemplate]) -> None:
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as fault:
        raise ConfigError(str(fault.strerror), where=str(root)) from fault
    for entry in entries:
        name = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if name.count("/") < _DEEPEST:
                _look(Path(entry.path), f"{name}/", found)
        elif entry.name.endswith(SUFFIX) or (entry.is_symlink() and "." not in entry.name):
            if len(found) >= _MOST:
                raise ConfigError(f"More than {_MOST} templates", where=str(root))
            found[name] = OwnTemplate(name, Path(entry.path), _problem(entry, name))


def _problem(entry: os.DirEntry[str], name: str) -> str:
    if entry.is_symlink():
        return "it is a link; put the template itself here"
    if not entry.is_file(follow_symlinks=False):
        return "it is no file"
    if not _NAME.fullmatch(name):
        return "its name holds more than letters, digits, '_', '-' and '.'"
    if entry.stat(follow_symlinks=False).st_size > LARGEST:
        return f"it is larger than {LARGEST // 1024} kB"
    return ""


def read_own(own: OwnTemplate) -> str:
    """Return an own template's text. Raises ConfigError if it is no plain file of a fair size."""
    if own.problem:
        raise ConfigError(own.problem[0].upper() + own.problem[1:], where=f"template {own.name}")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with os.fdopen(os.open(own.path, flags), "rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(LARGEST + 1) if regular else b""
    except OSError as fault:
        raise ConfigError(str(fault.strerror), where=f"template {own.name}") from fault
    if not regular or len(data) > LARGEST:
        raise ConfigError("It is no plain file of a fair size", where=f"template {own.name}")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        raise ConfigError("It is not UTF-8", where=f"template {own.name}") from fault


class OwnLoader(BaseLoader):
    """Loads the workspace's own templates, each by its exact name."""

    def __init__(self, root: Path) -> None:
        self.own = own_templates(root)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's text and its file, as Jinja asks for it."""
        own = self.own.get(template)
        if own is None:
            raise TemplateNotFound(template)
        try:
            return read_own(own), str(own.path), None
        except ConfigError as fault:
            raise TemplateSyntaxError(fault.what, 1, template, str(own.path)) from fault

    def list_templates(self) -> list[str]:
        """Return the names."""
        return list(self.own)


def shipped() -> FileSystemLoader:
    """Return the loader of the templates that ship with cadence."""
    return FileSystemLoader(folder("templates"))


def shipped_names(suffix: str = SUFFIX) -> list[str]:
    """Return the names of the shipped templates."""
    return sorted(name for name in shipped().list_templates() if name.endswith(suffix))
