"""The first questions to a site: which Jira it is, who asks, and what its ids and names mean."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from cadence.errors import CredentialsRefused, JiraUnreachable
from cadence.jira import values
from cadence.jira.answers import JiraRefused, listed
from cadence.jira.client import Client
from cadence.jira.cloud import Cloud
from cadence.jira.datacenter import DataCenter
from cadence.jira.decode import decode_project, decode_status, decode_type, decode_version
from cadence.jira.fetched import Face
from cadence.jira.fields import FieldMap, Flavor, field_map
from cadence.jira.flight import begun, together
from cadence.jira.people import decode_person
from cadence.jira.values import mapping, text
from cadence.model import IssueType, Person, Project, Status, Version

_PROJECTS = 50  # Jira takes no more keys at once
_PEOPLE, _MOST_PEOPLE = 1000, 5000


@dataclass(frozen=True)
class Connection:
    """A site that has answered: its kind, the account that asks, and that account's zone.

    JQL reads dates in that zone; None if the site does not tell it. `address` is the site's own,
    whatever address it is reached by; empty if it tells none.
    """

    client: Client
    face: Face
    flavor: Flavor
    title: str
    address: str
    account: Person
    zone: ZoneInfo | None


@dataclass(frozen=True)
class Lists:
    """What a site lists of itself."""

    fields: FieldMap
    statuses: tuple[Status, ...]
    types: tuple[IssueType, ...]


def connect(client: Client) -> Connection:
    """Ask which Jira this is and who asks; nothing else may come before.

    To an anonymous, Jira shows an empty site instead of refusing: so /myself must name somebody.
    Raises CredentialsRefused, JiraUnreachable.
    """
    with _advised(client):
        return _connected(client)


@contextmanager
def _advised(client: Client) -> Iterator[None]:
    """Tell of the e-mail that may be too much: Data Center takes a token alone."""
    try:
        yield
    except CredentialsRefused as fault:
        if not client.with_email or ".atlassian." in client.url:
            raise
        more = "Data Center takes the token alone: if this is one, unset CADENCE_JIRA_EMAIL"
        raise CredentialsRefused(
            fault.what, where=fault.where, remedy=f"{more}. Else: {fault.remedy}"
        ) from fault


def _connected(client: Client) -> Connection:
    version = "3" if client.with_email else "2"
    asked = begun(partial(_myself, client, version))
    info = _server_info(client)
    flavor = Flavor.CLOUD if text(info.get("deploymentType")) == "Cloud" else Flavor.DATA_CENTER
    face: Face = Cloud(client) if flavor is Flavor.CLOUD else DataCenter(client)
    myself = asked.result() or client.get(f"{face.api}/myself")
    account = decode_person(myself)
    if account is None:
        raise CredentialsRefused(
            "Jira does not know who is asking",
            where=client.url,
            remedy="Make a new token and run 'cadence login'",
        )
    if flavor is Flavor.CLOUD:
        client.expect(account.account)
    # Of two clocks the earlier one: what comes too late hides changes, what comes too early none.
    client.clock = min(filter(None, (client.clock, _server_time(info))), default=None)
    title = text(info.get("serverTitle")) or client.url
    address = _own_address(info.get("baseUrl"))
    zone = _zone(text(myself.get("timeZone")))
    return Connection(client, face, flavor, title, address, account, zone)


def _own_address(told: object) -> str:
    """Return a site's own address; empty if it tells none that one can go to."""
    if isinstance(told, str) and re.fullmatch(r"https?://[!-~]{1,500}", told):
        return told.rstrip("/").lower()
    return ""


