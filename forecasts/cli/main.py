"""The entry of the program: streams and signals made safe first, then the command. Imports nothing heavy itself."""

import os
import signal
import sys
from types import FrameType

from forecasts.cli.output import INTERRUPTED, carry_out, flushed, make_streams_safe

_SIGNAL_STATUS = 128
_COMPLETION = "_FORECASTS_COMPLETE"
"""By this variable a shell asks what can be typed next."""


def run() -> int:
    """Run the command on the process's command line; the result is its exit status."""
    try:
        # leave by an exception when told to, so that whatever is half made is taken away
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _leave)
        make_streams_safe()
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing is multiplied here, and idle threads of NumPy spin
        if len(sys.argv) == 1 and _COMPLETION not in os.environ:  # nothing to parse, which loads half as much again
            from forecasts.cli.start import open_or_set_up

            return flushed(carry_out(open_or_set_up))
        from forecasts.cli.program import execute

        return flushed(execute(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return INTERRUPTED


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(_SIGNAL_STATUS + number)
