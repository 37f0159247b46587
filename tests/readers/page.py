"""HTML as a browser reads it (html5lib follows the standard's own algorithm)."""

import html5lib

from tests.readers.seen import Seen

APART = {"td", "th", "li", "p", "h1", "h2", "h3"}
"""Elements whose texts do not run into each other."""

SILENT = {"style", "script", "title", "textarea"}


def read(text: str) -> Seen:
    return walked(html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False))


def walked(root) -> Seen:
    does, says = [], []

    def walk(element):
        silent = element.tag in SILENT
        if isinstance(element.tag, str):
            does.append((element.tag, tuple(sorted(element.attrib.items()))))
        else:
            does.append(("comment", element.text))
        if isinstance(element.tag, str) and not silent:
            says.append(element.text or "")
        for child in element:
            walk(child)
            says.append("\n" if child.tag in APART else "")
            says.append(child.tail or "")

    walk(root)
    return Seen(does, "".join(says))
