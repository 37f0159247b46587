"""A second, independent reading of design.md 6 to 8: slow, naive, and used only to compare."""
