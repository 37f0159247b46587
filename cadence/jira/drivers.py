"""Who leads a fix version: Cloud calls that its driver, and tells it only when asked for."""

from urllib.parse import quote

from cadence.errors import CredentialsRefused
from cadence.jira.answers import JiraRefused, listed
from cadence.jira.connect import Connection
from cadence.jira.decode import decode_driver
from cadence.jira.fields import Flavor

_PAGE = 50
_MOST = 10_000
"""Versions of one project that are asked for: no answer, however odd, keeps us asking."""


def fetch_drivers(site: Connection, key: str) -> dict[str, str | None]:
    """Return the account that leads each version of a project, or None, by the version's id.

    Empty where Jira does not tell: on Data Center a version has no such field.
    """
    found: dict[str, str | None] = {}
    if site.flavor is not Flavor.CLOUD:
        return found
    path = f"{site.face.api}/project/{quote(key, safe='')}/version"
    for start in range(0, _MOST, _PAGE):
        asked = {"startAt": start, "maxResults": _PAGE, "expand": "driver"}
        try:
            page = site.client.get(path, asked)
        except (CredentialsRefused, JiraRefused):
            break  # an account may be let into a project and not see this
        told = dict(filter(None, map(decode_driver, listed(page, "values"))))
        if told.keys() <= found.keys():
            break
        found |= told
        if page.get("isLast") is True:
            break
    return found
