"""The words in which `report --diff` names a figure and writes its values."""

from typing import Any

SURE = 0.95
"""A chance above it is told as no more."""

_HEADINGS = {
    "focus.focus": "Focus",
    "focus.focus_low": "Focus, at least",
    "focus.focus_high": "Focus, at most",
    "focus.buckets.share": "Share of the effort",
    "focus.buckets.count_share": "Share of the issues",
    "focus.goals.share": "Share of the effort",
    "focus.flow.cycle_time_p50": "Half of the issues finished within, days",
    "focus.flow.cycle_time_p85": "85 % of the issues finished within, days",
    "focus.flow.throughput": "Issues finished",
    "focus.flow.timed": "Issues with a cycle time",
    "focus.flow.wip": "Issues in progress at once (WIP)",
    "done.committed": "Milestones due this month when it began",
    "done.delivered_of_committed": "Milestones due this month when it began, and delivered",
    "done.predictability": "Share of those due this month when it began that are delivered",
    "done.claimed_not_done": "Closed with open issues",
    "done.milestones.chance": "Chance to meet the due date",
    "done.milestones.late_days": "Days past the due date",
    "done.milestones.slip_days": "Slip, days",
    "done.milestones.slip_in_month_days": "Slip in the month, days",
    "done.milestones.first_due": "First due date",
    "done.milestones.due": "Due date",
    "done.milestones.due_deleted": "Day on which the due date was deleted",
    "done.milestones.claimed": "Closed with open issues",
    "done.predictability_recent.share": "Commitments kept over the last months",
    "done.predictability_recent.delivered": "Commitments kept over the last months",
    "data_quality.what": "How far the numbers carry",
}
"""Plain words for the fields whose name is none."""

_SHARES = {
    "focus", "focus_low", "focus_high", "coverage", "share", "count_share", "chance",
    "predictability", "follow_through",
}  # fmt: skip
"""The fields that are shares of 1, written in per cent."""


def heading(path: str) -> str:
    """Return the words for a place in the report's data: `focus.effort_days` is 'Effort days'."""
    return _HEADINGS.get(path) or path.rsplit(".", 1)[-1].replace("_", " ").capitalize()


def share(unit: str, value: Any) -> str:
    """Return a value of a unit: shares of 1 in per cent."""
    if value is not None and unit.startswith("share"):
        return f"{100 * value:.0f} %"
    return shown("", value)


def shown(path: str, value: Any) -> str:
    """Return a value of a place as people write it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if path.endswith("chance") and value > SURE:
        return ">95 %"  # as reports write it: nothing is sure while work remains
    if isinstance(value, float | int) and path.rsplit(".", 1)[-1] in _SHARES:
        return f"{100 * value:.4g} %"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, dict):
        return str(value.get("text") or ", ".join(shown("", one) for one in value.values()))
    return ", ".join(shown("", one) for one in value) if isinstance(value, list) else str(value)
