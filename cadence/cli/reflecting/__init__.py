"""The commands of `cadence reflect` that are more than a few lines."""
