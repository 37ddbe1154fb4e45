"""Times the scoring of a large synthetic ledger, already in columns, step by step.

Run: python benchmarks/scoring_columns.py [predictions] [sources] [questions]
The defaults are 1,000,000 predictions by 10,000 sources on 50,000 questions. One prediction in fifty revises an earlier
one; the ledger has every kind of question, claim type, fit and endorsement, conditions, references and variants.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.scoring import (
    NO_DAY,
    NO_TIME,
    ArticleColumns,
    Columns,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    SourceColumns,
    View,
    classify,
    scorecards,
)
from forecasts.scoring.cards import figures, ranking
from forecasts.scoring.cards.ranking import answers_of, shared_figures
from forecasts.scoring.cards.scorecards import build_scorecards
from forecasts.scoring.counting.classify import sort_claims
from forecasts.scoring.counting.scored import score_claims
from forecasts.scoring.counting.view import holders, joint_claims

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FIRST_DAY = 737_000
DAYS = 3_650
REVISED = 50
ARTICLE_SIZE = 5


def synthetic(predictions: int, sources: int, questions: int, seed: int = 1) -> Columns:
    """A ledger of that size; sources differ in skill, questions, which are the same for each seed, in difficulty."""
    random = np.random.default_rng(seed)
    articles = predictions // ARTICLE_SIZE + 1
    asked = _questions(np.random.default_rng(questions), questions)
    made = _predictions(random, asked, predictions, sources, articles)
    published = random.integers(FIRST_DAY, FIRST_DAY + DAYS, articles).astype(np.int32)
    papers = ArticleColumns(
        first_day=published,
        last_day=published,
        outlet=random.integers(0, max(sources // 20, 1), articles).astype(np.int32),
        full_coverage=random.random(articles) < 0.9,
        author_start=np.arange(articles + 1, dtype=np.int32),
        author=random.integers(0, sources, articles).astype(np.int32),
    )
    return Columns(made, asked, papers, SourceColumns(anonymous=random.random(sources) < 0.02))


def _questions(random: np.random.Generator, count: int) -> QuestionColumns:
    kind = random.choice(5, count, p=[0.9, 0.04, 0.03, 0.02, 0.01]).astype(np.int8)
    state = random.choice(3, count, p=[0.08, 0.9, 0.02]).astype(np.int8)
    options = np.select([kind == 0, kind <= 2], [2, 4], 0).astype(np.int32)
    opens = random.integers(FIRST_DAY, FIRST_DAY + DAYS, count)
    closes = opens + random.integers(20, 400, count)
    known = closes - random.integers(0, 20, count)
    outcome = np.where(options > 0, np.floor(random.random(count) * options), np.round(random.random(count) * 100, 1))
    outcome = np.where(kind == QuestionKind.DATE.code, known, outcome)
    conditional = np.flatnonzero((random.random(count) < 0.02) & (np.arange(count) > 0))
    variants = np.full(count, -1, dtype=np.int32)
    base = np.flatnonzero(random.random(count) < 0.01)
    variants[base] = np.maximum(base - 1, 0)
    variants[variants == np.arange(count)] = -1
    referenced = random.random(count) < 0.3
    return QuestionColumns(
        kind=kind,
        option_count=options,
        opens_on=opens.astype(np.int32),
        closes_on=closes.astype(np.int32),
        resolves_on=closes.astype(np.int32),
        state=state,
        outcome=np.where(state == QuestionState.RESOLVED, outcome, np.nan),
        not_by_deadline=np.zeros(count, dtype=np.bool_),
        known_on=np.where(state == QuestionState.RESOLVED, known, NO_DAY).astype(np.int32),
        unit=np.where(options > 0, -1, kind).astype(np.int32),
        range_low=np.full(count, np.nan),
        range_high=np.full(count, np.nan),
        scenario=np.where(random.random(count) < 0.9, random.integers(0, 500, count), -1).astype(np.int32),
        deadline_basis=np.zeros(variants.size, dtype=np.int8),
        implied_start=np.zeros(variants.size + 1, dtype=np.int32),
        implied=np.zeros(0, dtype=np.int32),
        variant_of=variants,
        written_on=opens.astype(np.int32),
        condition_start=_starts(np.isin(np.arange(count), conditional)),
        condition_question=(random.random(conditional.size) * conditional).astype(np.int32),
        condition_outcome=np.ones(conditional.size, dtype=np.int32),
        reference_start=_starts(referenced),
        reference_day=opens[referenced].astype(np.int32),
        reference_probability=np.round(random.random(np.count_nonzero(referenced)), 2),
        reference_name=np.zeros(np.count_nonzero(referenced), dtype=np.int32),
    )


def _predictions(
    random: np.random.Generator, asked: QuestionColumns, count: int, sources: int, articles: int
) -> PredictionColumns:
    question = random.integers(0, len(asked), count).astype(np.int32)
    speaker = random.integers(0, sources, count).astype(np.int32)
    supersedes = np.full(count, -1, dtype=np.int32)
    revision = np.arange(REVISED, count, REVISED)
    supersedes[revision] = revision - 1
    question[revision], speaker[revision] = question[revision - 1], speaker[revision - 1]
    day = (asked.opens_on[question] + random.integers(0, 20, count)).astype(np.int32)
    day[revision] = day[revision - 1] + 3
    kind = asked.kind[question]
    skill = random.random(sources)[speaker]
    truth = np.nan_to_num(asked.outcome[question]) == 1.0
    leaning = skill * np.where(truth, 0.8, 0.2) + (1.0 - skill) * random.random(count)
    probability = np.where(kind == QuestionKind.BINARY.code, np.round(leaning, 2), np.nan)
    options = (kind == QuestionKind.MULTIPLE_CHOICE.code) | (kind == QuestionKind.ORDERED.code)
    measured = kind >= QuestionKind.NUMERIC.code
    spoken = np.sort(random.random((np.count_nonzero(measured), 3)) * 100, axis=1)
    spoken[kind[measured] == QuestionKind.DATE.code] += FIRST_DAY
    shares = random.dirichlet(np.ones(4), np.count_nonzero(options))
    return PredictionColumns(
        question=np.where(random.random(count) < 0.98, question, -1).astype(np.int32),
        article=(np.arange(count) // ARTICLE_SIZE % articles).astype(np.int32),
        made_first=day,
        made_last=day,
        made_at=np.full(count, NO_TIME, dtype=np.int64),
        claim_type=random.choice(4, count, p=[0.94, 0.03, 0.02, 0.01]).astype(np.int8),
        fit=random.choice(3, count, p=[0.3, 0.68, 0.02]).astype(np.int8),
        attribution=random.choice(3, count, p=[0.8, 0.19, 0.01]).astype(np.int8),
        fidelity=random.choice(5, count, p=[0.5, 0.48, 0.01, 0.005, 0.005]).astype(np.int8),
        endorsement=random.choice(4, count, p=[0.6, 0.2, 0.15, 0.05]).astype(np.int8),
        basis=random.choice(4, count).astype(np.int8),
        unscorable=random.random(count) < 0.02,
        restates=np.where(random.random(count) < 0.01, 0, -1).astype(np.int32),
        supersedes=supersedes,
        paragraph=random.integers(1, 60, count).astype(np.int32),
        slug_rank=np.arange(count, dtype=np.int32),
        probability=probability,
        low=np.maximum(probability - 0.1, 0.0),
        high=np.minimum(probability + 0.1, 1.0),
        about_no=random.random(count) < 0.1,
        sentence=np.zeros(count, dtype=np.int64),
        phrase=np.full(count, -1, dtype=np.int32),
        coded_on=day,
        speaker_start=np.arange(count + 1, dtype=np.int32),
        speaker=speaker,
        condition_start=np.zeros(count + 1, dtype=np.int32),
        condition_question=np.zeros(0, dtype=np.int32),
        condition_outcome=np.zeros(0, dtype=np.int32),
        option_start=_starts(options, 4),
        option_probability=shares.ravel(),
        quantile_start=_starts(measured, 3),
        quantile_level=np.tile([0.05, 0.5, 0.95], np.count_nonzero(measured)),
        quantile_value=spoken.ravel(),
    )


def _starts(present: NDArray[np.bool_], each: int = 1) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(present * each)))


def timed(name: str, work: Callable[[], Any], repeats: int = 3) -> Any:
    """Runs a step and prints its best time."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    print(f"{name:<48}{best * 1000:>9.1f} ms")
    return result


