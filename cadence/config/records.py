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
    """Keys of epics; all that stands below one matches, too."""
    labels: tuple[str, ...] = ()
    """Labels of the issue."""
    components: tuple[str, ...] = ()
    """Components of the issue, by name."""
    fix_versions: tuple[str, ...] = ()
    """Fix versions of the issue, by name."""
    projects: tuple[str, ...] = ()
    """Keys of projects."""
    types: tuple[str, ...] = ()
    """Names of issue types."""


@dataclass(frozen=True)
class Jira:
    """`[jira]`: the site, what to pull from it, and whose changes are no person's."""

    url: str = ""
    """The site: Cloud, its gateway (api.atlassian.com/ex/jira/ID), a Data Center with its path."""
    projects: tuple[str, ...] = ()
    """Keys of the projects to pull; where there is a `jql`, too, an issue must fit both."""
    jql: str = ""
    """A filter without ORDER BY; instead of `projects`, or beside them."""
    token_command: str = ""
    """A command that prints the token, such as `pass show jira`."""
    dropped_resolutions: tuple[str, ...] = (
        "Won't Do",
        "Won't Fix",
        "Duplicate",
        "Cannot Reproduce",
    )
    """Work that is closed so is dropped, not done; case does not matter."""
    robots: tuple[str, ...] = ()
    """Accounts whose changes are nobody's work, beside the apps that Jira marks itself."""
    points_fields: tuple[str, ...] = ()
    """Fields that hold story points, by name or id; found by themselves where left out."""
    overlap_hours: float = 2.0
    """Changes are looked for again from so long before the last sync: search lags."""
    workers: int = 7
    """Requests at once; 1 to 8."""
    max_hours: float = 12.0
    """A run that lasts longer ends as partial; the next one goes on."""
    max_requests: int = 1_000_000
    """A run that sends more ends as partial; the next one goes on."""


@dataclass(frozen=True)
class Member:
    """`[[team.members]]`: whose days are counted, and who answers for what."""

    name: str
    """The full name, as reports show it."""
    account: str = ""
    """The accountId (Cloud) or the user name (Data Center)."""
    role: str = ""
    """Free text: scientist, engineer, mlops, …"""
    lead: bool = False
    """Leads: shows the votes and closes the month in the browser."""
    part_time: float = 1.0
    """The share of a week, above 0, at most 1."""
    days_off: tuple[date, ...] = ()
    """Days on which the person has no capacity."""


@dataclass(frozen=True)
class Team:
    """`[team]`: name, zone and calendar."""

    name: str = "Team"
    """The team's name, as reports show it."""
    timezone: str = "UTC"
    """The zone that months and days are counted in, such as `Europe/Paris`."""
    workdays: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    """Days that work is done on."""
    holidays: tuple[date, ...] = ()
    """Days that are no working days, for all."""
    members: tuple[Member, ...] = ()
    """Whose days are counted; a table each."""

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Kpi:
    """`[goals.kpi]`: the one number of a goal; before `agreed` the goal has none."""

    name: str
    """What is measured. Another name, unit or direction begins a new series."""
    unit: str
    """Its unit, such as `%`."""
    direction: Direction
    """The way it should go."""
    baseline: float
    """Its value at the goal's start."""
    target: float
    """Its value at the goal's end."""
    agreed: date | None = None
    """From this day on the goal has a KPI; the goal's start without it."""

    @property
    def series(self) -> str:
        """The definition that readings are taken by; a trend never crosses a change of it."""
        return f"{self.name} [{self.unit}] {self.direction}"


@dataclass(frozen=True)
class Goal:
    """`[[goals]]`: a strategic aim with one KPI, from its start to its end (both included)."""

    id: str
    """A short name for commands and for the bucket of its days; not `support`, not `other`."""
    title: str
    """The aim in one line."""
    start: date
    """Its first day."""
    end: date
    """Its last day. At most two goals are active on any day."""
    match: Match = Match()
    """Which work serves it."""
    kpi: Kpi | None = None
    """Its one number."""


