"""The two Confluences: pages of one space, found, read and written by REST."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from cadence.errors import ConfigError, JiraUnreachable
from cadence.jira.answers import JiraRefused, Redirected, Unsure, WebPage, listed
from cadence.jira.client import Client
from cadence.jira.values import mapping, number_or_none, text

_ABSENT = (404, 405, 410)
_STORAGE = "storage"


@dataclass(frozen=True)
class PageAt:
    """A page as it is at one of its versions."""

    id: str
    title: str
    version: int
    body: str
    space: str


class Wiki(Protocol):
    """What Cloud and Data Center do in their own ways, within one space.

    `create` and `update` raise as `Client.write` does.
    """

    client: Client
    space: str
    """How pages name the space: its id on Cloud, its key on Data Center."""

    def titled(self, title: str) -> PageAt | None:
        """Return the page of a title."""
        ...

    def page(self, page_id: str) -> PageAt | None:
        """Return the page of an id; None if it is gone, or in the bin."""
        ...

    def was(self, page_id: str, version: int) -> str | None:
        """Return the body that a page had at a version; None if the wiki does not tell."""
        ...

    def create(self, title: str, body: str, parent: str | None) -> PageAt:
        """Create a page under another one."""
        ...

    def update(self, page: PageAt, title: str, body: str) -> PageAt:
        """Write the version that comes after the one of a page."""
        ...

    def address(self, page_id: str) -> str:
        """Return where people read a page."""
        ...


def open_wiki(client: Client, key: str) -> Wiki:
    """Return the space of a key. Raises ConfigError if there is none, or this account sees none."""
    for prefix in ("", "wiki/"):
        path = f"{prefix}api/v2/spaces"
        try:
            found = listed(client.get(path, {"keys": key, "limit": 10}), "results")
        except (Redirected, WebPage):
            continue
        except JiraRefused as fault:
            if fault.status not in _ABSENT:
                raise
            continue
        for space in map(mapping, found):
            if text(space.get("key")) == key and text(space.get("id")):
                return CloudWiki(client, f"{prefix}api/v2", text(space["id"]), key)
        raise _no_space(client, key)
    try:
        space = client.get(f"rest/api/space/{quote(key, safe='')}")
    except JiraRefused as fault:
        if fault.status not in _ABSENT:
            raise
        raise _no_space(client, key) from fault
    if text(space.get("key")) != key:
        raise _no_space(client, key)
    return DataCenterWiki(client, key)


def account(wiki: Wiki) -> str:
    """Return who the wiki knows us by; a wiki that does not tell knows us by our token."""
    prefix = "wiki/" if isinstance(wiki, CloudWiki) and wiki.api.startswith("wiki/") else ""
    try:
        told = wiki.client.get(f"{prefix}rest/api/user/current")
    except JiraRefused:
        return "the owner of the token"
    names = ("accountId", "userKey", "username")
    return next((text(told[name]) for name in names if told.get(name)), "anonymous")


def _no_space(client: Client, key: str) -> ConfigError:
    return ConfigError(
        f"There is no space '{key}', or this account does not see it",
        where=f"[confluence] space, {client.url}",
        remedy="Write the space's key as its address shows it, such as TEAM",
    )


@dataclass
class CloudWiki:
    """Cloud's API 2."""

    client: Client
    api: str
    space: str
    key: str

    def titled(self, title: str) -> PageAt | None:
        """Return the page of a title."""
        asked = {"space-id": self.space, "title": title, "status": "current", "limit": 5}
        page = self.client.get(f"{self.api}/pages", {**asked, "body-format": _STORAGE})
        return _of_title(map(self._read, listed(page, "results")), title)

    def page(self, page_id: str) -> PageAt | None:
        """Return the page of an id."""
        return self._asked(page_id, {})

    def was(self, page_id: str, version: int) -> str | None:
        """Return the body of a version."""
        page = self._asked(page_id, {"version": version})
        return page.body if page and page.version == version else None

    def create(self, title: str, body: str, parent: str | None) -> PageAt:
        """Create a page."""
        sent = {
            "spaceId": self.space,
            "status": "current",
            "title": title,
            **({"parentId": parent} if parent else {}),
            "body": {"representation": _STORAGE, "value": body},
        }
        return _written(self._read, self.client.write("POST", f"{self.api}/pages", sent))

    def update(self, page: PageAt, title: str, body: str) -> PageAt:
        """Write the next version."""
        sent = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": {"representation": _STORAGE, "value": body},
            "version": {"number": page.version + 1, "message": "Written by cadence"},
        }
        path = f"{self.api}/pages/{quote(page.id, safe='')}"
        return _written(self._read, self.client.write("PUT", path, sent))

    def address(self, page_id: str) -> str:
        """Return where people read a page."""
        prefix = self.api.removesuffix("api/v2")
        return f"{self.client.url}/{prefix}pages/viewpage.action?pageId={page_id}"

    def _asked(self, page_id: str, more: dict[str, Any]) -> PageAt | None:
        path = f"{self.api}/pages/{quote(page_id, safe='')}"
        try:
            told = self.client.get(path, {"body-format": _STORAGE, **more})
        except JiraRefused as fault:
            if fault.status != 404:
                raise
            return None
        return self._read(told) if text(told.get("status")) in ("current", "historical") else None

    def _read(self, raw: Any) -> PageAt:
        told = mapping(raw)
        body = mapping(mapping(told.get("body")).get(_STORAGE))
        return _page(told, body, text(told.get("spaceId")))


