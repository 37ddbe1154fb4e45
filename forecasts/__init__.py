"""Keeps the score of people who predict in print."""

__version__ = "0.1.0"
