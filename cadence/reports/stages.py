"""The content of the list of stages: where each milestone is, since when, and what is recorded."""

from dataclasses import dataclass
from datetime import date

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
    """The stage of a milestone at T; `days` since its label was last set.

    `apart` is what is recorded for stages whose label is not set, and never was on the way to this
    one; a milestone that has only such records has no stage, since and days.
    """

    key: str
    title: str
    stage: str | None
    since: date | None
    days: int | None
    timebox_days: int
    needs: tuple[NeedContent, ...]
    apart: tuple[NeedContent, ...] = ()


def stages_content(snapshot: Snapshot) -> tuple[StageContent, ...]:
    """Return the month's milestones that are in a stage or have evidence, in report order."""
    found = (_content(snapshot, milestone) for milestone in listed_milestones(snapshot))
    return tuple(one for one in found if one.stage or one.apart)


def _content(snapshot: Snapshot, milestone: IssueAt) -> StageContent:
    stage = stage_of(snapshot, milestone)
    since = stage_since(snapshot, milestone, stage) if stage else None
    told = (*passed_stages(snapshot, milestone), stage) if stage else ()
    return StageContent(
        key=milestone.key,
        title=milestone.summary,
        stage=stage.name if stage else None,
        since=since,
        days=(snapshot.day - since).days if since else None,
        timebox_days=stage.timebox_days if stage else 0,
        needs=tuple(
            NeedContent(one.name, need, recorded(snapshot, milestone, one).get(need))
            for one in told
            for need in one.needs
        ),
        apart=tuple(
            NeedContent(one.name, what, link)
            for one in snapshot.config.stages
            if one not in told
            for what, link in recorded(snapshot, milestone, one).items()
        ),
    )
