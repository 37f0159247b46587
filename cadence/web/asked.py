"""What a browser asks and what it is shown, as plain records: pages know no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from cadence.errors import CadenceError
from cadence.invitations import Guest

MOST_BYTES = 256 * 1024
"""A body may be so long; a form of ours, with each field filled to its end, is shorter."""

MOST_FIELDS = 400
LONGEST_FIELD = 4_500
"""Letters in a field of the form: three of them, and as much that was there before, fit into a
body, though each letter be nine bytes long on its way."""

SECRET_FIELDS = ("pass", "link", "was")
"""Fields that are ours, not words that somebody typed."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """A request: the fields of its form, and who makes it."""

    method: str
    path: str
    fields: Fields = field(default_factory=dict)
    guest: Guest | None = None
    desk: bool = False
    cookie: bool = False
    said: str | None = None

    def text(self, name: str) -> str:
        """Return a field as it was typed; nothing if it was not."""
        return self.fields.get(name, ("",))[0]

    def line(self, name: str) -> str:
        """Return a field as one line without blanks around it."""
        return " ".join(self.text(name).split())


@dataclass(frozen=True)
class Shown:
    """An answer: a template and its values, or another page of ours to go to.

    `said` names, in the table SAID, what that page then tells.
    """

    template: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    goto: str | None = None
    said: str | None = None


class Refused(CadenceError):
    """A request that gets no page of its own: the status, what is the matter, and the remedy."""

    def __init__(self, status: HTTPStatus, what: str, remedy: str = "") -> None:
        self.status = status
        super().__init__(what, remedy=remedy)


def fields_of(body: bytes, kind: str) -> Fields:
    """Return the fields of a form as a browser sends it.

    Raises Refused for a body that is too long, of another kind, or of too many fields.
    """
    if kind.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This is no form of ours", "Use the page's own form"
        )
    found: dict[str, tuple[str, ...]] = {}
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError as fault:
        raise Refused(
            HTTPStatus.BAD_REQUEST, "The form has too many fields", "Use the page's own form"
        ) from fault
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value.replace("\r\n", "\n"))
    return found


def words_of(fields: Fields) -> list[dict[str, str]]:
    """Return what somebody typed, field by field: an error page gives it back."""
    return [
        {"name": name, "value": value, "long": "yes" if "\n" in value or len(value) > 60 else ""}
        for name, values in fields.items()
        for value in values
        if name not in SECRET_FIELDS and value.strip()
    ]
