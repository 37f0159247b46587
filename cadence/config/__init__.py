"""The team's configuration: its records, and how cadence.toml becomes them."""

from cadence.config.load import load_config
from cadence.config.records import (
    Ceremony,
    Config,
    Direction,
    Done,
    Goal,
    Jira,
    Kpi,
    Match,
    Member,
    Milestones,
    MilestoneSource,
    Partner,
    Reflections,
    Signs,
    Stage,
    Support,
    Team,
)

__all__ = [
    "Ceremony",
    "Config",
    "Direction",
    "Done",
    "Goal",
    "Jira",
    "Kpi",
    "Match",
    "Member",
    "MilestoneSource",
    "Milestones",
    "Partner",
    "Reflections",
    "Signs",
    "Stage",
    "Support",
    "Team",
    "load_config",
]
