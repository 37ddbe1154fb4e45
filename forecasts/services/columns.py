"""From the ledger's rows to the columns that scoring reads, and back from positions to names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.scoring import codes
from forecasts.scoring.columns import ArticleColumns, Columns, PredictionColumns, QuestionColumns, SourceColumns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import IntEnum

    from forecasts.db.engine import Connection

    Ints = NDArray[np.int32]

DAYS = "days"
"""The unit of a date question."""

_SIDES = {"no": 0, "yes": 1}
_NOT_BY_DEADLINE = 2
_VOCABULARIES: dict[str, type[IntEnum]] = {
    "kind": codes.QuestionKind,
    "claim_type": codes.ClaimType,
    "fit": codes.Fit,
    "attribution": codes.Attribution,
    "fidelity": codes.Fidelity,
    "endorsement": codes.Endorsement,
    "basis": codes.Basis,
}


@dataclass(frozen=True, slots=True)
class LedgerColumns:
    """The columns of a whole ledger, and what stands at each position: names, and keys of predictions.

    `phrases` has the text of each phrase code; it is empty unless phrases were asked for.
    """

    columns: Columns
    sources: tuple[tuple[str, str, str], ...]  # slug, name, kind
    scenarios: tuple[str, ...]
    questions: tuple[str, ...]
    prediction_keys: NDArray[np.int64]
    phrases: tuple[str, ...]
    units: tuple[str, ...]
    references: tuple[str, ...]


class Positions:
    """Internal keys to positions, for keys that come in rising order; key 0 stands for nothing."""

    def __init__(self, keys: NDArray[Any]) -> None:
        self.keys = keys.astype(np.int64)

    def __len__(self) -> int:
        return self.keys.size

    def of(self, keys: NDArray[Any]) -> Ints:
        """The position of each key, -1 for 0."""
        found = np.searchsorted(self.keys, keys)
        return np.where(keys == 0, codes.NONE, found).astype(np.int32)

    def starts(self, owners: NDArray[Any]) -> NDArray[np.int64]:
        """Where each owner's rows start, for owners' keys in rising order (the CSR layout)."""
        counts = np.bincount(self.of(owners), minlength=len(self)) if len(self) else np.zeros(0, dtype=np.int64)
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The positions of every table, and the options of each question."""

    sources: Positions
    articles: Positions
    scenarios: Positions
    questions: Positions
    options: tuple[tuple[str, ...], ...]


def read_columns(connection: Connection, *, with_phrases: bool = False) -> LedgerColumns:
    """The whole ledger as columns, in one moment of it."""
    vocabularies = {name: [word.name.lower() for word in words] for name, words in _VOCABULARIES.items()}
    reader = rows.Reader(connection, vocabularies)
    sources = reader.texts("SELECT id, slug, name, kind, anonymous FROM source ORDER BY id")
    scenarios = reader.texts("SELECT id, slug FROM scenario ORDER BY id")
    articles, questions = rows.read_articles(reader), rows.read_questions(reader)
    named = reader.texts("SELECT slug, unit, condition_outcome FROM question ORDER BY id")
    keys = _Keys(
        Positions(np.array([row[0] for row in sources], dtype=np.int64)),
        Positions(articles["id"]),
        Positions(np.array([row[0] for row in scenarios], dtype=np.int64)),
        Positions(questions["id"]),
        _options(reader, questions["id"]),
    )
    predictions = rows.read_predictions(reader)
    phrase, phrases = _phrases(reader, predictions["id"]) if with_phrases else (None, ())
    units = [
        DAYS if kind == codes.QuestionKind.DATE else row[1] for kind, row in zip(questions["words"], named, strict=True)
    ]
    unit, unit_names = _distinct(units)
    reference, reference_names = _distinct(
        [row[0] for row in reader.texts("SELECT basis FROM question_reference ORDER BY question_id, position")]
    )
    return LedgerColumns(
        Columns(
            _prediction_columns(reader, predictions, keys, articles, phrase),
            _question_columns(reader, questions, [row[2] for row in named], keys, (unit, reference)),
            _article_columns(reader, articles, keys),
            SourceColumns(anonymous=np.array([bool(row[4]) for row in sources], dtype=np.bool_)),
        ),
        sources=tuple((slug, name, kind) for _, slug, name, kind, _ in sources),
        scenarios=tuple(slug for _, slug in scenarios),
        questions=tuple(row[0] for row in named),
        prediction_keys=predictions["id"].astype(np.int64),
        phrases=phrases,
        units=unit_names,
        references=reference_names,
    )


