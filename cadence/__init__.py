"""The operating cadence of a machine-learning team: two goals, a reflection, DONE DONE DONE."""

__version__ = "0.1.0"
