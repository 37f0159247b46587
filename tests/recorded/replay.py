"""A recorded site, served over HTTP on loopback: what was recorded, by the requests of a sync."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .recordings import Json, Recording

_ME = {"displayName": "Reader", "accountId": "5b0-reader", "name": "reader", "key": "reader"}


class Replay:
    """The answers of a site; every request that it has no answer for is a 404, and is noted."""

    def __init__(self, site: Recording) -> None:
        self.site = site
        self.unknown: list[str] = []
        self._lists = {"field": site.fields, "status": site.statuses, "issuetype": site.types}
        self._by_id = {int(one["id"]): one for one in site.issues}

    def answer(self, method: str, path: str, body: Json) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        name = re.sub(r"^/rest/api/[23]/", "", path)
        posts: dict[str, Callable[[Json], Any]] = {
            "search": self._search,
            "search/jql": self._search,
            "search/approximate-count": lambda asked: {"count": len(self._found(asked["jql"]))},
            "issue/bulkfetch": self._issues,
            "changelog/bulkfetch": self._histories,
        }
        if method == "POST" and name in posts:
            return 200, posts[name](body)
        told = self._told(name) if method == "GET" else None
        if told is None:
            self.unknown.append(f"{method} {path}")
        return (404, {"errorMessages": ["no such thing"]}) if told is None else (200, told)

    def _told(self, name: str) -> Any:
        if name in self._lists:
            return list(self._lists[name])
        if name == "serverInfo":
            kind = {"deploymentType": "Cloud"} if self.site.cloud else {"deploymentType": "Server"}
            return {**kind, "serverTitle": self.site.name, "serverTime": self.site.now}
        if name == "myself":
            return {**_ME, "timeZone": self.site.zone}
        projects = {f"project/{one['key']}": one for one in self.site.projects}
        if name == "project/search":
            return {"values": list(self.site.projects), "isLast": True}
        return projects.get(name)

    def _found(self, jql: str) -> list[Json]:
        """Return the issues of a JQL such as a sync asks: by project, id and time of change."""
        found = [self._by_id[number] for number in sorted(self._by_id)]
        if told := re.search(r"project in \(([^)]*)\)", jql):
            keys = set(re.findall(r'"([^"]+)"', told[1]))
            found = [one for one in found if one["fields"]["project"]["key"] in keys]
        if told := re.search(r"id > (\d+)", jql):
            found = [one for one in found if int(one["id"]) > int(told[1])]
        if told := re.search(r"id in \(([^)]*)\)", jql):
            wanted = {int(number) for number in re.findall(r"\d+", told[1])}
            found = [one for one in found if int(one["id"]) in wanted]
        return found

    def _search(self, asked: Json) -> Json:
        found = self._found(asked["jql"])
        granted = min(asked["maxResults"], 50)  # a small page, so that a walk has several
        start = int(asked.get("nextPageToken") or 0)
        issues = [self._served(one, asked) for one in found[start : start + granted]]
        if self.site.cloud:
            more = {"nextPageToken": str(start + granted)} if found[start + granted :] else {}
            return {"issues": issues, **more}
        return {"issues": issues, "startAt": 0, "maxResults": granted, "total": len(found)}

    def _served(self, issue: Json, asked: Json) -> Json:
        """Return an issue as it is served: of its fields those that were asked for."""
        wanted = set(asked.get("fields", ()))
        fields = {k: v for k, v in issue["fields"].items() if k in wanted}
        log = {"changelog": issue["changelog"]} if "changelog" in asked.get("expand", ()) else {}
        return {"id": issue["id"], "key": issue["key"], "fields": fields, **log}

    def _issues(self, asked: Json) -> Json:
        wanted = [int(number) for number in asked["issueIdsOrKeys"]]
        found = [self._by_id[number] for number in wanted if number in self._by_id]
        return {"issues": [self._served(one, asked) for one in found]}

    def _histories(self, asked: Json) -> Json:
        wanted = [int(number) for number in asked["issueIdsOrKeys"]]
        found = [self._by_id[number] for number in wanted if number in self._by_id]
        return {"issueChangeLogs": [_log(one) for one in found]}


def _log(issue: Json) -> Json:
    """Return a history as Cloud serves it in bulk: the times are milliseconds."""
    entries = [
        {**one, "created": round(datetime.fromisoformat(one["created"]).timestamp() * 1000)}
        for one in issue["changelog"]["histories"]
    ]
    return {"issueId": issue["id"], "changeHistories": entries}


@contextmanager
def serving(replay: Replay) -> Iterator[str]:
    """Serve a site while in the block; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            status, told = replay.answer(self.command, self.path.partition("?")[0], body)
            content = json.dumps(told, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            if replay.site.cloud:
                self.send_header("X-AAccountId", _ME["accountId"])
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing: what had no answer stands in `unknown`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
