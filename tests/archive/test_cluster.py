"""Scorecards of an archive on a Dask cluster of the real programs: equal, also where a worker dies on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from distributed import Client

from tests.archive.ledgers import named_ledger, write
from tests.scoring.ledger import random_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60.0
BUCKETS = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        named_ledger(random_ledger(5, predictions=300, questions=20, sources=9).columns()),
        tmp_path / "archive",
        BUCKETS,
        300,
    )
    return tmp_path / "archive"


@dataclass(frozen=True)
class Running:
    """A scheduler with two workers, and their processes by the workers' addresses."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: dict[str, subprocess.Popen[bytes]]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def _started(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("dask")), *words, "--host", "127.0.0.1", "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster() -> Iterator[Running]:
    ports = [_free_port() for _ in range(3)]
    address = f"tcp://127.0.0.1:{ports[0]}"
    with ExitStack() as stack:
        scheduler = stack.enter_context(_started("scheduler", "--port", str(ports[0])))
        alone = ("--no-nanny", "--nthreads", "1", "--worker-port")
        workers = {
            f"tcp://127.0.0.1:{port}": stack.enter_context(_started("worker", address, *alone, str(port)))
            for port in ports[1:]
        }
        with Client(address, timeout=PATIENCE) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
        yield Running(address, scheduler, workers)


def _command(folder: Path, *words: str) -> list[str]:
    view = ("--by", "speaker", "--as-of", "2022-02-01", "--json")
    return [sys.executable, "-m", "forecasts", "scores", "--archive", str(folder), *view, *words]


def _here(folder: Path, *words: str) -> bytes:
    return subprocess.run(_command(folder, *words), capture_output=True, check=True).stdout


def _wait_until_busy(address: str, worker: str) -> None:
    """Until a task is under way on that worker."""
    with Client(address, timeout=PATIENCE) as client:
        end = time.monotonic() + PATIENCE
        while not any(client.processing([worker]).values()):
            assert time.monotonic() < end, "no task reached the worker"


def test_two_workers_give_the_same(folder: Path, cluster: Running) -> None:
    words = ("--which", "last", "--by", "outlet")
    expected = _here(folder, *words)
    assert expected.startswith(b'{"formula_version"')
    assert _here(folder, *words, "--scheduler", cluster.address) == expected


def test_a_worker_killed_on_the_way_changes_nothing(folder: Path, cluster: Running) -> None:
    doomed, process = next(iter(cluster.workers.items()))
    process.send_signal(signal.SIGSTOP)  # so that it has tasks and finishes none
    with subprocess.Popen(_command(folder, "--scheduler", cluster.address), stdout=subprocess.PIPE) as run:
        _wait_until_busy(cluster.address, doomed)
        assert run.poll() is None
        process.send_signal(signal.SIGKILL)
        found, _ = run.communicate(timeout=PATIENCE)
    assert (run.returncode, found) == (0, _here(folder))


def test_a_process_of_this_machine_killed_on_the_way_changes_nothing(folder: Path) -> None:
    with subprocess.Popen(_command(folder, "--workers", "2"), stdout=subprocess.PIPE) as run:
        _wait_for_processes(run)[0].kill()
        printed, _ = run.communicate(timeout=PATIENCE)
    assert (run.returncode, printed) == (0, _here(folder))


def _wait_for_processes(run: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Those that it started, as soon as there is one."""
    end = time.monotonic() + PATIENCE
    while not (found := [one for one in psutil.Process(run.pid).children() if "spawn_main" in str(one.cmdline())]):
        assert run.poll() is None
        assert time.monotonic() < end, "no process was started"
    return found


@pytest.mark.parametrize("pause", [0.0, 0.4])
def test_an_interrupt_from_the_keyboard_is_told_in_a_word(folder: Path, pause: float) -> None:
    with subprocess.Popen(
        _command(folder, "--workers", "2"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as run:
        _wait_for_processes(run)
        with suppress(subprocess.TimeoutExpired):
            run.wait(pause)
        os.killpg(run.pid, signal.SIGINT)
        printed, said = run.communicate(timeout=PATIENCE)
    assert (run.returncode, printed, said) == (130, b"", b"Interrupted.\n")


def test_a_scheduler_that_goes_away_is_told(folder: Path, cluster: Running) -> None:
    for process in cluster.workers.values():
        process.send_signal(signal.SIGSTOP)
    words = ("--scheduler", cluster.address, "--timeout", "5")
    with subprocess.Popen(_command(folder, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        _wait_until_busy(cluster.address, next(iter(cluster.workers)))
        cluster.scheduler.kill()
        found, said = run.communicate(timeout=PATIENCE)
    assert (run.returncode, found) == (1, "")
    assert "scheduler went away" in said


def test_half_of_what_tls_needs_is_told(folder: Path) -> None:
    words = ("--scheduler", "tls://127.0.0.1:1", "--timeout", "1", "--tls-ca-file", "nowhere.pem")
    run = subprocess.run(_command(folder, *words), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("No Dask scheduler")
    assert "Traceback" not in run.stderr


def test_a_scheduler_that_is_not_there_is_told_in_time(folder: Path) -> None:
    start = time.monotonic()
    words = ("--scheduler", f"tcp://127.0.0.1:{_free_port()}", "--timeout", "1")
    run = subprocess.run(_command(folder, *words), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    assert "within 1 s" in run.stderr
    assert time.monotonic() - start < PATIENCE
