"""Creating issues, and finding those that were created: by a label, and by key where search lags.

The marker is a label because both flavors set it in the same request that creates the issue, and
can search for it. An entity property would be set by it on Cloud, too, but is found by JQL only
where an app has declared it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from cadence.errors import JiraUnreachable
from cadence.jira.answers import JiraRefused, Unsure, listed
from cadence.jira.connect import Connection
from cadence.jira.fields import Flavor
from cadence.jira.jql import quoted
from cadence.jira.values import mapping, sequence, text
from cadence.jira.wiki import document, wiki
from cadence.markup import clean

LONGEST_SUMMARY = 254
_AT_ONCE, _MOST_BATCHES = 100, 10
_GAP, _MOST_ALONE = 20, 500
"""On Data Center keys are looked at one by one, until so many in a row are not there."""


@dataclass(frozen=True)
class Draft:
    """An issue to be created; `account` is the accountId (Cloud) or the user name (Data Center)."""

    project: str
    type: str
    summary: str
    lines: tuple[str, ...]
    marker: str
    due: date | None = None
    account: str = ""


def creation_body(flavor: Flavor, draft: Draft) -> dict[str, Any]:
    """Return the body that creates an issue."""
    cloud = flavor is Flavor.CLOUD
    summary = clean(draft.summary)
    cut = len(summary) > LONGEST_SUMMARY
    lines = (summary, *draft.lines) if cut else draft.lines
    fields: dict[str, Any] = {
        "project": {"key": draft.project},
        "issuetype": {"name": draft.type},
        "summary": f"{summary[: LONGEST_SUMMARY - 1]}…" if cut else summary,
        "description": document(lines) if cloud else wiki(lines),
        "labels": [draft.marker],
    }
    if draft.due:
        fields["duedate"] = draft.due.isoformat()
    if draft.account:
        fields["assignee"] = {"id" if cloud else "name": draft.account}
    return {"fields": fields}


def create_issue(site: Connection, body: dict[str, Any]) -> str:
    """Create an issue; return its key. Raises as `Client.write` does."""
    told = site.client.write("POST", f"{site.face.api}/issue", body)
    key = text(told.get("key"))
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*-\d+", key):
        raise Unsure("Jira's answer names no issue: whether there is one is unknown")
    return key


def newest_key(site: Connection, project: str) -> str | None:
    """Return the highest key of a project that search knows; None if it knows no issue."""
    found = _search(site, f"project = {quoted(project)} ORDER BY key DESC", 1)
    return next(iter(found), None)


def find_marked(site: Connection, marker: str, project: str, base: str | None) -> str | None:
    """Return the key of the issue that bears a marker, the oldest if it was cloned; None if none.

    First by search, which may be behind; then the issues with keys after `base`, the newest key
    before the issue was sent: reading an issue by its key does not go by the index. Raises
    JiraUnreachable if there are too many of them to tell.
    """
    found = _search(site, f"labels = {quoted(marker)} ORDER BY id ASC", 10)
    marked = (key for key, labels in found.items() if marker in labels)
    if (key := next(marked, None)) is not None:
        return key
    number = int(base.rpartition("-")[2]) if base else 0
    by_key = _in_bulk if site.flavor is Flavor.CLOUD else _one_by_one
    return next((key for key, labels in by_key(site, project, number) if marker in labels), None)


def _search(site: Connection, jql: str, size: int) -> dict[str, list[str]]:
    """Return the labels of the issues that a JQL finds, by key, in its order."""
    body = {"jql": jql, "fields": ["labels"], "maxResults": size}
    path = "search/jql" if site.flavor is Flavor.CLOUD else "search"
    page = site.client.post(f"{site.face.api}/{path}", body)
    return dict(map(_labelled, listed(page, "issues")))


def _labelled(raw: Any) -> tuple[str, list[str]]:
    issue = mapping(raw)
    labels = sequence(mapping(issue.get("fields")).get("labels"))
    return text(issue.get("key")), [text(label) for label in labels]


def _in_bulk(site: Connection, project: str, number: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the issues after a number, until a hundred keys in a row are not there."""
    for batch in range(_MOST_BATCHES):
        first = number + 1 + batch * _AT_ONCE
        keys = [f"{project}-{n}" for n in range(first, first + _AT_ONCE)]
        body = {"issueIdsOrKeys": keys, "fields": ["labels"]}
        found = listed(site.client.post(f"{site.face.api}/issue/bulkfetch", body), "issues")
        if not found:
            return
        yield from map(_labelled, found)
    raise _too_many(project)


def _one_by_one(site: Connection, project: str, number: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the issues after a number, until a few keys in a row are not there."""
    missing = 0
    for n in range(number + 1, number + 1 + _MOST_ALONE):
        path = f"{site.face.api}/issue/{quote(f'{project}-{n}', safe='')}"
        try:
            yield _labelled(site.client.get(path, {"fields": "labels"}))
            missing = 0
        except JiraRefused as fault:
            if fault.status != 404:
                raise
            missing += 1
            if missing == _GAP:
                return
    raise _too_many(project)


def _too_many(project: str) -> JiraUnreachable:
    return JiraUnreachable(
        f"{project} has too many new issues to tell whether ours is among them",
        remedy="Look for the label in Jira, or try again when its search has caught up",
    )
