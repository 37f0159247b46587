"""Jira's wiki markup, read by its documentation, "Text Formatting Notation Help".

It sees what the notation describes: blocks by the line, then links, images, macros, phrases,
dashes, emoticons and bare addresses. A backslash before one of some signs takes its meaning away.
"""

import re
from html import unescape

from tests.readers.seen import PING, Seen

ESCAPED = re.compile(r"\\([-#*_+?^~|%{}\[\]()!@])")
BLOCKS = {
    "heading": r"h[1-6]\.\s",
    "quotation": r"bq\.\s",
    "rule": r"-{4,}\s*$",
    "list": r"\s*[*#-]+\s",
    "head": r"\s*\|\|",
    "row": r"\s*\|(?!\|)",
}
INLINE = {
    "break": r"\\\\",
    "macro": r"\{[^{}\n]+\}",
    "link": r"\[[^\[\]\n]+\]",
    "image": r"!\S[^!\n]*!",
    "citation": r"\?\?\S.*?\?\?",
    "phrase": r"(?<![^\W_])(?P<mark>[*_+^~-])(?=\S)(?:(?!(?P=mark)).)*?(?<=\S)(?P=mark)(?![^\W_])",
    "dash": r"(?<=\s)-{2,3}(?=\s)",
    "emoticon": r"[:;][()PD]|\((?:[*/x!?+iyn-]|\*[rgby]|on|off|flag|flagoff)\)",
    "address": r"(?:https?|ftp|file)://\S|(?<!\w)(?:mailto|xmpp):\w|(?<!\w)www\.\w|\w@\w",
}
SCANNER = re.compile("|".join(f"(?P<{name}>{form})" for name, form in INLINE.items()))
ENTITY = re.compile(r"&#?\w+;")


def read(text: str) -> Seen:
    does: list[object] = []
    whole = "\n".join(_line(ESCAPED.sub(_masked, line), does) for line in text.splitlines())
    does += [("ping", ping) for ping in PING.findall(whole)]
    return Seen(does, whole)


def _line(line: str, does: list[object]) -> str:
    for name, form in BLOCKS.items():
        if found := re.match(form, line):
            does.append((name, found[0].strip()))
            if name in ("head", "row"):
                does.append(("cells", re.sub(r"\[[^\[\]]*\]", "", line).count("|")))
            else:
                line = line[found.end() :]
            break
    said = re.sub("[\ue000-\ue07f]", _unmasked, _inline(line, does))
    return ENTITY.sub(lambda name: unescape(name[0]), said)


def _inline(text: str, does: list[object]) -> str:
    """Note what acts in a line; return what is said in it."""
    said, end = "", 0
    for found in SCANNER.finditer(text):
        name = "phrase" if found["mark"] else str(found.lastgroup)
        said += text[end : found.start()]
        end = found.end()
        if name == "link":
            shown, _, address = found[0][1:-1].rpartition("|")
            does.append(("link", address))
            said += _inline(shown, does)
        elif name == "phrase":
            does.append(("phrase", found["mark"]))
            said += _inline(found[0][1:-1], does)
        else:
            does.append((name, "" if name == "address" else found[0]))
            said += "" if name in ("break", "macro", "image") else found[0]
    return said + text[end:]


def _masked(sign: re.Match[str]) -> str:
    return chr(0xE000 + ord(sign[1]))


def _unmasked(sign: re.Match[str]) -> str:
    return chr(ord(sign[0]) - 0xE000)