def _options(reader: rows.Reader, questions: NDArray[Any]) -> tuple[tuple[str, ...], ...]:
    of_question: dict[int, list[str]] = defaultdict(list)
    for question, name in reader.texts("SELECT question_id, name FROM question_option ORDER BY question_id, position"):
        of_question[question].append(name)
    return (
        tuple(tuple(of_question.get(question, ())) for question in questions.tolist())
        if of_question
        else ((),) * questions.size
    )


def _phrases(reader: rows.Reader, predictions: NDArray[Any]) -> tuple[Ints, tuple[str, ...]]:
    """The code of each prediction's phrase, -1 where it has none, and the texts of the codes."""
    pairs = reader.texts("SELECT id, phrase FROM prediction WHERE phrase <> '' ORDER BY id")
    found, texts = _distinct([phrase for _, phrase in pairs])
    phrase = np.full(predictions.size, codes.NONE, dtype=np.int32)
    phrase[np.searchsorted(predictions, np.array([key for key, _ in pairs], dtype=np.int64))] = found
    return phrase, texts


def _outcome_code(name: str, options: tuple[str, ...]) -> int:
    if options:
        return options.index(name) if name in options else codes.NONE
    return _SIDES.get(name, codes.NONE)


def _needed(asked: Ints, needed: Sequence[str], options: tuple[tuple[str, ...], ...]) -> Ints:
    """The outcome that each condition needs, as the code that its question has for it."""
    pairs = zip(asked.tolist(), needed, strict=True)
    return np.array([_outcome_code(name, options[at]) for at, name in pairs], dtype=np.int32)


def _question_columns(
    reader: rows.Reader, table: NDArray[Any], needed: Sequence[str], keys: _Keys, texts: tuple[Ints, Ints]
) -> QuestionColumns:
    kind = table["words"].astype(np.int8)
    option_count = np.fromiter((len(names) for names in keys.options), dtype=np.int32, count=table.size)
    option_count[kind == codes.QuestionKind.BINARY] = 2
    state, outcome, not_by_deadline, known_on = _resolutions(reader, table, keys)
    condition = keys.questions.of(table["condition"])
    hangs = np.flatnonzero(condition >= 0)
    references = rows.read_references(reader)
    resolves_on = _days(table["resolves_on"])
    unit, reference_name = texts
    return QuestionColumns(
        kind=kind,
        option_count=option_count,
        opens_on=_days(table["opens_on"]),
        closes_on=np.where(table["closes_on"] == 0, resolves_on, table["closes_on"]).astype(np.int32),
        resolves_on=resolves_on,
        state=state,
        outcome=outcome,
        not_by_deadline=not_by_deadline,
        known_on=known_on,
        unit=unit,
        range_low=rows.floats(table["range_low"]),
        range_high=rows.floats(table["range_high"]),
        scenario=keys.scenarios.of(table["scenario"]),
        variant_of=keys.questions.of(table["variant_of"]),
        written_on=_days(table["written_on"]),
        condition_start=np.concatenate(([0], np.cumsum(condition >= 0))).astype(np.int64),
        condition_question=condition[hangs],
        condition_outcome=_needed(condition[hangs], [needed[at] for at in hangs.tolist()], keys.options),
        reference_start=keys.questions.starts(references["owner"]),
        reference_day=_days(references["as_of"]),
        reference_probability=references["probability"].astype(np.float64),
        reference_name=reference_name,
    )


