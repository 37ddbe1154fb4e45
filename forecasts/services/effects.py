"""Effects of a change on scores: read before and after it, in its transaction, of the sources that it can move."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.db.reader import SqlReader
from forecasts.db.rescoring import find_touched, is_any_resolved
from forecasts.domain.kinds import Bucket
from forecasts.domain.records import Article, Phrase, Prediction, Question, Reading, Record, Resolution, Source
from forecasts.domain.views import BucketMove, ScoreMove

if TYPE_CHECKING:
    from forecasts.db.store import Store
    from forecasts.services.columns import LedgerColumns


@dataclass(frozen=True, slots=True)
class ScoreSnapshot:
    """Speakers' mean scores with the number of questions, and their claims' buckets, at one moment.

    `scores` are by source and unit, None for the Brier score, which everybody has. The first claim on each question
    counts.
    """

    names: dict[str, str]
    scores: dict[tuple[str, str | None], tuple[float | None, int]]
    buckets: dict[tuple[int, str], Bucket]


class ScoreEffect:
    """Measures what a change of records does to scores: made before the change, asked after it.

    `records` are all that change, as they were and as they will be. Only the claims of the sources concerned are read
    and scored, and none where no question concerned is resolved.
    """

    def __init__(self, store: Store, records: Iterable[Record]) -> None:
        from forecasts.db.engine import reader_of

        self._reader: SqlReader = reader_of(store.connection)
        self._slugs: defaultdict[str, set[str]] = defaultdict(set)
        is_resolving = False
        for record in records:
            is_resolving |= isinstance(record, Resolution)
            for kind, slug in _touching(record):
                self._slugs[kind].add(slug)
        can_move = is_resolving or is_any_resolved(self._reader, find_touched(self._reader, self._slugs))
        self._before = self._snapshot() if can_move else None
        self._after: ScoreSnapshot | None = None

    def moves(self) -> tuple[ScoreMove, ...]:
        """The scores that moved, or whose number of questions did, by the name of their source."""
        return score_moves(self._before, self._now()) if self._before else ()

    def buckets(self) -> tuple[BucketMove, ...]:
        """How many claims changed from one bucket to another."""
        return bucket_moves(self._before, self._now()) if self._before else ()

    def _now(self) -> ScoreSnapshot:
        self._after = self._after or self._snapshot()
        return self._after

    def _snapshot(self) -> ScoreSnapshot:
        from forecasts.services.columns import read_surroundings

        return score_snapshot(read_surroundings(self._reader, find_touched(self._reader, self._slugs)))


def _touching(record: Record) -> Iterable[tuple[str, str]]:
    """Kind and slug of what a change of this record touches."""
    match record:
        case Prediction():
            named = (record.slug, record.supersedes, record.restates)
            speakers = (("speaker", slug) for slug in record.speakers)
            return [*(("prediction", slug) for slug in named), *speakers, ("asked", record.question)]
        case Reading():
            return [("prediction", record.prediction)]
        case Resolution():
            return [("question", record.question)]
        case Question():
            return [("question", slug) for slug in (record.slug, record.variant_of, *record.implies)]
        case Article():
            return [("article", record.slug)]
        case Source():
            return [("source", record.slug)]
        case Phrase():
            return [("standard", record.standard)]
    return ()


def score_snapshot(ledger: LedgerColumns) -> ScoreSnapshot:
    """The scores and buckets of everybody in these columns."""
    from forecasts.scoring import scorecards
    from forecasts.services.columns import nan_to_none

    cards = scorecards(ledger.columns)
    slugs = [slug for slug, _, _ in ledger.sources]
    words = tuple(Bucket)
    claims, keys = cards.claims, ledger.prediction_keys.tolist()
    brier = zip(slugs, cards.brier.tolist(), cards.brier_n.tolist(), strict=True)
    table = cards.crps
    crps = zip(table.source.tolist(), table.unit.tolist(), table.mean.tolist(), table.n.tolist(), strict=True)
    return ScoreSnapshot(
        names={slug: name for slug, name, _ in ledger.sources},
        scores={
            **{(slug, None): (nan_to_none(mean), n) for slug, mean, n in brier},
            **{(slugs[source], ledger.unit_name(unit)): (nan_to_none(mean), n) for source, unit, mean, n in crps},
        },
        buckets={
            (keys[prediction], slugs[source]): words[bucket]
            for prediction, source, bucket in zip(
                claims.prediction.tolist(), claims.source.tolist(), claims.bucket.tolist(), strict=True
            )
        },
    )


def score_moves(before: ScoreSnapshot, after: ScoreSnapshot) -> tuple[ScoreMove, ...]:
    """The scores that moved, or whose number of questions did, by the name of their source, be it here still or not."""
    none, names = (None, 0), {**before.names, **after.names}
    moves = (
        ScoreMove(
            source=slug,
            name=names[slug],
            unit=unit,
            before=was[0],
            after=now[0],
            scored_before=was[1],
            scored_after=now[1],
        )
        for slug, unit in before.scores.keys() | after.scores.keys()
        if (was := before.scores.get((slug, unit), none)) != (now := after.scores.get((slug, unit), none))
    )
    return tuple(sorted(moves, key=lambda move: (move.name, move.source, move.unit or "")))


def bucket_moves(before: ScoreSnapshot, after: ScoreSnapshot) -> tuple[BucketMove, ...]:
    """How many claims changed from one bucket to another."""
    counted = Counter(
        (before.buckets[claim], bucket)
        for claim, bucket in after.buckets.items()
        if claim in before.buckets and before.buckets[claim] is not bucket
    )
    return tuple(BucketMove(before=was, after=now, claims=claims) for (was, now), claims in sorted(counted.items()))
