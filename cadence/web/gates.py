"""The gates of the running month's milestones, and the sign-offs that pass them."""

from http import HTTPStatus
from typing import Any

from cadence.errors import ConfigError
from cadence.model import Gate, SignOff
from cadence.month import Month
from cadence.reports.done import MilestoneContent
from cadence.store.journal import save_sign_off
from cadence.subjects import evidence_link
from cadence.web.asked import Asked, Refused, Shown
from cadence.web.site import Site


def gates(site: Site, asked: Asked) -> Shown:
    """Show each milestone with its three gates, and a form to sign the next one."""
    month = Month.of(site.today)
    try:
        milestones = site.content(month).done.milestones
    except ConfigError as fault:
        return Shown(
            "gates.html.j2", {"problem": f"{fault.what}.", "milestones": [], "members": []}
        )
    members = [member.name for member in site.config.team.members]
    shown = sorted((_milestone(one) for one in milestones), key=lambda one: one["proven"])
    return Shown("gates.html.j2", {"problem": None, "milestones": shown, "members": members})


def _milestone(held: MilestoneContent) -> dict[str, Any]:
    days = dict(zip(Gate, (held.built, held.shipped, held.proven), strict=True))
    signed: dict[str, Any] = {one.gate: one for one in held.sign_offs}
    return {
        "key": held.key,
        "title": held.title,
        "owner": held.owner,
        "due": held.due.isoformat() if held.due else None,
        "proven": held.proven is not None,
        "gates": [
            {
                "name": gate.value,
                "day": day.isoformat() if day else None,
                "sign_off": signed.get(gate.value),
            }
            for gate, day in days.items()
        ],
        "open": [gate.value for gate, day in days.items() if day is None],
    }


def sign(site: Site, asked: Asked) -> Shown:
    """Sign that a milestone passed a gate, with the link to what others can see."""
    month = Month.of(site.today)
    evidence = evidence_link(asked.text("evidence"), "Evidence")
    key, name = asked.text("key"), asked.guest.member if asked.guest else asked.line("by") or None
    try:
        gate = Gate(asked.text("gate"))
    except ValueError as fault:
        raise Refused(HTTPStatus.BAD_REQUEST, "No gate is chosen", "Choose one of three") from fault
    found = [one for one in site.snapshot(month).moment.milestones if one.key == key]
    if len(found) != 1:
        raise Refused(HTTPStatus.BAD_REQUEST, f"There is no milestone '{key}'", "Choose another")
    with site.turns.alone() as db:
        save_sign_off(db, SignOff(found[0].id, key, gate, evidence, name, site.today, site.clock()))
    return Shown(goto="/gates", said="signed")
