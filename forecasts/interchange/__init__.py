"""Packs, other people's formats and scorecard files: text and bytes to plain records and back."""
