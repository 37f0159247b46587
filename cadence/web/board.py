"""The board of the meeting: themes, votes that are hidden until shown, actions, and the end."""

from datetime import date
from http import HTTPStatus
from typing import Any

from cadence.config.records import Reflections
from cadence.model import Action, Note, Prompt
from cadence.month import Month
from cadence.store.board import Board, BoardEntry, load_board, save_entry_theme, save_new_theme
from cadence.store.guests import save_vote
from cadence.store.journal import (
    ACTIONS_A_MONTH,
    save_action,
    save_action_done,
    save_action_dropped,
    save_action_shrunk,
    save_note,
)
from cadence.store.reflections import save_closing, save_gathering, save_reveal
from cadence.web.asked import Asked, Refused, Shown
from cadence.web.facts import facts, said_day
from cadence.web.reflection import held_of, month_of, state_of
from cadence.web.site import Site

_LONGEST_TITLE = 120
"""Letters of a theme's title: all see it, so that nobody may fill the board with one."""


def show(site: Site, asked: Asked) -> Shown:
    """Show what was said, by theme, and what was agreed."""
    month = month_of(site, asked)
    held = held_of(site, month)
    frame = {"month": month.name, "state": state_of(held), "leads": may_lead(site, asked)}
    if held is None or not held.opened:
        return Shown("board.html.j2", {**frame, "board": None})
    rules = site.config.reflection
    with site.store() as db:
        board = load_board(db, month, rules.smallest_group, rules.votes, asked.guest)
    return Shown("board.html.j2", {**frame, "board": _shown(board, rules), **_agreed(site, month)})


def _shown(board: Board, rules: Reflections) -> dict[str, Any]:
    groups = [
        {
            "id": theme.id,
            "title": theme.title,
            "votes": theme.votes,
            "earlier": [month.name for month in theme.earlier],
            "entries": _cards(board, theme.id),
        }
        for theme in board.themes
    ]
    if board.revealed:
        groups.sort(key=lambda group: -int(str(group["votes"])))
    return {
        "answered": board.answered,
        "anonymity": board.anonymity.value,
        "gathered": board.gathered,
        "revealed": board.revealed,
        "closed": board.closed,
        "withheld": board.withheld,
        "left": board.votes_left,
        "budget": rules.votes,
        "smallest": rules.smallest_group,
        "loose": _cards(board, None),
        "groups": groups,
        "themes": [(theme.id, theme.title) for theme in board.themes],
    }


def _cards(board: Board, theme_id: str | None) -> list[dict[str, Any]]:
    found = [entry for entry in board.entries if entry.theme_id == theme_id]
    order = list(Prompt)
    found.sort(key=lambda one: (-one.votes, order.index(one.prompt), one.text))
    return [_card(entry) for entry in found]


def _card(entry: BoardEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "prompt": entry.prompt.value,
        "text": entry.text,
        "author": entry.author,
        "votes": entry.votes,
        "mine": entry.mine,
        "theme": entry.theme_id,
    }


def _agreed(site: Site, month: Month) -> dict[str, Any]:
    actions = site.filed().actions
    findings = facts(site, month).findings
    return {
        "agreed": [_action(one) for one in actions if one.month == month and not one.dropped],
        "carried": [_action(one) for one in actions if one.month < month and _is_open(one)],
        "most": ACTIONS_A_MONTH,
        "members": [member.name for member in site.config.team.members],
        "due": month.back(-1).last.isoformat(),
        "today": site.today.isoformat(),
        "cures": [(one["code"], one["summary"]) for one in findings],
    }


def _is_open(action: Action) -> bool:
    return action.done is None and action.dropped is None


def _action(held: Action) -> dict[str, Any]:
    return {
        "id": held.id,
        "text": held.text,
        "owner": held.owner,
        "due": said_day(held.due),
        "day": held.due.isoformat(),
        "how": held.how,
        "done": held.done is not None,
    }


def may_lead(site: Site, asked: Asked) -> bool:
    """Tell whether somebody may show and close: a lead, who runs the server, or else everybody."""
    leads = [member.name for member in site.config.team.members if member.lead]
    return asked.desk or not leads or bool(asked.guest and asked.guest.member in leads)


def _check_lead(site: Site, asked: Asked) -> None:
    if not may_lead(site, asked):
        raise Refused(
            HTTPStatus.FORBIDDEN, "This is the lead's to do", "Ask your lead in the meeting"
        )


# ---- themes and votes ------------------------------------------------------------------------


def move(site: Site, asked: Asked) -> Shown:
    """Put an entry under a theme, or under none."""
    with site.turns.alone() as db:
        theme_id = asked.text("theme") or None
        save_entry_theme(db, month_of(site, asked), asked.text("entry"), theme_id)
    return Shown(goto="/board", said="moved")


