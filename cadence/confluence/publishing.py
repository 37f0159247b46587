"""One page a month under a parent: written only where it differs, never over what others wrote.

Confluence itself makes a write safe to repeat: a title is unique in its space, and a version is
written once. So what may have been done is looked at, and done again where it was not.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from cadence.confluence.storage import difference, kept_hash, text_hash
from cadence.confluence.wiki import PageAt, Wiki
from cadence.errors import ConfigError, CredentialsRefused, JiraUnreachable
from cadence.jira.answers import Again, JiraRefused, Unsure
from cadence.jira.patience import Patience
from cadence.store.audit import Written
from cadence.store.database import writing
from cadence.store.intents import Intent, IntentState, load_intent, save_intent, save_outcome
from cadence.store.pages import Published, load_published, save_published


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


class Step(StrEnum):
    """What is to be done about a page."""

    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    """It says already what we would write: nothing is written, but noted that it is ours."""
    NOTHING = "nothing"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Draft:
    """A page to be published: the body is in the storage format.

    `telling` is the body without what differs from run to run and tells nothing, such as when the
    last sync was: only where that differs a new version is worth it. Without it, the body.
    """

    month: str
    kind: str
    title: str
    body: str
    telling: str = ""

    @property
    def sent_hash(self) -> str:
        """What the page is known by."""
        return _sha256(self.telling or self.body)


@dataclass(frozen=True)
class Plan:
    """A step, the page that stands there now, why it is refused, and what would change."""

    step: Step
    page: PageAt | None = None
    why: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What publishing works with; `parent` is a page's title or id, or empty."""

    db: Database
    wiki: Wiki
    who: str
    place: str
    parent: str
    patience: Patience
    clock: Callable[[], datetime]


def plan(desk: Desk, draft: Draft) -> Plan:
    """Return what is to be done about a month's page; nothing is written."""
    known = load_published(desk.db, desk.place, draft.month, draft.kind)
    page = desk.wiki.page(known.page_id) if known else None
    if page is None:
        return _plan_of_stranger(desk, draft, desk.wiki.titled(draft.title))
    assert known is not None
    if page.space != desk.wiki.space:
        return Plan(Step.REFUSE, page, "The page was moved to another space")
    if _is_ours(desk, draft, page):
        return _plan_of_ours(page, draft)
    if _edited(known, page):
        was = desk.wiki.was(page.id, known.version) or draft.body
        told = difference(was, page.body, f"version {known.version}", f"version {page.version}")
        if page.title != known.title:
            told = [f"-title: {known.title}", f"+title: {page.title}", *told]
        return Plan(Step.REFUSE, page, "Somebody else has edited the page", tuple(told))
    if known.sent_hash == draft.sent_hash and page.title == draft.title:
        return Plan(Step.NOTHING, page)
    return Plan(Step.UPDATE, page, changes=_changes(page, draft))


def _plan_of_stranger(desk: Desk, draft: Draft, page: PageAt | None) -> Plan:
    """Return what is to be done where we know of no page, but one of the title may stand there."""
    if page is None:
        return Plan(Step.CREATE, changes=tuple(difference("", draft.body, "", draft.title)[2:]))
    same = text_hash(page.body) == text_hash(draft.body)
    if same or _is_ours(desk, draft, page):
        return _plan_of_ours(page, draft)
    why = "A page of this title stands there that cadence has not written"
    return Plan(Step.REFUSE, page, why, _changes(page, draft))


def _plan_of_ours(page: PageAt, draft: Draft) -> Plan:
    """Return what is to be done about a page that we sent, but did not know of."""
    if text_hash(page.body) == text_hash(draft.body):
        return Plan(Step.ADOPT, page)
    return Plan(Step.UPDATE, page, changes=_changes(page, draft))


def _changes(page: PageAt, draft: Draft) -> tuple[str, ...]:
    now = f"version {page.version}, on the page now"
    return tuple(difference(page.body, draft.body, now, "to be published"))


def _edited(known: Published, page: PageAt) -> bool:
    """Tell whether a page says something else than what we left there."""
    if page.version == known.version:
        return False
    same = known.kept_hash is not None and kept_hash(page.body) == known.kept_hash
    return not (same and page.title == known.title)


def _is_ours(desk: Desk, draft: Draft, page: PageAt) -> bool:
    """Tell whether a page is what we sent when we did not learn what came of it."""
    intent = load_intent(desk.db, _subject(desk, draft))
    if intent is None or intent.state in (IntentState.DONE, IntentState.REFUSED):
        return False
    return page.version == int(intent.base or 0) + 1 and text_hash(page.body) == intent.marker


# ---- writing ---------------------------------------------------------------------------------


def publish(desk: Desk, draft: Draft) -> Plan:
    """Bring a month's page up to date; return what was done, or why it was refused.

    A conflict is looked at anew, for as long as patience lasts. Raises JiraRefused,
    CredentialsRefused, JiraUnreachable, and Unsure where it may have been done.
    """
    _note_cut(desk, draft)
    attempt = 0
    while True:
        step = plan(desk, draft)
        try:
            return _done(desk, draft, step)
        except Again as conflict:
            attempt += 1
            desk.patience.wait(conflict, attempt)


