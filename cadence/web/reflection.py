"""The reflection's form: what it shows above the questions, and what becomes of the answers."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from cadence.anonymity import promise
from cadence.forms import QUESTIONS
from cadence.invitations import Guest, mark
from cadence.model import Anonymity, Prompt, Reflection
from cadence.month import Month
from cadence.store.answers import Answer, save_answers
from cadence.store.guests import Said, load_said, save_said, was_shown
from cadence.store.invites import load_draft, save_draft
from cadence.web.asked import LONGEST_FIELD, Asked, Fields, Refused, Shown
from cadence.web.facts import facts
from cadence.web.site import Site

_MARK = re.compile(r"^\s*(?:[-*+•–]|\d{1,2}[.)])\s+")

HINTS = {
    Prompt.START: "Write down what broke and what fixed it, because …",
    Prompt.STOP: "Taking on a third thing on Fridays, because …",
    Prompt.CONTINUE: "The weekly deep dive, because …",
}
"""What an empty field shows: a thought with its reason."""

_EMPTY = {name: "" for p in QUESTIONS for name in (p.value, f"named-{p}")} | {
    "from": "",
    "author": "",
}


def month_of(site: Site, asked: Asked) -> Month:
    """Return the month that is asked about: the link's, else the latest that is open."""
    if asked.guest:
        return asked.guest.month
    held = [r.month for r in site.filed().reflections if r.opened and not r.closed]
    return max(held, default=site.last_month)


def held_of(site: Site, month: Month) -> Reflection | None:
    """Return a month's reflection, if it was opened or skipped."""
    return next((r for r in site.filed().reflections if r.month == month), None)


def form(site: Site, asked: Asked) -> Shown:
    """Show last month's actions, the month's facts and findings, and the three questions."""
    month = month_of(site, asked)
    held = held_of(site, month)
    return Shown("reflection.html.j2", _page(site, asked, month, held))


def _page(site: Site, asked: Asked, month: Month, held: Reflection | None) -> dict[str, Any]:
    members = [member.name for member in site.config.team.members]
    state = _taking(site, asked, held)
    return {
        "month": month.name,
        "open": state == "open",
        "state": state,
        "anonymity": held.anonymity.value if held else Anonymity.ENTRY.value,
        "promise": promise(
            held.anonymity if held else Anonymity.ENTRY,
            len(members),
            site.config.reflection.smallest_group,
            "Leave your thoughts unsigned",
        ),
        "members": members,
        "facts": facts(site, month),
        "questions": [
            {
                "name": prompt.value,
                "title": prompt.capitalize(),
                "question": question,
                "hint": HINTS[prompt],
            }
            for prompt, question in QUESTIONS.items()
        ],
        "typed": {**_EMPTY, **_typed(site, asked)},
        "was": json.dumps([[one.prompt, one.text, one.named] for one in _own(site, asked)]),
        "longest": LONGEST_FIELD,
        "draft": _draft_place(site, asked),
    }


def state_of(held: Reflection | None) -> str:
    """Return a reflection's state: `none`, `open`, `closed` or `skipped`."""
    if held is None:
        return "none"
    if held.skipped:
        return "skipped"
    return "closed" if held.closed else "open"


def _taking(site: Site, asked: Asked, held: Reflection | None) -> str:
    """Return the state as a form tells it: one that takes no more from this guest is not `open`.

    `gathered`: the answers of all are shown; `stands`: only what this guest had said was.
    """
    state = state_of(held)
    if state != "open" or not held or held.anonymity is not Anonymity.ALL:
        return state
    if held.gathered:
        return "gathered"
    if not asked.guest:
        return state
    with site.store() as db:
        return "stands" if was_shown(db, asked.guest) else state


# ---- answers ---------------------------------------------------------------------------------


def send(site: Site, asked: Asked) -> Shown:
    """Store what somebody answered; it is on the disk before the page says so."""
    month = month_of(site, asked)
    said = list(said_of(asked.fields))
    if not said and not asked.text("withdraw"):
        raise Refused(
            HTTPStatus.BAD_REQUEST, "Nothing is written yet", "Write one thought, or more"
        )
    if guest := asked.guest:
        kept = [] if asked.text("withdraw") else said
        shown = _shown(asked)
        site.turns.together(lambda db: save_said(db, guest, kept, shown))
    else:
        _file_for(site, asked, month, said)
    return Shown(goto="/reflection/thanks", said="withdrawn" if asked.text("withdraw") else None)