@dataclass(frozen=True)
class Support:
    """`[support]`: what goes into the bucket `support`."""

    match: Match = Match()
    """Which work is support: it comes when it comes, and serves no goal."""


@dataclass(frozen=True)
class Milestones:
    """`[milestones]`: whether epics or fix versions are the milestones (`from`)."""

    source: MilestoneSource = MilestoneSource.EPICS
    """What a milestone is in Jira. Of a version, the release date is the due date."""


@dataclass(frozen=True)
class Signs:
    """`[done.shipped]`, `[done.proven]`: any of these signs passes the gate."""

    versions: bool = False
    """A released fix version of the milestone, from its release date on."""
    statuses: tuple[str, ...] = ()
    """The milestone is in one of these statuses."""
    labels: tuple[str, ...] = ()
    """The milestone bears one of these labels."""
    kpi: bool = False
    """A reading of its goal's KPI that is dated after the day it was shipped."""
    sign_offs: bool = True
    """A sign-off by `cadence done sign`, or in the browser."""


@dataclass(frozen=True)
class Done:
    """`[done]`: the signs of shipping and of proof."""

    shipped: Signs = Signs(versions=True)
    """What tells that a milestone is shipped; in the file, `versions` is false unless set."""
    proven: Signs = Signs()
    """What tells that it is proven."""


@dataclass(frozen=True)
class Stage:
    """`[[stages]]`: a step of a milestone's life."""

    name: str
    """Its name, such as `PoC`; stages stand in their order."""
    label: str
    """The label of a milestone that is in it."""
    timebox_days: int = 0
    """Days after which a decision is due; 0: none."""
    needs: tuple[str, ...] = ()
    """Evidence that must be on record before the next stage."""


@dataclass(frozen=True)
class Ceremony:
    """`[[ceremonies]]`: a recurring meeting; `rule` is an RFC 5545 recurrence rule.

    It is counted from `start`, such as which of two weeks it is; without one, from 2018-01-01.
    """

    name: str
    """Its name, as calendars show it."""
    rule: str
    """A recurrence rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=TH`."""
    at: str = "10:00"
    """Its time of day in the team's zone."""
    minutes: int = 60
    """How long it is."""
    facilitators: tuple[str, ...] = ()
    """Who leads it in rounds, in this order: members by their names, or guests."""
    start: date | None = None
    """The day it is counted from, such as which of two weeks; without it, 2018-01-01."""


@dataclass(frozen=True)
class Reflections:
    """`[reflection]`: the smallest group whose anonymous answers are shown; votes a person has."""

    smallest_group: int = 5
    """Anonymous answers of fewer people are not shown; never below 3."""
    votes: int = 3
    """Votes that each person has in the meeting."""


@dataclass(frozen=True)
class Partner:
    """`[[partners]]`: who must be told, and about what."""

    name: str
    """The partner's name."""
    match: Match = Match()
    """Which work concerns it."""


@dataclass(frozen=True)
class Actions:
    """`[actions]`: the one project that `cadence action push` may write to, and the issue type."""

    project: str = ""
    """The one project that issues are created in."""
    type: str = "Task"
    """The type that they get."""


@dataclass(frozen=True)
class Confluence:
    """`[confluence]`: the one space that `cadence publish` may write to; `parent` is a title.

    The pages of the months stand under that page; without it, at the top of the space.
    """

    url: str = ""
    """The site with its context path, such as `https://acme.atlassian.net/wiki`."""
    space: str = ""
    """The key of the one space that is written to."""
    parent: str = ""
    """The title of the page that the months stand under; without it, the top of the space."""


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
    """Labels and types that show work on the way to production (deploy, monitor, …)."""
    actions: Actions = Actions()
    confluence: Confluence = Confluence()
    findings: dict[str, float | bool | tuple[float, ...]] = field(default_factory=dict)
    """Thresholds: a number, a list of them, or false, by the code of a finding."""