def _done(desk: Desk, draft: Draft, step: Plan) -> Plan:
    match step.step:
        case Step.CREATE:
            parent = _parent(desk)
            page = _sent(desk, draft, None, lambda: _created(desk, draft, parent))
            return replace(step, page=page)
        case Step.UPDATE:
            assert step.page is not None
            old = step.page
            page = _sent(desk, draft, old, lambda: _updated(desk, draft, old))
            return replace(step, page=page)
        case Step.ADOPT | Step.NOTHING:
            assert step.page is not None
            _keep(desk, draft, step.page, step.page)
    return step


def _created(desk: Desk, draft: Draft, parent: str | None) -> PageAt:
    return desk.wiki.create(draft.title, draft.body, parent)


def _updated(desk: Desk, draft: Draft, page: PageAt) -> PageAt:
    return desk.wiki.update(page, draft.title, draft.body)


def _parent(desk: Desk) -> str | None:
    """Return the id of the parent. Raises ConfigError if it is not in the space."""
    if not desk.parent:
        return None
    page = desk.wiki.titled(desk.parent)
    if page is None and desk.parent.isdecimal():
        page = desk.wiki.page(desk.parent)
    if page is None or page.space != desk.wiki.space:
        raise ConfigError(
            f"There is no page '{desk.parent}' in the space",
            where="[confluence] parent",
            remedy="Write its title as it stands above the page, or create it",
        )
    return page.id


def _sent(desk: Desk, draft: Draft, old: PageAt | None, send: Callable[[], PageAt]) -> PageAt:
    """Write once, its intent stored before, and store what came of it.

    Raises Again where it is worth another look.
    """
    subject, base = _subject(desk, draft), str(old.version if old else 0)
    marker = text_hash(draft.body)
    intent = Intent(subject, desk.place, marker, base, IntentState.SENDING, desk.clock())
    save_intent(desk.db, intent)
    try:
        page = send()
    except Unsure as fault:
        _save(desk, draft, old, IntentState.UNKNOWN, fault.what)
        raise Again(fault.what, fault.where) from fault
    except (JiraUnreachable, CredentialsRefused) as fault:
        if isinstance(fault, JiraRefused) and _is_conflict(fault, old):
            # A conflict may be with ourselves: Confluence tells one after it has written, too.
            _save(desk, draft, old, IntentState.UNKNOWN, fault.what)
            raise Again(fault.what, fault.where) from fault
        _save(desk, draft, old, IntentState.REFUSED, fault.what)
        raise
    now = _read_again(desk, page)
    kept = now if now and now.version == page.version else None
    written = _written(desk, draft, old, f"page {page.id}, version {page.version}")
    _keep(desk, draft, page, kept, written)
    return page


def _is_conflict(fault: JiraRefused, old: PageAt | None) -> bool:
    """Tell whether another write came before, or Confluence is not ready: another look tells."""
    gone = fault.status == 404 and old is not None  # just after a creation
    taken = fault.status == 400 and "exists" in " ".join(fault.messages)
    return fault.status == 409 or gone or taken


def _read_again(desk: Desk, page: PageAt) -> PageAt | None:
    """Return the page as the wiki keeps it; None where that cannot be seen."""
    try:
        return desk.wiki.page(page.id)
    except JiraUnreachable:
        return None


def _keep(
    desk: Desk, draft: Draft, page: PageAt, kept: PageAt | None, written: Written | None = None
) -> None:
    """Store that a page is ours, as of its version; `kept` is what the wiki has made of it."""
    published = Published(
        desk.place,
        draft.month,
        draft.kind,
        page.id,
        draft.title,
        page.version,
        draft.sent_hash,
        kept_hash(kept.body) if kept else None,
        desk.clock(),
    )
    with writing(desk.db):
        save_published(desk.db, published)
        save_outcome(desk.db, _subject(desk, draft), IntentState.DONE, page.id, written)


def _save(desk: Desk, draft: Draft, old: PageAt | None, state: IntentState, result: str) -> None:
    with writing(desk.db):
        written = _written(desk, draft, old, f"{state}: {result}")
        save_outcome(desk.db, _subject(desk, draft), state, written=written)


def _note_cut(desk: Desk, draft: Draft) -> None:
    """Store that a write was cut off: its process ended before it knew what came of it."""
    intent = load_intent(desk.db, _subject(desk, draft))
    if intent and intent.state is IntentState.SENDING:
        did = "create page" if intent.base == "0" else "update page"
        told = "unknown: cut off, perhaps before it was sent"
        written = Written(intent.sent, desk.who, did, intent.target, intent.marker, told)
        with writing(desk.db):
            save_outcome(desk.db, intent.subject, IntentState.UNKNOWN, written=written)


def _written(desk: Desk, draft: Draft, old: PageAt | None, result: str) -> Written:
    did, which = ("update page", f"page {old.id}") if old else ("create page", draft.title)
    target = f"{desk.place}, {which}"
    return Written(desk.clock(), desk.who, did, target, _sha256(draft.body), result)


def _subject(desk: Desk, draft: Draft) -> str:
    return f"page:{desk.place}/{draft.month}/{draft.kind}"
