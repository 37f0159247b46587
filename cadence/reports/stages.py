"""The content of the list of stages: where each milestone is, since when, and what is recorded."""

from dataclasses import dataclass
from datetime import date

from cadence.config import Stage
from cadence.figures.stages import passed_stages, recorded, stage_of, stage_since
from cadence.reports.done import listed_milestones
from cadence.snapshot import IssueAt, Snapshot


@dataclass(frozen=True)
class NeedContent:
    """What a stage needs, and the link that was recorded for it, if any."""

    stage: str
    what: str
    evidence: str | None


@dataclass(frozen=True)
class StageContent:
    """The stage of a milestone at T; `days` since its label was last set."""

    key: str
    title: str
    stage: str
    since: date
    days: int
    timebox_days: int
    needs: tuple[NeedContent, ...]


def stages_content(snapshot: Snapshot) -> tuple[StageContent, ...]:
    """Return the milestones of the month that are in a stage, in the order of the report."""
    found = ((m, stage_of(snapshot, m)) for m in listed_milestones(snapshot))
    return tuple(_content(snapshot, m, stage) for m, stage in found if stage)


def _content(snapshot: Snapshot, milestone: IssueAt, stage: Stage) -> StageContent:
    since = stage_since(snapshot, milestone, stage)
    stages = (*passed_stages(snapshot, milestone), stage)
    return StageContent(
        key=milestone.key,
        title=milestone.summary,
        stage=stage.name,
        since=since,
        days=(snapshot.day - since).days,
        timebox_days=stage.timebox_days,
        needs=tuple(
            NeedContent(one.name, need, recorded(snapshot, milestone, one).get(need))
            for one in stages
            for need in one.needs
        ),
    )