def _resolutions(
    reader: rows.Reader, questions: NDArray[Any], keys: _Keys
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.bool_], Ints]:
    """State, outcome, whether it is "not by the deadline", and the day from which it could be known."""
    table = rows.read_resolutions(reader)
    state = np.full(questions.size, codes.QuestionState.OPEN, dtype=np.int8)
    outcome = np.full(questions.size, np.nan)
    not_by_deadline = np.zeros(questions.size, dtype=np.bool_)
    known_on = np.full(questions.size, codes.NO_DAY, dtype=np.int32)
    at = keys.questions.of(table["question"])
    is_void = table["void"] == 1
    state[at] = np.where(is_void, codes.QuestionState.VOID, codes.QuestionState.RESOLVED)
    known_on[at] = _days(table["known_on"])
    not_by_deadline[at] = table["side"] == _NOT_BY_DEADLINE
    value = np.where(table["side"] < _NOT_BY_DEADLINE, table["side"].astype(np.float64), np.nan)
    number = rows.floats(table["outcome_number"])
    value = np.where(np.isnan(number), value, number)
    value = np.where(table["outcome_on"] > 0, table["outcome_on"], value)
    outcome[at] = np.where(is_void, np.nan, value)
    if any(keys.options):
        query = "SELECT question_id, outcome FROM resolution WHERE superseded_reason = '' AND void = ''"
        for question, name in reader.texts(query):
            position = int(np.searchsorted(keys.questions.keys, question))
            if keys.options[position]:
                outcome[position] = _outcome_code(name, keys.options[position])
    return state, outcome, not_by_deadline, known_on


def _prediction_columns(
    reader: rows.Reader, table: NDArray[Any], keys: _Keys, articles: NDArray[Any], phrase: Ints | None
) -> PredictionColumns:
    predictions = Positions(table["id"])
    article = keys.articles.of(table["article"])
    speakers = rows.read_pairs(reader, "prediction_speaker", "prediction_id", "source_id")
    conditions = rows.read_pairs(reader, "prediction_condition", "prediction_id", "question_id")
    needed = reader.texts("SELECT outcome FROM prediction_condition ORDER BY prediction_id, position")
    asked = keys.questions.of(conditions["other"])
    options, quantiles = rows.read_option_probabilities(reader), rows.read_quantiles(reader)
    rank = np.empty(table.size, dtype=np.int32)
    rank[predictions.of(rows.read_prediction_order(reader)["id"])] = np.arange(table.size, dtype=np.int32)
    words = dict(zip(rows.WORDS, rows.unpacked(table["words"], len(rows.WORDS)), strict=True))
    return PredictionColumns(
        question=keys.questions.of(table["question"]),
        article=article,
        made_first=np.where(table["made_first"] == 0, articles["first_day"][article], table["made_first"]),
        made_last=np.where(table["made_last"] == 0, articles["last_day"][article], table["made_last"]),
        **words,
        unscorable=table["unscorable"] == 1,
        restates=predictions.of(table["restates"]),
        supersedes=predictions.of(table["supersedes"]),
        paragraph=table["paragraph"].copy(),
        slug_rank=rank,
        probability=rows.floats(table["probability"]),
        low=rows.floats(table["low"]),
        high=rows.floats(table["high"]),
        about_no=table["about_no"] == 1,
        phrase=np.full(table.size, codes.NONE, dtype=np.int32) if phrase is None else phrase,
        coded_on=_days(table["coded_on"]),
        speaker_start=predictions.starts(speakers["owner"]),
        speaker=keys.sources.of(speakers["other"]),
        condition_start=predictions.starts(conditions["owner"]),
        condition_question=asked,
        condition_outcome=_needed(asked, [name for (name,) in needed], keys.options),
        option_start=predictions.starts(options["owner"]),
        option_probability=options["probability"].astype(np.float64),
        quantile_start=predictions.starts(quantiles["owner"]),
        quantile_level=quantiles["level"].astype(np.float64),
        quantile_value=quantiles["value"].astype(np.float64),
    )


def _article_columns(reader: rows.Reader, table: NDArray[Any], keys: _Keys) -> ArticleColumns:
    authors = rows.read_pairs(reader, "article_author", "article_id", "source_id")
    return ArticleColumns(
        first_day=_days(table["first_day"]),
        last_day=_days(table["last_day"]),
        outlet=keys.sources.of(table["outlet"]),
        full_coverage=table["full_coverage"] == 1,
        author_start=keys.articles.starts(authors["owner"]),
        author=keys.sources.of(authors["other"]),
    )


def _days(ordinals: NDArray[Any]) -> Ints:
    return np.where(ordinals == 0, codes.NO_DAY, ordinals).astype(np.int32)


def _distinct(values: Iterable[str]) -> tuple[Ints, tuple[str, ...]]:
    seen: dict[str, int] = {}
    column = np.array([seen.setdefault(value, len(seen)) for value in values], dtype=np.int32)
    return column, tuple(seen)
