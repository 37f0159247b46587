"""Findings about the way of working itself: reflections and their actions."""

from collections.abc import Iterator

from cadence.figures.followthrough import actions, carried, decisions, state
from cadence.findings.rule import Rule, Seen, Severity
from cadence.findings.words import count, day, so_far
from cadence.month import Month
from cadence.snapshot import Snapshot

CARRIED = 2
"""An action carried so often must be done, shrunk or dropped."""


def reflection_missing(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the team if the month before has neither a closed reflection nor a skip.

    Not in the month of the first goal's start.
    """
    first = min((goal.start for goal in snapshot.config.goals), default=None)
    if first and Month.of(first) == snapshot.month:
        return
    before, opened = snapshot.month.back(1), False
    for reflection in snapshot.filed.reflections:
        held = reflection.closed or reflection.skipped
        if reflection.month == before and held and held <= snapshot.day:
            return
        begun = reflection.opened is not None and reflection.opened <= snapshot.day
        opened = opened or (reflection.month == before and begun)
    said = "The reflection on {} was not closed" if opened else "There was no reflection on {}"
    yield Seen(
        "team",
        f"{said.format(before.name)}{so_far(snapshot.running)}, and no word why",
        (str(before),),
        "When do we take the hour, or what shall stand there as the reason?",
    )


def actions_overdue(snapshot: Snapshot, _: tuple[float, ...]) -> Iterator[Seen]:
    """Yield the actions past due and open, or carried twice without a decision."""
    for action in actions(snapshot):
        if state(action, snapshot) != "open":
            continue
        times = carried(action, snapshot)
        if action.due < snapshot.day:
            said, number = f"was due on {day(action.due)}", (snapshot.day - action.due).days
        elif times >= CARRIED and not decisions(snapshot, action):
            said, number = f"was carried over {count(times, 'time')}", times
        else:
            continue
        yield Seen(
            str(action.id),
            f"The action '{action.text}' {said} and is open",
            (f"due {day(action.due)}", f"owner {action.owner}", f"agreed {action.month}"),
            "Do we do it, shrink it or drop it?",
            number,
        )


RULES = (
    Rule(
        "reflection-missing",
        Severity.WARN,
        reflection_missing,
        says="The month before has neither a closed reflection nor a recorded skip. Silent in the "
        "month in which the first goal starts.",
        figure="reflections",
    ),
    Rule(
        "actions-overdue",
        Severity.WARN,
        actions_overdue,
        about="action",
        says="The action is open and past due, or was carried twice without a decision.",
        figure="action",
    ),
)
