"""The figures of a month: pure functions of a snapshot, one file a paragraph of design.md 6."""

from cadence.figures import (
    days,
    delivery,
    flow,
    focused,
    followthrough,
    kpi,
    ledger,
    limits,
    lives,
    outlook,
    partners,
    passing,
    shots,
)
from cadence.figures.figure import Figure

FIGURES: tuple[Figure, ...] = (
    *days.FIGURES,
    *focused.FIGURES,
    *flow.FIGURES,
    *kpi.FIGURES,
    *delivery.FIGURES,
    *ledger.FIGURES,
    *passing.FIGURES,
    *outlook.FIGURES,
    *shots.FIGURES,
    *followthrough.FIGURES,
    *lives.FIGURES,
    *partners.FIGURES,
    *limits.FIGURES,
)
"""Every figure that `cadence why` can derive; the glossary is made from here."""

__all__ = ["FIGURES", "Figure"]
