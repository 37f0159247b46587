"""The content of the reflection: what the team wrote, and what became of its actions."""

from dataclasses import dataclass
from datetime import date

from cadence.anonymity import may_show
from cadence.figures.followthrough import actions, follow_through, state
from cadence.findings import findings
from cadence.model import Action, Filed, Note, Prompt, Reflection
from cadence.month import Month
from cadence.notes import is_due
from cadence.snapshot import Snapshot
from cadence.themes import folded


@dataclass(frozen=True)
class EntryContent:
    """A thought, the votes it got and the theme it belongs to."""

    text: str
    votes: int
    theme: str | None


@dataclass(frozen=True)
class ActionContent:
    """An action and what it was at T: `open`, `done` or `dropped`.

    `how` is how the team will know; `cured` tells whether the finding that it `cures` is gone, and
    is null where it names none.
    """

    id: int | None
    text: str
    owner: str
    due: date
    state: str
    jira_key: str | None
    how: str | None
    cures: str | None
    cured: bool | None


@dataclass(frozen=True)
class ReturningContent:
    """A theme of the month that earlier months had, too."""

    title: str
    months: tuple[str, ...]


@dataclass(frozen=True)
class NoteContent:
    """A note of the team's log; `details` are what its kind asks for beside the text."""

    id: int | None
    kind: str
    text: str
    about: str | None
    outcome: str | None
    review: date | None
    details: dict[str, str]


@dataclass(frozen=True)
class ReflectionContent:
    """The month's reflection: `none`, `open`, `closed` or `skipped`.

    `withheld` counts answers that are kept and not shown, since all are anonymous and they are too
    few or still coming; `covers` names the skipped months before, which this one covers, too;
    `follow_through_reflections` are those that the follow-through counts, three at most;
    `last_actions` are those of the reflection before; `notes` what was added to the log in the
    month, `reviews_due` what is due to be looked at again.
    """

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
    follow_through_reflections: int
    principles: tuple[str, ...]
    new_principles: tuple[str, ...]
    skipped_because: str | None
    withheld: int
    covers: tuple[str, ...]
    last_actions: tuple[ActionContent, ...]
    returning: tuple[ReturningContent, ...]
    notes: tuple[NoteContent, ...]
    reviews_due: tuple[NoteContent, ...]


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
        follow_through_reflections=through.reflections,
        principles=_principles(snapshot, date.min),
        new_principles=_principles(snapshot, month.first),
        skipped_because=held.why if held and held.skipped else None,
        withheld=0 if _shown(snapshot) else sum(e.month == month for e in filed.entries),
        covers=tuple(str(one) for one in skipped_before(filed, month)),
        last_actions=tuple(action_content(snapshot, action) for action in _last_actions(snapshot)),
        returning=_returning(snapshot),
        notes=_notes(snapshot),
        reviews_due=_reviews_due(snapshot),
    )


def skipped_before(filed: Filed, month: Month) -> tuple[Month, ...]:
    """Return the skipped months right before one, the oldest first: its reflection covers them."""
    skipped = {one.month for one in filed.reflections if one.skipped}
    found: list[Month] = []
    while (before := month.back(len(found) + 1)) in skipped:
        found.insert(0, before)
    return tuple(found)


def _shown(snapshot: Snapshot) -> bool:
    """Tell whether the month's answers may be shown."""
    held = next((r for r in snapshot.filed.reflections if r.month == snapshot.month), None)
    return held is None or may_show(
        held.anonymity,
        ended=held.gathered is not None or held.closed is not None,
        answered=held.answered,
        smallest=snapshot.config.reflection.smallest_group,
        seen=held.seen,
    )


def _last_actions(snapshot: Snapshot) -> list[Action]:
    """Return the actions of the latest month before that agreed any."""
    earlier = [action for action in actions(snapshot) if action.month < snapshot.month]
    latest = max((action.month for action in earlier), default=None)
    return [action for action in earlier if action.month == latest]


def _cured(snapshot: Snapshot, action: Action) -> bool | None:
    """Tell whether the finding that an action should end is gone; None if it names none."""
    if not action.cures:
        return None
    code, _, subject = action.cures.partition(" ")
    return not any(
        finding.code == code and subject in ("", finding.subject) for finding in findings(snapshot)
    )


def _returning(snapshot: Snapshot) -> tuple[ReturningContent, ...]:
    """Return the themes of the month that earlier months had, too."""
    if not _shown(snapshot):
        return ()
    earlier: dict[str, set[Month]] = {}
    now: dict[str, str] = {}
    for entry in snapshot.filed.entries:
        if entry.theme and entry.month < snapshot.month:
            earlier.setdefault(folded(entry.theme), set()).add(entry.month)
        elif entry.theme and entry.month == snapshot.month:
            now[folded(entry.theme)] = entry.theme
    return tuple(
        ReturningContent(title, tuple(str(one) for one in sorted(earlier[key])))
        for key, title in sorted(now.items())
        if key in earlier
    )


def _notes(snapshot: Snapshot) -> tuple[NoteContent, ...]:
    """Return what was added to the log in the month, but principles, which stand by themselves."""
    found = [
        note
        for note in snapshot.filed.notes
        if note.kind != "principle" and snapshot.month.first <= note.day <= snapshot.day
    ]
    return tuple(_note(note) for note in sorted(found, key=lambda note: (note.day, note.id or 0)))


def _reviews_due(snapshot: Snapshot) -> tuple[NoteContent, ...]:
    """Return the notes whose day of review has come by T, and that are still in force."""
    return tuple(_note(note) for note in snapshot.filed.notes if is_due(note, snapshot.day))


def _note(note: Note) -> NoteContent:
    return NoteContent(
        note.id, note.kind, note.text, note.about, note.outcome, note.review, note.details
    )


def _state(held: Reflection | None) -> str:
    if held is None:
        return "none"
    if held.skipped:
        return "skipped"
    return "closed" if held.closed else "open"


def _entries(snapshot: Snapshot, prompt: Prompt) -> tuple[EntryContent, ...]:
    """Return the thoughts under a question, most voted first: never in the order of writing."""
    if not _shown(snapshot):
        return ()
    found = [e for e in snapshot.filed.entries if e.month == snapshot.month and e.prompt is prompt]
    found.sort(key=lambda entry: (-entry.votes, entry.theme or "", entry.text))
    return tuple(EntryContent(entry.text, entry.votes, entry.theme) for entry in found)


def action_content(snapshot: Snapshot, action: Action) -> ActionContent:
    """Return an action as it was at T."""
    return ActionContent(
        id=action.id,
        text=action.text,
        owner=action.owner,
        due=action.due,
        state=state(action, snapshot),
        jira_key=action.jira_key,
        how=action.how,
        cures=action.cures,
        cured=_cured(snapshot, action),
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