@dataclass
class DataCenterWiki:
    """Data Center's API, which Cloud had first."""

    client: Client
    space: str

    def titled(self, title: str) -> PageAt | None:
        """Return the page of a title."""
        asked = {"spaceKey": self.space, "title": title, "type": "page", "status": "current"}
        page = self.client.get("rest/api/content", {**asked, "expand": _EXPAND, "limit": 5})
        return _of_title(map(self._read, listed(page, "results")), title)

    def page(self, page_id: str) -> PageAt | None:
        """Return the page of an id."""
        return self._asked(page_id, {})

    def was(self, page_id: str, version: int) -> str | None:
        """Return the body of a version."""
        page = self._asked(page_id, {"status": "historical", "version": version})
        return page.body if page and page.version == version else None

    def create(self, title: str, body: str, parent: str | None) -> PageAt:
        """Create a page."""
        sent = {
            "type": "page",
            "title": title,
            "space": {"key": self.space},
            **({"ancestors": [{"id": parent}]} if parent else {}),
            "body": {_STORAGE: {"value": body, "representation": _STORAGE}},
        }
        return _written(self._read, self.client.write("POST", "rest/api/content", sent))

    def update(self, page: PageAt, title: str, body: str) -> PageAt:
        """Write the next version."""
        sent = {
            "id": page.id,
            "type": "page",
            "title": title,
            "body": {_STORAGE: {"value": body, "representation": _STORAGE}},
            "version": {"number": page.version + 1, "message": "Written by cadence"},
        }
        path = f"rest/api/content/{quote(page.id, safe='')}"
        return _written(self._read, self.client.write("PUT", path, sent))

    def address(self, page_id: str) -> str:
        """Return where people read a page."""
        return f"{self.client.url}/pages/viewpage.action?pageId={page_id}"

    def _asked(self, page_id: str, more: dict[str, Any]) -> PageAt | None:
        path = f"rest/api/content/{quote(page_id, safe='')}"
        try:
            told = self.client.get(path, {"expand": _EXPAND, **more})
        except JiraRefused as fault:
            if fault.status != 404:
                raise
            return None
        return self._read(told)

    def _read(self, raw: Any) -> PageAt:
        told = mapping(raw)
        body = mapping(mapping(told.get("body")).get(_STORAGE))
        return _page(told, body, text(mapping(told.get("space")).get("key")))


_EXPAND = "body.storage,version,space"


def _page(told: dict[str, Any], body: dict[str, Any], space: str) -> PageAt:
    version = number_or_none(mapping(told.get("version")).get("number"))
    page_id = text(told.get("id"))
    if not page_id or version is None:
        raise JiraUnreachable("Confluence's answer is no page", remedy="Try again later")
    value = body.get("value")
    return PageAt(
        page_id, text(told.get("title")), version, value if isinstance(value, str) else "", space
    )


def _of_title(pages: Iterable[PageAt], title: str) -> PageAt | None:
    """Return the page that bears a title; Confluence tells no case apart."""
    return next((page for page in pages if page.title.casefold() == title.casefold()), None)


def _written(read: Callable[[Any], PageAt], told: dict[str, Any]) -> PageAt:
    """Return the page that answers a write. Raises Unsure if the answer is none."""
    try:
        return read(told)
    except JiraUnreachable as fault:
        raise Unsure(f"{fault.what}: whether it was written is unknown") from fault
