"""What anonymity a reflection promises: when its answers may be shown, and what its form says."""

from cadence.model import Anonymity

SMALLEST_GROUP = 3
"""Among fewer, whoever wrote one knows whose the other is: no team may go below."""


def may_show(anonymity: Anonymity, *, ended: bool, answered: int, smallest: int) -> bool:
    """Tell whether a month's entries may be shown to anybody.

    Where all are anonymous: once no more are taken (`ended`), so that nobody can tell the newest
    from the others, and if at least the smallest group has answered. Else always: there each
    chose whether their name stands with it, and was told that it is shown at once.
    """
    return anonymity is not Anonymity.ALL or (ended and answered >= smallest)
