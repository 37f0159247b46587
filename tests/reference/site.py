"""A Jira in miniature: operations in order of time become the rows a sync would have stored."""

from copy import deepcopy

from .rows import Rows, instant_text

Operation = tuple
"""(moment, kind, …): create, edit, silently, delete, version, sync, file."""

STATUSES = {
    "1": ("To Do", "new"),
    "2": ("In Progress", "indeterminate"),
    "3": ("Review", "indeterminate"),
    "4": ("Done", "done"),
    "5": ("Closed", "done"),
    "6": ("Deployed", "done"),
    "7": ("Backlog", "new"),
}
TYPES = {
    "100": ("Epic", 1),
    "101": ("Story", 0),
    "102": ("Bug", 0),
    "103": ("Support", 0),
    "104": ("Sub-task", -1),
    "105": ("Initiative", 2),
}
COMPONENTS = ["loader", "docs"]
PROJECTS = {"TFIO": "9001", "OPS": "9002"}
FILED = "readings sign_offs reflections actions notes stage_evidence dismissals".split()
BY_TEXT = ("resolution", "key", "summary", "description", "labels")


class Site:
    """Applies operations; `rows` is what the store would hold after the last of them."""

    def __init__(self) -> None:
        self.issues: dict[int, dict] = {}
        self.gone: set[int] = set()
        self.versions: dict[str, dict] = {}
        self.changes: list[dict] = []
        self.observations: list[dict] = []
        self.syncs: list[dict] = []
        self.filed: list[tuple[str, dict]] = []
        self._histories = 0

    def apply(self, operation: Operation) -> None:
        moment, kind, *rest = operation
        getattr(self, f"_{kind}")(instant_text(moment), *rest)

    def _create(self, at: str, number: int, fields: dict) -> None:
        held = {
            "resolution": None,
            "assignee": None,
            "parent": None,
            "due": None,
            "labels": [],
            "components": [],
            "fix_versions": [],
            "description": None,
            "resolved": None,
        }
        self.issues[number] = held | deepcopy(fields) | {"id": number, "created": at, "updated": at}

    def _edit(self, at: str, author: str | None, number: int, values: dict) -> None:
        """One history with an item for each value that differs."""
        issue = self.issues[number]
        self._histories += 1
        items = [item for field, new in values.items() for item in _items(issue, field, new)]
        for position, item in enumerate(items):
            self.changes.append(
                {
                    "issue_id": number,
                    "history_id": self._histories,
                    "item": position,
                    "at": at,
                    "author": author,
                }
                | item
            )
        self._silently(at, number, values)

    def _silently(self, at: str, number: int, values: dict) -> None:
        """A change that Jira's history never tells."""
        issue = self.issues[number]
        if "resolution" in values and values["resolution"] != issue["resolution"]:
            issue["resolved"] = at if values["resolution"] else None
        issue |= deepcopy(values) | {"updated": at}

    def _forget(self, at: str, number: int, position: int) -> None:
        """An old history entry that Jira has lost."""
        mine = [change for change in self.changes if change["issue_id"] == number]
        if mine:
            self.changes.remove(mine[position % len(mine)])

    def _link(self, at: str, author: str, number: int, key: str, added: bool) -> None:
        """A link to another issue appears in the history, or goes: no field of ours holds it."""
        self._histories += 1
        told = (key, f"This issue relates to {key}")
        sides = (None, None, *told) if added else (*told, None, None)
        names = ("from_id", "from_text", "to_id", "to_text")
        where = {"issue_id": number, "history_id": self._histories, "item": 0, "at": at}
        change = where | {"author": author, "field": "Link"} | dict(zip(names, sides, strict=True))
        self.changes.append(change)

    def _delete(self, at: str, number: int) -> None:
        self.gone.add(number)

    def _version(self, at: str, number: str, fields: dict) -> None:
        held = {"released": 0, "release_date": None, "archived": 0, "description": ""}
        self.versions[number] = held | self.versions.get(number, {}) | fields | {"id": number}

    def _sync(self, at: str) -> None:
        self.syncs.append({"started": at, "finished": at, "complete": 1, "requests": 1})
        for number, version in self.versions.items():
            for field in ("name", "released", "release_date"):
                value = version[field]
                self._observe(
                    f"version:{number}", field, value if value is None else str(value), at
                )
        for number in self.gone:
            self._observe(f"issue:{number}", "state", "deleted", at)

    def _observe(self, subject: str, field: str, value: str | None, at: str) -> None:
        seen = [o for o in self.observations if (o["subject"], o["field"]) == (subject, field)]
        if not seen or seen[-1]["value"] != value:
            self.observations.append(
                {"subject": subject, "field": field, "value": value, "seen": at}
            )

    def _file(self, at: str, table: str, row: dict) -> None:
        self.filed.append((table, row))

    def rows(self, people: list[dict]) -> Rows:
        missed = {o["subject"] for o in self.observations if o["value"] == "deleted"}
        rows: Rows = {
            "projects": [{"id": v, "key": k, "name": k.title()} for k, v in PROJECTS.items()],
            "types": [{"id": k, "name": n, "level": level} for k, (n, level) in TYPES.items()],
            "statuses": [{"id": k, "name": n, "category": c} for k, (n, c) in STATUSES.items()],
            "people": people,
            "versions": list(self.versions.values()),
            "issues": [self._row(issue, missed) for issue in self.issues.values()],
            "changes": self.changes,
            "observations": self.observations,
            "syncs": [{"id": number} | row for number, row in enumerate(self.syncs, 1)],
        }
        for table in FILED:
            rows[table] = [row for kind, row in self.filed if kind == table]
        return rows

    def _row(self, issue: dict, missed: set[str]) -> dict:
        row = {
            name: value for name, value in issue.items() if name not in ("status", "type", "parent")
        }
        row |= {
            "status_id": issue["status"],
            "type_id": issue["type"],
            "parent_id": issue["parent"],
        }
        row["project"] = issue["key"].rpartition("-")[0]
        row["level"] = TYPES[issue["type"]][1]
        row["category"] = STATUSES[issue["status"]][1]
        row["described"] = int(bool(row.pop("description")))
        row["history"] = "contradictory" if self._contradicts(issue) else "complete"
        row["state"] = "deleted" if f"issue:{issue['id']}" in missed else "present"
        return row

    def _contradicts(self, issue: dict) -> bool:
        for field in ("status", "resolution", "type", "assignee"):
            side = "text" if field == "resolution" else "id"
            chain = sorted(
                (c for c in self.changes if c["issue_id"] == issue["id"] and c["field"] == field),
                key=lambda c: (c["at"], c["history_id"], c["item"]),
            )
            begins = [c[f"from_{side}"] for c in chain[1:]] + [issue[field]]
            if any(c[f"to_{side}"] != then for c, then in zip(chain, begins, strict=False)):
                return True
        return False


def _items(issue: dict, field: str, new) -> list[dict]:
    old = issue[field]
    if old == new:
        return []
    if field in ("components", "fix_versions"):
        gone = [_item(field, value, None) for value in old if value not in new]
        return gone + [_item(field, None, value) for value in new if value not in old]
    if field == "labels":
        return [_item(field, " ".join(old), " ".join(new))]
    if field == "key":
        ids = [PROJECTS[key.rpartition("-")[0]] for key in (old, new)]
        return [_item("project", *ids), _item("key", old, new)]
    return [_item(field, old, new)]


def _item(field: str, old, new) -> dict:
    """One item as Jira writes it: the id where the value has one, the text always."""
    ids = [None if field in (*BY_TEXT, "components") or v is None else str(v) for v in (old, new)]
    texts = [None if v is None else _name(field, str(v)) for v in (old, new)]
    return {
        "field": field,
        "from_id": ids[0],
        "from_text": texts[0],
        "to_id": ids[1],
        "to_text": texts[1],
    }


def _name(field: str, value: str) -> str:
    names = {"status": STATUSES, "type": TYPES}.get(field)
    return names[value][0] if names else value
