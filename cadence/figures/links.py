"""Which issues were linked to which: only the history tells, by changes of the field `Link`."""

from collections.abc import Iterator

from cadence.snapshot import IssueAt, Moment

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


def bugs_of(moment: Moment, milestone: IssueAt) -> Iterator[IssueAt]:
    """Yield the bugs that were children of a milestone, or linked to it by either history."""
    below = {child.id for child in moment.children(milestone)}
    named = linked(moment, milestone)
    for bug in moment.issues:
        if bug.type == BUG and not moment.is_milestone(bug):
            known = bug.id in below or bug.id in named
            if known or milestone.id in linked(moment, bug):
                yield bug
