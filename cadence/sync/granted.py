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

_IDS = 5000
"""So many issues are on a page that holds nothing but ids."""

_OTHER_WAY = 2
"""What is asked beside the ids when changes are searched for: the search, and its count."""


def cheaper_to_compare_all(db: Database, flavor: Flavor, known: int) -> bool:
    """Tell whether to compare `updated` of all issues costs no more than to search for changes.

    On Data Center it never does: there, pages of ids are no larger.
    """
    if flavor is Flavor.DATA_CENTER:
        return True
    granted = load_cursor(db, _CURSOR).get("updated")
    page = granted if isinstance(granted, int) and granted > _LEAST else _LEAST
    return math.ceil(known / page) <= math.ceil(known / _IDS) + _OTHER_WAY


def note_granted(pull: Pull, walk: Walk) -> None:
    """Remember the largest page that Jira granted of a walk with `updated`."""
    if walk.granted:
        with writing(pull.db):
            save_cursor(pull.db, _CURSOR, {"updated": walk.granted}, pull.now)
