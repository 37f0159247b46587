"""Confluence: the pages that cadence keeps there, and never at the cost of what others wrote."""
