"""What the sample Jira is made of: frozen records, and the timeline that remembers each state."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ms(moment: datetime) -> int:
    """Return the milliseconds since 1970 of an aware datetime."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(instant: int) -> datetime:
    """Return the UTC datetime of milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=instant)


class Timeline(Generic[T]):
    """The values that something has had, each from its instant (epoch ms) on."""

    __slots__ = ("times", "values")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.values: list[T] = []

    def append(self, instant: int, value: T) -> None:
        """Add a value; instants never go back."""
        if self.times and instant < self.times[-1]:
            raise ValueError("an event cannot be earlier than the one before it")
        self.times.append(instant)
        self.values.append(value)

    def index(self, now: int) -> int:
        """Return how many values have been set up to now."""
        times = self.times
        return len(times) if times and times[-1] <= now else bisect_right(times, now)

    def at(self, now: int) -> T | None:
        """Return the value as of now; None before the first."""
        index = self.index(now)
        return self.values[index - 1] if index else None


@dataclass(frozen=True, slots=True)
class Person:
    """A user: the handle of the story, the accountId of Cloud, name and key of Data Center."""

    handle: str
    name: str
    account: str
    user: str
    key: str
    email: str | None = None
    kind: str = "atlassian"
    active: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """A status; `category` is its category's key."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Category:
    """A status category, the same on every site."""

    number: int
    id: str
    name: str
    color: str


CATEGORIES = {
    "new": Category(2, "new", "To Do", "blue-gray"),
    "indeterminate": Category(4, "indeterminate", "In Progress", "yellow"),
    "done": Category(3, "done", "Done", "green"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """An issue type; `level` is Cloud's hierarchyLevel."""

    id: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Project:
    """A project; issues of one that is archived or in the bin are not shown."""

    id: str
    key: str
    name: str
    archived: bool = False
    deleted: bool = False

    @property
    def live(self) -> bool:
        """Whether its issues are shown."""
        return not (self.archived or self.deleted)


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a project, named by the project's key."""

    id: str
    name: str
    project: str


@dataclass(frozen=True, slots=True)
class Version:
    """A fix version of a project, named by the project's key."""

    id: str
    name: str
    project: str
    released: bool = False
    release_date: str | None = None
    archived: bool = False
    description: str = ""
    driver: str | None = None
    """The handle of the person who leads it."""


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint of a board; `state` is future, active or closed, its moments are ISO 8601."""

    id: str
    name: str
    state: str = "future"
    board: int = 1
    goal: str = ""
    start: str | None = None
    end: str | None = None
    completed: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as one of its two issues holds it; `outward` if that is the one it starts from."""

    id: int
    kind: str
    outward: bool
    other: int


@dataclass(frozen=True, slots=True)
class CustomFields:
    """The ids that this site gave to the custom fields of Jira Software."""

    epic_link: str = "customfield_10014"
    epic_name: str = "customfield_10011"
    story_points: str = "customfield_10036"
    sprint: str = "customfield_10020"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a history, in our own words; each face writes it in its own."""

    field: str
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


@dataclass(frozen=True, slots=True)
class History:
    """One entry of an issue's history. An item that is a dict is shown as it stands."""

    id: int
    at: int
    author: str | None
    items: tuple[Item | dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class IssueState:
    """An issue between two events. Ids refer to the world's records, `parent` to an issue id."""

    key: str
    project: str
    type: str
    status: str
    summary: str
    reporter: str
    updated: int
    category_since: int
    assignee: str | None = None
    parent: int | None = None
    due: str | None = None
    points: float | None = None
    description: str | None = None
    priority: str = "3"
    resolution: str | None = None
    resolved: int | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    deleted: bool = False
    hidden: bool = False


class Issue:
    """An issue: its immutable id, its states and its histories."""

    __slots__ = ("created", "histories", "id", "states")

    def __init__(self, id: int, created: int, state: IssueState) -> None:
        self.id = id
        self.created = created
        self.states: Timeline[IssueState] = Timeline()
        self.states.append(created, state)
        self.histories: list[History] = []

    def visible(self, now: int) -> IssueState | None:
        """Return the state that Jira shows at that instant, if it shows the issue at all."""
        state = self.states.at(now)
        return None if state is None or state.deleted or state.hidden else state

    def told(self, now: int) -> list[History]:
        """Return the histories up to that instant, oldest first."""
        histories = self.histories
        if not histories or histories[-1].at <= now:
            return histories
        return [history for history in histories if history.at <= now]
