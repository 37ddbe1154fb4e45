"""Dask for the buckets of an archive: a cluster that is there already.

It carries tasks to workers and figures back, and gives the tasks of a worker that died to another; what a task works
out is the same wherever it runs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from distributed import Client, Security, wait
from distributed.scheduler import KilledWorker

from forecasts.errors import ForecastsError
from forecasts.services.archive_scores import BucketFigures, BucketTask, Runner
from forecasts.text import safe

if TYPE_CHECKING:
    from forecasts.services.archive import Cluster


_NOTHING: Final = "Nothing was written."
_AHEAD: Final = 2
"""So many tasks for each worker are under way at once: what they give waits in memory until it is taken in."""


def _security(cluster: Cluster) -> Security | None:
    if not (cluster.tls_ca_file or cluster.tls_cert or cluster.tls_key):
        return None  # Dask's own settings hold
    return Security(
        tls_ca_file=cluster.tls_ca_file or None,
        tls_client_cert=cluster.tls_cert or None,
        tls_client_key=cluster.tls_key or None,
        require_encryption=True,
    )


@contextmanager
def run_on(cluster: Cluster) -> Iterator[Runner]:
    """What runs the tasks there. ForecastsError where no scheduler or worker answers in time, or they go away."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told
    with ExitStack() as stack:
        try:
            reached = Client(cluster.scheduler, timeout=cluster.timeout, security=_security(cluster))
            client = stack.enter_context(reached)
            client.wait_for_workers(1, timeout=cluster.timeout)
        except (OSError, TimeoutError, TypeError, ValueError, RuntimeError) as error:
            where = f"{safe(cluster.scheduler)} within {cluster.timeout:g} s"
            msg = f"No Dask scheduler with a worker answered at {where}: {error}"
            raise ForecastsError(msg, f"{_NOTHING} See that it runs, and that its address is right.") from error
        yield lambda tasks: _run(client, tasks, cluster.timeout)


def _run(client: Client, tasks: list[BucketTask], timeout: float) -> Iterator[BucketFigures]:
    threads = sum(client.nthreads().values())
    remaining = iter(tasks)
    under_way = {client.submit(BucketTask.run, task, pure=False) for task in islice(remaining, _AHEAD * threads)}
    try:
        while under_way:
            try:
                done, under_way = wait(under_way, timeout=timeout, return_when="FIRST_COMPLETED")
            except TimeoutError:
                if client.status == "running" and client.nthreads():
                    continue
                msg = f"No worker is left, and none came within {timeout:g} s."
                raise ForecastsError(msg, _NOTHING) from None
            for future in done:
                yield future.result()
                under_way |= {client.submit(BucketTask.run, task, pure=False) for task in islice(remaining, 1)}
    except KilledWorker as error:
        msg = "A bucket was given up: every worker that had it died."
        raise ForecastsError(
            msg, f"{_NOTHING} Give them more memory, or export the archive with more buckets."
        ) from error
    except (CancelledError, OSError) as error:
        msg = f"The Dask scheduler went away: {error}"
        raise ForecastsError(msg, _NOTHING) from error
