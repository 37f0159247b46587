"""One issue that Jira fails on must not hide the others: halve the question until it is alone."""

from collections.abc import Callable, Sequence

from cadence.jira.answers import JiraFailed, JiraRefused

_MOST_FAILED = 20
"""So many in one group may be left out; with more of them it is Jira that is ill."""

_MOST_BEFORE_ANY = 3
"""So many alone may fail before anything was served."""


def in_halves(
    ids: Sequence[int], ask: Callable[[Sequence[int], bool], None]
) -> dict[int, JiraFailed | JiraRefused]:
    """Ask for all ids at once, and where Jira fails for halves; return those that fail alone.

    One id that Jira does not take (400) fails, too.

    `ask` is also told whether one attempt is enough: it is where the answer will be halved.
    Raises the fault if too many fail.
    """
    failed: dict[int, JiraFailed | JiraRefused] = {}
    waiting, served, asked = [ids], False, False
    while waiting:
        some = waiting.pop()
        try:
            ask(some, asked and len(some) > 1)
            served = True
        except (JiraFailed, JiraRefused) as fault:
            if isinstance(fault, JiraRefused) and fault.status != 400:
                raise
            if len(some) > 1:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
            else:
                failed[some[0]] = fault
            if len(failed) > (_MOST_FAILED if served else _MOST_BEFORE_ANY):
                raise
        asked = True
    return failed
