"""Values that no sane issue holds and some real ones do, for `World.poison`."""

from typing import Any

from cadence.demo.exchange import Verbatim

YEAR_51502 = "51502-10-19T07:00:00.000+0000"
"""A date that somebody typed with two years in it; seen on live sites."""
LONE_SURROGATE = "half a \ud83d smile"
"""Text that JSON can hold and UTF-8 cannot."""
NUL = "before\0after"
"""Text that ends early for whoever counts in C."""
HUGE_INTEGER = 10**30
"""An integer beyond 64 bits."""
ENDLESS_INTEGER = Verbatim("9" * 5000)
"""An integer of more digits than Python reads."""
DEEP = Verbatim("[" * 100_000 + "]" * 100_000)
"""JSON nested deeper than Python's parser goes."""
INFINITE = float("inf")
"""What is no JSON, and is written nevertheless."""


def long_text(megabytes: int = 32) -> str:
    """Return a text of so many megabytes."""
    return "a long story " * (megabytes * (1 << 20) // 13)


VALUES: dict[str, dict[str, Any]] = {
    "year 51502": {"duedate": YEAR_51502[:11], "updated": YEAR_51502},
    "lone surrogate": {"summary": LONE_SURROGATE},
    "nul": {"summary": NUL},
    "huge integer": {"customfield_10036": HUGE_INTEGER},
    "endless integer": {"customfield_10036": ENDLESS_INTEGER},
    "deep": {"customfield_10036": DEEP},
    "infinite": {"customfield_10036": INFINITE},
    "null summary": {"summary": None},
    "null status": {"status": None},
    "null type": {"issuetype": None},
    "empty moment": {"updated": ""},
    "wrong kinds": {"summary": 7, "labels": "io", "status": [], "assignee": "ben"},
    "nulls in lists": {"labels": [None], "components": [None], "fixVersions": [None]},
}
"""Poisons by name, each as the fields for `World.poison`: for a test of every one of them."""
