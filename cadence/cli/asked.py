"""What `cadence why` is asked about: the words of a user, matched to what the month holds."""

from collections.abc import Iterable

from cadence.cli.subjects import issue_of, member_name, milestone_of
from cadence.config import Goal, Team
from cadence.errors import ConfigError, did_you_mean
from cadence.figures.buckets import OTHER, SUPPORT
from cadence.figures.capacity import people
from cadence.figures.figure import (
    ActionFigure,
    BucketFigure,
    DaysFigure,
    Figure,
    GoalFigure,
    IssueFigure,
    MilestoneFigure,
    PartnerFigure,
    TeamFigure,
    Whose,
)
from cadence.figures.followthrough import actions
from cadence.findings import Rule
from cadence.reports.why import Subject
from cadence.snapshot import Snapshot

TEAM = "team"
ANY = Whose()
SHOWN = 8
"""How many names an error lists at most."""


def person_of(snapshot: Snapshot, text: str, where: str) -> str:
    """Return the account of somebody whose days are counted, by name, first name or account."""
    held = people(snapshot)
    for account, member in held.items():
        if text in (account, member.account):
            return account
    name = member_name(Team(members=tuple(held.values())), text, where)
    return next((a for a, member in held.items() if member.name == name), name)


def figure_subject(
    snapshot: Snapshot, figure: Figure, text: str | None, whose: Whose = ANY
) -> Subject:
    """Return what a figure is asked about. Raises ConfigError if it is not about that."""
    if isinstance(figure, DaysFigure):
        if text and text.casefold() != TEAM:
            return Whose(person_of(snapshot, text, "SUBJECT"), whose.day)
        return whose
    if whose != ANY:
        raise ConfigError(
            f"'{figure.name}' is about a {figure.about}, not a person or a day",
            remedy="Leave --person and --day out",
        )
    if isinstance(figure, TeamFigure):
        _check_team(figure.name, text)
        return None
    if not text:
        raise _missing(figure.name, figure.about, _names(snapshot, figure.about))
    return _found(snapshot, figure, text)


def _found(snapshot: Snapshot, figure: Figure, text: str) -> Subject:
    match figure:
        case GoalFigure():
            return goal_of(snapshot, text)
        case BucketFigure():
            names = _names(snapshot, "bucket")
            return _one_of(text, names, "bucket")
        case PartnerFigure():
            named = _one_of(text, _names(snapshot, "partner"), "partner")
            return next(one for one in snapshot.config.partners if one.name == named)
        case ActionFigure():
            number = _one_of(text, _names(snapshot, "action"), "action")
            return next(one for one in actions(snapshot) if str(one.id) == number)
        case MilestoneFigure():
            return milestone_of(snapshot, text)
        case IssueFigure():
            return issue_of(snapshot, text)
    raise TypeError(figure.about)


def rule_subject(snapshot: Snapshot, rule: Rule, text: str | None, whose: Whose) -> str:
    """Return the subject of a finding, as findings write it; without one, the only one found."""
    if rule.about == TEAM:
        _check_team(rule.code, text)
        return TEAM
    if rule.about == "account" and (whose.account or text):
        account = whose.account or person_of(snapshot, text or "", "SUBJECT")
        return people(snapshot)[account].account or account
    if whose.account:
        raise ConfigError(f"'{rule.code}' is about a {rule.about}, not a person", where="--person")
    if not text:
        found = [finding.subject for finding in rule.findings(snapshot)]
        if len(found) == 1:
            return found[0]
        raise ConfigError(
            f"'{rule.code}' is about one {rule.about}: say which",
            remedy=f"In {snapshot.month} it fires for {_few(found) or 'none'}",
        )
    return _named(snapshot, rule, text)


def _named(snapshot: Snapshot, rule: Rule, text: str) -> str:
    match rule.about:
        case "goal":
            return goal_of(snapshot, text).id
        case "milestone":
            return milestone_of(snapshot, text).key
        case "issue":
            return issue_of(snapshot, text).key
    return _one_of(text, _names(snapshot, rule.about), rule.about)


def underlying(snapshot: Snapshot, rule: Rule, figure: Figure, subject: str) -> Subject:
    """Return what the figure that a finding rests on is asked about."""
    match figure:
        case DaysFigure():
            account = person_of(snapshot, subject, "SUBJECT") if rule.about == "account" else None
            return Whose(account)
        case TeamFigure():
            return None
        case BucketFigure():
            return SUPPORT
    return figure_subject(snapshot, figure, subject)


def goal_of(snapshot: Snapshot, text: str) -> Goal:
    """Return the goal of that id. Raises ConfigError if there is none."""
    goals = {goal.id: goal for goal in snapshot.config.goals}
    return goals[_one_of(text, goals, "goal")]


def _one_of(text: str, names: Iterable[str], about: str) -> str:
    folded = {name.casefold(): name for name in names}
    if text.casefold() in folded:
        return folded[text.casefold()]
    raise ConfigError(
        f"There is no {about} '{text}'",
        remedy=did_you_mean(text, folded.values(), _listed(folded.values())),
    )


def _names(snapshot: Snapshot, about: str) -> list[str]:
    """Return what there is of a kind, as findings and figures name it."""
    config, moment = snapshot.config, snapshot.moment
    match about:
        case "goal":
            return [goal.id for goal in config.goals]
        case "bucket":
            return [*(goal.id for goal in config.goals), SUPPORT, OTHER]
        case "partner":
            return [partner.name for partner in config.partners]
        case "action":
            return [str(action.id) for action in actions(snapshot)]
        case "milestone":
            return [milestone.key for milestone in moment.milestones]
    return sorted({mark for issue in moment.issues for mark in issue.labels | issue.components})


def _check_team(name: str, text: str | None) -> None:
    if text and text.casefold() != TEAM:
        raise ConfigError(f"'{name}' is about the team", remedy=f"Leave '{text}' out")


def _missing(name: str, about: str, known: list[str]) -> ConfigError:
    remedy = "Give its key" if about == "issue" else _listed(known)
    return ConfigError(f"'{name}' is about one {about}: say which", remedy=remedy)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return f"There are: {_few(found)}" if found else "There is none"


def _few(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
