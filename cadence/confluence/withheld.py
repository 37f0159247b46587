"""What is never published: the anonymous answers of a group that is too small to hide in."""

from collections.abc import Iterable
from dataclasses import replace

from cadence.model import Anonymity, Filed, Reflection


def small_groups(reflections: Iterable[Reflection], smallest: int) -> frozenset[str]:
    """Return the months whose anonymous answers come from fewer people than the smallest group."""
    return frozenset(
        str(one.month)
        for one in reflections
        if one.anonymity is not Anonymity.NAMED and one.answered < smallest
    )


def publishable(filed: Filed, smallest: int) -> Filed:
    """Return what people filed without what must not be published.

    Taken out before anything is computed of it, so that no report, template or format can show it.
    """
    small = small_groups(filed.reflections, smallest)
    kept = tuple(
        entry
        for entry in filed.entries
        if entry.author is not None or str(entry.month) not in small
    )
    return replace(filed, entries=kept)
