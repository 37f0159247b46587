"""What is never published: the anonymous answers of a group that is too small to hide in."""

from collections.abc import Iterable
from dataclasses import replace

from cadence.model import Anonymity, Entry, Filed, Reflection


def small_groups(
    reflections: Iterable[Reflection], entries: Iterable[Entry], smallest: int
) -> frozenset[str]:
    """Return the months whose anonymous answers come from fewer people than the smallest group.

    Who has put a name under an answer of the month is not counted: where the others are few, what
    has no name is easily taken for theirs.
    """
    signed: dict[str, set[str]] = {}
    for entry in entries:
        if entry.author is not None:
            signed.setdefault(str(entry.month), set()).add(entry.author.casefold())
    return frozenset(
        month
        for one in reflections
        if one.anonymity is not Anonymity.NAMED
        and one.answered - len(signed.get(month := str(one.month), ())) < smallest
    )


def publishable(filed: Filed, smallest: int) -> Filed:
    """Return what people filed without what must not be published.

    Taken out before anything is computed of it, so that no report, template or format can show it.
    """
    small = small_groups(filed.reflections, filed.entries, smallest)
    kept = tuple(
        entry
        for entry in filed.entries
        if entry.author is not None or str(entry.month) not in small
    )
    return replace(filed, entries=kept)
