"""How Cloud's search is asked: by query or by body, bounded, and how long a page it grants."""

from dataclasses import dataclass

from cadence.demo.exchange import Refusal, Shape, read_body
from cadence.demo.face import Visit
from cadence.demo.jql import JqlError, parse

_UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
_SEARCH = Shape(
    {
        "jql": "text",
        "nextPageToken": "text",
        "maxResults": "whole",
        "fields": "texts",
        "expand": "text",
        "properties": "texts",
        "fieldsByKeys": "flag",
        "failFast": "flag",
        "reconcileIssues": "wholes",
    }
)


@dataclass(frozen=True)
class Ask:
    """A search, whether it came as GET or POST."""

    jql: str
    token: str
    size: int
    fields: list[str]
    expand: list[str]
    reconcile: list[int]


def bounded_query(jql: str) -> None:
    """Refuse with 400 what Cloud's search does not take: no restriction, too long an ORDER BY."""
    try:
        query = parse(jql)
    except JqlError as fault:
        raise Refusal(400, *fault.messages) from fault
    if query.where is None:
        raise Refusal(400, _UNBOUNDED)
    if len(query.order) > 7:
        raise Refusal(400, "The maximum number of fields in the ORDER BY clause is 7.")


def asked_by_query(visit: Visit) -> Ask:
    """Return what a search by GET asks for."""
    request = visit.request
    reconcile = request.names("reconcileIssues")
    if not all(id.isdecimal() for id in reconcile):
        raise Refusal(400, "Invalid value for parameter 'reconcileIssues'.")
    return _checked(
        Ask(
            request.text("jql"),
            request.text("nextPageToken"),
            request.whole("maxResults", 50),
            request.names("fields"),
            request.names("expand"),
            [int(id) for id in reconcile],
        )
    )


def asked_by_body(visit: Visit) -> Ask:
    """Return what a search by POST asks for."""
    body = read_body(visit.request, _SEARCH)
    return _checked(
        Ask(
            body.get("jql", ""),
            body.get("nextPageToken", ""),
            body.get("maxResults", 50),
            body.get("fields", []),
            body.get("expand", "").split(","),
            body.get("reconcileIssues", []),
        )
    )


def _checked(ask: Ask) -> Ask:
    if len(ask.reconcile) > 50:
        raise Refusal(400, "The maximum number of issues to reconcile is 50.")
    if ask.size < 1:
        raise Refusal(400, "maxResults must be at least 1.")
    return ask


def page_size(visit: Visit, ask: Ask) -> int:
    """Return the page size that Jira grants: the more is asked of each issue, the fewer."""
    ids_only, few, many = visit.traits.page_caps
    asked = set(ask.fields)
    if "changelog" in ask.expand or any(name.startswith(("*", "-")) for name in asked):
        cap = many
    elif asked <= {"id", "key"}:
        cap = ids_only
    else:
        cap = few if len(asked - {"id", "key"}) <= 3 else many
    return min(ask.size, cap)
