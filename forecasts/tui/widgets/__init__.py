"""Widgets that know nothing of the ledger."""
