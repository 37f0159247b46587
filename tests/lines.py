"""Lines of a shell that the manual and the help tell people to type."""

import re
import shlex


def typed(line: str) -> list[str]:
    """Return what a line gives to cadence: no comment, no variable, no pipe around it."""
    inner = re.search(r"\$\((cadence [^)]*)\)", line)
    words = shlex.split(inner[1] if inner else line, comments=True)
    mine = words[words.index("cadence") + 1 :]
    ends = ("|", ">", "&&")
    return mine[: next((n for n, word in enumerate(mine) if word in ends), len(mine))]
