"""The terminal UI in a browser of the same machine, for nobody else."""
