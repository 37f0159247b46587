"""Whether an SVG is harmless: well-formed, made of shapes and words only, and loads nothing."""

import re
from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    "svg g title desc style defs pattern linearGradient radialGradient stop clipPath mask rect line"
    " polyline polygon path circle ellipse text tspan".split()
)
_ATTRIBUTES = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_CALLS_OUT = re.compile(
    r"(?:url\s*\((?!\s*['\"]?#))|@import|expression\s*\(|javascript:|\\", re.IGNORECASE
)


def offence(text: str) -> str | None:
    """Return what makes a picture unfit; None for a harmless one."""
    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL) or "<?" in text:
        return "A picture has no declarations of its own"
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as fault:
        return f"The picture is no well-formed XML: {fault}"
    if root.tag != f"{_SVG}svg":
        return "A picture is an <svg> of http://www.w3.org/2000/svg"
    return next((found for node in root.iter() if (found := _of_node(node))), None)


def _of_node(node: ElementTree.Element) -> str | None:
    name = str(node.tag).removeprefix(_SVG)
    if name not in _ELEMENTS:
        return f"A picture holds no <{name}>"
    if name == "style" and _CALLS_OUT.search(node.text or ""):
        return "The style of a picture loads nothing"
    for attribute, value in node.attrib.items():
        if attribute.lower().startswith("on") or not _ATTRIBUTES.fullmatch(attribute):
            return f"A picture has no attribute '{attribute}'"
        if attribute in ("href", "src") or _CALLS_OUT.search(value):
            return f"The attribute '{attribute}' of a picture leads nowhere"
    return None
