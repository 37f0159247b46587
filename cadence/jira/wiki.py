"""Text as Jira's two ways of writing: a document on Cloud, wiki markup on Data Center.

Neither lets a text act: no mention, link, image, macro or list comes of what people wrote.
"""

import re
from collections.abc import Iterable
from typing import Any

from cadence.formats.jira import escape
from cadence.markup import JOINER, clean

_ACTING = re.compile(r"/(?=/)|@|(?<![^\W_])(?:mailto|www)(?=[:.])", re.IGNORECASE)
"""What Jira makes a link or a person of without any markup."""


def document(lines: Iterable[str]) -> dict[str, Any]:
    """Return a document of paragraphs; a text node is text, whatever it holds."""
    texts = [text for line in lines if (text := clean(line))]
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def wiki(lines: Iterable[str]) -> str:
    """Return wiki markup of paragraphs that holds no markup."""
    return "\n\n".join(inert(line) for line in lines if clean(line))


def inert(text: str) -> str:
    """Return a text as wiki markup that shows it: each sign that could act is escaped."""
    return escape(_ACTING.sub(rf"\g<0>{JOINER}", clean(text)))
