"""The places and pages of the terminal UI, one module each."""
