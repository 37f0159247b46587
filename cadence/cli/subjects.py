"""Names that people type, matched to what there is: members, goals, milestones, subjects."""

from unicodedata import combining, normalize

from cadence.cli.app import App
from cadence.cli.reading import read_everything
from cadence.config import Goal, Team
from cadence.errors import ConfigError, did_you_mean
from cadence.month import Month
from cadence.snapshot import IssueAt, Snapshot


def member_name(team: Team, text: str, where: str) -> str:
    """Return a member's full name; the first name alone will do if only one bears it.

    A team without configured members takes any name. Raises ConfigError for a stranger.
    """
    name = " ".join(text.split())
    if not name:
        raise ConfigError("A name is missing", where=where)
    if not team.members:
        return name
    names = [member.name for member in team.members]
    found = [one for one in names if _folded(one) == _folded(name)] or [
        one for one in names if _folded(name) in _folded(one).split()
    ]
    if len(found) == 1:
        return found[0]
    first_names = [one.split()[0] for one in names if one.split()]
    raise ConfigError(
        f"'{name}' is no member" if not found else f"'{name}' may be {' or '.join(found)}",
        where=where,
        remedy=did_you_mean(name, [*names, *first_names], f"Members: {', '.join(names)}"),
    )


def _folded(name: str) -> str:
    """Return a name without case and accents, which not every keyboard has."""
    return "".join(c for c in normalize("NFKD", name.casefold()) if not combining(c))


def goal_of(app: App, goal_id: str) -> Goal:
    """Return the goal of that id. Raises ConfigError, with the nearest id, if there is none."""
    goals = {goal.id: goal for goal in app.config.goals}
    if goal_id in goals:
        return goals[goal_id]
    known = f"Goals: {', '.join(goals)}" if goals else "Add one with 'cadence goal add'"
    raise ConfigError(f"There is no goal '{goal_id}'", remedy=did_you_mean(goal_id, goals, known))


def milestone_of(snapshot: Snapshot, key: str) -> IssueAt:
    """Return the milestone of that key as it is at T. Raises ConfigError if there is none."""
    moment = snapshot.moment
    found = [m for m in moment.milestones if m.key.casefold() == key.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(
            f"{len(found)} milestones are called '{key}'", remedy="Rename one in Jira"
        )
    issue = _issue(snapshot, key)
    if issue is not None:
        above = next((one for one in moment.line(issue) if moment.is_milestone(one)), None)
        remedy = f"Its milestone is {above.key}" if above else "It stands under no milestone"
        raise ConfigError(f"{issue.key} is no milestone", remedy=remedy)
    known = "See them with 'cadence done list'"
    keys = [milestone.key for milestone in moment.milestones]
    raise ConfigError(f"There is no milestone '{key}'", remedy=did_you_mean(key, keys, known))


def issue_of(snapshot: Snapshot, key: str) -> IssueAt:
    """Return the issue of that key as it is at T. Raises ConfigError if there is none."""
    found = _issue(snapshot, key)
    if found:
        return found
    keys = [issue.key for issue in snapshot.moment.issues]
    raise ConfigError(
        f"There is no issue '{key}' in {snapshot.month}",
        remedy=did_you_mean(key, keys, "Check the key, and that its project is synced"),
    )


def _issue(snapshot: Snapshot, key: str) -> IssueAt | None:
    """Return the issue that bears a key at T, else the one that ever bore it."""
    moment = snapshot.moment
    named = next((i for i in moment.issues if i.key.casefold() == key.casefold()), None)
    return named or moment.issue(snapshot.world.meanings.issue_id.get(key.upper()))


def subject_of(app: App, text: str) -> str:
    """Return what a note is about: a goal's id, a partner's name or an issue's key."""
    names = [goal.id for goal in app.config.goals] + [one.name for one in app.config.partners]
    if same := next((name for name in names if name.casefold() == text.casefold()), None):
        return same
    keys = _keys(app)
    if same := next((key for key in keys if key.casefold() == text.casefold()), None):
        return same
    known = "It must be a milestone's key, a goal's id or a partner's name"
    raise ConfigError(
        f"Nothing here is called '{text}'",
        where="--about",
        remedy=did_you_mean(text, [*names, *keys], known),
    )


def _keys(app: App) -> list[str]:
    moment = read_everything(app, Month.of(app.today)).moment
    return [issue.key for issue in moment.issues]
