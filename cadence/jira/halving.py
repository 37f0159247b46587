"""One issue that Jira fails on must not hide the others: halve the question until it is alone."""

from collections.abc import Callable, Sequence

from cadence.jira.answers import JiraFailed

_MOST_FAILED = 20
"""So many in one group may be left out; with more of them it is Jira that is ill."""

_MOST_BEFORE_ANY = 3
"""So many alone may fail before anything was served."""


def in_halves(
    ids: Sequence[int], ask: Callable[[Sequence[int], bool], None]
) -> dict[int, JiraFailed]:
    """Ask for all ids at once, and where Jira fails for halves; return those that fail alone.

    `ask` is also told whether one attempt is enough: it is where the answer will be halved.
    Raises JiraFailed if too many fail.
    """
    failed: dict[int, JiraFailed] = {}
    waiting, served, asked = [ids], False, False
    while waiting:
        some = waiting.pop()
        try:
            ask(some, asked and len(some) > 1)
            served = True
        except JiraFailed as fault:
            if len(some) > 1:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
            else:
                failed[some[0]] = fault
            if len(failed) > (_MOST_FAILED if served else _MOST_BEFORE_ANY):
                raise
        asked = True
    return failed
