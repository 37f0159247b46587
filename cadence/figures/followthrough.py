"""Whether the team does what it agreed. Definition: design.md 6, "Follow-through"."""

from dataclasses import dataclass
from datetime import date

from cadence.figures.figure import Evidence, TeamFigure, Value
from cadence.model import Action, Reflection
from cadence.month import Month
from cadence.snapshot import Snapshot, once

REFLECTIONS = 3


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """How many actions of the last reflections are done, of those that were not dropped."""

    done: int
    agreed: int

    @property
    def share(self) -> float | None:
        """The part that is done; None if nothing was agreed."""
        return self.done / self.agreed if self.agreed else None


@once
def actions(snapshot: Snapshot) -> tuple[Action, ...]:
    """Return the actions dated up to T, by id."""
    found = (action for action in snapshot.filed.actions if action.day <= snapshot.day)
    return tuple(sorted(found, key=lambda action: action.id or 0))


def state(action: Action, snapshot: Snapshot) -> str:
    """Return what an action was at T: `open`, `done` or `dropped`."""
    if action.dropped and action.dropped <= snapshot.day:
        return "dropped"
    return "done" if action.done and action.done <= snapshot.day else "open"


@once
def held(snapshot: Snapshot) -> tuple[Reflection, ...]:
    """Return the reflections held by T, not skipped, by month."""
    found = (
        reflection
        for reflection in snapshot.filed.reflections
        if reflection.skipped is None
        and reflection.month <= snapshot.month
        and (day := reflection.opened or reflection.closed)
        and day <= snapshot.day
    )
    return tuple(sorted(found, key=lambda reflection: reflection.month))


@once
def recent_actions(snapshot: Snapshot) -> tuple[Action, ...]:
    """Return the actions of the last three reflections."""
    by_month: dict[Month, list[Action]] = {reflection.month: [] for reflection in held(snapshot)}
    for action in actions(snapshot):
        if action.month <= snapshot.month:
            by_month.setdefault(action.month, []).append(action)
    return tuple(action for month in sorted(by_month)[-REFLECTIONS:] for action in by_month[month])


@once
def follow_through(snapshot: Snapshot) -> FollowThrough:
    """Return the follow-through over the last three reflections."""
    states = [state(action, snapshot) for action in recent_actions(snapshot)]
    return FollowThrough(states.count("done"), len(states) - states.count("dropped"))


def carried(action: Action, snapshot: Snapshot) -> int:
    """Return how many later reflections, held by T, found an action still open.

    One that was made smaller is counted anew from that day on.
    """
    shrunk = action.shrunk or date.min
    return sum(
        reflection.month > action.month
        and reflection.closed is not None
        and (shrunk if shrunk <= snapshot.day else date.min) < reflection.closed <= snapshot.day
        for reflection in held(snapshot)
    )


def follow_through_value(snapshot: Snapshot) -> Value:
    """Return the part of the agreed actions that is done, with each action."""
    told = [(state(action, snapshot), action) for action in recent_actions(snapshot)]
    counted = (_told(was, action) for was, action in told if was != "dropped")
    dropped = (_told(was, action) for was, action in told if was == "dropped")
    return Value(follow_through(snapshot).share, tuple(counted), tuple(dropped))


def _told(was: str, action: Action) -> Evidence:
    end = {"done": action.done, "dropped": action.dropped}.get(was)
    what = f"'{action.text}', agreed in {action.month}, {action.owner}: {was}"
    return Evidence(f"action {action.id}", what, end)


FIGURES = (
    TeamFigure(
        "follow-through",
        "Follow-through",
        "share of 1",
        "Actions done / (created - dropped) over the last 3 reflections.",
        'design.md 6, "Follow-through"; actions that people file',
        follow_through_value,
    ),
)
