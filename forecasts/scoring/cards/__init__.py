"""Scorecards: every figure of every source at once."""
