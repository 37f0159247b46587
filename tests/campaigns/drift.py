"""R12: a site that drifts (fields renamed or gone, new statuses and types, unknown keys) fells none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, Home, Rig, made_world, pass_time, rude
from tests.campaigns.tally import Tally

ENDS = (0, 3)
"""A site whose lists are no lists is no Jira: there 5 is right, too."""

_UNBEGUN = 5

Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Mutation:
    """What of the site is other than it was: the lists' ends of path, or issues, or all."""

    name: str
    where: str
    change: Change
    codes: tuple[int, ...] = ENDS


def _each(change: Change) -> Change:
    return lambda told: [change(one) for one in told]


def _set(**names: Any) -> Change:
    return lambda one: {**one, **names}


def _drop(*names: str) -> Change:
    return lambda one: {k: v for k, v in one.items() if k not in names}


def _points(change: Change) -> Change:
    return _each(lambda one: change(one) if one.get("name") == "Story Points" else one)


def _fields(**sets: Any) -> Change:
    return lambda issue: {**issue, "fields": {**issue["fields"], **sets}}


def _no_field(*names: str) -> Change:
    return lambda issue: {**issue, "fields": _drop(*names)(issue["fields"])}


def _in_field(name: str, change: Change) -> Change:
    def edit(issue: dict[str, Any]) -> dict[str, Any]:
        told = issue["fields"].get(name)
        return _fields(**{name: change(told)})(issue) if told else issue

    return edit


def _in_items(change: Change) -> Change:
    return lambda history: {**history, "items": [change(one) for one in history["items"]]}


_NEW_STATUS = {"id": "77", "name": "Parked", "statusCategory": {"key": "limbo", "name": "Limbo"}}
_NEW_TYPE = {"id": "88", "name": "Spike", "subtask": False, "hierarchyLevel": 0}

MUTATIONS = (
    Mutation("points renamed", "field", _points(_set(name="Estimate"))),
    Mutation("points gone", "field", lambda told: [f for f in told if f["name"] != "Story Points"]),
    Mutation(
        "points a text", "field", _points(_set(schema={"type": "string", "custom": "x:text"}))
    ),
    Mutation("points without a schema", "field", _points(_drop("schema"))),
    Mutation(
        "points twice",
        "field",
        lambda told: [
            *told,
            *[{**f, "id": "customfield_99"} for f in told if f["name"] == "Story Points"],
        ],
    ),
    Mutation(
        "no custom fields",
        "field",
        lambda told: [f for f in told if not f["id"].startswith("custom")],
    ),
    Mutation("fields with null names", "field", _each(_set(name=None))),
    # A list of which nothing can be read is no list: taken for one, all custom fields were lost.
    Mutation("nothing but null fields", "field", lambda told: [None] * len(told), codes=(3, 5)),
    Mutation("null fields", "field", lambda told: [None, 7, *told]),
    Mutation(
        "a field called Labels",
        "field",
        lambda told: [
            *told,
            {
                "id": "customfield_98",
                "name": "Labels",
                "custom": True,
                "schema": {"type": "string"},
            },
        ],
    ),
    Mutation("field unknown keys", "field", _each(_set(odd={"a": [1]}))),
    Mutation("statuses unlisted", "status", lambda told: told[:1]),
    Mutation(
        "statuses renamed", "status", _each(lambda one: {**one, "name": f"Neo {one['name']}"})
    ),
    Mutation("statuses of one name", "status", _each(_set(name="Open"))),
    Mutation("statuses without category", "status", _each(_drop("statusCategory"))),
    Mutation("statuses of a new category", "status", _each(_set(statusCategory={"key": "limbo"}))),
    Mutation("null statuses", "status", lambda told: [None, {}, *told]),
    Mutation("status ids are numbers", "status", _each(lambda one: {**one, "id": int(one["id"])})),
    Mutation("types unlisted", "issuetype", lambda told: told[:1]),
    Mutation("types without level", "issuetype", _each(_drop("hierarchyLevel"))),
    Mutation("levels as texts", "issuetype", _each(_set(hierarchyLevel="1"))),
    Mutation("a level of 9", "issuetype", _each(_set(hierarchyLevel=9))),
    Mutation("null types", "issuetype", lambda told: [None, *told]),
    Mutation("types renamed", "issuetype", _each(lambda one: {**one, "name": f"{one['name']} 2"})),
    Mutation("a new status", "issue", _fields(status=_NEW_STATUS)),
    Mutation("a status without category", "issue", _in_field("status", _drop("statusCategory"))),
    Mutation("no status served", "issue", _no_field("status")),
    Mutation("a new type", "issue", _fields(issuetype=_NEW_TYPE)),
    Mutation("type without name", "issue", _in_field("issuetype", _drop("name"))),
    Mutation("no labels served", "issue", _no_field("labels", "components", "fixVersions")),
    Mutation("labels as objects", "issue", _fields(labels=[{"name": "io"}])),
    Mutation("points as text", "issue", _fields(customfield_10036="5")),
    Mutation("points as object", "issue", _fields(customfield_10036={"value": 5})),
    Mutation("no resolution served", "issue", _no_field("resolution", "resolutiondate")),
    Mutation("assignee without account", "issue", _in_field("assignee", _drop("accountId", "key"))),
    Mutation("no updated served", "issue", _no_field("updated")),
    Mutation("no project served", "issue", _no_field("project")),
    Mutation("unknown keys in issues", "issue", lambda one: {**one, "odd": {}, "transitions": [1]}),
    Mutation("parent as a key", "issue", _in_field("parent", lambda told: told["key"])),
    Mutation("items without fieldId", "history", _in_items(_drop("fieldId"))),
    Mutation(
        "items of a new field", "history", _in_items(_set(field="Mood", fieldId="customfield_5"))
    ),
    Mutation("items without from", "history", _in_items(_drop("from", "fromString"))),
    Mutation("authors without account", "history", _set(author={"displayName": "Somebody"})),
    Mutation("authors as texts", "history", _set(author="ada")),
    Mutation("unknown keys in histories", "history", _set(historyMetadata={"type": "x"})),
    Mutation("no versions in projects", "project", _drop("versions")),
    Mutation(
        "odd versions",
        "project",
        _set(versions=[None, {"id": 5}, {"id": "6", "releaseDate": "soon"}]),
    ),
    Mutation("a project without name", "project", _drop("name")),
    Mutation("myself without zone", "myself", _drop("timeZone")),
    Mutation("myself in an unknown zone", "myself", _set(timeZone="Mars/Olympus")),
    Mutation("myself without name", "myself", _drop("displayName")),
    Mutation("server without title", "serverInfo", _drop("serverTitle", "version", "buildNumber")),
    Mutation("server of a new version", "serverInfo", _set(version="x.y", versionNumbers="odd")),
)


