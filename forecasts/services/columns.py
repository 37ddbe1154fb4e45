"""From the ledger's rows to the columns that scoring reads, and back from positions to names."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasts.db.scoring_rows import ScoringRows, read_scoring_rows
from forecasts.domain.kinds import NOT_BY_DEADLINE
from forecasts.scoring import codes
from forecasts.scoring.columns import ArticleColumns, Columns, PredictionColumns, QuestionColumns, SourceColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from enum import IntEnum

    import sqlalchemy as sa
    from numpy.typing import NDArray

_SIDES = {"no": 0, "yes": 1}
DAYS = "days"
"""The unit of a date question."""


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """The columns of a whole ledger, and the names of what stands at each position."""

    columns: Columns
    sources: tuple[tuple[str, str, str], ...]  # slug, name, kind
    questions: tuple[tuple[str, str], ...]  # slug, title
    articles: tuple[tuple[str, str], ...]
    scenarios: tuple[tuple[str, str], ...]
    predictions: tuple[str, ...]
    phrases: tuple[str, ...]
    units: tuple[str, ...]
    references: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]


class Positions:
    """Internal keys to positions, for keys that come in rising order."""

    def __init__(self, keys: Sequence[int]) -> None:
        self._keys = np.asarray(keys, dtype=np.int64)

    def __len__(self) -> int:
        return self._keys.size

    def of(self, keys: Iterable[int | None]) -> NDArray[np.int32]:
        """The position of each key, -1 for None."""
        wanted = np.fromiter((-1 if key is None else key for key in keys), dtype=np.int64)
        found = np.searchsorted(self._keys, wanted)
        return np.where(wanted < 0, codes.NONE, found).astype(np.int32)

    def starts(self, owners: Sequence[int]) -> NDArray[np.int64]:
        """Where each owner's rows start, for owners' keys in rising order (the CSR layout)."""
        counts = np.bincount(self.of(owners), minlength=len(self)) if len(self) else np.zeros(0, dtype=np.int64)
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def read_columns(connection: sa.Connection) -> LedgerColumns:
    """The whole ledger as columns, in one moment of it."""
    rows = read_scoring_rows(connection)
    sources = Positions(rows.columns("source")[0])
    articles = Positions(rows.columns("article")[0])
    scenarios = Positions(rows.columns("scenario")[0])
    questions = Positions(rows.columns("question")[0])
    predictions = Positions(rows.columns("prediction")[0])
    options = _options(rows, questions)
    question_columns, units, references = _question_columns(rows, questions, scenarios, options)
    prediction_columns, phrases = _prediction_columns(rows, predictions, questions, articles, sources, options)
    columns = Columns(
        prediction_columns,
        question_columns,
        _article_columns(rows, articles, sources),
        SourceColumns(anonymous=np.asarray(rows.columns("source")[4], dtype=np.bool_)),
    )
    source, article, question = rows.columns("source"), rows.columns("article"), rows.columns("question")
    return LedgerColumns(
        columns,
        sources=tuple(zip(source[1], source[2], source[3], strict=True)),
        questions=tuple(zip(question[13], question[14], strict=True)),
        articles=tuple(zip(article[5], article[6], strict=True)),
        scenarios=tuple(zip(*rows.columns("scenario")[1:], strict=True)),
        predictions=rows.columns("prediction")[15],
        phrases=phrases,
        units=units,
        references=references,
        options=options,
    )


def _options(rows: ScoringRows, questions: Positions) -> tuple[tuple[str, ...], ...]:
    owners, names = rows.columns("question_option")
    starts = questions.starts(owners)
    return tuple(tuple(names[first:last]) for first, last in itertools.pairwise(starts))


def _outcome_code(name: str, options: tuple[str, ...]) -> int:
    if options:
        return options.index(name) if name in options else codes.NONE
    return _SIDES.get(name, codes.NONE)


def _question_columns(
    rows: ScoringRows, questions: Positions, scenarios: Positions, options: tuple[tuple[str, ...], ...]
) -> tuple[QuestionColumns, tuple[str, ...], tuple[str, ...]]:
    (_, kind, opens, closes, resolves, unit, low, high, scenario, variant, written, asked, needed, _, _) = rows.columns(
        "question"
    )
    kinds = _codes(kind, codes.QuestionKind)
    is_date = kinds == codes.QuestionKind.DATE
    unit_names = [DAYS if dated else name for name, dated in zip(unit, is_date, strict=True)]
    unit_code, units = _distinct(unit_names)
    count = len(questions)
    option_count = np.fromiter((len(names) for names in options), dtype=np.int32, count=count)
    option_count[kinds == codes.QuestionKind.BINARY] = 2
    state, outcome, not_by, known = _resolutions(rows, questions, options)
    condition = questions.of(asked)
    has_condition = condition >= 0
    owners, as_of, probability, basis = rows.columns("question_reference")
    reference_name, references = _distinct(basis)
    return (
        QuestionColumns(
            kind=kinds,
            option_count=option_count,
            opens_on=_days(opens),
            closes_on=_days(closes),
            resolves_on=_days(resolves),
            state=state,
            outcome=outcome,
            not_by_deadline=not_by,
            known_on=known,
            unit=unit_code,
            range_low=_floats(low),
            range_high=_floats(high),
            scenario=scenarios.of(scenario),
            variant_of=questions.of(variant),
            written_on=_days(written),
            condition_start=np.concatenate(([0], np.cumsum(has_condition))).astype(np.int64),
            condition_question=condition[has_condition],
            condition_outcome=_needed(condition, needed, options)[has_condition],
            reference_start=questions.starts(owners),
            reference_day=_days(as_of),
            reference_probability=_floats(probability),
            reference_name=reference_name,
        ),
        units,
        references,
    )


def _needed(asked: NDArray[np.int32], needed: Sequence[str], options: tuple[tuple[str, ...], ...]) -> NDArray[np.int32]:
    pairs = zip(asked.tolist(), needed, strict=True)
    return np.fromiter(
        (_outcome_code(name, options[at]) if at >= 0 else codes.NONE for at, name in pairs),
        dtype=np.int32,
        count=asked.size,
    )


def _resolutions(
    rows: ScoringRows, questions: Positions, options: tuple[tuple[str, ...], ...]
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]]:
    owners, name, number, day, void, known = rows.columns("resolution")
    count = len(questions)
    state = np.full(count, codes.QuestionState.OPEN, dtype=np.int8)
    outcome = np.full(count, np.nan)
    not_by = np.zeros(count, dtype=np.bool_)
    known_on = np.full(count, codes.NO_DAY, dtype=np.int32)
    at = questions.of(owners)
    is_void = np.fromiter((bool(reason) for reason in void), dtype=np.bool_, count=at.size)
    state[at] = np.where(is_void, codes.QuestionState.VOID, codes.QuestionState.RESOLVED)
    known_on[at] = _days(known)
    not_by[at] = np.fromiter((text == NOT_BY_DEADLINE for text in name), dtype=np.bool_, count=at.size)
    values = [
        _outcome_value(text, value, when, options[position]) if not voided else np.nan
        for position, text, value, when, voided in zip(at.tolist(), name, number, day, is_void, strict=True)
    ]
    outcome[at] = values
    return state, outcome, not_by, known_on


def _outcome_value(name: str, number: float | None, day: Any, options: tuple[str, ...]) -> float:
    if number is not None:
        return number
    if day is not None:
        return float(_day(day))
    return np.nan if name == NOT_BY_DEADLINE else float(_outcome_code(name, options))


def _prediction_columns(
    rows: ScoringRows,
    predictions: Positions,
    questions: Positions,
    articles: Positions,
    sources: Positions,
    options: tuple[tuple[str, ...], ...],
) -> tuple[PredictionColumns, tuple[str, ...]]:
    column = dict(zip(_PREDICTION, rows.columns("prediction"), strict=True))
    article_first, article_last = (_days(days) for days in rows.columns("article")[1:3])
    article = articles.of(column["article"])
    made_first, made_last = _days(column["made_first"]), _days(column["made_last"])
    phrase, phrases = _distinct(column["phrase"])
    speakers, conditions = rows.columns("prediction_speaker"), rows.columns("prediction_condition")
    asked = questions.of(conditions[1])
    option, quantile = rows.columns("prediction_option"), rows.columns("prediction_quantile")
    slugs = np.asarray(column["slug"], dtype=np.object_)
    rank = np.empty(slugs.size, dtype=np.int32)
    rank[np.argsort(slugs, kind="stable")] = np.arange(slugs.size, dtype=np.int32)
    return (
        PredictionColumns(
            question=questions.of(column["question"]),
            article=article,
            made_first=np.where(made_first == codes.NO_DAY, article_first[article], made_first).astype(np.int32),
            made_last=np.where(made_last == codes.NO_DAY, article_last[article], made_last).astype(np.int32),
            claim_type=_codes(column["claim_type"], codes.ClaimType),
            fit=_codes(column["fit"], codes.Fit),
            attribution=_codes(column["attribution"], codes.Attribution),
            fidelity=_codes(column["fidelity"], codes.Fidelity),
            endorsement=_codes(column["endorsement"], codes.Endorsement),
            basis=_codes(column["basis"], codes.Basis),
            unscorable=np.fromiter((bool(reason) for reason in column["unscorable"]), dtype=np.bool_),
            restates=predictions.of(column["restates"]),
            supersedes=predictions.of(column["supersedes"]),
            paragraph=np.fromiter((number or 0 for number in column["paragraph"]), dtype=np.int32),
            slug_rank=rank,
            probability=_floats(column["probability"]),
            low=_floats(column["low"]),
            high=_floats(column["high"]),
            about_no=np.fromiter((side == "no" for side in column["phrase_about"]), dtype=np.bool_),
            phrase=np.where([bool(text) for text in column["phrase"]], phrase, codes.NONE).astype(np.int32),
            coded_on=_days(column["coded_on"]),
            speaker_start=predictions.starts(speakers[0]),
            speaker=sources.of(speakers[1]),
            condition_start=predictions.starts(conditions[0]),
            condition_question=asked,
            condition_outcome=_needed(asked, conditions[2], options),
            option_start=predictions.starts(option[0]),
            option_probability=_floats(option[1]),
            quantile_start=predictions.starts(quantile[0]),
            quantile_level=_floats(quantile[1]),
            quantile_value=_floats(quantile[2]),
        ),
        phrases,
    )


_PREDICTION = (
    "id",
    "question",
    "article",
    "made_first",
    "made_last",
    "claim_type",
    "fit",
    "attribution",
    "fidelity",
    "endorsement",
    "basis",
    "unscorable",
    "restates",
    "supersedes",
    "paragraph",
    "slug",
    "probability",
    "low",
    "high",
    "phrase_about",
    "phrase",
    "coded_on",
)


def _article_columns(rows: ScoringRows, articles: Positions, sources: Positions) -> ArticleColumns:
    _, first, last, outlet, coverage, _, _ = rows.columns("article")
    owners, authors = rows.columns("article_author")
    return ArticleColumns(
        first_day=_days(first),
        last_day=_days(last),
        outlet=sources.of(outlet),
        full_coverage=np.fromiter((word == "full" for word in coverage), dtype=np.bool_),
        author_start=articles.starts(owners),
        author=sources.of(authors),
    )


def _day(value: Any) -> int:
    return (date.fromisoformat(value) if isinstance(value, str) else value).toordinal()


def _days(values: Sequence[Any]) -> NDArray[np.int32]:
    ordinals: dict[Any, int] = {value: codes.NO_DAY if value is None else _day(value) for value in set(values)}
    return np.fromiter((ordinals[value] for value in values), dtype=np.int32, count=len(values))


def _floats(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _codes(values: Sequence[str], vocabulary: type[IntEnum]) -> NDArray[np.int8]:
    numbers = {word: vocabulary[word.upper()].value for word in set(values)}
    return np.fromiter((numbers[word] for word in values), dtype=np.int8, count=len(values))


def _distinct(values: Sequence[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    seen: dict[str, int] = {}
    positions: Callable[[str], int] = lambda value: seen.setdefault(value, len(seen))  # noqa: E731
    column = np.fromiter((positions(value) for value in values), dtype=np.int32, count=len(values))
    return column, tuple(seen)
