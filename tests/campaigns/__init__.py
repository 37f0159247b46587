"""Campaigns of faults: each breaks a sync in its own way and returns the promises that it broke."""