def run(seed: int, every: int = 8, tally: Tally | None = None) -> list[str]:
    """Let the site drift by each n-th mutation, on both flavors, between two syncs."""
    tally = tally or Tally()
    cases = [(mutation, flavor) for mutation in MUTATIONS for flavor in FLAVORS]
    with Nursery() as nursery, workplace() as folder:
        for number, (mutation, flavor) in enumerate(cases):
            if number % every == seed % every:
                _run(nursery, Path(folder) / str(number), mutation, flavor, tally)
    return tally.broken


def _run(nursery: Nursery, folder: Path, mutation: Mutation, flavor: str, tally: Tally) -> None:
    world = made_world(5, 40, 80)
    fired = 0
    with Rig(world, flavor) as rig:
        home = Home(nursery, folder, rig)
        found = [f"before: {line}" for line in rude(home.run(), (0,))]
        pass_time(world, 3600)
        for number in range(1, 41):
            world.edit("ben", f"IO-{number}", summary="Touched", due="2021-04-01")

        def going(request: Request, answer: Answer, number: int) -> Answer:
            nonlocal fired
            if answer.status != 200:
                return answer
            body = _mutated(request, answer.body, mutation)
            fired += body != answer.body
            return replace(answer, body=body)

        rig.calm()
        rig.going = going
        ended = home.run()
        found += rude(ended, mutation.codes)
        if ended.code != _UNBEGUN:
            found += _stored(home, mutation)
        rig.calm()
        found += [f"again as before: {line}" for line in rude(home.run(), ENDS)]
    applies = fired or (flavor == "datacenter" and mutation.name in _CLOUD_ONLY)
    found += [] if applies else ["nothing has drifted"]
    tally.case(f"{flavor}, {mutation.name} (exit {ended.code})", found, fired)


_CLOUD_ONLY = ("types without level", "items without fieldId", "parent as a key")


def _mutated(request: Request, body: Any, mutation: Mutation) -> Any:
    end = request.path.rsplit("/", 1)[-1]
    if mutation.where == "issue":
        return _each_issue(body, mutation.change)
    if mutation.where == "history":
        return _each_history(body, mutation.change)
    if mutation.where == "project":
        return mutation.change(body) if request.path.endswith("/project/IO") else body
    return mutation.change(body) if end == mutation.where else body


def _each_issue(body: Any, change: Change) -> Any:
    if not isinstance(body, dict) or "issues" not in body:
        return body
    full = lambda one: change(one) if "summary" in one.get("fields", {}) else one  # noqa: E731
    return {**body, "issues": [full(one) for one in body["issues"]]}


def _each_history(body: Any, change: Change) -> Any:
    if isinstance(body, dict) and "issueChangeLogs" in body:
        logs = [
            {**one, "changeHistories": [change(h) for h in one["changeHistories"]]}
            for one in body["issueChangeLogs"]
        ]
        return {**body, "issueChangeLogs": logs}

    def expanded(issue: dict[str, Any]) -> dict[str, Any]:
        log = issue.get("changelog")
        if not log:
            return issue
        told = {**log, "histories": [change(h) for h in log["histories"]]}
        return {**issue, "changelog": told}

    return _each_issue(body, expanded)


def _stored(home: Home, mutation: Mutation) -> list[str]:
    """Return which issues were not stored anew, or set aside by their ids."""
    aside = {what.split(":")[1] for what in oracle.set_aside(home.store)}
    rows = oracle.stored_issues(home.store)
    wanted = oracle.issue_rows(home.rig.world, ["IO"], home.rig.cloud)
    lost = [
        row[1]
        for number, row in wanted.items()
        if str(number) not in aside
        and (number not in rows or rows[number][:3] + rows[number][5:6] != row[:3] + row[5:6])
    ]
    return [f"{len(lost)} are not as they were served: {lost[:3]}"] if lost else []
