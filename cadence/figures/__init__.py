"""The figures of a month: pure functions of a snapshot, one file a paragraph of design.md 6."""
