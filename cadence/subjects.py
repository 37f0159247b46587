"""What people name in a form or a command, checked in one place for both."""

import re

from cadence.errors import ConfigError


def evidence_link(text: str, where: str) -> str:
    """Return evidence as it was given: an address of the web, where others can look."""
    address = text.strip()
    if not re.fullmatch(r"https?://[^\s/?#]+\S*", address, re.IGNORECASE):
        raise ConfigError(
            f"'{address}' is no link",
            where=where,
            remedy="Give the address of what others can see, such as https://wiki.example/page",
        )
    return address
