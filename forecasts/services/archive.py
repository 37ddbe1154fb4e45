"""Archives of a whole ledger as Parquet, for scoring far more predictions than one wants to wait for: made and merged.

A bucket has every prediction on the card of one of its sources, and what these supersede, however far back: all that
says which claim of a source counts. A prediction on the cards of sources of two buckets stands in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.db.reader import SqlReader
from forecasts.db.scoring_rows import ColumnReader
from forecasts.domain.records import Phrase
from forecasts.domain.scorecards import ScorecardDocument, ScoreFilters
from forecasts.paths import needing
from forecasts.scoring.arrays import take_rows
from forecasts.scoring.columns import BYS, NONE, VOCABULARIES, ArticleColumns, By, PredictionColumns
from forecasts.scoring.readings import take_readings
from forecasts.services import column_tables as tables
from forecasts.services.column_tables import Positions
from forecasts.services.columns import LedgerColumns, column_reader, read_others
from forecasts.services.read_only import Progress, ReadableLedger, silent
from forecasts.services.receipts import ledger_receipt
from forecasts.services.scoreboard import FORMULA_VERSION

if TYPE_CHECKING:
    from forecasts.services.archive_files import ArchiveWriter
    from forecasts.services.archive_scores import Runner
    from forecasts.services.archive_tables import Named

    Ints = NDArray[Any]

NEEDED: Final = "Archives need"
AT_ONCE: Final = 1 << 17
"""So many predictions are in memory at once."""
_A_BUCKET: Final = 1 << 18
_FEWEST_BUCKETS: Final = 4


def fitting_buckets(predictions: int) -> int:
    """How many buckets keep each small enough to be scored in little memory: a power of two."""
    return 1 << max(_FEWEST_BUCKETS.bit_length() - 1, (max(predictions - 1, 0) // _A_BUCKET).bit_length())


def export_archive(
    ledger: ReadableLedger, folder: Path, *, buckets: int = 0, progress: Progress = silent
) -> tuple[int, int]:
    """Write everything that scoring reads of a ledger as an archive, a part at a time; how many predictions, buckets.

    Errors: OutputRefusedError for a place that cannot be written, is no archive, or without pyarrow.
    """
    with needing("archive", NEEDED), ledger.snapshot() as snapshot:
        from forecasts.services.archive_files import bucket_of, check_buckets, written_archive
        from forecasts.services.archive_record import write_predictions, write_record

        count: int = snapshot.reader.value("SELECT COUNT(*) FROM prediction")
        chosen = check_buckets(buckets or fitting_buckets(count))
        with written_archive(folder, chosen) as writer:
            reader = column_reader(snapshot.reader)
            data = read_others(reader)
            bucket = np.array([bucket_of(slug, chosen) for slug, _, _ in data.sources], dtype=np.int64)
            spread = Spread(writer, bucket, data.columns.articles, *_read_revisions(snapshot.reader, data))
            write_others(writer, data, bucket, tuple(snapshot.records.all(Phrase)))
            write_record(writer, snapshot.reader)
            done = last = 0
            while end := rows.read_last_key(reader, last, AT_ONCE):
                part = column_reader(snapshot.reader, {"prediction": f"BETWEEN {last + 1} AND {end}"})
                table, named = _read_part(part, data)
                spread.add(table, named)
                write_predictions(writer, snapshot.reader, done // AT_ONCE, last + 1, end)
                done, last = done + len(table), end
                progress("Writing predictions", done, count)
            progress("Completing the files", 0, 0)
            writer.finish(FORMULA_VERSION, (ledger_receipt(snapshot.reader, ledger.today()),), done)
    return done, chosen


def write_others(writer: ArchiveWriter, data: LedgerColumns, bucket: Ints, phrases: Sequence[Phrase]) -> None:
    """Write everything but the predictions; `bucket` is that of each source."""
    from forecasts.services import archive_tables as arrow

    writer.write("sources", arrow.sources_table(data, bucket))
    writer.write("scenarios", arrow.scenarios_table(data.scenarios))
    writer.write("questions", arrow.questions_table(data))
    writer.write("resolutions", arrow.resolutions_table(data.columns.questions))
    writer.write("phrases", arrow.phrases_table(phrases))


def merge_archives(output: Path, inputs: Sequence[Path], progress: Progress = silent) -> tuple[int, int]:
    """As `archive_merge.merge_files`; OutputRefusedError where what it needs is not installed."""
    with needing("archive", NEEDED):
        from forecasts.services.archive_merge import merge_files

        return merge_files(output, inputs, progress)


@dataclass(frozen=True, slots=True)
class Cluster:
    """What carries the buckets: so many `workers` of this machine, or those of a Dask `scheduler`, which is waited for
    so many seconds; with the files of TLS where it wants them.
    """

    workers: int = 0
    scheduler: str = ""
    timeout: float = 30.0
    tls_ca_file: str = ""
    tls_cert: str = ""
    tls_key: str = ""


def score_archive(
    folder: Path,
    filters: ScoreFilters,
    today: date,
    *,
    with_doubt: bool = False,
    cluster: Cluster | None = None,
    progress: Progress = silent,
) -> ScorecardDocument:
    """The scorecards of an archive, in this process or on a cluster; `with_doubt` with the benefit of the doubt.

    Errors: as `archive_scorecards` and `run_on`; OutputRefusedError where what it needs is not installed.
    """
    with needing("archive", NEEDED):
        from forecasts.services.archive_scores import archive_scorecards, run_here, run_on_processes

        with ExitStack() as stack:
            run: Runner = run_here if cluster is None else partial(run_on_processes, cluster.workers)
            if cluster is not None and cluster.scheduler:
                from forecasts.services.archive_cluster import run_on

                run = stack.enter_context(run_on(cluster))
            return archive_scorecards(folder, filters, today, with_doubt=with_doubt, run=run, progress=progress)


def _read_part(reader: ColumnReader, data: LedgerColumns) -> tuple[PredictionColumns, Named]:
    """Some predictions, further readings taken in, as the whole ledger has them."""
    from forecasts.services.archive_tables import Named

    found = rows.read_predictions(reader, tuple(VOCABULARIES))
    keys = Positions(found["id"])
    named_keys = np.unique(np.concatenate([found["id"], found["supersedes"], found["restates"]]))
    everyone = Positions(named_keys[named_keys > 0])
    table = tables.prediction_columns(reader, found, data.keys, data.columns.articles, keys, everyone)
    read = rows.read_readings(reader)
    numbers = (tables.own(read[name]) for name in ("probability", "low", "high"))
    slug, article, phrase, proposed_by = zip(*rows.read_names(reader), strict=True)
    is_proposed = [program != "" for program in proposed_by]
    names = Named(found["id"], found["supersedes"], found["restates"], slug, article, phrase, is_proposed)
    return take_readings(table, keys.of(read["owner"]), *numbers), names


def _read_revisions(reader: SqlReader, data: LedgerColumns) -> tuple[Ints, Ints, Holders]:
    """What revises what, by key; and who holds the later ones. A circle, of which nothing is the last, is left out."""
    narrowed = column_reader(reader, rows.REVISIONS)
    found, speakers = rows.read_revisions(narrowed), rows.read_speakers(narrowed)
    later = Positions(found["id"])
    known = Positions(np.unique(np.concatenate([found["id"], found["supersedes"]])))
    following = np.full(len(known), NONE, dtype=np.int32)
    following[known.of(found["id"])] = known.of(found["supersedes"])
    is_sound = ~np.isin(found["id"], known.keys[tables.circular(following)])
    holders = Holders(
        later.starts(speakers["owner"]),
        data.keys.sources.of(speakers["other"]),
        data.keys.articles.of(found["article"]),
    )
    earlier = np.where(is_sound, found["supersedes"], 0)
    return found["id"], earlier, holders


@dataclass(frozen=True, slots=True)
class Holders:
    """By prediction, its speakers (in the CSR layout) and its article: what says on whose cards it is."""

    speaker_start: Ints
    speaker: Ints
    article: Ints

    def read(self, articles: ArticleColumns, by: By) -> tuple[Ints, Ints]:
        """The sources on whose cards each is by that, whatever the article does with it, in the CSR layout."""
        if by == "speaker":
            return self.speaker_start, self.speaker
        has_article = np.flatnonzero(self.article >= 0)
        count = np.zeros(self.article.size, dtype=np.int64)
        at = self.article[has_article]
        if by == "outlet":
            source = articles.outlet[at]
            count[has_article], source = source >= 0, source[source >= 0]
        else:
            owner, place = take_rows(articles.author_start, at)
            source = articles.author[place]
            count[has_article] = np.bincount(owner, minlength=at.size)
        return np.concatenate(([0], np.cumsum(count))), source


class Spread:
    """Spreads predictions over the buckets of an archive, a part after another, each part after all before it.

    `later` are the keys of the predictions that revise another, rising, `earlier` those of what they revise, 0 where
    that is to be left out.
    """

    def __init__(
        self,
        writer: ArchiveWriter,
        bucket: Ints,
        articles: ArticleColumns,
        later: Ints,
        earlier: Ints,
        holders: Holders,
    ) -> None:
        self._writer, self._bucket, self._articles = writer, bucket, articles
        self._later, self._earlier = later, earlier
        self._wanted = {by: self._wanted_earlier(self._pairs(by, *holders.read(articles, by))) for by in BYS}

    def _pairs(self, by: By, start: Ints, source: Ints) -> Ints:
        """In which buckets each prediction is for its own sake: place * buckets + bucket. Nobody's is in the first."""
        count, buckets = np.diff(start), self._writer.buckets
        alone = np.flatnonzero(count == 0) * buckets if by == "speaker" else np.zeros(0, dtype=np.int64)
        return np.concatenate([np.repeat(np.arange(count.size), count) * buckets + self._bucket[source], alone])

    def _wanted_earlier(self, pairs: Ints) -> Ints:
        """The earlier predictions that are wanted in each bucket: key * buckets + bucket, rising."""
        buckets = self._writer.buckets
        place, bucket = np.divmod(pairs, buckets)
        following = np.unique(self._later[place] * buckets + bucket)
        found = following[:0]
        while following.size:
            key, bucket = np.divmod(following, buckets)
            earlier = self._superseded(key)
            following = np.unique(earlier[earlier > 0] * buckets + bucket[earlier > 0])
            following = following[~np.isin(following, found)]
            found = np.union1d(found, following)
        return found

    def _superseded(self, key: Ints) -> Ints:
        """What each prediction revises, 0 for nothing."""
        at = np.minimum(np.searchsorted(self._later, key), max(self._later.size - 1, 0))
        if not self._later.size:
            return np.zeros(key.size, dtype=np.int64)
        return np.where(self._later[at] == key, self._earlier[at], 0)

    def add(self, table: PredictionColumns, named: Named) -> None:
        """Write these predictions, which are in the order of their keys."""
        from forecasts.services.archive_tables import claims_table, on_cards

        named = replace(named, supersedes=self._superseded(named.number))
        claims = claims_table(table, self._articles, named)
        buckets, holders = self._writer.buckets, Holders(table.speaker_start, table.speaker, table.article)
        for by in BYS:
            start, source = holders.read(self._articles, by)
            count = np.diff(start)
            first = np.where(count > 0, self._bucket[np.append(source, 0)[start[:-1]]], 0)
            wanted, ends = self._wanted[by], np.array([named.number[0], named.number[-1] + 1]) * buckets
            key, bucket = np.divmod(wanted[slice(*np.searchsorted(wanted, ends))], buckets)
            earlier = np.searchsorted(named.number, key) * buckets + bucket
            pairs = np.unique(np.concatenate([self._pairs(by, start, source), earlier]))
            row, bucket = np.divmod(pairs, buckets)
            order = np.argsort(bucket, kind="stable")
            ends = np.searchsorted(bucket[order], np.arange(buckets + 1))
            for one in range(buckets):
                chosen = row[order[ends[one] : ends[one + 1]]]
                if chosen.size:
                    self._writer.add(by, one, on_cards(claims, chosen, start, source, first[chosen] == one))
