"""All histories of a store, tied together: families, versions, people; the same for every month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from cadence.config import Config, Member, MilestoneSource
from cadence.history import EVER, IssueHistory, Kind, Meanings, Track, track
from cadence.model import Facts, Issue, Observation, State, Version
from cadence.month import midnight
from cadence.releases import VersionHistory

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class VersionAsMilestone(IssueHistory):
    """A fix version read as a milestone: done from its release, dated by its release date."""

    release: VersionHistory

    @cached_property
    def kind(self) -> Track[Kind]:
        """Done while it is released, from its release date; else its children tell how far it is.

        One that the first look saw released was not so before that date.
        """
        released = self.release.released
        begins, ends = (_LONG_AGO, *released.at), (*released.at, EVER)
        steps: list[tuple[datetime, Kind]] = []
        for begin, end, day in zip(begins, ends, released.values, strict=True):
            done = max(begin, midnight(day, self.release.zone)) if day else end
            steps += [(begin, Kind.NEW)] if done > begin else []
            steps += [(done, Kind.DONE)] if done < end else []
        return track(Kind.NEW, steps)

    @cached_property
    def project(self) -> Track[str]:
        """The key of the version's project."""
        return Track((), (self.issue.project,))

    @cached_property
    def assignee(self) -> Track[str | None]:
        """Its owner: the account that leads the version, as the syncs saw it."""
        return self.release.driver

    @property
    def tells_owner(self) -> bool:
        """Whether Jira has a place for its owner."""
        return self.release.tells_driver

    @cached_property
    def described(self) -> Track[bool]:
        """Whether it has a description, as the syncs saw it."""
        return self.release.described

    @cached_property
    def due(self) -> Track[date | None]:
        """The release date, as the syncs saw it."""
        return self.release.due

    @cached_property
    def key(self) -> Track[str]:
        """The version's name."""
        names = self.release.name
        return Track(names.at, tuple(name or self.issue.key for name in names.values))

    @property
    def summary(self) -> Track[str]:
        """The version's name, too."""
        return self.key

    @cached_property
    def turns(self) -> Sequence[datetime]:
        """The instants at which anything that is told of it may change, in order."""
        told = (self.kind, self.assignee, self.described, self.due, self.key)
        return sorted({at for one in told for at in one.at})