def main(predictions: int = 1_000_000, sources: int = 10_000, questions: int = 50_000) -> None:
    """Prints the time of every step, the whole, and the memory that the whole took beyond the columns."""
    columns = synthetic(predictions, sources, questions)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    scorecards(columns)
    first = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    timed("buckets by speaker", lambda: classify(columns))
    claims, proxies = sort_claims(columns, *holders(columns, "speaker"), View())
    timed("buckets by author", lambda: classify(columns, by="author"))
    rows = np.flatnonzero(claims.bucket == Bucket.SCORED.code)
    scored = timed("Brier with best and worst", lambda: score_claims(columns, claims, rows, "point"))
    binary = scored.binary_rows()
    timed("log, baseline, references", lambda: figures.marks(columns, scored))
    answers, joint = answers_of(scored), joint_claims(columns, "speaker")
    timed("peers, difficulty, components", lambda: shared_figures(lambda: (answers,), joint, sources, questions))
    timed("calibration of every source", lambda: figures.calibration(columns, binary, None, sources))
    timed("scenarios", lambda: ranking.scenario_means(columns, scored))
    timed("every figure, from claims in buckets", lambda: build_scorecards(columns, claims, proxies, View()))
    cards = timed("every figure, from columns", lambda: scorecards(columns))
    timed("every figure, worst wording by outlet", lambda: scorecards(columns, by="outlet", wording="worst"))
    print(f"{'the first time':<48}{first * 1000:>9.1f} ms")
    print(f"{'peak memory beyond the columns':<48}{(after - before) / 1024:>9.0f} MB (0 if making them took more)")
    print(f"{len(claims):,} claims, {cards.brier_n.sum():,} scored, {cards.enough.sum():,} sources with enough")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
