"""Plain records, their words and their rules: the standard library and pendulum only."""
