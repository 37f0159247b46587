"""Titles of themes, compared as people mean them: a theme that returns is told.

No theme is suggested: on short thoughts the methods that look at words alone group no better than
chance, and a wrong suggestion costs a meeting more than none.
"""


def folded(title: str) -> str:
    """Return a title as titles are compared: without case, punctuation and double spaces."""
    letters = (c if c.isalnum() else " " for c in title.casefold())
    return " ".join("".join(letters).split()) or title
