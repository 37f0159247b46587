"""Whether the team does what it agreed. Definition: design.md 6, "Follow-through"."""

from dataclasses import dataclass
from datetime import date

from cadence.figures.figure import ActionFigure, Evidence, TeamFigure, Value
from cadence.model import Action, Note, Reflection
from cadence.month import Month
from cadence.snapshot import RECENT, Snapshot, once

REFLECTIONS = 3


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """How many actions of the last reflections are done, of those that were not dropped."""

    done: int
    agreed: int
    reflections: int

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
def by_reflection(snapshot: Snapshot) -> tuple[tuple[Action, ...], ...]:
    """Return the actions of each of the last three reflections (fewer, if fewer were held)."""
    by_month: dict[Month, list[Action]] = {reflection.month: [] for reflection in held(snapshot)}
    for action in actions(snapshot):
        if action.month <= snapshot.month:
            by_month.setdefault(action.month, []).append(action)
    return tuple(tuple(by_month[month]) for month in sorted(by_month)[-REFLECTIONS:])


def recent_actions(snapshot: Snapshot) -> tuple[Action, ...]:
    """Return the actions of the last three reflections."""
    return tuple(action for agreed in by_reflection(snapshot) for action in agreed)


@once
def follow_through(snapshot: Snapshot) -> FollowThrough:
    """Return the follow-through over the last three reflections."""
    states = [state(action, snapshot) for action in recent_actions(snapshot)]
    agreed = len(states) - states.count("dropped")
    return FollowThrough(states.count("done"), agreed, len(by_reflection(snapshot)))


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


def reflections_value(snapshot: Snapshot) -> Value:
    """Return how many of the six months before had their reflection closed, and what became of it.

    The month itself has time to the end of the next one.
    """
    by_month = {reflection.month: reflection for reflection in snapshot.filed.reflections}
    months = [snapshot.month.back(back) for back in range(RECENT, 0, -1)]
    told = [_became(snapshot, month, by_month.get(month)) for month in months]
    closed = [one for closed, one in told if closed]
    return Value(len(closed), tuple(closed), tuple(one for closed, one in told if not closed))


def _became(
    snapshot: Snapshot, month: Month, reflection: Reflection | None
) -> tuple[bool, Evidence]:
    """Return whether a month's reflection was closed by T, and that in words."""
    if reflection and reflection.closed and reflection.closed <= snapshot.day:
        return True, Evidence("team", f"{month.name}: closed on", reflection.closed)
    if reflection and reflection.skipped and reflection.skipped <= snapshot.day:
        why = f"{month.name}: skipped, because {reflection.why or 'no reason was given'}; noted on"
        return False, Evidence("team", why, reflection.skipped)
    late = reflection and (reflection.closed or reflection.skipped)
    if late:
        return False, Evidence("team", f"{month.name}: neither by then, but later, on", late)
    return False, Evidence("team", f"{month.name}: neither closed nor skipped")


def action_value(snapshot: Snapshot, action: Action) -> Value:
    """Return by how many days an action is past due, none once it is done or dropped."""
    name, was = f"action {action.id}", state(action, snapshot)
    told = [
        Evidence(
            name, f"'{action.text}', agreed in {action.month}, {action.owner}, due", action.due
        )
    ]
    end = {"done": action.done, "dropped": action.dropped}.get(was)
    told.append(Evidence(name, f"{was} on" if end else "open on", end or snapshot.day))
    if action.shrunk and action.shrunk <= snapshot.day:
        told.append(Evidence(name, "made smaller, and counted anew since", action.shrunk))
    told.append(Evidence(name, "carried by later reflections", None, carried(action, snapshot)))
    told += [
        Evidence(name, "a decision about it was noted on", note.day)
        for note in decisions(snapshot, action)
    ]
    late = max(0, (snapshot.day - action.due).days)
    return Value(late if was == "open" else 0, tuple(told))


def decisions(snapshot: Snapshot, action: Action) -> list[Note]:
    """Return the decisions about an action that were noted by T."""
    return [
        note
        for note in snapshot.filed.notes
        if note.kind == "decision" and note.about == str(action.id) and note.day <= snapshot.day
    ]


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
    ActionFigure(
        "action",
        "Days past due of an action",
        "days",
        "The days from the due date to the last day covered, while it is open; beside them the "
        "later reflections, closed by then, that found it open, and what was decided about it.",
        "design.md 7, actions-overdue; actions and decisions that people file",
        action_value,
    ),
    TeamFigure(
        "reflections",
        "Reflections held",
        "reflections",
        "Of the six months before this one, those whose reflection was closed by the last day "
        "covered. One that was skipped with a reason is told, and none that was held.",
        "design.md 7, reflection-missing; reflections that people file",
        reflections_value,
    ),
)
