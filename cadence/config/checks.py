"""What must hold in cadence.toml beyond the types of its values."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from itertools import accumulate
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from cadence.anonymity import SMALLEST_GROUP
from cadence.config.records import Ceremony, Config, Goal, Kpi, Team
from cadence.errors import did_you_mean
from cadence.structure import Mistake
from cadence.toml_file import Keys

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

ACTIVE_GOALS = 2
"""Two goals: a third would get what is left of the days."""

FINDINGS: dict[str, int] = {
    "goal-without-kpi": 0,
    "kpi-not-measured": 0,
    "kpi-unreliable": 2,
    "kpi-off-track": 0,
    "wins-without-kpi": 1,
    "goal-unexamined": 1,
    "off-goal": 1,
    "support-heavy": 1,
    "support-repeats": 2,
    "low-coverage": 1,
    "nothing-delivered": 0,
    "milestone-slipped": 1,
    "forecast-late": 1,
    "milestone-stalled": 1,
    "milestone-unclear-start": 0,
    "claimed-not-done": 0,
    "done-retracted": 0,
    "scope-growth": 2,
    "defects-after-done": 2,
    "overload": 2,
    "single-point": 2,
    "possible-duplicates": 1,
    "reopened": 0,
    "back-and-forth": 1,
    "handed-over": 1,
    "unowned": 1,
    "aging": 1,
    "orphan-work": 1,
    "predictability-low": 1,
    "stage-overrun": 0,
    "stage-evidence-missing": 0,
    "no-path-to-production": 1,
    "partner-not-told": 1,
    "actions-overdue": 0,
    "reflection-missing": 0,
    "history-incomplete": 0,
}
"""Each code of a finding, with the number of its thresholds (design.md 7, in brackets there)."""


def mistakes(config: Config) -> Iterator[Mistake]:
    """Yield what is wrong, in the order of the file's tables."""
    yield from _jira(config)
    yield from _team(config.team)
    yield from _goals(config.goals)
    yield from _lists(config)
    yield from _elsewhere(config)
    for code, threshold in config.findings.items():
        yield from _finding(code, threshold)


def _jira(config: Config) -> Iterator[Mistake]:
    if config.jira.url:
        yield from _url(("jira", "url"), config.jira.url)
    yield from _within(("jira", "workers"), config.jira.workers, 1, 8)
    yield from _within(("jira", "overlap_hours"), config.jira.overlap_hours, 0, 24 * 31)
    yield from _within(("jira", "max_hours"), config.jira.max_hours, 0.01, 24 * 7)
    yield from _within(("jira", "max_requests"), config.jira.max_requests, 10, 10**9)
    for n, project in enumerate(config.jira.projects):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", project.strip()):
            yield Mistake(("jira", "projects", n), f"'{project}' is no project's key", "Like 'OPS'")
    if config.jira.jql:
        yield from _jql(config.jira.jql)


def _jql(jql: str) -> Iterator[Mistake]:
    """Yield what would let a filter reach beyond itself: it is put into parentheses and bounded."""
    bare = re.sub(r""" "(\\.|[^"\\])*" | '(\\.|[^'\\])*' """, "x", jql, flags=re.VERBOSE)
    depths = list(accumulate((c == "(") - (c == ")") for c in bare))
    if not jql.strip():
        yield Mistake(("jira", "jql"), "The filter is empty", "Remove the line, or write a filter")
    elif re.search(r"\border\s+by\b", bare, re.IGNORECASE):
        yield Mistake(("jira", "jql"), "The filter orders", "Remove ORDER BY; cadence has its own")
    elif min(depths) < 0 or depths[-1] != 0 or re.search(r"[\"']", bare):
        yield Mistake(("jira", "jql"), "Its quotes or parentheses do not match", "Close each one")


def _elsewhere(config: Config) -> Iterator[Mistake]:
    """Yield what is wrong about the places that cadence may write to."""
    key, space = config.actions.project, config.confluence.space
    if key and not re.fullmatch(r"[A-Z][A-Z0-9_]*", key):
        yield Mistake(("actions", "project"), f"'{key}' is no project's key", "Like 'OPS'")
    if not config.actions.type.strip():
        yield Mistake(("actions", "type"), "The type is empty", 'Such as "Task"')
    if config.confluence.url:
        yield from _url(("confluence", "url"), config.confluence.url)
    if space and not re.fullmatch(r"~?[A-Za-z0-9._-]+", space):
        yield Mistake(("confluence", "space"), f"'{space}' is no space's key", "Like 'TEAM'")


