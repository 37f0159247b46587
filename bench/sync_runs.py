"""Those that bench/sync.py sets side by side, each in a process of its own: JSON in, JSON out.

python bench/sync_runs.py library|cadence|discard|store < ORDER
"""

import gc
import gzip
import http.client
import json
import os
import resource
import sqlite3
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROJECT = "IO"
Order = dict[str, Any]
Run = Callable[[], dict[str, Any]]


# ---- the way most people write it ------------------------------------------------------------


def library(order: Order) -> Run:
    """Page through the search with the jira library's objects; insert dicts with sqlite-utils."""
    from jira import JIRA
    from sqlite_utils import Database

    def run() -> dict[str, Any]:
        cloud = order["flavor"] == "cloud"
        login = {"basic_auth": (order["email"], order["token"])}
        jira = JIRA(order["url"], **(login if cloud else {"token_auth": order["token"]}))
        db = Database(order["store"])
        pages = _cloud_pages(jira) if cloud else _offset_pages(jira)
        for issues in pages:
            db["issues"].insert_all(map(_issue_dict, issues), pk="id", replace=True)
            changes = (change for issue in issues for change in _change_dicts(issue))
            db["changes"].insert_all(changes, pk=("issue_id", "history_id", "item"), replace=True)
        return {"issues": db["issues"].count, "changes": db["changes"].count}

    return run


def _cloud_pages(jira: Any) -> Iterator[list[Any]]:
    token = None
    while True:
        page = jira.enhanced_search_issues(
            f"project = {PROJECT} ORDER BY id",
            nextPageToken=token,
            maxResults=100,
            expand="changelog",
        )
        yield page
        token = page.nextPageToken
        if not token:
            return


def _offset_pages(jira: Any) -> Iterator[list[Any]]:
    start = 0
    jql = f"project = {PROJECT} ORDER BY id"
    while page := jira.search_issues(jql, startAt=start, maxResults=100, expand="changelog"):
        yield page
        start += len(page)
        if start >= page.total:
            return


def _issue_dict(issue: Any) -> dict[str, Any]:
    fields = issue.fields
    parent = getattr(fields, "parent", None)
    return {
        "id": int(issue.id),
        "key": issue.key,
        "project": fields.project.key,
        "type": fields.issuetype.name,
        "summary": fields.summary,
        "status": fields.status.name,
        "created": fields.created,
        "updated": fields.updated,
        "resolution": fields.resolution.name if fields.resolution else None,
        "assignee": fields.assignee.displayName if fields.assignee else None,
        "parent": parent.key if parent else None,
        "due": fields.duedate,
        "resolved": fields.resolutiondate,
        "labels": fields.labels,
        "components": [component.name for component in fields.components],
        "fix_versions": [version.name for version in fields.fixVersions],
    }


def _change_dicts(issue: Any) -> Iterator[dict[str, Any]]:
    for history in issue.changelog.histories:
        for position, item in enumerate(history.items):
            yield {
                "issue_id": int(issue.id),
                "history_id": int(history.id),
                "item": position,
                "at": history.created,
                "author": history.author.displayName,
                "field": item.field,
                "from_id": getattr(item, "from"),
                "from_text": item.fromString,
                "to_id": item.to,
                "to_text": item.toString,
            }


# ---- cadence ---------------------------------------------------------------------------------


def cadence(order: Order) -> Run:
    """Sync: a first load if the store is empty."""
    import jira  # noqa: F401 - what the client imports when it first connects

    from cadence.config import Config, Jira
    from cadence.credentials import Credentials
    from cadence.sync import sync

    config = Config(jira=Jira(url=order["url"], projects=(PROJECT,), workers=order["workers"]))
    email = order["email"] if order["flavor"] == "cloud" else None

    def run() -> dict[str, Any]:
        done = sync(
            Path(order["store"]), config, Credentials(email, order["token"]), datetime.now(UTC)
        )
        return {"requests": done.run.requests, "fetched": done.fetched, **_counts(order["store"])}

    return run


def _counts(store: str) -> dict[str, int]:
    with sqlite3.connect(store) as conn:
        counts = {
            table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("issues", "changes")
        }
    conn.close()
    return counts


# ---- the limit -------------------------------------------------------------------------------


def discard(order: Order) -> Run:
    """Download what cadence downloaded, as many requests at once, and throw it away."""
    gc.disable()

    def run() -> dict[str, Any]:
        return {"bytes": sum(len(body) for body in _downloaded(order, lambda body: body))}

    return run


