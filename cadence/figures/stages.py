"""The stage of a milestone, and the evidence it needs. Definition: design.md 7, `stage-overrun`."""

from datetime import date

from cadence.config import Stage
from cadence.history import mapped
from cadence.snapshot import IssueAt, Snapshot


def stage_of(snapshot: Snapshot, milestone: IssueAt) -> Stage | None:
    """Return the stage of a milestone: the last configured one whose label is set."""
    carried = [stage for stage in snapshot.config.stages if stage.label in milestone.labels]
    return carried[-1] if carried else None


def stage_since(snapshot: Snapshot, milestone: IssueAt, stage: Stage) -> date:
    """Return the day on which the stage's label was last set."""
    carried = mapped(milestone.history.labels, lambda held: stage.label in held)
    return snapshot.world.day(carried.set_at(snapshot.moment.instant) or milestone.created)


def passed_stages(snapshot: Snapshot, milestone: IssueAt) -> tuple[Stage, ...]:
    """Return the earlier stages whose label the milestone once carried; none without a stage."""
    stage = stage_of(snapshot, milestone)
    if stage is None:
        return ()
    track = milestone.history.labels
    ever = set(track.values[0])
    for _, _, held in track.steps(snapshot.moment.instant):
        ever |= held
    stages = snapshot.config.stages
    return tuple(one for one in stages[: stages.index(stage)] if one.label in ever)


def recorded(snapshot: Snapshot, milestone: IssueAt, stage: Stage) -> dict[str, str]:
    """Return the evidence recorded for a stage by date(T): what it needs, and its link."""
    return {
        held.what: held.evidence
        for held in snapshot.filed.stage_evidence
        if held.milestone_id == milestone.id
        and held.stage == stage.name
        and held.day <= snapshot.day
    }


def missing(snapshot: Snapshot, milestone: IssueAt, stage: Stage) -> tuple[str, ...]:
    """Return what a stage needs and nobody has recorded by date(T)."""
    known = recorded(snapshot, milestone, stage)
    return tuple(need for need in stage.needs if need not in known)
