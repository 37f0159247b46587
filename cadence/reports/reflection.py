"""The content of the reflection: what the team wrote, and what became of its actions."""

from dataclasses import dataclass
from datetime import date

from cadence.figures.followthrough import actions, follow_through, state
from cadence.model import Action, Prompt, Reflection
from cadence.snapshot import Snapshot


@dataclass(frozen=True)
class EntryContent:
    """A thought, the votes it got and the theme it belongs to."""

    text: str
    votes: int
    theme: str | None


@dataclass(frozen=True)
class ActionContent:
    """An action and what it was at T: `open`, `done` or `dropped`."""

    id: int | None
    text: str
    owner: str
    due: date
    state: str
    jira_key: str | None


@dataclass(frozen=True)
class ReflectionContent:
    """The month's reflection: `none`, `open`, `closed` or `skipped`."""

    month: str
    state: str
    answered: int
    invited: int
    start: tuple[EntryContent, ...]
    stop: tuple[EntryContent, ...]
    continue_: tuple[EntryContent, ...]
    other: tuple[EntryContent, ...]
    actions: tuple[ActionContent, ...]
    carried_over: tuple[ActionContent, ...]
    follow_through: float | None
    follow_through_text: str | None
    principles: tuple[str, ...]
    new_principles: tuple[str, ...]
    skipped_because: str | None


def reflection_content(snapshot: Snapshot) -> ReflectionContent:
    """Return the content of the month's reflection.

    It belongs to its month whenever it was held; what became of actions is as at T.
    """
    month, filed = snapshot.month, snapshot.filed
    held = next((r for r in filed.reflections if r.month == month), None)
    through = follow_through(snapshot)
    own = [action for action in filed.actions if action.month == month]
    earlier = [action for action in actions(snapshot) if action.month < month]
    carried = [action for action in earlier if state(action, snapshot) == "open"]
    return ReflectionContent(
        month=str(month),
        state=_state(held),
        answered=held.answered if held else 0,
        invited=len(snapshot.config.team.members),
        start=_entries(snapshot, Prompt.START),
        stop=_entries(snapshot, Prompt.STOP),
        continue_=_entries(snapshot, Prompt.CONTINUE),
        other=_entries(snapshot, Prompt.OTHER),
        actions=tuple(action_content(snapshot, action) for action in own),
        carried_over=tuple(action_content(snapshot, action) for action in carried),
        follow_through=through.share,
        follow_through_text=f"{through.done} of {through.agreed}" if through.agreed else None,
        principles=_principles(snapshot, date.min),
        new_principles=_principles(snapshot, month.first),
        skipped_because=held.why if held and held.skipped else None,
    )


def _state(held: Reflection | None) -> str:
    if held is None:
        return "none"
    if held.skipped:
        return "skipped"
    return "closed" if held.closed else "open"


def _entries(snapshot: Snapshot, prompt: Prompt) -> tuple[EntryContent, ...]:
    """Return the thoughts under a question, most voted first: never in the order of writing."""
    found = [e for e in snapshot.filed.entries if e.month == snapshot.month and e.prompt is prompt]
    found.sort(key=lambda entry: (-entry.votes, entry.theme or "", entry.text))
    return tuple(EntryContent(entry.text, entry.votes, entry.theme) for entry in found)


def action_content(snapshot: Snapshot, action: Action) -> ActionContent:
    """Return an action as it was at T."""
    return ActionContent(
        action.id, action.text, action.owner, action.due, state(action, snapshot), action.jira_key
    )


def _principles(snapshot: Snapshot, since: date) -> tuple[str, ...]:
    """Return the principles in force at T that were adopted since a day."""
    return tuple(
        note.text
        for note in snapshot.filed.notes
        if note.kind == "principle"
        and since <= note.day <= snapshot.day
        and (note.retired is None or note.retired > snapshot.day)
    )
