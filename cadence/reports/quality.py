"""The content of the data quality: what is unusual in the data, and what is left out for it."""

from dataclasses import dataclass

from cadence.figures.limits import limits
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class LimitContent:
    """Something unusual in the data: how often, what it leaves out, and where it was seen."""

    name: str
    count: int
    what: str
    left_out: str
    keys: tuple[str, ...]


def quality_content(snapshot: Snapshot) -> tuple[LimitContent, ...]:
    """Return what limits the numbers of the month."""
    return tuple(
        LimitContent(limit.name, len(keys), limit.told(len(keys)), limit.left_out, keys)
        for limit, keys in limits(snapshot)
    )
