"""Text as Jira's two ways of writing: a document on Cloud, wiki markup on Data Center.

Neither lets a text act: no mention, link, image, macro or list comes of what people wrote.
"""

import re
from collections.abc import Iterable
from typing import Any

from cadence.markup import JOINER, clean

_MARKS = re.compile(r"[\[\]{}!*_|#+^~()] | \?(?=\?) | (?<=\?)\? | (?<!\w)- | -(?!\w)", re.VERBOSE)


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
    told = clean(text).replace("\\", "&#92;")
    told = re.sub(r"&(?!#92;)(?=#?\w+;)", "&amp;", told)
    told = _MARKS.sub(lambda sign: f"\\{sign[0]}", told)
    told = re.sub(r"^(bq|h[1-6])\.", rf"\1{JOINER}.", told)
    # What Jira makes a link or a person of without any markup.
    told = re.sub(r"/(?=/)|@|(?<![^\W_])(?:mailto|www)(?=[:.])", rf"\g<0>{JOINER}", told)
    return re.sub(r"(?<=[:;])(?=\\?[)(DPp])", JOINER, told)
