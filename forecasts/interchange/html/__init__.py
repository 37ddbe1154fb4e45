"""Scorecards as HTML: one self-contained page for each source, and an index."""
