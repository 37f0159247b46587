"""Readers of each format that are none of ours, or are written from its documentation alone.

Each has `read(text)`, which returns a `Seen`: what the text does, in order, and what it says.
"""
