"""Bare arithmetic: formulas without guards. Whoever calls them has checked the input."""
