"""What sets one Jira site apart from another: its limits, its habits and its odd ways."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cadence.demo.bucket import Bucket

Json = Any


@dataclass
class Traits:
    """What sets one Jira site apart from another; may be changed at any time."""

    caller_zone: ZoneInfo
    site_zone: ZoneInfo
    language: str = "en"
    """The caller's profile language: names of statuses, types and fields are told in it."""

    # ---- who may ask, and how fast -----------------------------------------------------------

    anonymous: bool = False
    """Credentials are ignored: /myself refuses, everything else is empty."""
    forbidden: bool = False
    """403 for everything, as after too many failed log-ins."""
    login_page: bool = False
    """200 with HTML for everything, as a single sign-on proxy answers."""
    limited: str | None = None
    """429 for everything, with this Retry-After."""
    bucket: Bucket | None = None
    """A token for every request, 429 without one; its headers are on every answer."""
    latency: float = 0.0
    """Seconds that every answer takes."""

    # ---- the search index --------------------------------------------------------------------

    index_lag_ms: int = 0
    """By how much the search index is behind."""
    index_lag_searches: int = 0
    """A change is found only after so many further searches."""
    ghosts: bool = False
    """A search tells what the lagging index has still got of issues that are gone."""
    count_error: float = 0.0
    """By which share the approximate count is too high; below zero, too low."""

    # ---- Cloud's search ----------------------------------------------------------------------

    page_caps: tuple[int, int, int] = (5000, 1000, 100)
    """Cloud's page sizes: for id and key alone, for few fields, for many."""
    live_tokens: bool = False
    """A walk sees what changed since its first page; else its issues are found once for all."""
    walk_ends_at: int | None = None
    """A walk ends after so many issues, cleanly, however many there are."""
    empty_every: int = 0
    """Every so-manyth page of a walk is empty, and yet has a token."""
    tells_last: bool = True
    """Whether answers say `isLast`; the last page has no token in any case."""
    warnings: tuple[Json, ...] = ()
    """Warnings in every answer of the search, such as `result_set_truncated`."""

    # ---- Cloud's bulk fetches ----------------------------------------------------------------

    issue_errors: dict[int, int] = field(default_factory=dict)
    """Issue ids that issue/bulkfetch puts into `issueErrors` so many times; -1 is for ever."""
    changelog_bulkfetch: int = 200
    """404 or 405 where changelog/bulkfetch does not exist."""
    silent_changelogs: set[int] = field(default_factory=set)
    """Issue ids whose histories changelog/bulkfetch does not tell, and expand=changelog does."""

    # ---- creating issues ---------------------------------------------------------------------

    off_screen: set[str] = field(default_factory=set)
    """Fields that are not on the create screen: who sets them is refused."""

    # ---- histories ---------------------------------------------------------------------------

    history_cap: int = 40
    """Histories in Cloud's expand=changelog."""
    repeated_histories: int = 0
    """Each page of changelog/bulkfetch begins with the last so many of the page before."""
    shuffled_histories: bool = False
    """Histories come in no order, the same for the same question."""
    null_authors: bool = False
    """Nobody has written any history: its author is null."""
    no_field_ids: bool = False
    """No item has a `fieldId`."""

    # ---- Data Center -------------------------------------------------------------------------

    page_cap: int = 1000
    """Data Center's page size."""
    window: int = 10_000
    """Data Center answers 500 beyond this."""
    changelog_cap: int | None = None
    """Histories in Data Center's expand=changelog, whose `total` stays true; None: all."""
    issue_changelog: bool = False
    """Data Center has the paged /issue/{}/changelog, as some of its versions do."""
    unstable_ties: bool = False
    """What sorts alike comes in another order with every request."""
    stale_node_ms: int = 0
    """Every other request is answered by a second node, which is so far behind."""
    reindexed: datetime | None = None
    """When a reindex made the index take every issue for updated; the field stays old."""
