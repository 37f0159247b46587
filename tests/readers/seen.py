"""What a reader has seen in a text."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

PING = re.compile(r"@\w|\[~|:[\w+-]+:|(?<!\w)#\w|(?<!\w)GH-\d|(?<!\w)!\d")
"""What a wiki may take for a person, a group, an emoji or an issue, whatever stands in the source."""


@dataclass(frozen=True)
class Seen:
    """The structure that a reader sees, in order, and the words that it shows."""

    does: list[object]
    says: str


class TagReader(HTMLParser):
    """Lists the elements of HTML that a Markdown parser made, with all their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.does: list[object] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.does.append((tag, tuple(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.does.append(("comment", data))

    def handle_decl(self, decl):
        self.does.append(("declaration", decl))

    def unknown_decl(self, data):
        self.does.append(("declaration", data))

    def handle_pi(self, data):
        self.does.append(("instruction", data))
