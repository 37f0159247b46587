"""Which resting milestones a month can pass over: those of which it would say nothing.

What is closed and at rest is in no figure of flow or effort. A milestone is told every month until
it is delivered or dropped; then it is settled. Whether it was is asked of the very definitions, by
stand-ins: issues that are nothing but a face, from long ago to this day.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from cadence.config import Config, Match
from cadence.figures.buckets import matches
from cadence.figures.gates import is_delivered
from cadence.history import Kind, kind_of
from cadence.model import Facts, Filed, Issue, SignOff
from cadence.month import Month
from cadence.rests import Face, Window
from cadence.snapshot import MILESTONE, Moment, Snapshot
from cadence.world import World, world_of

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_BEYOND = 10**15
"""Ids from here on are no issue's."""


@dataclass(frozen=True)
class Resting:
    """What rests throughout a window: the faces there are, and which one each signed issue has."""

    faces: Mapping[int, Face]
    signed: Mapping[int, int]


@dataclass(frozen=True)
class Standing:
    """What becomes of the issues at rest, by the ids of their faces.

    `whole` must be read with all that was ever below them, but for the issues `passed`. Of the
    `closed` milestones those are `told` nevertheless that a goal names, or a stage asks about.
    """

    whole: frozenset[int]
    closed: frozenset[int]
    told: frozenset[int]
    passed: frozenset[int]


@dataclass(frozen=True)
class Asked:
    """Who asks: the team's configuration, what people filed, and how far the month looks back."""

    config: Config
    filed: Filed
    window: Window

    def moments(self, facts: Facts) -> Iterator[Moment]:
        """Yield these facts as of the window's end, and before each renaming of a version in it."""
        world, window = world_of(facts, self.config), self.window
        renamed = {at for one in world.versions.values() for at in one.name.at}
        within = {at for at in renamed if window.first < at < window.last}
        snapshot = self.snapshot(world, self.filed)
        return (snapshot.at(at) for at in sorted({window.last, *within}))

    def snapshot(self, world: World, filed: Filed) -> Snapshot:
        """Return the window's end as a month's end."""
        month = Month.of(world.day(self.window.last))
        return Snapshot(world, filed, month, self.window.last, running=False)


def standing(asked: Asked, resting: Resting, facts: Facts) -> Standing:
    """Return what a month needs of what rests. `facts` are the site's lists and some versions."""
    world = world_of(facts, asked.config)
    faces = resting.faces
    kinds = {number: _kind(world, face) for number, face in faces.items()}
    milestones = {number for number, face in faces.items() if _is_milestone(world, face)}
    known = {n for n in milestones if faces[n].detailed}
    dropped = {n for n in known if kinds[n] is Kind.DROPPED and not _was_done(world, faces[n])}
    done = {n: faces[n] for n in known if kinds[n] is Kind.DONE}
    closed = {n for n in known if kinds[n] in (Kind.DONE, Kind.DROPPED)}
    settled = dropped | _delivered_faces(asked, facts, done)
    signed = {i: faces[n] for i, n in resting.signed.items() if n in done}
    open_ = {n for n, kind in kinds.items() if kind not in (Kind.DONE, Kind.DROPPED)}
    return Standing(
        whole=frozenset(open_ | (milestones - settled)),
        closed=frozenset(closed),
        told=frozenset(_told(asked, facts, {n: faces[n] for n in closed})),
        passed=frozenset(_delivered(asked, facts, signed, _sign_offs(asked))),
    )


def versions_of(resting: Resting, left: Standing, config: Config) -> frozenset[str]:
    """Return the versions that may have shipped what is still to be read as a whole."""
    if not (config.done.shipped.versions or config.done.proven.versions):
        return frozenset()
    return frozenset(v for n in left.whole for v in resting.faces[n].fix_versions)


def settled_versions(asked: Asked, facts: Facts) -> frozenset[str]:
    """Return the versions, read as milestones, that were delivered throughout the window."""
    world = world_of(facts, _unmeasured(asked.config))
    filed = _sign_offs(asked)
    moved = _moving(asked, world) | {str(-number) for number in _signed_in_window(asked)}
    return frozenset(
        version
        for number, version in world.version_ids.items()
        if version not in moved and _throughout(asked, world, number, filed.get(number, ()))
    )


def told_versions(asked: Asked, facts: Facts) -> frozenset[str]:
    """Return the versions, read as milestones, that a goal names as its own."""
    rules = _goal_rules(asked)
    return frozenset(
        moment.world.version_ids[milestone.id]
        for moment in asked.moments(facts)
        for milestone in moment.milestones
        if any(matches(rule, milestone, moment) for rule in rules)
    )


def named_keys(config: Config) -> frozenset[str]:
    """Return the keys that cadence.toml names, of which it must be known whose they are."""
    rules = [config.support.match, config.production]
    rules += [goal.match for goal in config.goals]
    rules += [partner.match for partner in config.partners]
    return frozenset(key for rule in rules for key in rule.epics)


def named_versions(config: Config) -> frozenset[str]:
    """Return the names or ids of versions that cadence.toml names."""
    rules = [config.support.match, config.production]
    rules += [goal.match for goal in config.goals]
    return frozenset(version for rule in rules for version in rule.fix_versions)


# ---- faces -----------------------------------------------------------------------------------


def _kind(world: World, face: Face) -> Kind | None:
    """Return what a face says an issue is; None where the site's lists do not tell."""
    category = world.meanings.category.get(face.status_id)
    return kind_of(category, face.resolution, world.meanings.dropped) if category else None