def _url(keys: Keys, url: str) -> Iterator[Mistake]:
    example = 'Write it like "https://acme.atlassian.net"'
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield Mistake(keys, "This is no address", example)
        return
    if parts.scheme not in ("http", "https"):
        yield Mistake(keys, "The address must begin with https://", example)
    elif not host or re.search(r"\s", url):
        yield Mistake(keys, "The address names no site", example)
    elif parts.username or parts.password:
        yield Mistake(
            keys, "The address holds a name or a password", "Remove it; run 'cadence login'"
        )
    elif parts.query or parts.fragment:
        yield Mistake(keys, "The address goes on after ? or #", example)
    elif parts.scheme == "http" and not is_loopback(host):
        yield Mistake(
            keys, "Plain http would show the token to everyone on the way", "Write https://"
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine: what is sent there crosses no network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _team(team: Team) -> Iterator[Mistake]:
    try:
        ZoneInfo(team.timezone)
    except (ValueError, OSError, KeyError):  # a path, a folder, ZoneInfoNotFoundError
        yield _zone_mistake(team.timezone)
    if not team.workdays:
        yield Mistake(("team", "workdays"), "The team works on no day", 'Write ["mon", "tue"]')
    for n, day in enumerate(team.workdays):
        if day not in DAYS:
            remedy = did_you_mean(day[:3], DAYS, f"Known: {', '.join(DAYS)}")
            yield Mistake(("team", "workdays", n), f"Unknown workday '{day}'", remedy)
    names = [member.name for member in team.members]
    yield from _names(("team", "members"), "name", names)
    accounts = [member.account for member in team.members]
    yield from _twice(("team", "members"), "account", accounts)
    for n, member in enumerate(team.members):
        keys: Keys = ("team", "members", n, "part_time")
        if not 0 < member.part_time <= 1:
            yield Mistake(keys, "part_time is the share of a week: above 0, at most 1")


def _zone_mistake(name: str) -> Mistake:
    remedy = did_you_mean(name, sorted(available_timezones()), 'Write it like "Europe/Paris"')
    return Mistake(("team", "timezone"), f"Unknown time zone '{name}'", remedy)


def _goals(goals: tuple[Goal, ...]) -> Iterator[Mistake]:
    yield from _names(("goals",), "id", [goal.id for goal in goals])
    for n, goal in enumerate(goals):
        if goal.id in ("support", "other"):
            yield Mistake(
                ("goals", n, "id"), f"'{goal.id}' is the name of a bucket", "Choose another id"
            )
        if goal.end < goal.start:
            yield Mistake(
                ("goals", n, "end"), f"The end {goal.end} lies before the start {goal.start}"
            )
        if goal.kpi:
            yield from _kpi(("goals", n, "kpi"), goal, goal.kpi)
    yield from _third(goals)


def _kpi(keys: Keys, goal: Goal, kpi: Kpi) -> Iterator[Mistake]:
    rises = kpi.target > kpi.baseline
    if kpi.target == kpi.baseline:
        yield Mistake((*keys, "target"), "The target equals the baseline", "A KPI should move")
    elif rises != (kpi.direction == "up"):
        yield Mistake(
            (*keys, "direction"),
            f"The KPI should go {kpi.direction}, but its target lies"
            f" {'above' if rises else 'below'} the baseline",
            f'Write "{"up" if rises else "down"}", or correct baseline and target',
        )
    if kpi.agreed and kpi.agreed > goal.end:
        yield Mistake((*keys, "agreed"), f"{kpi.agreed} lies after the goal's end {goal.end}")


def _third(goals: tuple[Goal, ...]) -> Iterator[Mistake]:
    """Find a moment with more active goals than there may be."""
    for day in sorted({goal.start for goal in goals}):
        active = [n for n, goal in enumerate(goals) if goal.start <= day <= goal.end]
        if len(active) > ACTIVE_GOALS:
            first, second, third = (goals[n].id for n in active[:3])
            yield Mistake(
                ("goals", active[2]),
                f"'{third}' would be a third active goal on {day}, beside '{first}' and '{second}'",
                "Two at most; end one first with 'cadence goal retire'",
            )
            return


def _lists(config: Config) -> Iterator[Mistake]:
    yield from _names(("stages",), "name", [stage.name for stage in config.stages])
    yield from _names(("partners",), "name", [partner.name for partner in config.partners])
    yield from _names(("ceremonies",), "name", [one.name for one in config.ceremonies])
    for n, stage in enumerate(config.stages):
        yield from _within(("stages", n, "timebox_days"), stage.timebox_days, 0, 3660)
        if not stage.label.strip():
            yield Mistake(("stages", n, "label"), "The label is empty")
    smallest = config.reflection.smallest_group
    yield from _within(("reflection", "smallest_group"), smallest, SMALLEST_GROUP, 100)
    yield from _within(("reflection", "votes"), config.reflection.votes, 1, 50)
    members = [member.name for member in config.team.members]
    for n, ceremony in enumerate(config.ceremonies):
        yield from _within(("ceremonies", n, "minutes"), ceremony.minutes, 1, 24 * 60)
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", ceremony.at):
            yield Mistake(("ceremonies", n, "at"), f"'{ceremony.at}' is no time", 'Write "10:00"')
        if told := rule_mistake(ceremony):
            example = 'Write RFC 5545, such as "FREQ=WEEKLY;BYDAY=MO"'
            yield Mistake(("ceremonies", n, "rule"), told, example)
        for person in ceremony.facilitators:  # a guest may lead; a slip of the pen may not
            if person not in members and (remedy := did_you_mean(person, members)):
                yield Mistake(("ceremonies", n, "facilitators"), f"'{person}' is no member", remedy)


def rule_mistake(ceremony: Ceremony) -> str:
    """Return what is wrong with a ceremony's rule, or nothing."""
    from dateutil.rrule import rrulestr  # only where there are ceremonies

    rule = ceremony.rule.upper().removeprefix("RRULE:")
    if not re.fullmatch(r"[A-Z]+=[A-Z0-9,+:-]+(;[A-Z]+=[A-Z0-9,+:-]+)*", rule):
        return "This is no recurrence rule"
    if not re.search(r"(^|;)FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)", rule):
        return "A ceremony is held by days, weeks, months or years"
    if found := re.search(r"(^|;)(BYHOUR|BYMINUTE|BYSECOND)=", rule):
        return f"The time of day stands in 'at', not in {found[2]}"
    if re.search(r"(^|;)COUNT=", rule) and not ceremony.start:
        return "COUNT needs to know from when: add start = DATE"
    try:
        rrulestr(re.sub(r"(UNTIL=[0-9T]+)Z", r"\1", rule))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return "This is no recurrence rule"
    return ""


def _finding(code: str, threshold: object) -> Iterator[Mistake]:
    keys: Keys = ("findings", code)
    if code not in FINDINGS:
        remedy = did_you_mean(code, FINDINGS, f"Known: {', '.join(FINDINGS)}")
        yield Mistake(keys, f"Unknown finding '{code}'", remedy)
        return
    count = FINDINGS[code]
    numbers = threshold if isinstance(threshold, tuple) else (threshold,)
    if threshold is False:
        return
    if threshold is True or not count:
        off = "Write false to switch it off, or remove the line"
        yield Mistake(keys, f"'{code}' takes {'a number' if count else 'no threshold'}", off)
    elif not 1 <= len(numbers) <= count:
        yield Mistake(keys, f"'{code}' has {count} threshold{'s' if count > 1 else ''}")
    elif any(isinstance(n, int | float) and n < 0 for n in numbers):
        yield Mistake(keys, "A threshold cannot lie below 0")


def _within(keys: Keys, value: float, low: float, high: float) -> Iterator[Mistake]:
    if not low <= value <= high:
        yield Mistake(keys, f"{keys[-1]} must lie between {low} and {high}")


def _names(table: Keys, key: str, names: Iterable[str]) -> Iterator[Mistake]:
    """Names must be there, and each only once."""
    named = list(names)
    for n, name in enumerate(named):
        if not name.strip():
            yield Mistake((*table, n, key), f"The {key} is empty")
    yield from _twice(table, key, named)


def _twice(table: Keys, key: str, values: list[str]) -> Iterator[Mistake]:
    for n, value in enumerate(values):
        if value.strip() and value.casefold() in (other.casefold() for other in values[:n]):
            yield Mistake((*table, n, key), f"'{value}' stands here twice", "Remove one")
