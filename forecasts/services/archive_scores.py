"""Scorecards of an archive: bucket by bucket, here or on a Dask cluster, equal to the last bit to those of a database.

What says of a source nothing but its own is worked out in its bucket, by the code that scores a database. What sets
sources beside each other is worked out here, from one row for each answer, put into the order in which a database has
them: numbers are added in that order, so the sums are the same, wherever the rows came from.
"""

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forecasts.domain.records import Phrase
from forecasts.domain.scorecards import ScorecardDocument, ScoreFilters
from forecasts.domain.values import nearest
from forecasts.errors import ForecastsError, InvalidInputError, UnknownRecordError
from forecasts.scoring import Carried, Scorecards
from forecasts.scoring.arrays import order_by
from forecasts.scoring.cards.figures import CrpsTable, Hindsight
from forecasts.scoring.cards.ranking import answers_of, shared_figures
from forecasts.scoring.cards.scorecards import own_figures, ranked_figures
from forecasts.scoring.columns import By
from forecasts.scoring.counting.classify import Claims, sort_claims
from forecasts.scoring.counting.view import View, holders, joint_claims
from forecasts.scoring.difficulty import Answers
from forecasts.services.archive_columns import CLAIMS
from forecasts.services.archive_files import TABLES, Archive, bucket_of, claims_file, held_to_ledger, open_archive
from forecasts.services.archive_gathered import Gathered
from forecasts.services.archive_tables import read_claims, read_others, read_phrases
from forecasts.services.card_figures import Beside, beside_claims, scorecards_of
from forecasts.services.columns import LedgerColumns
from forecasts.services.read_only import Progress, silent
from forecasts.services.scoreboard import FORMULA_VERSION, choices, in_order, reread_phrases, used_filters

Ints: TypeAlias = NDArray[Any]

_AHEAD: Final = 2
"""So many tasks for each process are under way at once: what they give waits in memory until it is taken in."""
_MOST_TRIES: Final = 3
HOLDERS: Final = 1 << 16  # more than one prediction can be on the cards of
_ANSWER: Final = np.dtype(
    [("order", "i8"), ("source", "i4"), ("question", "i4"), ("score", "f8"), ("log_probability", "f8")]
)
_BY_SOURCE: Final = (Carried, Hindsight)
_UNSCORED: Final = ("article", "phrase")
_ROWS: Final = ("scored", "marks", "measured")


@dataclass(frozen=True, slots=True)
class BucketFigures:
    """What comes of one bucket.

    bucket    which
    sources   the positions of its sources
    figures   by name, what says of each of them nothing but its own
    answers   one row for each scored claim of theirs, in their order
    joint     what `joint_claims` gives of them
    unlisted  how many predictions keep their number as the standard does not list their phrase
    """

    bucket: int
    sources: Ints
    figures: dict[str, Any]
    answers: NDArray[Any]
    joint: NDArray[np.int64]
    unlisted: int


@dataclass(frozen=True, slots=True)
class BucketTask:
    """What is to be worked out of a bucket, as it is sent to whoever does it."""

    folder: Path
    bucket: int
    view: View
    phrases: tuple[Phrase, ...] | None = None
    with_doubt: bool = False
    formula_version: str = FORMULA_VERSION

    def run(self) -> BucketFigures:
        """The figures. InvalidInputError names a file that is missing or damaged."""
        if self.formula_version != FORMULA_VERSION:
            msg = f"A worker has formula version {FORMULA_VERSION}, and {self.formula_version} is asked for."
            raise InvalidInputError(msg, advice="Install the same version of forecasts on every worker.")
        archive, by, unlisted = open_archive(self.folder), self.view.by, 0
        others, bucket_of = read_everything_else(self.folder, archive.manifest.text())
        is_reread = self.phrases is not None
        data, flags = read_bucket(archive, others, by, self.bucket, with_phrases=is_reread)
        if self.phrases is not None:
            said, of_said = data, flags
            if by != "speaker":
                said, of_said = read_bucket(archive, others, "speaker", self.bucket, with_phrases=True)
            unlisted = int(np.count_nonzero(of_said["is_first_copy"][reread_phrases(said, self.phrases).unlisted]))
            data = replace(data, columns=reread_phrases(data, self.phrases).columns)
        own = np.flatnonzero(bucket_of == self.bucket)
        claims, found = _own_figures(data, self.view, flags["proposed"], own if self.with_doubt else own[:0])
        columns = data.columns
        is_own = np.zeros(len(columns.sources), dtype=np.bool_)
        is_own[own] = True
        rows = np.flatnonzero(is_own[found["scored"].source])
        scored = found["scored"].where(rows)
        part = answers_of(scored)
        answers = np.empty(rows.size, dtype=_ANSWER)
        answers["order"] = order_of(data, claims)[scored.row]
        for field in fields(part):
            answers[field.name] = getattr(part, field.name)
        joint = joint_claims(columns, self.view.by)
        figures = {name: _of_sources(value, own, is_own) for name, value in found.items() if name not in _ROWS}
        return BucketFigures(self.bucket, own, figures, answers, joint[is_own[joint[:, 1]]], unlisted)