def _file_for(site: Site, asked: Asked, month: Month, said: list[Said]) -> None:
    """File what somebody told the one who serves these pages."""
    name = asked.line("author") or None
    if name and site.config.team.members and name not in _names(site):
        raise Refused(HTTPStatus.BAD_REQUEST, f"'{name}' is no member", "Choose a name of the list")
    thoughts = tuple((one.prompt, one.text) for one in said)
    with site.turns.alone() as db:  # it adds: what the person has said by another door stays
        save_answers(db, month, [Answer(name, thoughts, shown=())])
        save_draft(db, _drafter(site, asked), "")


def _names(site: Site) -> list[str]:
    return [member.name for member in site.config.team.members]


def _shown(asked: Asked) -> list[Said] | None:
    """Return what the form held when it was opened; None if it does not tell."""
    try:
        was = json.loads(asked.text("was"))
        return [Said(Prompt(prompt), str(text), bool(named)) for prompt, text, named in was]
    except (ValueError, TypeError, RecursionError):
        return None  # no form of ours: then it stands for all that was said


def said_of(fields: Fields) -> Iterator[Said]:
    """Yield the thoughts in a form, one a line; a bullet before it is no word of it."""
    for prompt in QUESTIONS:
        named = f"named-{prompt}" in fields
        for text in fields.get(prompt.value, ()):
            for line in text.splitlines():
                thought = " ".join(_MARK.sub("", line).split())
                if thought:
                    yield Said(prompt, thought, named)


def thanks(site: Site, asked: Asked) -> Shown:
    """Show what is stored of somebody's answer."""
    month = month_of(site, asked)
    said = _own(site, asked)
    answers = [
        {"title": prompt.capitalize(), "said": [one for one in said if one.prompt is prompt]}
        for prompt in Prompt
    ]
    values = {"month": month.name, "count": len(said), "draft": _draft_place(site, asked)}
    return Shown("thanks.html.j2", {**values, "answers": [one for one in answers if one["said"]]})


# ---- drafts ----------------------------------------------------------------------------------


def _drafter(site: Site, asked: Asked) -> Guest:
    """Return whose draft it is: the guest's, or that of whoever runs these pages."""
    return asked.guest or Guest("", month_of(site, asked), site.desk_token)


def _draft_place(site: Site, asked: Asked) -> str:
    """Return where a browser keeps this guest's draft: a word that nobody turns into a link."""
    whose = _drafter(site, asked)
    return mark(whose.token, f"draft on a device {whose.month}")[:32]


def keep_draft(site: Site, asked: Asked) -> bool:
    """Keep what somebody typed into the form before they went to another page; tell if it was.

    It is sealed by their own link, and goes when they send.
    """
    typed = {p.value: asked.text(p.value) for p in QUESTIONS if p.value in asked.fields}
    if not any(typed.values()) or typed.items() <= _stored(site, asked).items():
        return False
    named = [f"named-{p}" for p in QUESTIONS if f"named-{p}" in asked.fields]
    draft = json.dumps({**typed, **dict.fromkeys(named, "on")})
    whose = _drafter(site, asked)
    site.turns.together(lambda db: save_draft(db, whose, draft))
    return True


def _typed(site: Site, asked: Asked) -> dict[str, str]:
    """Return what the fields hold: what was just typed, else the draft, else what was sent."""
    if any(prompt.value in asked.fields for prompt in QUESTIONS):
        return {name: values[0] for name, values in asked.fields.items()}
    with site.store() as db:
        draft = load_draft(db, _drafter(site, asked))
    if draft:
        found = json.loads(draft)
        return {**found, "from": "draft"}
    return _stored(site, asked)


def _own(site: Site, asked: Asked) -> tuple[Said, ...]:
    """Return what a guest has said so far."""
    if not asked.guest:
        return ()
    with site.store() as db:
        return load_said(db, asked.guest)


def _stored(site: Site, asked: Asked) -> dict[str, str]:
    """Return the fields of a form with what a guest has said so far."""
    said = _own(site, asked)
    fields: dict[str, str] = {"from": "sent"} if said else {}
    for prompt in QUESTIONS:
        own = [one for one in said if one.prompt is prompt]
        fields[prompt.value] = "\n".join(one.text for one in own)
        if own and all(one.named for one in own):
            fields[f"named-{prompt}"] = "on"
    return fields
