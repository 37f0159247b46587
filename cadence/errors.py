"""The faults a user can mend: what happened, where, and the remedy; each kind has its exit code."""

from collections.abc import Iterable
from typing import ClassVar

_LONGEST = 500
"""What is told of a wrong value may hold the whole of it."""


class CadenceError(Exception):
    """A fault told in one line: what, where (file, key, line, address) and the remedy."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The one line that a user reads."""
        what = self.what if len(self.what) <= _LONGEST else f"{self.what[:_LONGEST]}…"
        what = f"{self.where}: {what}" if self.where else what
        return " ".join(f"{_ended(what)} {_ended(self.remedy)}".split())


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence.endswith((".", "?")) else f"{sentence}."


class ConfigError(CadenceError):
    """Wrong usage, configuration or input."""

    exit_code = 2


class SyncIncomplete(CadenceError):
    """The sync could not fetch everything; what is stored is consistent."""

    exit_code = 3


class CredentialsRefused(CadenceError):
    """Jira refused the credentials, or there are none."""

    exit_code = 4


class JiraUnreachable(CadenceError):
    """No usable answer from Jira."""

    exit_code = 5


class StoreBusy(CadenceError):
    """Another sync holds the store."""

    exit_code = 6


class StoreUnusable(CadenceError):
    """The store comes from a newer cadence, is damaged, or is not ours."""

    exit_code = 7


class DeletionRefused(CadenceError):
    """So much has vanished from Jira at once that nothing was deleted."""

    exit_code = 8


class OverwritingRefused(CadenceError):
    """What somebody else wrote would be lost: nothing was written."""

    exit_code = 8


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return the remedy that asks for the nearest known word, else the other remedy."""
    from difflib import get_close_matches  # only where something went wrong

    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), folded, 1)
    return f"Did you mean '{folded[near[0]]}'?" if near else otherwise