def read_bucket(
    archive: Archive, others: LedgerColumns, by: By, bucket: int, *, with_phrases: bool = False
) -> tuple[LedgerColumns, dict[str, NDArray[np.bool_]]]:
    """As `read_claims`, of a bucket. InvalidInputError names the file where it is damaged."""
    name = claims_file(by, bucket)
    columns = [name for name in CLAIMS.names if name not in _UNSCORED[: 1 if with_phrases else 2]]
    with held_to_ledger(archive.folder / name):
        found = read_claims(archive.table(name, columns), others, by)
    pa.default_memory_pool().release_unused()
    return found


@lru_cache(maxsize=1)
def read_everything_else(folder: Path, _manifest: str) -> tuple[LedgerColumns, Ints]:
    """Everything of an archive but the predictions, and the bucket of each source. InvalidInputError."""
    archive = open_archive(folder)
    found = [archive.table(f"{name}.parquet") for name in TABLES[:4]]
    with held_to_ledger(folder):
        data, bucket = read_others(*found), found[0].column("bucket").to_numpy().copy()
        if bucket.tolist() != [bucket_of(slug, archive.manifest.buckets) for slug, _, _ in data.sources]:
            msg = "a source is said to be in another bucket than its own"
            raise ValueError(msg)
    del found
    pa.default_memory_pool().release_unused()
    return data, bucket


def _own_figures(
    data: LedgerColumns, view: View, proposed: NDArray[np.bool_], doubted: Ints
) -> tuple[Claims, dict[str, Any]]:
    """The claims, and what says of each source nothing but its own; the benefit of the doubt of the `doubted` alone."""
    columns = data.columns
    claims, proxies = sort_claims(columns, *holders(columns, view.by), view)
    found = own_figures(columns, claims, proxies, view)
    beside = beside_claims(data, view, claims.source[proposed[claims.prediction]], found["scored"], doubted)
    more = {"carried": beside.carried} if beside.carried is not None else {}
    return claims, found | {"doubt": beside.doubt, "proposed": beside.proposed} | more


def order_of(data: LedgerColumns, claims: Claims) -> NDArray[np.int64]:
    """A number for each claim that says where it stands among all of a ledger: by prediction, then by who holds it."""
    first = np.append(True, claims.prediction[1:] != claims.prediction[:-1])[: len(claims)]
    start = np.maximum.accumulate(np.where(first, np.arange(len(claims)), 0))
    return data.prediction_keys[claims.prediction] * HOLDERS + np.arange(len(claims)) - start


def _of_sources(value: Any, own: Ints, is_own: NDArray[np.bool_]) -> Any:
    if isinstance(value, CrpsTable):
        kept = is_own[value.source]
        return CrpsTable(*(getattr(value, field.name)[kept] for field in fields(value)))
    if isinstance(value, _BY_SOURCE):
        return type(value)(*(getattr(value, field.name)[own] for field in fields(value)))
    return value[own]


Runner: TypeAlias = Callable[[list[BucketTask]], Iterable[BucketFigures]]


def run_here(tasks: list[BucketTask]) -> Iterator[BucketFigures]:
    """One bucket after another, in this process."""
    return (task.run() for task in tasks)