def fetch_lists(site: Connection, points_fields: Sequence[str]) -> Lists:
    """Fetch the site's fields, statuses and issue types; odd entries are left out.

    Raises JiraUnreachable if a list is empty: no Jira is without them.
    """
    fields, statuses, types = together(
        partial(site.client.get_list, f"{site.face.api}/{name}")
        for name in ("field", "status", "issuetype")
    )
    if not all(any(_with_id(listed)) for listed in (fields, statuses, types)):
        raise JiraUnreachable("Jira lists no fields, statuses or types", where=site.client.url)
    return Lists(
        field_map(site.flavor, fields, points_fields),
        tuple(decode_status(one) for one in _with_id(statuses)),
        tuple(decode_type(one, site.flavor) for one in _with_id(types)),
    )


@dataclass(frozen=True)
class Shown:
    """A project that Jira shows, with its versions; `live` unless it is archived or in the bin."""

    project: Project
    versions: tuple[Version, ...]
    live: bool


def fetch_project(site: Connection, key: str) -> Shown | None:
    """Fetch a project and its versions; None if Jira shows no such project to this account."""
    path = f"{site.face.api}/project/{quote(key, safe='')}"
    try:
        told = site.client.get(path)
    except JiraRefused as fault:
        if fault.status != 404:
            raise
        return None
    if not told.get("id") or not told.get("key"):
        raise JiraUnreachable("Jira's answer is no project", where=f"{site.client.url}/{path}")
    project = decode_project(told)
    versions = told.get("versions")
    if not isinstance(versions, list):
        versions = site.client.get_list(f"{path}/versions")
    gone = any(told.get(flag) is True for flag in ("archived", "deleted"))
    return Shown(
        project, tuple(decode_version(one, project.key) for one in _with_id(versions)), not gone
    )


def fetch_people(site: Connection) -> Iterator[Person]:
    """Yield the users that a site lists, the first few thousand. Raises if it does not let us."""
    cloud = site.flavor is Flavor.CLOUD
    path = f"{site.face.api}/{'users' if cloud else 'user'}/search"
    everybody = {} if cloud else {"username": ".", "includeInactive": "true"}
    for page in range(_MOST_PEOPLE // _PEOPLE):
        asked = {"startAt": page * _PEOPLE, "maxResults": _PEOPLE, **everybody}
        served = site.client.get_list(path, asked)
        yield from filter(None, map(decode_person, served))
        if len(served) < _PEOPLE:
            return


def fetch_live_keys(site: Connection, keys: Sequence[str]) -> set[str]:
    """Return those of these projects that are neither archived nor in the bin; Cloud only."""
    found: set[str] = set()
    for some in (keys[start : start + _PROJECTS] for start in range(0, len(keys), _PROJECTS)):
        asked = {"keys": list(some), "maxResults": _PROJECTS}
        page = site.client.get(f"{site.face.api}/project/search", asked)
        found |= {text(one.get("key")) for one in map(mapping, listed(page, "values"))}
    return found & set(keys)


def _server_info(client: Client) -> dict[str, Any]:
    # Only the first question is a guess, which may save one; the answer tells which Jira it is.
    for version in ("3", "2") if client.with_email else ("2", "3"):
        try:
            info = client.get(f"rest/api/{version}/serverInfo")
        except JiraRefused as fault:
            if fault.status != 404:
                raise
        else:
            return info
    raise JiraUnreachable(
        "There is no Jira at this address",
        where=client.url,
        remedy="Check [jira] url; Data Center may have a context path such as /jira",
    )


def _myself(client: Client, version: str) -> dict[str, Any] | None:
    """Return who asks, or None where the site has no such version: the account is asked for while
    it is not yet known which Jira this is.
    """
    try:
        return client.get(f"rest/api/{version}/myself")
    except JiraRefused as fault:
        if fault.status != 404:
            raise
        return None


def _server_time(info: dict[str, Any]) -> datetime | None:
    """Return the site's own clock: a proxy may take the header away, or tell its own time."""
    try:
        return values.instant(info.get("serverTime"))
    except ValueError:
        return None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _with_id(raw: Iterable[Any]) -> Iterable[dict[str, Any]]:
    return (one for one in map(mapping, raw) if one.get("id"))
