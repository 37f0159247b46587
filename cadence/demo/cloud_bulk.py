"""Cloud's bulk fetches: up to 100 issues, and the histories of up to 1000, in one request."""

import base64
from random import Random
from typing import Any

from cadence.demo.exchange import Refusal, Shape, read_body
from cadence.demo.face import Visit, changelog
from cadence.demo.histories import bulk_history_json, item_json
from cadence.demo.issue_fields import issue_json, wanted_fields
from cadence.demo.records import History, Issue, IssueState

Json = Any
_FAILED = "The issue could not be fetched. Please try again."
_Told = tuple[int, int, int, History]

_BULK = Shape(
    {
        "issueIdsOrKeys": "texts",
        "fields": "texts",
        "expand": "texts",
        "properties": "texts",
        "fieldsByKeys": "flag",
    },
    required=("issueIdsOrKeys",),
)
_CHANGELOGS = Shape(
    {
        "issueIdsOrKeys": "texts",
        "fieldIds": "texts",
        "maxResults": "whole",
        "nextPageToken": "text",
    },
    required=("issueIdsOrKeys",),
)


def _named(visit: Visit, names: list[str], limit: int) -> list[tuple[Issue, IssueState]]:
    """Return the issues by ascending id; those that the caller cannot see are just absent."""
    if not 1 <= len(names) <= limit:
        raise Refusal(400, f"Between 1 and {limit} issue IDs or keys must be given.")
    found = {pair[0].id: pair for name in names if (pair := visit.named(name))}
    return [found[id] for id in sorted(found)]


def issues(visit: Visit) -> Json:
    """Answer issue/bulkfetch: by ascending id, the unknown ones just absent."""
    body = read_body(visit.request, _BULK)
    wanted = wanted_fields(visit.rendering, body.get("fields", []), "*navigable")
    told, errors = [], []
    for issue, state in _named(visit, body["issueIdsOrKeys"], 100):
        if _fails(visit.traits.issue_errors, issue.id):
            errors.append({"id": str(issue.id), "errorMessage": _FAILED})
            continue
        one = issue_json(visit.rendering, issue, state, wanted)
        if "changelog" in body.get("expand", []):
            one["changelog"] = changelog(visit, issue, visit.traits.history_cap)
        told.append(one)
    return {"expand": "schema,names", "issues": told, "issueErrors": errors}


def _fails(errors: dict[int, int], id: int) -> bool:
    """Count a failure that an issue still has to come; -1 never ends."""
    left = errors.get(id, 0)
    if left > 0:
        errors[id] = left - 1
    return left != 0


def changelogs(visit: Visit) -> Json:
    """Answer changelog/bulkfetch: oldest first over all issues, so one's may span pages."""
    if visit.traits.changelog_bulkfetch != 200:
        raise Refusal(visit.traits.changelog_bulkfetch, "null for uri: changelog/bulkfetch")
    body = read_body(visit.request, _CHANGELOGS)
    found = _named(visit, body["issueIdsOrKeys"], 1000)
    asked, size = body.get("fieldIds", []), body.get("maxResults", 1000)
    if len(asked) > 10 or len(set(asked)) < len(asked) or not 1 <= size <= 10_000:
        raise Refusal(400, "Invalid fieldIds or maxResults.")
    start = _offset(body.get("nextPageToken"))
    told = _all_told(visit, found, asked)
    begin = max(0, start - visit.traits.repeated_histories)
    answer: dict[str, Json] = {"issueChangeLogs": _by_issue(visit, told[begin : start + size])}
    if start + size < len(told):
        answer["nextPageToken"] = base64.b64encode(f"offset:{start + size}".encode()).decode()
    return answer


def _all_told(visit: Visit, found: list[tuple[Issue, IssueState]], asked: list[str]) -> list[_Told]:
    """Return the histories of the issues, oldest first over all of them."""
    told = [
        (history.at, issue.id, history.id, history)
        for issue, _ in found
        if issue.id not in visit.traits.silent_changelogs
        for history in visit.histories(issue)
        if not asked or _touches(visit, history, asked)
    ]
    told.sort()  # no two histories have the same id, so the histories are not compared
    if visit.traits.shuffled_histories:
        Random(len(told)).shuffle(told)
    return told


def _by_issue(visit: Visit, told: list[_Told]) -> list[Json]:
    """Return histories grouped by issue."""
    logs: dict[int, list[Json]] = {}
    for _, id, _, history in told:
        logs.setdefault(id, []).append(bulk_history_json(visit.rendering, history))
    return [{"issueId": str(id), "changeHistories": each} for id, each in logs.items()]


def _touches(visit: Visit, history: History, asked: list[str]) -> bool:
    items = (item_json(visit.rendering, item) for item in history.items)
    return any(item.get("fieldId") in asked for item in items)


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("offset:"))
    except ValueError:
        raise Refusal(400, "Invalid nextPageToken.") from None
