"""Which way of finding changes is cheaper: the pages that Jira grants tell, once they are known."""

import math

from sqlite_utils import Database

from cadence.jira.fields import Flavor
from cadence.jira.walk import Walk
from cadence.store.database import writing
from cadence.store.runs import load_cursor, save_cursor
from cadence.sync.run_state import Pull

_CURSOR = "granted"
_LEAST = 100
"""So many issues with their `updated` any site grants on a page; many grant far more."""

_ON_DATA_CENTER = 1000
_IDS = 5000
"""So many issues are on a page that holds nothing but ids."""

_OTHER_WAY = 2
"""What is asked beside the ids when changes are searched for: the search, and its count."""


def pages_of_all(db: Database, flavor: Flavor, known: int) -> int:
    """Return how many pages list so many issues with their `updated`."""
    granted = load_cursor(db, _CURSOR).get("updated")
    least = _ON_DATA_CENTER if flavor is Flavor.DATA_CENTER else _LEAST
    page = granted if isinstance(granted, int) and granted > least else least
    return math.ceil(known / page)


def cheaper_to_compare_all(db: Database, flavor: Flavor, known: int) -> bool:
    """Tell whether to compare `updated` of all issues costs no more than to search for changes.

    On Data Center it never does: there, pages of ids are no larger.
    """
    if flavor is Flavor.DATA_CENTER:
        return True
    return pages_of_all(db, flavor, known) <= math.ceil(known / _IDS) + _OTHER_WAY


def note_granted(pull: Pull, walk: Walk) -> None:
    """Remember the largest page that Jira granted of a walk with `updated`."""
    if walk.granted:
        with writing(pull.db):
            save_cursor(pull.db, _CURSOR, {"updated": walk.granted}, pull.now)
