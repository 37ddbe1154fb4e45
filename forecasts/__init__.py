"""Keeps the score of people who predict in print."""

__version__ = "1.0.0"
