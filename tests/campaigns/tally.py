"""What a campaign counts while it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field


def _nothing(line: str) -> None:
    """Say nothing."""


@dataclass
class Tally:
    """The cases run, the faults that fired, the kills of a live process, the promises broken."""

    say: Callable[[str], None] = _nothing
    cases: int = 0
    fired: int = 0
    kills: int = 0
    broken: list[str] = field(default_factory=list)

    def case(self, name: str, found: list[str], fired: int = 0) -> None:
        """Note a case: what was found broken, and how many faults fired."""
        self.cases += 1
        self.fired += fired
        lines = [f"{name}: {line}" for line in found]
        self.broken += lines
        for line in lines or [f"{name}: kept"]:
            self.say(line)
