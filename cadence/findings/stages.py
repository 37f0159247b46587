"""Findings about the stages of a milestone and its way to production."""

from collections.abc import Iterator

from cadence.figures.buckets import matches
from cadence.figures.commitment import decisions
from cadence.figures.gates import built_day
from cadence.figures.milestones import started
from cadence.figures.stages import missing, passed_stages, stage_of, stage_since
from cadence.findings.milestones import live
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day
from cadence.snapshot import Snapshot


def stage_overrun(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the unbuilt milestones that are longer in their stage than its time box."""
    for milestone in live(snapshot):
        stage = stage_of(snapshot, milestone)
        if not stage or not stage.timebox_days or built_day(snapshot.moment, milestone):
            continue
        since = stage_since(snapshot, milestone, stage)
        days = (snapshot.day - since).days
        decided = any(note.day >= since for note in decisions(snapshot, milestone))
        if days > stage.timebox_days and not decided:
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' has been in stage {stage.name} for {count(days, 'day')}",
                (f"since {day(since)}", f"time box {count(stage.timebox_days, 'day')}"),
                "Do we advance, extend with a reason, or stop?",
                days,
            )


def stage_evidence_missing(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones that left a stage without the evidence that it asks for."""
    for milestone in live(snapshot):
        left = [
            f"{stage.name}: {need}"
            for stage in passed_stages(snapshot, milestone)
            for need in missing(snapshot, milestone, stage)
        ]
        stage = stage_of(snapshot, milestone)
        if left and stage:
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' is in stage {stage.name};"
                f" of earlier stages {count(len(left), 'piece')} of evidence"
                f" {'is' if len(left) == 1 else 'are'} not recorded",
                tuple(left),
                "Where can others see it, or what do we still have to find out?",
                len(left),
            )


def no_path_to_production(snapshot: Snapshot, limits: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the milestones long under way without any work that leads to production.

    Silent where `[production]` does not say what such work looks like.
    """
    rule = snapshot.config.production
    if not (rule.labels or rule.types):
        return
    for milestone in live(snapshot):
        start = started(snapshot.moment, milestone)
        children = snapshot.moment.children(milestone)
        if not start or built_day(snapshot.moment, milestone):
            continue
        days = (snapshot.day - snapshot.world.day(start)).days
        if days >= limits[0] and not any(matches(rule, c, snapshot.moment) for c in children):
            yield Seen(
                milestone.key,
                f"'{milestone.summary}' has no step to production after {count(days, 'day')}",
                (
                    f"started {day(snapshot.world.day(start))}",
                    f"no issue of it is marked {' or '.join([*rule.labels, *rule.types])}",
                ),
                "Which issue brings it to its users?",
                days,
            )


RULES = (
    Rule(
        "stage-overrun",
        Severity.WARN,
        stage_overrun,
        about="milestone",
        says="It is not built, and longer in its stage (since the stage's label was last set) than "
        "the time box, with no decision dated since.",
        figure="stage",
    ),
    Rule(
        "stage-evidence-missing",
        Severity.WARN,
        stage_evidence_missing,
        about="milestone",
        says="It is in a later stage than one whose label it once carried and whose required "
        "evidence is not recorded.",
        figure="stage",
    ),
    Rule(
        "no-path-to-production",
        Severity.INFO,
        no_path_to_production,
        (60,),
        about="milestone",
        says="It started {0} days ago or more, is not built, and none of its children carries a "
        "label or type of [production]. Silent where [production] is empty.",
        figure="children",
    ),
)
