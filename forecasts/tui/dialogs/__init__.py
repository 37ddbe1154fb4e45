"""Dialogs: each asks one typed question, checks the answer, and returns it or None."""
