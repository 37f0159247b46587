"""What anonymity a reflection promises: when its answers may be shown, and what its form says."""

from cadence.model import Anonymity

SMALLEST_GROUP = 3
"""Among fewer, whoever wrote one knows whose the other is: no team may go below."""


def enough(answered: int, seen: int, smallest: int) -> bool:
    """Tell whether so many have answered that their anonymous answers hide each other.

    `seen` are those whose answers were shown before all became anonymous: among them nobody hides,
    so that those who came later must be as many by themselves, or nobody.
    """
    later = answered - seen
    return answered >= smallest and (seen == 0 or later <= 0 or later >= smallest)


def may_show(
    anonymity: Anonymity, *, ended: bool, answered: int, smallest: int, seen: int = 0
) -> bool:
    """Tell whether a month's entries may be shown to anybody.

    Where all are anonymous: once no more are taken (`ended`), so that nobody can tell the newest
    from the others, and if at least the smallest group has answered. Else always: there each
    chose whether their name stands with it, and was told that it is shown at once.
    """
    return anonymity is not Anonymity.ALL or (ended and enough(answered, seen, smallest))


def promise(
    anonymity: Anonymity, members: int, smallest: int, unsigned: str = "Leave the name empty"
) -> list[str]:
    """Return what a form says of names before anybody writes: what is promised, and what is not.

    `members` is the size of the team (0: not known), `smallest` the smallest group;
    `unsigned` says how a form is left without a name.
    """
    if anonymity is Anonymity.NAMED:
        return ["Your name stands with what you write here."]
    few = f"With {members} of you, fewer than {smallest}, others will often guess who wrote what."
    if anonymity is Anonymity.ENTRY:
        lines = [
            f"{unsigned}, and no name is kept with what you write; no address and no time is kept"
            " either. It is shown at once, so that the day it came may tell whose it is.",
        ]
        return lines + ([few] if 0 < members < smallest else [])
    lines = [
        "No name, address or time is kept with what you write, nor who has answered. It is shown"
        f" together with the others', and only if at least {smallest} answer.",
        "Not promised: that nobody knows your way of writing or what only you can know; nor"
        " anything against whoever runs this machine and copies the store after each answer.",
    ]
    if 0 < members < smallest:
        lines.append(
            f"{few} Answers of so few are kept but never shown: ask for a smaller group"
            f" (smallest_group, down to {SMALLEST_GROUP}), or for names."
        )
    return lines
