"""An issue in Jira for each action, exactly one, however the network behaves.

Before anything is sent the intent is stored, with a marker that the issue will bear. Where the
outcome is not known the marker is looked for, by search and by key; only when it is nowhere, and
long enough after, is the issue sent again.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from cadence.config import Config
from cadence.errors import ConfigError, CredentialsRefused, JiraUnreachable
from cadence.jira.answers import JiraRefused, Unsure
from cadence.jira.connect import Connection
from cadence.jira.creating import Draft, create_issue, creation_body, find_marked, newest_key
from cadence.model import Action
from cadence.store.audit import Written, body_hash
from cadence.store.database import writing
from cadence.store.instants import instant_text
from cadence.store.intents import Intent, IntentState, load_intent, save_intent, save_outcome

SETTLED = timedelta(minutes=10)
"""So long after an unsure send, what is nowhere to be found did not happen: no proxy holds a
request for longer."""

_OPTIONAL = frozenset(("assignee", "duedate"))
"""Fields that an issue can do without: its description says the same."""


@dataclass(frozen=True)
class Desk:
    """What a push works with: the store, the site, the configuration, and the clock."""

    db: Database
    site: Connection
    config: Config
    clock: Callable[[], datetime]

    @property
    def target(self) -> str:
        """The one place that may be written to."""
        return f"{self.site.client.url}/{self.config.actions.project}"


def marker_of(action: Action) -> str:
    """Return the label by which the issue of an action is known.

    It is made of what never changes about the action, so that a store that comes from a backup
    finds the issue that was created after it.
    """
    told = json.dumps([action.id, str(action.month), instant_text(action.filed)])
    return f"cadence-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def draft_of(action: Action, config: Config) -> Draft:
    """Return the issue that an action becomes."""
    member = next((m for m in config.team.members if m.name == action.owner), None)
    lines = [
        f"Agreed in the reflection of {action.month} (action {action.id}).",
        f"Owner: {action.owner}. Due: {action.due}.",
    ]
    if action.cures:
        lines.append(f"It should end this finding: {action.cures}.")
    lines.append("The label says to cadence which action this is; please leave it.")
    return Draft(
        config.actions.project,
        config.actions.type,
        action.text,
        tuple(lines),
        marker_of(action),
        action.due,
        member.account if member else "",
    )


def push_action(desk: Desk, action: Action) -> str:
    """Return the key of the issue of an action, created if there is none.

    Raises Unsure where nobody can tell yet whether there is one, and as `Client.write` does.
    """
    subject = f"action:{action.id}"
    intent = load_intent(desk.db, subject)
    if intent is None or intent.state is IntentState.REFUSED:
        return _first(desk, action)
    _check_target(desk, action, intent)
    if intent.state is IntentState.DONE:
        return _kept(desk, action, intent.result or "")
    if intent.state is IntentState.SENDING:
        _note_cut(desk, action, intent)
    if key := _found(desk, intent):
        return _kept(desk, action, key)
    again = intent.sent + SETTLED
    if desk.clock() < again:
        raise _unsure(action, again, desk)
    return _sent(desk, action, _intent(desk, action, intent.base))


def _first(desk: Desk, action: Action) -> str:
    """Send what was surely never created, as far as this store knows; return the key.

    One that comes from a backup does not know what it had sent: so the marker is looked for.
    """
    base = newest_key(desk.site, desk.config.actions.project)
    intent = _intent(desk, action, base)
    if key := _found(desk, intent):
        return _kept(desk, action, key, intent)
    return _sent(desk, action, intent)


def _intent(desk: Desk, action: Action, base: str | None) -> Intent:
    """Return the intent to send an action now; `base` is the newest key of the project before."""
    sending, marker = IntentState.SENDING, marker_of(action)
    return Intent(f"action:{action.id}", desk.target, marker, base, sending, desk.clock())


def _sent(desk: Desk, action: Action, intent: Intent) -> str:
    """Send an issue; once more without what it can do without, if that is why it is refused."""
    draft = draft_of(action, desk.config)
    try:
        return _created(desk, action, intent, draft)
    except JiraRefused as fault:
        named = {message.partition(":")[0] for message in fault.messages}
        if not named or not named <= _OPTIONAL:
            raise _told(fault, named) from fault
    less = replace(draft, due=None, account="")
    return _created(desk, action, replace(intent, sent=desk.clock()), less)


def _created(desk: Desk, action: Action, intent: Intent, draft: Draft) -> str:
    """Send one request, and store what came of it; return the key."""
    body = creation_body(desk.site.flavor, draft)
    save_intent(desk.db, intent)
    try:
        key = create_issue(desk.site, body)
    except Unsure as fault:
        _save(desk, intent, body_hash(body), IntentState.UNKNOWN, fault.what)
        try:
            found = _found(desk, intent)
        except JiraUnreachable:  # as the send: the next run looks again
            found = None
        if found is None:
            raise _unsure(action, intent.sent + SETTLED, desk) from fault
        return _kept(desk, action, found)
    except (JiraUnreachable, CredentialsRefused) as fault:  # surely not done
        _save(desk, intent, body_hash(body), IntentState.REFUSED, fault.what)
        raise
    return _kept(desk, action, key, written=_written(desk, intent, body_hash(body), key))


def _found(desk: Desk, intent: Intent) -> str | None:
    return find_marked(desk.site, intent.marker, desk.config.actions.project, intent.base)


def _kept(
    desk: Desk,
    action: Action,
    key: str,
    intent: Intent | None = None,
    written: Written | None = None,
) -> str:
    """Store that an action has its issue; return the key."""
    if intent is not None:
        save_intent(desk.db, intent)
    with writing(desk.db):
        save_outcome(desk.db, f"action:{action.id}", IntentState.DONE, key, written)
        desk.db.conn.execute("UPDATE actions SET jira_key = ? WHERE id = ?", (key, action.id))
    return key


def _save(desk: Desk, intent: Intent, hash_: str, state: IntentState, result: str) -> None:
    with writing(desk.db):
        written = _written(desk, intent, hash_, f"{state}: {result}")
        save_outcome(desk.db, intent.subject, state, written=written)


def _note_cut(desk: Desk, action: Action, intent: Intent) -> None:
    """Store that a send was cut off: its process ended before it knew what came of it."""
    body = creation_body(desk.site.flavor, draft_of(action, desk.config))
    _save(desk, intent, body_hash(body), IntentState.UNKNOWN, "cut off, perhaps before it was sent")


def _written(desk: Desk, intent: Intent, hash_: str, result: str) -> Written:
    who = desk.site.account.account
    return Written(intent.sent, who, "create issue", intent.target, hash_, result)


def _check_target(desk: Desk, action: Action, intent: Intent) -> None:
    """Refuse to look for an issue on another site, or in another project, than it was sent to."""
    if intent.state is not IntentState.DONE and intent.target != desk.target:
        raise ConfigError(
            f"Action {action.id} was sent to {intent.target}, and what came of it is not known",
            where="[actions] project",
            remedy="Push it once more with the old configuration, then change it",
        )


def _unsure(action: Action, again: datetime, desk: Desk) -> Unsure:
    at = again.astimezone(desk.config.team.zone)
    return Unsure(
        f"Whether action {action.id} has an issue in {desk.config.actions.project} is unknown",
        where=desk.site.client.url,
        remedy=f"It is not sent again before that is sure: run this again after {at:%H:%M %Z}",
    )


def _told(fault: JiraRefused, named: set[str]) -> JiraUnreachable:
    """Return a refusal with its remedy."""
    remedies = {
        "labels": "Put the field Labels on the create screen: by it cadence knows its issues",
        "issuetype": "Name one of the project's types in [actions] type",
        "project": "Check [actions] project, and that this account may create issues in it",
    }
    remedy = next((remedies[name] for name in sorted(named) if name in remedies), fault.remedy)
    return JiraUnreachable(fault.what, where=fault.where, remedy=remedy)
