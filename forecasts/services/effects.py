"""What a change of a resolution does to the sources' scores: derived before and after, in the same transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket
from forecasts.domain.views import BucketMove, ScoreMove

if TYPE_CHECKING:
    from forecasts.db.engine import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """Every speaker's mean Brier score and number of scored questions, and every claim's bucket, at one moment."""

    names: dict[str, str]
    brier: dict[str, float | None]
    scored: dict[str, int]
    buckets: dict[tuple[int, str], Bucket]


def read_standing(connection: Connection) -> Standing:
    """The standing by speaker, with the first claim on each question counting."""
    from forecasts.scoring import Bucket as Code
    from forecasts.scoring import scorecards
    from forecasts.services.columns import read_columns

    ledger = read_columns(connection)
    cards = scorecards(ledger.columns)
    slugs = [slug for slug, _, _ in ledger.sources]
    words = {code: Bucket(code.name.lower()) for code in Code}
    claims, keys = cards.claims, ledger.prediction_keys.tolist()
    return Standing(
        names={slug: name for slug, name, _ in ledger.sources},
        brier={slug: _known(value) for slug, value in zip(slugs, cards.brier.tolist(), strict=True)},
        scored=dict(zip(slugs, cards.brier_n.tolist(), strict=True)),
        buckets={
            (keys[prediction], slugs[source]): words[Code(bucket)]
            for prediction, source, bucket in zip(
                claims.prediction.tolist(), claims.source.tolist(), claims.bucket.tolist(), strict=True
            )
        },
    )


def score_moves(before: Standing, after: Standing) -> tuple[ScoreMove, ...]:
    """The sources whose score or number of scored questions moved, by name."""
    moved = [
        slug
        for slug in after.names
        if (before.brier.get(slug), before.scored.get(slug, 0)) != (after.brier[slug], after.scored[slug])
    ]
    moves = (
        ScoreMove(
            source=slug,
            name=after.names[slug],
            brier_before=before.brier.get(slug),
            brier_after=after.brier[slug],
            scored_before=before.scored.get(slug, 0),
            scored_after=after.scored[slug],
        )
        for slug in moved
    )
    return tuple(sorted(moves, key=lambda move: move.name))


def bucket_moves(before: Standing, after: Standing) -> tuple[BucketMove, ...]:
    """How many claims changed from one bucket to another."""
    counted = Counter(
        (before.buckets[claim], bucket)
        for claim, bucket in after.buckets.items()
        if claim in before.buckets and before.buckets[claim] is not bucket
    )
    return tuple(BucketMove(before=was, after=now, claims=claims) for (was, now), claims in sorted(counted.items()))


def _known(value: float) -> float | None:
    return None if value != value else value
