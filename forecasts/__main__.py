"""`python -m forecasts`."""

import sys

from forecasts.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
