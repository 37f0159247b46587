"""What cadence.toml says, as frozen records: one class a table, one field a key."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo


class Direction(StrEnum):
    """Which way a KPI should go."""

    UP = "up"
    DOWN = "down"


class MilestoneSource(StrEnum):
    """What a milestone is in Jira."""

    EPICS = "epics"
    VERSIONS = "versions"


@dataclass(frozen=True)
class Match:
    """A rule that issues match: any of these is enough."""

    epics: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Jira:
    """`[jira]`: the site, what to pull from it, and whose changes are no person's."""

    url: str = ""
    projects: tuple[str, ...] = ()
    jql: str = ""
    token_command: str = ""
    dropped_resolutions: tuple[str, ...] = (
        "Won't Do",
        "Won't Fix",
        "Duplicate",
        "Cannot Reproduce",
    )
    robots: tuple[str, ...] = ()
    points_fields: tuple[str, ...] = ()
    overlap_hours: float = 2.0
    workers: int = 6
    max_hours: float = 12.0
    max_requests: int = 1_000_000


@dataclass(frozen=True)
class Member:
    """`[[team.members]]`: account is the accountId (Cloud) or user name (Data Center)."""

    name: str
    account: str = ""
    role: str = ""
    lead: bool = False
    part_time: float = 1.0
    days_off: tuple[date, ...] = ()


@dataclass(frozen=True)
class Team:
    """`[team]`: name, zone and calendar."""

    name: str = "Team"
    timezone: str = "UTC"
    workdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[date, ...] = ()
    members: tuple[Member, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Kpi:
    """`[goals.kpi]`: the one number of a goal; before `agreed` the goal has none."""

    name: str
    unit: str
    direction: Direction
    baseline: float
    target: float
    agreed: date | None = None

    @property
    def series(self) -> str:
        """The definition that readings are taken by; a trend never crosses a change of it."""
        return f"{self.name} [{self.unit}] {self.direction}"


@dataclass(frozen=True)
class Goal:
    """`[[goals]]`: a strategic aim with one KPI, from its start to its end (both included)."""

    id: str
    title: str
    start: date
    end: date
    match: Match = Match()
    kpi: Kpi | None = None


@dataclass(frozen=True)
class Support:
    """`[support]`: what goes into the bucket `support`."""

    match: Match = Match()


@dataclass(frozen=True)
class Milestones:
    """`[milestones]`: whether epics or fix versions are the milestones (`from`)."""

    source: MilestoneSource = MilestoneSource.EPICS


@dataclass(frozen=True)
class Signs:
    """`[done.shipped]`, `[done.proven]`: any of these signs passes the gate."""

    versions: bool = False
    statuses: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    kpi: bool = False
    sign_offs: bool = True


@dataclass(frozen=True)
class Done:
    """`[done]`: the signs of shipping and of proof."""

    shipped: Signs = Signs(versions=True)
    proven: Signs = Signs()


@dataclass(frozen=True)
class Stage:
    """`[[stages]]`: a step of a milestone's life."""

    name: str
    label: str
    timebox_days: int = 0
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ceremony:
    """`[[ceremonies]]`: a recurring meeting; `rule` is an RFC 5545 recurrence rule.

    It is counted from `start`, such as which of two weeks it is; without one, from 2018-01-01.
    """

    name: str
    rule: str
    at: str = "10:00"
    minutes: int = 60
    facilitators: tuple[str, ...] = ()
    start: date | None = None


@dataclass(frozen=True)
class Reflections:
    """`[reflection]`: the smallest group whose anonymous answers are shown; votes a person has."""

    smallest_group: int = 5
    votes: int = 3


@dataclass(frozen=True)
class Partner:
    """`[[partners]]`: who must be told, and about what."""

    name: str
    match: Match = Match()


@dataclass(frozen=True)
class Actions:
    """`[actions]`: the one project that `cadence action push` may write to, and the issue type."""

    project: str = ""
    type: str = "Task"


@dataclass(frozen=True)
class Confluence:
    """`[confluence]`: the one space that `cadence publish` may write to; `parent` is a title.

    The pages of the months stand under that page; without it, at the top of the space.
    """

    url: str = ""
    space: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Config:
    """The whole of cadence.toml. `findings` maps a code to its threshold, or to False."""

    jira: Jira = Jira()
    team: Team = Team()
    goals: tuple[Goal, ...] = ()
    support: Support = Support()
    milestones: Milestones = Milestones()
    done: Done = Done()
    stages: tuple[Stage, ...] = ()
    ceremonies: tuple[Ceremony, ...] = ()
    reflection: Reflections = Reflections()
    partners: tuple[Partner, ...] = ()
    production: Match = Match()
    actions: Actions = Actions()
    confluence: Confluence = Confluence()
    findings: dict[str, float | bool | tuple[float, ...]] = field(default_factory=dict)