@dataclass(frozen=True)
class World:
    """All histories of a store, and what ties them together."""

    facts: Facts
    config: Config

    @property
    def zone(self) -> ZoneInfo:
        """The team's zone."""
        return self.config.team.zone

    def day(self, instant: datetime) -> date:
        """Return the team's day on which an instant falls."""
        return instant.astimezone(self.zone).date()

    @property
    def versions_are_milestones(self) -> bool:
        """Whether fix versions, not epics, are the milestones."""
        return self.config.milestones.source is MilestoneSource.VERSIONS

    @cached_property
    def histories(self) -> dict[int, IssueHistory]:
        """The history of each issue, by its id; and of the versions that are milestones."""
        return self._issues | self._version_milestones

    @cached_property
    def _issues(self) -> dict[int, IssueHistory]:
        changes = self.facts.changes
        return {
            issue.id: IssueHistory(issue, changes.get(issue.id, ()), self.meanings)
            for issue in self.facts.issues
        }

    @cached_property
    def version_ids(self) -> dict[int, str]:
        """The id of each version that is a milestone, by its id as a milestone (below zero)."""
        versions = self.facts.versions if self.versions_are_milestones else ()
        return {-int(version.id): version.id for version in versions if version.id.isdigit()}

    @cached_property
    def _version_milestones(self) -> dict[int, IssueHistory]:
        return {
            milestone_id: VersionAsMilestone(
                _as_issue(milestone_id, self.versions[version_id].version),
                (),
                self.meanings,
                self.versions[version_id],
            )
            for milestone_id, version_id in self.version_ids.items()
        }

    @cached_property
    def ever_below(self) -> dict[int, tuple[int, ...]]:
        """The issues that were ever below an issue, sub-tasks too, or ever carried a version."""
        milestone_of = {version: number for number, version in self.version_ids.items()}
        found: dict[int, list[int]] = defaultdict(list)
        for history in self._issues.values():
            above = {parent for parent in history.parent.values if parent}
            if milestone_of:
                carried = {v for held in history.fix_versions.values for v in held}
                above |= {milestone_of[v] for v in carried if v in milestone_of}
            for parent in above:
                found[parent].append(history.issue.id)
        return {parent: tuple(sorted(below)) for parent, below in found.items()}

    @cached_property
    def versions(self) -> dict[str, VersionHistory]:
        """What the syncs saw of each fix version, by its id."""
        seen = self._observed
        complete = {run.started for run in self.facts.syncs if run.complete}
        looks = sorted(complete | {o.seen for o in self.facts.observations})
        return {
            version.id: VersionHistory(version, seen[f"version:{version.id}"], looks, self.zone)
            for version in self.facts.versions
        }

    @cached_property
    def _observed(self) -> dict[str, tuple[Observation, ...]]:
        found: dict[str, tuple[Observation, ...]] = defaultdict(tuple)
        for observation in sorted(self.facts.observations, key=lambda o: o.seen):
            found[observation.subject] += (observation,)
        return found

    def exists(self, history: IssueHistory, instant: datetime) -> bool:
        """Tell whether an issue was there just before an instant.

        One that Jira no longer shows counts up to the sync that missed it.
        """
        return history.issue.created < instant and self.shown(history).before(instant)

    def shown(self, history: IssueHistory) -> Track[bool]:
        """Whether Jira showed an issue, as the syncs saw it."""
        issue_id = history.issue.id
        if issue_id not in self._shown:
            observed = self._observed.get(f"issue:{issue_id}", ())
            seen = [(o.seen, o.value == State.PRESENT) for o in observed if o.field == "state"]
            first = bool(seen) or history.issue.state is State.PRESENT
            self._shown[issue_id] = track(first, seen)
        return self._shown[issue_id]

    @cached_property
    def _shown(self) -> dict[int, Track[bool]]:
        return {}

    def touches(self, history: IssueHistory) -> list[datetime]:
        """Return when an issue was created, or changed by a person, in order."""
        issue_id = history.issue.id
        if issue_id not in self._touches:
            by_people = [c.at for c in history.changes if c.author and c.author not in self.robots]
            self._touches[issue_id] = sorted([history.issue.created, *by_people])
        return self._touches[issue_id]

    @cached_property
    def _touches(self) -> dict[int, list[datetime]]:
        return {}

    @cached_property
    def replayed(self) -> dict[tuple[int, int], Any]:
        """What was replayed of each issue, by its id and turn, for all months that look at it."""
        return {}

    @cached_property
    def meanings(self) -> Meanings:
        """What ids and names mean on this site."""
        facts = self.facts
        moved = [c for changes in facts.changes.values() for c in changes if c.field == "key"]
        old_keys = {change.from_text: change.issue_id for change in moved if change.from_text}
        return Meanings(
            category={status.id: status.category for status in facts.statuses},
            status_name={status.id: status.name for status in facts.statuses},
            status_id={status.name: status.id for status in reversed(facts.statuses)},
            level={kind.id: kind.level for kind in facts.types},
            type_name={kind.id: kind.name for kind in facts.types},
            issue_id=old_keys | {issue.key: issue.id for issue in facts.issues},
            dropped=frozenset(name.lower() for name in self.config.jira.dropped_resolutions),
        )

    @cached_property
    def account_names(self) -> dict[str, str]:
        """The canonical account behind what people write: an account, or a user name."""
        people = self.facts.people
        return {p.user_name: p.account for p in people if p.user_name} | {
            p.account: p.account for p in people
        }

    def account(self, member: Member) -> str:
        """Return the account by which Jira knows a member.

        One without an account in cadence.toml is known by its name, if just one person bears it.
        """
        if member.account:
            return self.account_names.get(member.account, member.account)
        namesakes = [person.account for person in self.facts.people if person.name == member.name]
        return namesakes[0] if len(namesakes) == 1 else member.name

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each account, as the team calls it first, then as Jira does."""
        names = {person.account: person.name for person in self.facts.people}
        return names | {self.account(member): member.name for member in self.config.team.members}

    @cached_property
    def robots(self) -> frozenset[str]:
        """The accounts whose changes are no person's."""
        told = set(self.config.jira.robots)
        return frozenset(told) | frozenset(
            person.account
            for person in self.facts.people
            if person.kind == "app" or told & {person.name, person.user_name}
        )


def world_of(facts: Facts, config: Config) -> World:
    """Return the world that a store holds, read by a team's configuration."""
    return World(facts, config)


def _as_issue(milestone_id: int, version: Version) -> Issue:
    return Issue(
        id=milestone_id,
        key=version.name,
        project=version.project,
        type_id="",
        level=1,
        summary=version.name,
        status_id="",
        category="new",
        created=_LONG_AGO,
        updated=_LONG_AGO,
        fix_versions=(version.id,),
        described=bool(version.description),
    )