def theme(site: Site, asked: Asked) -> Shown:
    """Make a theme."""
    title = asked.line("title")
    if len(title) > _LONGEST_TITLE:
        raise Refused(HTTPStatus.BAD_REQUEST, "The title is too long", "A few words are enough")
    with site.turns.alone() as db:
        save_new_theme(db, month_of(site, asked), title)
    return Shown(goto="/board", said="theme")


def vote(site: Site, asked: Asked) -> Shown:
    """Set a guest's own votes for an entry."""
    if asked.guest is None:
        raise Refused(HTTPStatus.FORBIDDEN, "Votes are for members", "Vote through your own link")
    votes = asked.text("votes")
    if not votes.isdecimal() or len(votes) > 2:
        raise Refused(HTTPStatus.BAD_REQUEST, "This is no number of votes")
    guest, entry, budget = asked.guest, asked.text("entry"), site.config.reflection.votes
    site.turns.together(lambda db: save_vote(db, guest, entry, int(votes), budget))
    return Shown(goto="/board", said="voted")


def gather(site: Site, asked: Asked) -> Shown:
    """Show the answers of an anonymous reflection; from now on none are taken."""
    _check_lead(site, asked)
    with site.turns.alone() as db:
        save_gathering(db, month_of(site, asked), site.today, site.config.reflection.smallest_group)
    return Shown(goto="/board", said="gathered")


def reveal(site: Site, asked: Asked) -> Shown:
    """Show the votes; from now on nobody votes."""
    _check_lead(site, asked)
    with site.turns.alone() as db:
        save_reveal(db, month_of(site, asked), site.today)
    return Shown(goto="/board", said="revealed")


# ---- actions and the end ---------------------------------------------------------------------


def action(site: Site, asked: Asked) -> Shown:
    """Agree on an action; the same one sent twice is one."""
    agreed = _new_action(site, asked)
    with site.turns.alone() as db:
        if not any(_same(one, agreed) for one in site.filed().actions):
            save_action(db, agreed)
    return Shown(goto="/board", said="agreed")


def _new_action(site: Site, asked: Asked) -> Action:
    text, owner, cures = asked.line("text"), asked.line("owner"), asked.text("cures") or None
    members = [member.name for member in site.config.team.members]
    if not text or not owner or (members and owner not in members):
        raise Refused(HTTPStatus.BAD_REQUEST, "An action needs a text and an owner of the team")
    month, due = month_of(site, asked), _due(site, asked)
    if cures and cures not in [one["code"] for one in facts(site, month).findings]:
        raise Refused(HTTPStatus.BAD_REQUEST, f"There is no finding '{cures}'")
    return Action(
        month=month,
        text=text,
        owner=owner,
        due=due,
        day=site.today,
        filed=site.clock(),
        cures=cures,
        how=asked.line("how") or None,
    )


def _due(site: Site, asked: Asked) -> date:
    text = asked.text("due")
    try:
        due = date.fromisoformat(text.strip())
    except ValueError as fault:
        raise Refused(
            HTTPStatus.BAD_REQUEST, f"'{text}' is no day", "Write it as 2021-02-26"
        ) from fault
    if due < site.today:
        raise Refused(HTTPStatus.BAD_REQUEST, f"{due} is past", "Choose a day to come")
    return due


def _same(one: Action, other: Action) -> bool:
    said = [(held.month, held.text, held.owner, held.due) for held in (one, other)]
    return said[0] == said[1] and not one.dropped


def settle(site: Site, asked: Asked) -> Shown:
    """Say what became of an action of earlier months: done, smaller, or dropped with the reason."""
    number, what = asked.text("id"), asked.text("what")
    why, text = asked.line("why"), asked.line("text")
    if not number.isdecimal() or len(number) > 9:
        raise Refused(HTTPStatus.BAD_REQUEST, "There is no such action")
    if what not in ("done", "shrink", "drop"):
        raise Refused(HTTPStatus.BAD_REQUEST, "It is not said what became of it")
    if (what == "drop" and not why) or (what == "shrink" and not text):
        raise Refused(HTTPStatus.BAD_REQUEST, "It is not said why, or what is left of it")
    due = _due(site, asked) if what == "shrink" else site.today
    with site.turns.alone() as db:
        if what == "drop":
            save_action_dropped(db, int(number), site.today, why)
        elif what == "shrink":
            save_action_shrunk(db, int(number), text, due, site.today)
        else:
            save_action_done(db, int(number), site.today)
    return Shown(goto="/board", said="settled")


def close(site: Site, asked: Asked) -> Shown:
    """Close the month's reflection, with the principle it led to; from now on it stands so."""
    _check_lead(site, asked)
    if not asked.text("sure"):
        raise Refused(HTTPStatus.BAD_REQUEST, "It is not closed", "Tick that the meeting is over")
    with site.turns.alone() as db:
        save_closing(db, month_of(site, asked), site.today)
        if principle := asked.line("principle"):
            save_note(db, Note("principle", site.today, principle, site.clock()))
    return Shown(goto="/board", said="closed")
