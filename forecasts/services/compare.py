"""Two sources on the questions that both predicted."""

from datetime import date
from typing import Any

from forecasts.domain.card_pages import AnytimeStep, Comparison, ComparisonPage, SharedQuestion
from forecasts.domain.plain_records import plain_record
from forecasts.domain.records import Question
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import InvalidInputError, Problem
from forecasts.scoring import AnytimeDifference, compare
from forecasts.scoring.cards.comparison import LEAST_FOR_ANYTIME
from forecasts.scoring.cards.comparison import Comparison as Compared
from forecasts.services.columns import nan_to_none
from forecasts.services.read_only import ReadableLedger
from forecasts.services.scoreboard import FORMULA_VERSION, Board, document_of, open_board


def compare_sources(ledger: ReadableLedger, first: str, second: str, filters: ScoreFilters) -> Comparison:
    """The paired difference of two sources' Brier scores, with what it is made of and how sure it is.

    Errors: UnknownRecordError for a source, scenario or standard; InvalidInputError for one source twice.
    """
    _require_two(first, second)
    with open_board(ledger, filters) as board:
        return _comparison(board, first, second)


def comparison_page(ledger: ReadableLedger, first: str, second: str, filters: ScoreFilters) -> ComparisonPage:
    """The comparison with both cards, of which one without a claim is not there. Errors: as `compare_sources`."""
    _require_two(first, second)
    with open_board(ledger, filters) as board:
        found = _comparison(board, first, second)
        document = document_of(board, sources=(first, second))
        cards = {card.source: card for card in document.scorecards if card.predictions}
        return ComparisonPage(comparison=found, first=cards.get(first), second=cards.get(second))


def _require_two(first: str, second: str) -> None:
    if first == second:
        msg = "A source cannot be compared with itself:"
        raise InvalidInputError(msg, (Problem(field="second", found=second, expected="another source"),))


def _comparison(board: Board, first: str, second: str) -> Comparison:
    positions = board.position(first), board.position(second)
    found = compare(board.data.columns, board.cards, *positions)
    n = found.question.size
    reasons: dict[str, str] = {}
    if n == 0:
        reasons |= dict.fromkeys(("difference", "low", "high"), "no question on which both are scored")
    if found.anytime is None:
        reasons["anytime"] = f"{n} shared questions of {LEAST_FOR_ANYTIME}"
    return Comparison(
        formula_version=FORMULA_VERSION,
        filters=board.filters,
        first=first,
        first_name=board.data.sources[positions[0]][1],
        second=second,
        second_name=board.data.sources[positions[1]][1],
        questions=_shared(board, found),
        difference=nan_to_none(found.difference),
        low=nan_to_none(found.low),
        high=nan_to_none(found.high),
        anytime=_steps(found.anytime),
        alpha=found.anytime.alpha if found.anytime else None,
        v_opt=found.anytime.v_opt if found.anytime else None,
        reasons=reasons,
    )


def _shared(board: Board, found: Compared) -> tuple[SharedQuestion, ...]:
    data, scored, records = board.data, board.cards.scored, board.snapshot.records
    rows = [*found.first_prediction.tolist(), *found.second_prediction.tolist()]
    given = dict(zip(scored.prediction.tolist(), scored.probability.tolist(), strict=True))
    asked = [int(data.question_keys[question]) for question in found.question]
    titles = {row.slug: row.title for row in records.all(Question, asked)}
    named = records.names.slugs("prediction", [int(data.prediction_keys[row]) for row in rows])
    slugs = {row: named[int(data.prediction_keys[row])] for row in rows}
    shared = [
        SharedQuestion(
            question=data.questions[question],
            title=titles[data.questions[question]],
            known_on=date.fromordinal(int(data.columns.questions.known_on[question])),
            first_prediction=slugs[one],
            first_probability=nan_to_none(given[one]),
            first_brier=mine,
            second_prediction=slugs[other],
            second_probability=nan_to_none(given[other]),
            second_brier=theirs,
        )
        for question, one, mine, other, theirs in zip(
            found.question.tolist(),
            found.first_prediction.tolist(),
            found.first.tolist(),
            found.second_prediction.tolist(),
            found.second.tolist(),
            strict=True,
        )
    ]
    return tuple(sorted(shared, key=lambda row: (row.known_on, row.question)))


def _steps(anytime: AnytimeDifference | None) -> tuple[AnytimeStep, ...]:
    if anytime is None:
        return ()
    columns = (anytime.day, anytime.n, anytime.mean, anytime.low, anytime.high)
    evidence = (anytime.evidence_first, anytime.evidence_second)
    return tuple(
        AnytimeStep(
            day=date.fromordinal(day),
            n=n,
            mean=mean,
            low=low,
            high=high,
            evidence_first=for_first,
            evidence_second=for_second,
        )
        for day, n, mean, low, high, for_first, for_second in zip(
            *(column.tolist() for column in (*columns, *evidence)), strict=True
        )
    )


def comparison_object(found: Comparison) -> dict[str, Any]:
    """The comparison in JSON's terms: None for what is not there, dates as ISO 8601 text."""
    values = plain_record(found, with_defaults=True)
    last = {name: values.pop(name) for name in ("questions", "anytime")}
    used = {name: value for name, value in values.pop("filters").items() if value not in (None, "")}
    return {**values, **used, "n": found.n, **last}
