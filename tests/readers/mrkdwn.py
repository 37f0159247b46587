"""Slack's mrkdwn, read by its documentation, "Formatting message text".

Within `<` and `>` stand links and mentions; `&`, `<` and `>` have names; marks act at the borders of
words; what looks like an address, a channel, a person or an emoji is made one.
"""

import re

from tests.readers.seen import PING, Seen

ALIKE = str.maketrans({"∗": "*", "∼": "~", "‵": "`", "ˍ": "_", "∣": "|"})
INLINE = re.compile(
    r"""
      <(?P<control>[^<>\n]*)>
    | `(?P<code>[^`\n]+)`
    | (?<![^\W_])(?P<mark>[*_~])(?=\S)(?P<inside>(?:(?!(?P=mark)).)*?(?<=\S)|(?<=\S))(?P=mark)(?![^\W_])
    | (?P<address>\w+://\S|(?<!\w)mailto:\w|\w@\w|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE,
)


def read(text: str) -> Seen:
    does: list[object] = []
    says = []
    for place, part in enumerate(text.split("```")):
        if place % 2:
            does.append(("code", part.count("\n")))
            does += [("control", c) for c in re.findall(r"<[^\n]*>", part)]
            says.append(part)
            continue
        for line in part.split("\n"):
            if found := re.match(r"\s*(>|&gt;|•|◦|\d+\.(?=\s)|-) ?", line):
                does.append(("line", found[1]))
            says.append(_inline(line, does) + "\n")
    whole = "".join(says)
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        whole = whole.replace(name, sign)
    does += [("ping", ping) for ping in PING.findall(whole)]
    return Seen(does, whole.translate(ALIKE))


def _inline(text: str, does: list[object]) -> str:
    said, end = "", 0
    for found in INLINE.finditer(text):
        said += text[end : found.start()]
        end = found.end()
        if found["control"] is not None:
            address, _, shown = found["control"].partition("|")
            does.append(("control", address))
            said += _inline(shown, does)
        elif found["mark"]:
            does.append(("phrase", found["mark"]))
            said += _inline(found["inside"], does)
        elif found["code"]:
            does.append(("code", ""))
            said += found["code"]
        else:
            does.append(("address", found["address"]))
            said += found[0]
    return said + text[end:]