def _end_silently() -> None:
    """Let a process end without a word when interrupted, also by what was held back while it started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """An interrupt waits until this is done, whichever thread it comes to; processes that are started inherit that."""
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, handler)
    if came:
        raise KeyboardInterrupt


def run_on_processes(workers: int, tasks: list[BucketTask]) -> Iterator[BucketFigures]:
    """On so many processes of this machine, which nobody else can reach; those of one that dies are done again."""
    remaining, tries = {task.bucket: task for task in tasks}, 0
    others = set(multiprocessing.active_children())
    while remaining:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _end_silently) as pool:
            following = iter(list(remaining.values()))
            try:
                with _interrupts_held_back():
                    under_way = {pool.submit(task.run) for task in islice(following, _AHEAD * workers)}
                while under_way:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in done:
                        found = future.result()
                        del remaining[found.bucket]
                        yield found
                        under_way |= {pool.submit(task.run) for task in islice(following, 1)}
            except BrokenProcessPool as error:
                # one that was being started as the pool broke was not told of it, and the pool waits for it for ever
                for process in set(multiprocessing.active_children()) - others:
                    process.kill()
                tries += 1
                if tries > _MOST_TRIES:
                    msg = f"A process ended without a word {tries} times, perhaps for want of memory."
                    advice = "Nothing was written. Name fewer workers, or export the archive with more buckets."
                    raise ForecastsError(msg, advice) from error
            finally:
                pool.shutdown(cancel_futures=True)


def archive_scorecards(
    folder: Path,
    filters: ScoreFilters,
    today: date,
    *,
    with_doubt: bool = False,
    run: Runner = run_here,
    progress: Progress = silent,
) -> ScorecardDocument:
    """The scorecards of every source that has predictions, as `scorecard_document` gives them of a database, without
    views of all claims together; `with_doubt` with the benefit of the doubt.

    Errors: InvalidInputError names a file that is missing, damaged or of another version; UnknownRecordError for a
    scenario or standard; what the runner raises.
    """
    archive = open_archive(folder.resolve())
    data, _ = read_everything_else(archive.folder, archive.manifest.text())
    _require("scenario", filters.scenario, data.scenarios)
    phrases = None
    if filters.standard:
        with held_to_ledger(archive.folder / "phrases.parquet"):
            every = read_phrases(archive.table("phrases.parquet"))
        _require("standard", filters.standard, sorted({phrase.standard for phrase in every}))
        phrases = tuple(phrase for phrase in every if phrase.standard == filters.standard)
    view = View(**choices(data, filters, today))
    buckets = range(archive.manifest.buckets)
    tasks = [BucketTask(archive.folder, bucket, view, phrases, with_doubt) for bucket in buckets]
    with tempfile.TemporaryDirectory(prefix="forecasts-") as scratch:
        cards, beside, unlisted = _board(data, view, run(tasks), len(tasks), Path(scratch), progress)
    found = scorecards_of(data, cards, np.flatnonzero(cards.predictions), beside if with_doubt else beside.undoubted())
    return ScorecardDocument(
        formula_version=FORMULA_VERSION,
        filters=used_filters(filters, today),
        scorecards=in_order(found),
        unlisted=unlisted if phrases is not None else None,
        receipt="\n".join(archive.manifest.receipts),
        not_its_own=data.not_its_own(),
    )


def _require(kind: str, slug: str, known: Sequence[str]) -> None:
    if slug and slug not in known:
        raise UnknownRecordError(kind, slug, nearest(slug, known))


def _board(
    data: LedgerColumns, view: View, results: Iterable[BucketFigures], count: int, scratch: Path, progress: Progress
) -> tuple[Scorecards, Beside, int]:
    """The figures of all buckets put together, in whatever order they come."""
    nobody = np.zeros(0, dtype=np.intp)
    claims, parts = _own_figures(data, view, nobody.astype(np.bool_), nobody)  # of no prediction: what is filled in
    gathered, unlisted = Gathered(scratch, _ANSWER), 0
    joint, tables = [joint_claims(data.columns, view.by)], [parts["crps"]]
    for done, one in enumerate(results, start=1):
        for name, value in one.figures.items():
            if isinstance(value, _BY_SOURCE):
                for field in fields(value):
                    getattr(parts[name], field.name)[one.sources] = getattr(value, field.name)
            elif isinstance(value, CrpsTable):
                tables.append(value)
            else:
                parts[name][one.sources] = value
        gathered.add(one.answers)
        joint.append(one.joint)
        unlisted += one.unlisted
        progress("Scoring buckets", done, count)
    progress("Setting sources beside each other", 0, 0)
    gathered.arrange()
    beside = Beside(parts.pop("proposed"), parts.pop("carried", None), parts.pop("doubt"))
    order = order_by(*(np.concatenate([getattr(table, name) for table in tables]) for name in ("source", "unit")))
    columns = (np.concatenate([getattr(table, field.name) for table in tables]) for field in fields(CrpsTable))
    parts["crps"] = CrpsTable(*(column[order] for column in columns))
    sources, questions = len(data.columns.sources), len(data.columns.questions)
    together = np.unique(np.concatenate(joint), axis=0)
    parts |= shared_figures(lambda: map(_answers, gathered.parts()), together, sources, questions)
    ranked = ranked_figures(data.columns.sources.anonymous, parts)
    return Scorecards(view=view, claims=claims, **parts, **ranked), beside, unlisted


def _answers(rows: NDArray[Any]) -> Answers:
    return Answers(
        rows["source"].astype(np.intp),
        rows["question"].astype(np.intp),
        np.ascontiguousarray(rows["score"]),
        np.ascontiguousarray(rows["log_probability"]),
    )
