"""Which issues were linked to which: only the history tells, by changes of the field `Link`."""

from collections import defaultdict

from cadence.snapshot import IssueAt, Moment, Snapshot, once

LINK = "Link"
"""The field's name in Jira's history; its ids are keys, its texts name the kind of link."""

BUG = "Bug"
"""The name of the type that defects have."""


def linked(moment: Moment, issue: IssueAt) -> frozenset[int]:
    """Return the ids of the issues that an issue was linked to, as its own history tells."""
    held: set[tuple[str | None, str | None]] = set()
    for change in issue.history.by_field.get(LINK, ()):
        if change.at < moment.instant:
            held.discard((change.from_id, change.from_text))
            held.add((change.to_id, change.to_text))
    ids = moment.world.meanings.issue_id
    return frozenset(ids[key] for key, _ in held if key in ids)


@once
def bugs_by_milestone(snapshot: Snapshot) -> dict[int, tuple[IssueAt, ...]]:
    """Return the bugs at T that are children of a milestone, or linked to it by either history."""
    moment = snapshot.moment
    bugs = {i.id: i for i in moment.issues if i.type == BUG and not moment.is_milestone(i)}
    found: dict[int, set[int]] = defaultdict(set)
    for milestone in moment.milestones if bugs else ():
        below = {child.id for child in moment.children(milestone)}
        found[milestone.id] = (below | linked(moment, milestone)) & bugs.keys()
    for bug in bugs.values():
        for other in linked(moment, bug):
            found[other].add(bug.id)
    return {number: tuple(bugs[i] for i in sorted(ids)) for number, ids in found.items()}
