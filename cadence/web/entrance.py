"""The way in: the personal link, and the page of a link that opens nothing."""

from http import HTTPStatus

from cadence.invitations import token_in
from cadence.web.asked import Asked, Refused, Shown
from cadence.web.site import Site

NO_WAY_IN = "This link does not open anything"
WHY_NOT = (
    "It may be mistyped or too old, a newer one may have taken its place, or its month's"
    " reflection is closed. Ask whoever sent it: 'cadence reflect invite' makes a new one"
)


def no_way_in() -> Refused:
    """Return the one answer to a link that is unknown, expired, replaced or closed."""
    return Refused(HTTPStatus.NOT_FOUND, NO_WAY_IN, WHY_NOT)


def home(site: Site, asked: Asked) -> Shown:
    """Show the way in to somebody who has not come through a link."""
    if asked.guest or asked.desk:
        return Shown(goto="/reflection")
    return Shown("home.html.j2")


def enter(site: Site, asked: Asked) -> Shown:
    """Take a link that somebody pasted into the page; the rest is the door's."""
    token = token_in(asked.text("link"))
    return Shown(goto=f"/in/{token}" if token else "/")


def door(site: Site, asked: Asked) -> Shown:
    """Show whose link it is and the one button that opens it: looking at a link does nothing.

    The button carries the secret in its form, so that it stands in no address any longer.
    """
    return Shown("door.html.j2")
