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
    """Every speaker's mean scores with the number of questions, and every claim's bucket, at one moment.

    `scores` are by source and unit, None for the Brier score, which everybody has.
    """

    names: dict[str, str]
    scores: dict[tuple[str, str | None], tuple[float | None, int]]
    buckets: dict[tuple[int, str], Bucket]


def read_standing(connection: Connection, question: str = "") -> Standing:
    """The standing by speaker, with the first claim on each question counting.

    With a question, of those only whom a change of its resolution can move, and with only the claims of theirs: before
    and after such a change, that gives the same moves.
    """
    from forecasts.db.engine import reader_of
    from forecasts.scoring import Bucket as Code
    from forecasts.scoring import scorecards
    from forecasts.services.card_figures import unit_name
    from forecasts.services.columns import read_columns, read_surroundings
    from forecasts.services.pooled import known

    reader = reader_of(connection)
    ledger = read_surroundings(reader, question) if question else read_columns((reader,))
    cards = scorecards(ledger.columns)
    slugs = [slug for slug, _, _ in ledger.sources]
    words = {code: Bucket(code.name.lower()) for code in Code}
    claims, keys = cards.claims, ledger.prediction_keys.tolist()
    brier = zip(slugs, cards.brier.tolist(), cards.brier_n.tolist(), strict=True)
    table = cards.crps
    crps = zip(table.source.tolist(), table.unit.tolist(), table.mean.tolist(), table.n.tolist(), strict=True)
    return Standing(
        names={slug: name for slug, name, _ in ledger.sources},
        scores={
            **{(slug, None): (known(mean), n) for slug, mean, n in brier},
            **{(slugs[source], unit_name(ledger, unit)): (known(mean), n) for source, unit, mean, n in crps},
        },
        buckets={
            (keys[prediction], slugs[source]): words[Code(bucket)]
            for prediction, source, bucket in zip(
                claims.prediction.tolist(), claims.source.tolist(), claims.bucket.tolist(), strict=True
            )
        },
    )


def score_moves(before: Standing, after: Standing) -> tuple[ScoreMove, ...]:
    """The scores that moved, or whose number of questions did, by the name of their source."""
    none = (None, 0)
    moves = (
        ScoreMove(
            source=slug,
            name=after.names[slug],
            unit=unit,
            before=was[0],
            after=now[0],
            scored_before=was[1],
            scored_after=now[1],
        )
        for slug, unit in before.scores.keys() | after.scores.keys()
        if slug in after.names
        and (was := before.scores.get((slug, unit), none)) != (now := after.scores.get((slug, unit), none))
    )
    return tuple(sorted(moves, key=lambda move: (move.name, move.source, move.unit or "")))


def bucket_moves(before: Standing, after: Standing) -> tuple[BucketMove, ...]:
    """How many claims changed from one bucket to another."""
    counted = Counter(
        (before.buckets[claim], bucket)
        for claim, bucket in after.buckets.items()
        if claim in before.buckets and before.buckets[claim] is not bucket
    )
    return tuple(BucketMove(before=was, after=now, claims=claims) for (was, now), claims in sorted(counted.items()))
