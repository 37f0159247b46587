"""The world behind the sample Jira: everything that ever happened, shown as of a movable clock."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

from cadence.demo.catalogue import Catalogue
from cadence.demo.changes import changed, field_of, items
from cadence.demo.index import FIRST_ID, Found, Index
from cadence.demo.records import (
    CustomFields,
    History,
    Issue,
    IssueState,
    Item,
    Link,
)

LINKS = {"Blocks": ("is blocked by", "blocks"), "Relates": ("relates to", "relates to")}
"""The kinds of link: what the issue that it leads to says of it, and the one it starts from."""


class World(Catalogue):
    """A Jira site without its server.

    An operation (`create`, `edit`, …) happens at `now`; `now` may then be set to any moment, and
    everything is shown as it was then. Only the latest state can be changed.
    """

    def __init__(self, zone: str = "UTC", fields: CustomFields | None = None) -> None:
        super().__init__(zone, fields)
        self.issues: dict[int, Issue] = {}
        self.keys: dict[str, int] = {}
        self.log: list[int] = []
        """The issue of every event since the first, in their order."""
        self.last = 0
        """The instant of the latest event."""
        self.index = Index()
        self._numbers: dict[str, int] = {}
        self.poisoned: dict[int, dict[str, Any]] = {}
        self._histories = 100_000
        self._links = 20_000

    def issue(self, key: str | int) -> Issue:
        """Return the issue of this key (an old one, too) or id."""
        id = key if isinstance(key, int) else self.keys.get(key.upper())
        if id is None or id not in self.issues:
            raise ValueError(f"there is no issue {key}")
        return self.issues[id]

    def key_of(self, id: int) -> str | None:
        """Return an issue's key as of now."""
        state = self.issues[id].states.at(self.instant)
        return state.key if state else None

    def visible(self) -> Iterable[Found]:
        """Yield the issues that Jira shows now, by ascending id."""
        yield from self.index.shown(self, self.instant)

    def shown(self, issue: Issue, instant: int) -> IssueState | None:
        """Return the state that Jira shows of an issue, if its project is live."""
        state = issue.states.at(instant)
        return self.seen(state) if state else None

    def seen(self, state: IssueState) -> IssueState | None:
        """Return the state itself, unless Jira shows no issue in that state."""
        gone = state.deleted or state.hidden or not self.projects[state.project].live
        return None if gone else state

    def as_of(self, instant: int) -> "World":
        """Return the same world with a clock of its own, to look at it, not to change it."""
        other = copy(self)
        other.instant = instant
        return other

    # ---- what happens ------------------------------------------------------------------------

    def create(self, who: str, key: str, type: str, summary: str, **sets: Any) -> Issue:
        """Create an issue; with a project's key alone the next number is taken."""
        project, _, number = key.partition("-")
        if project not in self.projects:
            raise ValueError(f"there is no project {project}")
        key = self._next_key(project, int(number) if number else None)
        status = next(s for s in self.statuses.values() if s.category == "new").id
        state = IssueState(
            key=key,
            project=project,
            type=self.named(self.types, type).id,
            status=status,
            summary=summary,
            reporter=self.person(who).handle,
            updated=self.instant,
            category_since=self.instant,
        )
        for name, value in sets.items():
            state = changed(self, state, name, value)
        issue = Issue(FIRST_ID + len(self.issues), self.instant, state)
        self.include(issue)
        return issue

    def include(self, issue: Issue) -> None:
        """Take in an issue with all that happened to it; its id follows that of the last one."""
        self.issues[issue.id] = issue
        state = issue.states.values[-1]
        self.keys[state.key] = issue.id
        number = int(state.key.rpartition("-")[2])
        self._numbers[state.project] = max(number, self._numbers.get(state.project, 0))
        self.log.append(issue.id)
        self.last = max(self.last, issue.states.times[-1])

    def next_history(self) -> int:
        """Return the id of the next history."""
        self._histories += 1
        return self._histories

    def edit(self, who: str | None, key: str | int, *, bump: bool = True, **sets: Any) -> None:
        """Set fields of an issue: all that change are items of one history.

        Without `bump`, `updated` stays, as it does for some changes of real sites.
        """
        issue, before = self._latest(key)
        after = before
        for name, value in sets.items():
            after = changed(self, after, name, value)
        told = items(self, before, after, map(field_of, sets))
        if told:
            self._happen(issue, replace(after, updated=self.instant) if bump else after)
            self._tell(issue, who, told)

    def bulk_edit(self, who: str, keys: Iterable[str | int], **sets: Any) -> None:
        """Edit many issues at once: all at the same instant."""
        for key in keys:
            self.edit(who, key, **sets)

    def transition(self, who: str | None, key: str | int, status: str, **sets: Any) -> None:
        """Move an issue to a status; leaving done clears the resolution, as workflows do."""
        _, state = self._latest(key)
        left = self.statuses[state.status].category
        reached = self.named(self.statuses, status).category
        if left == "done" != reached and state.resolution:
            sets.setdefault("resolution", None)
        self.edit(who, key, status=status, **sets)

    def move(self, who: str, key: str | int, project: str) -> str:
        """Move an issue to another project; returns the new key."""
        issue, state = self._latest(key)
        if project not in self.projects:
            raise ValueError(f"there is no project {project}")
        new = self._next_key(project, None)
        old, come = self.projects[state.project], self.projects[project]
        self.keys[new] = issue.id
        moved = replace(state, key=new, project=project, components=(), fix_versions=())
        self._happen(issue, replace(moved, updated=self.instant))
        self._tell(
            issue,
            who,
            [
                Item("project", old.id, old.name, come.id, come.name),
                Item("key", None, state.key, None, new),
            ],
        )
        return new

    def delete(self, key: str | int) -> None:
        """Delete an issue, and its sub-tasks with it."""
        issue, state = self._latest(key)
        self._happen(issue, replace(state, deleted=True))
        for other in self.issues.values():
            child = other.states.values[-1]
            subtask = child.parent == issue.id and self.types[child.type].level < 0
            if subtask and not child.deleted:
                self.delete(other.id)

    def hide(self, key: str | int, hidden: bool = True) -> None:
        """Put an issue under a security level that the caller may not see, or back."""
        issue, state = self._latest(key)
        self._happen(issue, replace(state, hidden=hidden))

    def comment(self, who: str, key: str | int, text: str = "") -> None:
        """Comment on an issue: this bumps `updated` and writes no history."""
        self.person(who)
        issue, state = self._latest(key)
        self._happen(issue, replace(state, updated=self.instant))

    def record(self, who: str | None, key: str | int, *told: dict[str, Any]) -> None:
        """Write a history exactly so, whatever the fields say: for the odd ones of real sites."""
        issue, state = self._latest(key)
        self._happen(issue, replace(state, updated=self.instant))
        self._tell(issue, who, told)

    def link(self, who: str, key: str | int, other: str | int, kind: str = "Blocks") -> None:
        """Link two issues: both have it, and a history of it."""
        one, two = self._latest(key), self._latest(other)
        self._links += 1
        for (issue, state), (far, seen), outward in ((one, two, True), (two, one, False)):
            link = Link(self._links, kind, outward, far.id)
            linked = replace(state, links=(*state.links, link), updated=self.instant)
            text = f"This issue {LINKS[kind][outward]} {seen.key}"
            self._happen(issue, linked)
            self._tell(issue, who, [Item("link", None, None, seen.key, text)])

    def poison(self, key: str | int, **fields: Any) -> None:
        """Let Jira tell these fields of an issue exactly so, whatever they are (see poison.py)."""
        self.poisoned.setdefault(self.issue(key).id, {}).update(fields)

    # ---- how it is kept ----------------------------------------------------------------------

    def _next_key(self, project: str, number: int | None) -> str:
        last = self._numbers.get(project, 0)
        number = number or last + 1
        if number <= last:
            raise ValueError(f"{project}-{number} comes after {project}-{last}")
        self._numbers[project] = number
        return f"{project}-{number}"

    def _latest(self, key: str | int) -> tuple[Issue, IssueState]:
        issue = self.issue(key)
        state = issue.states.values[-1]
        if state.deleted:
            raise ValueError(f"{key} was deleted")
        return issue, state

    def _happen(self, issue: Issue, state: IssueState) -> None:
        issue.states.append(self.instant, state)
        self.log.append(issue.id)
        self.last = max(self.last, self.instant)

    def _tell(self, issue: Issue, who: str | None, told: Iterable[Item | dict[str, Any]]) -> None:
        author = self.person(who).handle if who else None
        issue.histories.append(History(self.next_history(), self.instant, author, tuple(told)))