def _is_milestone(world: World, face: Face) -> bool:
    """Tell whether the issue is, or was at the time, perhaps a milestone."""
    level = max(face.level, world.meanings.level.get(face.type_id, face.level))
    return level >= MILESTONE and not world.versions_are_milestones


def _was_done(world: World, face: Face) -> bool:
    """Tell whether a dropped milestone may have been delivered before: it would be retracted."""
    category, dropped = world.meanings.category, world.meanings.dropped
    return any(kind_of(category.get(s, "done"), r, dropped) is Kind.DONE for s, r in face.past)


def _delivered_faces(asked: Asked, facts: Facts, done: Mapping[int, Face]) -> set[int]:
    """Return the faces that are delivered by what they show, whoever has them."""
    # Neither project nor components nor what was before pass a gate: one asks for all such faces.
    gates = {n: replace(f, project="", components=(), past=()) for n, f in done.items()}
    asks = {face: _BEYOND + n for n, face in gates.items()}
    passed = _delivered(asked, facts, {n: face for face, n in asks.items()}, {})
    return {n for n, face in gates.items() if asks[face] in passed}


def _delivered(
    asked: Asked, facts: Facts, done: Mapping[int, Face], signs: Mapping[int, tuple[SignOff, ...]]
) -> set[int]:
    """Return which of these faces were delivered from the window's beginning to its end."""
    stand_ins = tuple(_stand_in(number, face) for number, face in sorted(done.items()))
    world = world_of(replace(facts, issues=stand_ins), _unmeasured(asked.config))
    moving, late = _moving(asked, world), _signed_in_window(asked)
    return {
        number
        for number, face in done.items()
        if number not in late
        and moving.isdisjoint(face.fix_versions)
        and _throughout(asked, world, number, signs.get(number, ()))
    }


def _throughout(asked: Asked, world: World, number: int, signs: tuple[SignOff, ...]) -> bool:
    """Tell whether a milestone was delivered at both ends of the window."""
    snapshot = asked.snapshot(world, Filed(sign_offs=signs))
    for moment in (snapshot.moment, snapshot.at(asked.window.first)):
        milestone = moment.issue(number)
        if not (milestone and is_delivered(snapshot, moment, milestone)):
            return False
    return True


def _stand_in(number: int, face: Face) -> Issue:
    """Return an issue that always had this face: without history, and nothing below it."""
    return Issue(
        id=number,
        key=f"{face.project}-{number}",
        project=face.project,
        type_id=face.type_id,
        level=max(face.level, MILESTONE),
        summary="",
        status_id=face.status_id,
        category="",
        created=_LONG_AGO,
        updated=_LONG_AGO,
        resolution=face.resolution,
        labels=face.labels,
        components=face.components,
        fix_versions=face.fix_versions,
    )


def _unmeasured(config: Config) -> Config:
    """Return the configuration without proof by KPI: a stand-in has no ship date to measure from.

    What only a reading proves is read as a whole.
    """
    return replace(config, done=replace(config.done, proven=replace(config.done.proven, kpi=False)))


def _moving(asked: Asked, world: World) -> set[str]:
    """Return the versions that were released, or taken back, within the window."""
    first, last = asked.window.first, asked.window.last
    return {
        number
        for number, version in world.versions.items()
        if any(first <= at < last for at in version.released.at)
    }


def _sign_offs(asked: Asked) -> dict[int, tuple[SignOff, ...]]:
    found: dict[int, list[SignOff]] = defaultdict(list)
    for sign in asked.filed.sign_offs:
        found[sign.milestone_id].append(sign)
    return {number: tuple(signs) for number, signs in found.items()}


def _signed_in_window(asked: Asked) -> set[int]:
    """Return the milestones with a sign-off given or withdrawn within the window."""
    zone = asked.config.team.zone
    first, last = (at.astimezone(zone).date() for at in (asked.window.first, asked.window.last))

    def within(day: date | None) -> bool:
        return day is not None and first <= day <= last

    return {s.milestone_id for s in asked.filed.sign_offs if within(s.day) or within(s.withdrawn)}


# ---- closed, and told nevertheless -----------------------------------------------------------


def _told(asked: Asked, facts: Facts, closed: Mapping[int, Face]) -> Iterator[int]:
    """Yield the closed faces that a goal names as its own, or whose stages ask for evidence."""
    stand_ins = tuple(_stand_in(_BEYOND + n, face) for n, face in sorted(closed.items()))
    rules, asking = _goal_rules(asked), _asking_stages(asked.config)
    for moment in asked.moments(replace(facts, issues=stand_ins)):
        for issue in moment.issues:
            named = any(matches(rule, issue, moment) for rule in rules)
            if named or not asking.isdisjoint(issue.labels):
                yield issue.id - _BEYOND


def _goal_rules(asked: Asked) -> list[Match]:
    """Return the rules of the goals that are active on some day of the window."""
    zone = asked.config.team.zone
    first, last = (at.astimezone(zone).date() for at in (asked.window.first, asked.window.last))
    return [g.match for g in asked.config.goals if g.start <= last and g.end >= first]


def _asking_stages(config: Config) -> frozenset[str]:
    """Return the labels of the stages after the first one that needs evidence."""
    first = next((i for i, stage in enumerate(config.stages) if stage.needs), len(config.stages))
    return frozenset(stage.label for stage in config.stages[first + 1 :])
