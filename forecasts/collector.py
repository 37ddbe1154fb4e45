"""When Python looks for cyclic garbage: all the steering of its collector, by what it is for.

Records, rows and cards hold no circles, and looking for some among many of them costs as much for every object.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG_OBJECTS = 50_000
"""New objects before the youngest are looked at where many records are made; Python's own number is 700."""


def wait_until_painted() -> None:
    """Look for nothing until the first screen is painted, which needs nearly everything that is made by then."""
    gc.disable()


def begin_work() -> None:
    """The first screen is painted: throw away what it needed no more, and never look at the rest again."""
    gc.collect(0)  # nothing was looked for since the start, so all is young
    gc.freeze()
    gc.enable()


@contextmanager
def making_many_records() -> Iterator[None]:
    """Many records are made and let go meanwhile."""
    often = gc.get_threshold()
    gc.set_threshold(_YOUNG_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*often)


@contextmanager
def making_one_document() -> Iterator[None]:
    """Many small objects are made meanwhile, and all are in use at the end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