def store(order: Order) -> Run:
    """Download the same, parse it, and write it by one bare writer into two plain tables."""
    gc.disable()  # it finds nothing here, and costs a third

    def run() -> dict[str, Any]:
        conn = sqlite3.connect(order["store"], isolation_level=None)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute(f"CREATE TABLE issues ({', '.join(_ISSUE)})")
        conn.execute(f"CREATE TABLE changes ({', '.join(_CHANGE)})")
        for told in _downloaded(order, _parsed):
            conn.execute("BEGIN")
            conn.executemany(_insert("issues", _ISSUE), _issue_rows(told))
            conn.executemany(_insert("changes", _CHANGE), _change_rows(told))
            conn.execute("COMMIT")
        conn.close()
        return _counts(order["store"])

    return run


_ISSUE = (
    "id key project type_id summary status_id created updated resolution assignee parent_id due"
    " resolved points labels components fix_versions described"
).split()
_CHANGE = "issue_id history_id item at author field from_id from_text to_id to_text".split()


def _insert(table: str, columns: list[str]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"


def _downloaded(order: Order, read: Callable[[bytes], Any]) -> Iterator[Any]:
    """Yield what was made of each answer, fetched by as many threads as cadence has."""
    own = threading.local()

    def fetched(request: tuple[str, str, str]) -> Any:
        if not hasattr(own, "conn"):
            own.conn = http.client.HTTPConnection(urlsplit(order["url"]).netloc)
        method, path, body = request
        own.conn.request(method, path, body or None, order["headers"])
        return read(own.conn.getresponse().read())

    workers = order["workers"]
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Any]] = deque()
        for request in order["requests"]:
            waiting.append(pool.submit(fetched, request))
            # No further ahead than cadence: what is parsed and waits makes the collector slow.
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _parsed(body: bytes) -> Any:
    return json.loads(gzip.decompress(body))


def _issue_rows(told: Any) -> Iterator[tuple[Any, ...]]:
    for issue in told.get("issues", ()) if isinstance(told, dict) else ():
        fields = issue.get("fields", ())
        if "status" in fields:
            person, above = fields["assignee"], fields["parent"]
            yield (
                int(issue["id"]),
                issue["key"],
                fields["project"]["key"],
                fields["issuetype"]["id"],
                fields["summary"],
                fields["status"]["id"],
                fields["created"],
                fields["updated"],
                fields["resolution"] and fields["resolution"]["name"],
                person and (person.get("accountId") or person["key"]),
                above and int(above["id"]),
                fields["duedate"],
                fields["resolutiondate"],
                fields.get("customfield_10036"),
                json.dumps(fields["labels"]),
                json.dumps([one["name"] for one in fields["components"]]),
                json.dumps([one["id"] for one in fields["fixVersions"]]),
                bool(fields["description"]),
            )


def _change_rows(told: Any) -> Iterator[tuple[Any, ...]]:
    if not isinstance(told, dict):
        return
    logs = [(one["issueId"], one["changeHistories"]) for one in told.get("issueChangeLogs", ())]
    for issue in told.get("issues", ()):
        if "changelog" in issue:
            logs.append((issue["id"], issue["changelog"]["histories"]))
    for issue_id, histories in logs:
        for history in histories:
            author = history["author"]
            who = author.get("accountId") or author["key"]
            for position, item in enumerate(history["items"]):
                yield (
                    *(int(issue_id), int(history["id"]), position, history["created"], who),
                    *(item["field"], item["from"], item["fromString"]),
                    *(item["to"], item["toString"]),
                )


# ---- one run ---------------------------------------------------------------------------------

RUNS = {"library": library, "cadence": cadence, "discard": discard, "store": store}


def main() -> None:
    """Run one of them, its imports done before the clock starts; print what it took."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    run = RUNS[sys.argv[1]](json.load(sys.stdin))
    began, cpu = time.perf_counter(), time.process_time()
    told = run()
    told |= {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    aside = resource.getrusage(resource.RUSAGE_CHILDREN)  # a second process, which cadence has
    told |= {"cpu aside": aside.ru_utime + aside.ru_stime, "rss aside": _bytes(aside)}
    told["rss"] = _bytes(resource.getrusage(resource.RUSAGE_SELF))
    print(json.dumps(told))


def _bytes(used: resource.struct_rusage) -> int:
    """Return the peak of memory."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
