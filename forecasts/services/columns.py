"""From the ledger's rows to the columns that scoring reads, and back from positions to names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.scoring import codes
from forecasts.scoring.coders import with_readings
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
VOCABULARIES: dict[str, type[IntEnum]] = {
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
    options: tuple[tuple[str, ...], ...]  # of each question
    units: tuple[str, ...]
    references: tuple[str, ...]
    phrases: tuple[str, ...]
    prediction_keys: NDArray[np.int64]
    source_keys: NDArray[np.int64]
    article_keys: NDArray[np.int64]
    question_keys: NDArray[np.int64]


class Positions:
    """Internal keys to positions, for keys that come in rising order; key 0 stands for nothing."""

    def __init__(self, keys: NDArray[Any]) -> None:
        self.keys = keys.astype(np.int64)
        self._first = int(keys[0]) if keys.size else 0
        self._is_dense = keys.size > 0 and int(keys[-1]) - self._first == keys.size - 1

    def __len__(self) -> int:
        return self.keys.size

    def of(self, keys: NDArray[Any]) -> Ints:
        """The position of each key, -1 for 0."""
        found = keys - self._first if self._is_dense else np.searchsorted(self.keys, keys)
        return np.where(keys == 0, codes.NONE, found).astype(np.int32)

    def starts(self, owners: NDArray[Any]) -> Ints:
        """Where each owner's rows start; owners in rising order (the CSR layout)."""
        counts = np.bincount(self.of(owners), minlength=len(self))
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The positions of every table, and the options of each question."""

    sources: Positions
    articles: Positions
    questions: Positions
    options: tuple[tuple[str, ...], ...]


def read_columns(connection: Connection, *, with_phrases: bool = False) -> LedgerColumns:
    """The whole ledger as columns, in one moment of it."""
    reader = rows.Reader(connection, _words())
    held, keys = _read_others(reader)
    predictions, prediction_keys = _predictions(reader, keys, held.columns.articles)
    columns = Columns(predictions, held.columns.questions, held.columns.articles, held.columns.sources)
    whole = replace(held, columns=columns, prediction_keys=prediction_keys)
    return read_phrases(connection, whole) if with_phrases else whole


def _words() -> dict[str, list[str]]:
    return {name: [word.name.lower() for word in words] for name, words in VOCABULARIES.items()}


def read_surroundings(connection: Connection, question: str) -> LedgerColumns:
    """The part of the ledger that holds every claim of everybody who spoke on a question, or on what hangs on it.

    Buckets, numbers of scored questions and Brier scores of these speakers are in it what they are in the whole, to the
    last bit; nothing else is: their peers' claims elsewhere are not in it.
    """
    reader = rows.Reader(connection, _words())
    (key,) = reader.first("id", f"question WHERE slug = {rows.quoted(question)}")
    reader = replace(reader, only=rows.surroundings(reader, key))
    held, keys = _read_others(reader)
    predictions, prediction_keys = _predictions(reader, keys, held.columns.articles)
    return replace(held, columns=replace(held.columns, predictions=predictions), prediction_keys=prediction_keys)


def with_resolution(connection: Connection, held: LedgerColumns, question: int) -> LedgerColumns:
    """The columns with the resolution of the question at a position as it stands in the ledger now."""
    key = held.question_keys[question : question + 1]
    reader = rows.Reader(connection, {}, {"question": [int(key[0])]})
    table = held.columns.questions
    nowhere = Positions(key[:0])
    keys = _Keys(nowhere, nowhere, Positions(key), held.options[question : question + 1])
    found: tuple[NDArray[Any], ...] = _resolutions(
        reader, {"id": key, "words": table.kind[question : question + 1]}, keys
    )
    parts: dict[str, Any] = {}
    for name, value in zip(("state", "outcome", "not_by_deadline", "known_on"), found, strict=True):
        parts[name] = getattr(table, name).copy()
        parts[name][question] = value[0]
    return replace(held, columns=replace(held.columns, questions=replace(table, **parts)))


def _read_others(reader: rows.Reader) -> tuple[LedgerColumns, _Keys]:
    """Everything but the predictions."""
    sources = reader.texts("id, slug, name, kind, anonymous", "source ORDER BY id")
    scenarios = reader.texts("id, slug", "scenario ORDER BY id")
    articles, questions = rows.read_articles(reader), rows.read_questions(reader)
    asked, of_asked = reader.within("question"), reader.within("question", "question_id")
    named = reader.texts("slug, unit, condition_outcome", f"question WHERE {asked} ORDER BY id")
    keys = _Keys(
        Positions(np.array([row[0] for row in sources], dtype=np.int64)),
        Positions(articles["id"]),
        Positions(questions["id"]),
        _options(reader, questions["id"]),
    )
    scenario = Positions(np.array([row[0] for row in scenarios], dtype=np.int64)).of(questions["scenario"])
    is_date = (questions["words"] == codes.QuestionKind.DATE).tolist()
    units = [DAYS if days else row[1] for days, row in zip(is_date, named, strict=True)]
    unit, unit_names = _distinct(units)
    reference, reference_names = _distinct(
        row[0] for row in reader.texts("basis", f"question_reference WHERE {of_asked} ORDER BY question_id, position")
    )
    held = LedgerColumns(
        Columns(
            _no_predictions(),
            _question_columns(reader, questions, [row[2] for row in named], keys, (scenario, unit, reference)),
            _article_columns(reader, articles, keys),
            SourceColumns(anonymous=np.array([bool(row[4]) for row in sources], dtype=np.bool_)),
        ),
        sources=tuple((slug, name, kind) for _, slug, name, kind, _ in sources),
        scenarios=tuple(slug for _, slug in scenarios),
        questions=tuple(row[0] for row in named),
        options=keys.options,
        units=unit_names,
        references=reference_names,
        phrases=(),
        prediction_keys=np.zeros(0, dtype=np.int64),
        source_keys=keys.sources.keys,
        article_keys=keys.articles.keys,
        question_keys=keys.questions.keys,
    )
    return held, keys


def _no_predictions() -> PredictionColumns:
    """The columns of no prediction at all."""
    kinds = {"NDArray[np.float64]": np.float64, "Floats": np.float64, "Codes": np.int8, "Bools": np.bool_}
    parts: dict[str, Any] = {
        field.name: np.zeros(0, dtype=kinds.get(str(field.type), np.int32)) for field in fields(PredictionColumns)
    }
    starts = {name: np.zeros(1, dtype=np.int32) for name in parts if name.endswith("_start")}
    return PredictionColumns(**(parts | starts))


def _predictions(
    reader: rows.Reader, keys: _Keys, articles: ArticleColumns
) -> tuple[PredictionColumns, NDArray[np.int64]]:
    """The columns and the keys of the predictions."""
    table = rows.read_predictions(reader)
    predictions = Positions(table["id"])
    rank = np.empty(len(predictions), dtype=np.int32)
    rank[predictions.of(rows.read_prediction_order(reader))] = np.arange(len(predictions), dtype=np.int32)
    columns = replace(_prediction_columns(reader, table, keys, articles, predictions), slug_rank=rank)
    read = rows.read_readings(reader)
    numbers = (_own(read[name]) for name in ("probability", "low", "high"))
    return with_readings(columns, predictions.of(read["owner"]), *numbers), predictions.keys


def _options(reader: rows.Reader, questions: NDArray[Any]) -> tuple[tuple[str, ...], ...]:
    of_question: dict[int, list[str]] = defaultdict(list)
    asked = reader.within("question", "question_id")
    in_order = f"question_option WHERE {asked} ORDER BY question_id, position"
    for question, name in reader.texts("question_id, name", in_order):
        of_question[question].append(name)
    return (
        tuple(tuple(of_question.get(question, ())) for question in questions.tolist())
        if of_question
        else ((),) * questions.size
    )


def read_phrases(connection: Connection, held: LedgerColumns) -> LedgerColumns:
    """The same with the phrase of each prediction as a code, and the texts of the codes."""
    pairs = rows.Reader(connection, {}).texts("id, phrase", "prediction WHERE phrase <> '' ORDER BY id")
    found, texts = _distinct(phrase for _, phrase in pairs)
    phrase = np.full(held.prediction_keys.size, codes.NONE, dtype=np.int32)
    phrase[np.searchsorted(held.prediction_keys, np.array([key for key, _ in pairs], dtype=np.int64))] = found
    columns = replace(held.columns, predictions=replace(held.columns.predictions, phrase=phrase))
    return replace(held, columns=columns, phrases=texts)


def _outcome_code(name: str, options: tuple[str, ...]) -> int:
    if options:
        return options.index(name) if name in options else codes.NONE
    return _SIDES.get(name, codes.NONE)


def _needed(asked: Ints, needed: Sequence[str], options: tuple[tuple[str, ...], ...]) -> Ints:
    """The outcome that each condition needs, as the code that its question has for it."""
    pairs = zip(asked.tolist(), needed, strict=True)
    return np.array([_outcome_code(name, options[at]) for at, name in pairs], dtype=np.int32)


def _question_columns(
    reader: rows.Reader, table: rows.Rows, needed: Sequence[str], keys: _Keys, coded: tuple[Ints, Ints, Ints]
) -> QuestionColumns:
    kind = table["words"].astype(np.int8)
    option_count = np.fromiter((len(names) for names in keys.options), dtype=np.int32, count=len(keys.questions))
    option_count[kind == codes.QuestionKind.BINARY] = 2
    state, outcome, not_by_deadline, known_on = _resolutions(reader, table, keys)
    condition = keys.questions.of(table["condition"])
    hangs = np.flatnonzero(condition >= 0)
    references = rows.read_references(reader)
    resolves_on = _days(table["resolves_on"])
    scenario, unit, reference_name = coded
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
        range_low=_own(table["range_low"]),
        range_high=_own(table["range_high"]),
        scenario=scenario,
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
    reader: rows.Reader, questions: rows.Rows, keys: _Keys
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.bool_], Ints]:
    """State, outcome, whether it is "not by the deadline", and the day from which it could be known."""
    table = rows.read_resolutions(reader)
    state = np.full(len(keys.questions), codes.QuestionState.OPEN, dtype=np.int8)
    outcome = np.full(len(keys.questions), np.nan)
    not_by_deadline = np.zeros(len(keys.questions), dtype=np.bool_)
    known_on = np.full(len(keys.questions), codes.NO_DAY, dtype=np.int32)
    at = keys.questions.of(table["question"])
    is_void = table["void"] == 1
    state[at] = np.where(is_void, codes.QuestionState.VOID, codes.QuestionState.RESOLVED)
    known_on[at] = _days(table["known_on"])
    not_by_deadline[at] = table["side"] == _NOT_BY_DEADLINE
    value = np.where(table["side"] < _NOT_BY_DEADLINE, table["side"].astype(np.float64), np.nan)
    number = _own(table["outcome_number"])
    value = np.where(np.isnan(number), value, number)
    value = np.where(table["outcome_on"] > 0, table["outcome_on"], value)
    outcome[at] = np.where(is_void, np.nan, value)
    if any(keys.options):
        asked = reader.within("question", "question_id")
        in_force = f"resolution WHERE superseded_reason = '' AND void = '' AND {asked}"
        for question, name in reader.texts("question_id, outcome", in_force):
            position = int(np.searchsorted(keys.questions.keys, question))
            if keys.options[position]:
                outcome[position] = _outcome_code(name, keys.options[position])
    return state, outcome, not_by_deadline, known_on


def _prediction_columns(
    reader: rows.Reader, table: rows.Rows, keys: _Keys, articles: ArticleColumns, predictions: Positions
) -> PredictionColumns:
    """The columns of the predictions; their slugs are not ranked."""
    count = len(predictions)
    article = keys.articles.of(table["article"])
    speakers, conditions = rows.read_speakers(reader), rows.read_conditions(reader)
    needed = rows.read_needed_outcomes(reader)
    asked = keys.questions.of(conditions["other"])
    options, quantiles = rows.read_option_probabilities(reader), rows.read_quantiles(reader)
    words = {
        name: places
        for packed, names in (("spoken", rows.SPOKEN), ("passed", rows.PASSED))
        for name, places in zip(names, rows.unpacked(table[packed], len(names)), strict=True)
    }
    return PredictionColumns(
        question=keys.questions.of(table["question"]),
        article=article,
        made_first=_made(table["made_first"], articles.first_day, article),
        made_last=_made(table["made_last"], articles.last_day, article),
        **words,
        unscorable=table["unscorable"] == 1,
        restates=predictions.of(table["restates"]),
        supersedes=predictions.of(table["supersedes"]),
        paragraph=table["paragraph"].astype(np.int32),
        slug_rank=np.zeros(count, dtype=np.int32),
        probability=_own(table["probability"]),
        low=_own(table["low"]),
        high=_own(table["high"]),
        about_no=table["about_no"] == 1,
        phrase=np.full(count, codes.NONE, dtype=np.int32),
        coded_on=_days(table["coded_on"]),
        speaker_start=predictions.starts(speakers["owner"]),
        speaker=keys.sources.of(speakers["other"]),
        condition_start=predictions.starts(conditions["owner"]),
        condition_question=asked,
        condition_outcome=_needed(asked, needed, keys.options),
        option_start=predictions.starts(options["owner"]),
        option_probability=_own(options["probability"]),
        quantile_start=predictions.starts(quantiles["owner"]),
        quantile_level=_own(quantiles["level"]),
        quantile_value=_own(quantiles["value"]),
    )


def _made(day: NDArray[Any], published: NDArray[Any], article: Ints) -> Ints:
    """The day on which it was made, else that of its article."""
    return np.where(day == 0, published[article], day).astype(np.int32) if day.size else day.astype(np.int32)


def _own(column: NDArray[Any]) -> NDArray[np.float64]:
    """A column of numbers by itself, not as a part of the records it was read in."""
    return np.ascontiguousarray(column, dtype=np.float64)


def _article_columns(reader: rows.Reader, table: rows.Rows, keys: _Keys) -> ArticleColumns:
    authors = rows.read_authors(reader)
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
