"""Finds issues and histories in the site's answers, and changes them on their way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cadence.demo.exchange import Answer, Request

Change = Callable[[Any], Any]


def with_issue(answer: Answer, number: int, change: Change) -> tuple[Answer, bool]:
    """Return an answer in which one issue, served in full, is changed; and whether it was there."""
    body = answer.body
    if not isinstance(body, dict):
        return answer, False
    if _is(body, number) and "summary" in body.get("fields", {}):
        return replace(answer, body=change(body)), True
    issues = body.get("issues")
    if not isinstance(issues, list):
        return answer, False
    there = [_is(one, number) and "summary" in one.get("fields", {}) for one in issues]
    told = [change(one) if met else one for one, met in zip(issues, there, strict=True)]
    return replace(answer, body={**body, "issues": told}), any(there)


def with_histories(
    request: Request, answer: Answer, number: int, change: Change
) -> tuple[Answer, bool]:
    """Return an answer in which an issue's histories are changed; and whether there were any."""
    body = answer.body
    if not isinstance(body, dict):
        return answer, False
    if request.path.endswith(f"/issue/{number}/changelog"):
        return replace(answer, body={**body, "values": list(map(change, body["values"]))}), True
    if "issueChangeLogs" in body:
        logs = body["issueChangeLogs"]
        there = [one["issueId"] == str(number) for one in logs]
        told = [
            {**one, "changeHistories": list(map(change, one["changeHistories"]))} if met else one
            for one, met in zip(logs, there, strict=True)
        ]
        return replace(answer, body={**body, "issueChangeLogs": told}), any(there)
    return with_issue(answer, number, lambda issue: _expanded(issue, change))


def _expanded(issue: dict[str, Any], change: Change) -> dict[str, Any]:
    if "changelog" not in issue:
        return issue
    log = issue["changelog"]
    return {**issue, "changelog": {**log, "histories": list(map(change, log["histories"]))}}


def _is(one: Any, number: int) -> bool:
    return isinstance(one, dict) and one.get("id") == str(number)
