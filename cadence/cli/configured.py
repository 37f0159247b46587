"""What cadence.toml names and the store does not know: a typo there makes a report false."""

from collections.abc import Iterable, Iterator

from cadence.config import Config, Match
from cadence.errors import did_you_mean
from cadence.figures.buckets import matches
from cadence.model import Facts
from cadence.snapshot import Moment

Doubt = tuple[str, str]
"""What it is about, and what to do."""


def doubts(moment: Moment) -> Iterator[Doubt]:
    """Yield members, milestones and rules that fit nothing that was synced."""
    config, facts = moment.world.config, moment.world.facts
    yield from _members(config, facts, moment)
    rules = [(f"goal '{goal.id}'", goal.match) for goal in config.goals]
    rules += [("support", config.support.match)]
    rules += [(f"partner '{partner.name}'", partner.match) for partner in config.partners]
    for name, match in rules:
        yield from _rule(name, match, moment)


def _members(config: Config, facts: Facts, moment: Moment) -> Iterator[Doubt]:
    known = {person.account for person in facts.people}
    names = {person.name: person.user_name or person.account for person in facts.people}
    server = any(person.user_name for person in facts.people)
    for member in config.team.members:
        if moment.world.account(member) in known:
            continue
        told = f"account '{member.account}'" if member.account else "no account"
        if member.name in names:
            remedy = f'Jira knows {member.name} as account = "{names[member.name]}"'
        else:
            kind = "the user name" if server else "the accountId"
            near = did_you_mean(member.name, names)
            remedy = near or f"Write {kind} that Jira shows; nobody of that name has an issue yet"
        yield f"member {member.name}", f"{told} is not known to Jira's issues. {remedy}"


def _rule(name: str, match: Match, moment: Moment) -> Iterator[Doubt]:
    if match == Match():
        if name != "support":
            yield name, "its match is empty: no work counts for it. Name epics or labels there"
        return
    ids = moment.world.meanings.issue_id
    for key in match.epics:
        if key not in ids:
            yield name, f"there is no '{key}' among the issues. {_near(key, ids)}"
    if not any(matches(match, issue, moment) for issue in moment.issues):
        yield name, "its match fits no issue as it is now. Check its labels, types and names"


def _near(key: str, known: Iterable[str]) -> str:
    return did_you_mean(key, known, "Check the key, and that its project is synced")
