"""Every record that Jira tells or that people file: frozen, without behaviour."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from cadence.month import Month


class State(StrEnum):
    """Whether Jira still shows an issue, as the last census saw it."""

    PRESENT = "present"
    DELETED = "deleted"
    MOVED = "moved"
    UNSEEN = "unseen"


class HistoryState(StrEnum):
    """Whether an issue's history is whole and agrees with its fields."""

    COMPLETE = "complete"
    CUT = "cut"
    CONTRADICTORY = "contradictory"


class Gate(StrEnum):
    """One of the three DONEs, in their order."""

    BUILT = "built"
    SHIPPED = "shipped"
    PROVEN = "proven"


class Prompt(StrEnum):
    """The questions of a reflection; OTHER is what somebody wrote under none of them."""

    START = "start"
    STOP = "stop"
    CONTINUE = "continue"
    OTHER = "other"


class Anonymity(StrEnum):
    """Whose names a reflection holds: everyone's, as each entry chooses, or nobody's."""

    NAMED = "named"
    ENTRY = "entry"
    ALL = "all"


# ---- what Jira tells -------------------------------------------------------------------------


class Change(NamedTuple):
    """One item of an issue's history. `field` is the stable name (status, assignee, due, …).

    A tuple, as there are a hundred of them for everything else: a dataclass takes thrice the time.
    `from_id` and `to_id` are Jira's ids (status, account, issue, version); for `due` the day.
    """

    issue_id: int
    history_id: int
    item: int
    at: datetime
    author: str | None
    field: str
    from_id: str | None
    from_text: str | None
    to_id: str | None
    to_text: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as Jira showed it last; `level` 1 and above is a milestone, -1 a sub-task."""

    id: int
    key: str
    project: str
    type_id: str
    level: int
    summary: str
    status_id: str
    category: str
    created: datetime
    updated: datetime
    resolution: str | None = None
    assignee: str | None = None
    parent_id: int | None = None
    due: date | None = None
    resolved: datetime | None = None
    points: float | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    described: bool = False
    state: State = State.PRESENT
    history: HistoryState = HistoryState.COMPLETE


@dataclass(frozen=True, slots=True)
class Status:
    """A status; `category` is the key: `new`, `indeterminate` or `done`."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class IssueType:
    """An issue type and its level: 1 and above a milestone, 0 an issue, -1 a sub-task."""

    id: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody Jira knows: accountId (Cloud) or user key (Data Center); `app` is no person."""

    account: str
    name: str
    user_name: str | None = None
    kind: str = "person"
    active: bool = True


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its id, key and name."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Version:
    """A fix version as Jira showed it last; `driver` is the account that leads it (Cloud only)."""

    id: str
    project: str
    name: str
    released: bool = False
    release_date: date | None = None
    archived: bool = False
    description: str = ""
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint as an issue in it told of it last; its state is `future`, `active` or `closed`."""

    id: str
    name: str
    state: str
    starts: datetime | None = None
    ends: datetime | None = None
    completed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a sync saw of something that Jira keeps no history of.

    Subjects: `version:ID` (name, released, release_date, described, driver), `sprint:ID`
    (state, starts, ends, completed) and `issue:ID` (field state).
    """

    subject: str
    field: str
    value: str | None
    seen: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that could not be stored as Jira told it, why, and what was told, as JSON."""

    subject: str
    reason: str
    seen: datetime
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class SyncRun:
    """A run of the sync; `problem`: why it is not complete; not `begun`: Jira did not let it in."""

    started: datetime
    finished: datetime | None
    complete: bool
    requests: int
    problem: str | None = None
    begun: bool = True


# ---- what people file ------------------------------------------------------------------------
# `day` is the date a person gives (--on); `filed` is the instant of filing. Both are kept.


@dataclass(frozen=True, slots=True)
class Reading:
    """A dated value of a goal's KPI; `series` names the KPI's definition at that time."""

    goal: str
    series: str
    day: date
    value: float
    method: str
    note: str | None
    filed: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person's dated statement, with evidence, that a milestone passed a gate."""

    milestone_id: int
    key: str
    gate: Gate
    evidence: str
    by: str | None
    day: date
    filed: datetime
    withdrawn: date | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Reflection:
    """A month's reflection: opened, then closed; or skipped, with the reason.

    `gathered` is the day on which anonymous answers were shown and taken no more, `revealed` that
    on which the votes were shown, `seen` how many had answered when all became anonymous.
    """

    month: Month
    anonymity: Anonymity
    opened: date | None = None
    closed: date | None = None
    skipped: date | None = None
    why: str | None = None
    answered: int = 0
    seen: int = 0
    gathered: date | None = None
    revealed: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thought of a reflection. An anonymous one has no author to leak."""

    month: Month
    prompt: Prompt
    text: str
    author: str | None = None
    theme: str | None = None
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """An improvement agreed in a reflection; open until done or dropped.

    `how` is how the team will know that it worked; `cures` the finding it should end, as its code
    and, if it is about one, its subject; `shrunk` the day it was made smaller, `was` its text then.
    """

    month: Month
    text: str
    owner: str
    due: date
    day: date
    filed: datetime
    done: date | None = None
    dropped: date | None = None
    why: str | None = None
    cures: str | None = None
    jira_key: str | None = None
    id: int | None = None
    how: str | None = None
    shrunk: date | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of the team's log; `about` is a milestone key, goal id or partner name.

    `details` are what its kind asks for beside the text, by name; `review` is the day to look at
    it again.
    """

    kind: str
    day: date
    text: str
    filed: datetime
    about: str | None = None
    outcome: str | None = None
    retired: date | None = None
    id: int | None = None
    review: date | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageEvidence:
    """A link to what a stage asks of a milestone; `what` is one of the stage's `needs`."""

    milestone_id: int
    key: str
    stage: str
    what: str
    evidence: str
    day: date
    filed: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A finding the team has looked at and wants quiet; `number` is what it rested on then."""

    code: str
    subject: str
    why: str
    day: date
    filed: datetime
    number: float | None = None
    undone: date | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class CeremonyChange:
    """What the team changed about one date of a ceremony; of several the last one counts.

    `day` is the date by the rule. It is skipped, or somebody else leads it, or, if neither is set,
    it is as by the rule again.
    """

    ceremony: str
    day: date
    filed: datetime
    facilitator: str | None = None
    skipped: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerTold:
    """A partner report was issued to this partner, at this instant."""

    partner: str
    at: datetime


# ---- the store, read once --------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What Jira told, as the store holds it; `assigned`: who had what is left out, since when."""

    issues: tuple[Issue, ...] = ()
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict)
    statuses: tuple[Status, ...] = ()
    types: tuple[IssueType, ...] = ()
    people: tuple[Person, ...] = ()
    projects: tuple[Project, ...] = ()
    versions: tuple[Version, ...] = ()
    observations: tuple[Observation, ...] = ()
    syncs: tuple[SyncRun, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    assigned: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Filed:
    """All that people filed, as the store holds it."""

    readings: tuple[Reading, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    reflections: tuple[Reflection, ...] = ()
    entries: tuple[Entry, ...] = ()
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    stage_evidence: tuple[StageEvidence, ...] = ()
    dismissals: tuple[Dismissal, ...] = ()
    told: tuple[PartnerTold, ...] = ()
