"""What a change of a resolution does to the sources' scores: derived before and after, in the same transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Bucket
from forecasts.domain.scorecards import SourceFigures
from forecasts.domain.views import BucketMove, ScoreMove
from forecasts.errors import UnknownRecordError

if TYPE_CHECKING:
    from forecasts.db.engine import Connection
    from forecasts.services.scoreboard import Board
    from forecasts.services.seen import Seen


@dataclass(frozen=True, slots=True)
class Standing:
    """Every speaker's mean Brier score and number of scored questions, and every claim's bucket, at one moment."""

    names: dict[str, str]
    brier: dict[str, float | None]
    scored: dict[str, int]
    buckets: dict[tuple[int, str], Bucket]


def read_standing(connection: Connection, question: str = "") -> Standing:
    """The standing by speaker, with the first claim on each question counting.

    With a question, of those only whom a change of its resolution can move, and with only the claims of theirs: before
    and after such a change, that gives the same moves.
    """
    from forecasts.db.engine import bare
    from forecasts.scoring import Bucket as Code
    from forecasts.scoring import scorecards
    from forecasts.services.columns import read_columns, read_surroundings

    reader = bare(connection)
    ledger = read_surroundings(reader, question) if question else read_columns((reader,))
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


def rescore_question(ledger: Seen, board: Board, question: str) -> tuple[SourceFigures, ...]:
    """The own figures of everybody whom a changed resolution can have moved, by name, from a board made before it.

    The ledger may differ from the board in this question's resolution only. What compares a source with all (ranks,
    difficulty) and the peer scores of other sources follow from a new board.
    Errors: UnknownRecordError for a question that the board does not have.
    """
    from forecasts.scoring import rescore
    from forecasts.services.columns import with_resolution

    if question not in board.held.questions:
        kind = "question"
        raise UnknownRecordError(kind, question)
    position = board.held.questions.index(question)
    with ledger.moment() as moment:
        held = with_resolution(moment.reader, board.held, position)
    found = rescore(held.columns, board.cards, position)
    figures = zip(
        found.source.tolist(),
        found.brier_n.tolist(),
        found.brier.tolist(),
        found.peer_n.tolist(),
        found.peer_score.tolist(),
        strict=True,
    )
    rescored = (
        SourceFigures(
            source=held.sources[source][0],
            name=held.sources[source][1],
            scored=n,
            brier=_known(brier),
            shared=shared,
            peer_score=_known(peer),
        )
        for source, n, brier, shared, peer in figures
    )
    return tuple(sorted(rescored, key=lambda row: (row.name, row.source)))


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
