"""Parents that Jira names by a key: their ids are known once the walk has met them."""

from dataclasses import replace

from cadence.jira.decode import Decoded
from cadence.model import SetAside
from cadence.store import facts, runs
from cadence.store.database import writing
from cadence.sync.run_state import Pull


def with_parent(pull: Pull, one: Decoded) -> Decoded:
    """Resolve a parent that is named by a key; one that no page has listed yet is put off."""
    key = one.parent_key
    if key is None:
        return one
    if key not in pull.site.issue_ids:
        pull.parents[one.issue.id] = key
        return one
    return replace(one, issue=replace(one.issue, parent_id=pull.site.issue_ids[key] or None))


def put_off(pull: Pull, good: list[Decoded]) -> list[SetAside]:
    """Return what is to be noted of issues without their parent: a run that is cut short leaves
    them to the next one.
    """
    return [
        SetAside(_subject(one.issue.id), f"its parent {one.parent_key} is not known yet", pull.now)
        for one in good
        if one.issue.id in pull.parents
    ]


def settle_parents(pull: Pull) -> None:
    """Store the parents that were put off, asking Jira once for each that no walk has listed."""
    if not pull.parents:
        return
    known = pull.site.issue_ids
    for key in set(pull.parents.values()) - known.keys():
        known[key] = pull.connection.face.id_of(key) or 0
    with writing(pull.db):
        facts.save_parents(pull.db, {i: known[key] or None for i, key in pull.parents.items()})
        runs.clear_set_aside(pull.db, map(_subject, pull.parents))
    pull.parents.clear()


def _subject(number: int) -> str:
    return f"issue:{number}:parent"
