"""Lines of a shell that the manual and the help tell people to type."""

import shlex


def typed(line: str) -> list[str]:
    """Return what a line gives to cadence: no comment, no variable, no pipe around it."""
    bare = line.replace('"$(', " ").replace(')"', " ")
    words = shlex.split(bare, comments=True)
    mine = words[words.index("cadence") + 1 :]
    ends = ("|", ">", "&&")
    return mine[: next((n for n, word in enumerate(mine) if word in ends), len(mine))]
