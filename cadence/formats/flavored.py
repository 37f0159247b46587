"""What of a page's Markdown a wiki would lose when it is pasted, written so that it keeps it.

Sources: what people report of each wiki's paste (docs/formats.md names it). The page is changed
line by line where something would be lost; all other lines stay as they are.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cadence.formats.page import Page, Picture
from cadence.formats.tree import ALERTS, PICTURE, alert_of, lone_image, tree

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

Change = tuple[int, int, list[str]]
"""The lines `[start, end)` of a page, and what takes their place."""


def flavored(page: Page, *, full: bool) -> str:
    """Return a page's Markdown; `full` for wikis that draw mermaid and know alerts."""
    changes = _pictures(page, drawn=full)
    if not full:
        changes += _simpler(page.markdown)
    lines = page.markdown.splitlines()
    for start, end, new in sorted(changes, reverse=True):
        lines[start:end] = new
    return "\n".join(lines) + "\n" if changes else page.markdown


def _pictures(page: Page, *, drawn: bool) -> list[Change]:
    if not page.pictures:
        return []
    found = []
    for start, end, image in _lone_images(page.markdown):
        name = str(image.attrs["src"]).removeprefix(PICTURE)
        if name in page.pictures:
            found.append((start, end, _told(page.pictures[name], drawn=drawn)))
    return found


def _told(picture: Picture, *, drawn: bool) -> list[str]:
    if drawn and picture.mermaid:
        return ["```mermaid", *picture.mermaid.strip("\n").splitlines(), "```"]
    return picture.text.strip("\n").splitlines()


def _lone_images(markdown: str) -> "Iterator[tuple[int, int, Node]]":
    for node in _blocks(markdown):
        if node.map and (image := lone_image(node)):
            yield (*node.map, image)


def _blocks(markdown: str) -> "Iterator[Node]":
    return tree(markdown).walk(include_self=False)


def _simpler(markdown: str) -> list[Change]:
    """Return what editors lose: breaks within a paragraph, alerts, headings below the third."""
    lines, changes = markdown.splitlines(), []
    for node in _blocks(markdown):
        if node.map is None:
            continue
        start, end = node.map
        if node.type == "paragraph" and node.level == 0 and end - start > 1 and _flows(node):
            changes.append((start, end, [" ".join(line.strip() for line in lines[start:end])]))
        elif node.type == "heading" and node.tag > "h3":
            text = lines[start].strip().strip("#").strip()
            changes.append((start, end, [f"**{text}**"]))
        elif node.type == "blockquote" and (kind := alert_of(node)):
            mark = lines[start].partition("[!")[0]
            changes.append((start, start + 1, [f"{mark}**{ALERTS[kind]}**", mark.rstrip()]))
    return changes


def _flows(paragraph: "Node") -> bool:
    """Tell whether no line break of a paragraph is meant to be seen."""
    return not any(node.type == "hardbreak" for node in paragraph.walk())
