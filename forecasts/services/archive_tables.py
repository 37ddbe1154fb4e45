"""The tables of an archive: the columns that scoring reads, as Arrow, with words for codes and days for ordinals.

One row of `claims` is one prediction, with the sources on whose cards it is; one that nobody reads by may be in it for
what it was superseded by. Questions and sources are known by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forecasts.domain.kinds import DeadlineBasis, QuestionKind
from forecasts.domain.records import Phrase
from forecasts.scoring.arrays import take_rows
from forecasts.scoring.columns import (
    NO_DAY,
    NO_TIME,
    NONE,
    VOCABULARIES,
    ArticleColumns,
    Columns,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    SourceColumns,
)
from forecasts.services.column_tables import Positions, distinct, no_predictions, ranked_by_slug
from forecasts.services.columns import LedgerColumns

if TYPE_CHECKING:
    from forecasts.scoring.columns import By


Ints = NDArray[Any]

_UNIX_DAY: Final = 719_163  # the ordinal of the day from which Arrow counts
_INT32, _INT64 = pa.int32(), pa.int64()
_NOTHING: Final = {"day": NO_DAY, "number": NONE, "moment": NO_TIME}
"""What stands in a column of scoring where there is nothing, by what the column holds."""
_TYPES: Final = {
    "day": pa.date32(),
    "number": _INT32,
    "moment": _INT64,
    "share": pa.float64(),
    "flag": pa.bool_(),
    "text": pa.string(),
}
_WORDS: Final = {
    **{name: [str(word) for word in words] for name, words in VOCABULARIES.items()},
    "kind": [str(word) for word in QuestionKind],
    "deadline_basis": [str(word) for word in DeadlineBasis],
    "state": [state.name.lower() for state in QuestionState],
}
_PREDICTION: Final = {
    "question": "number",
    "made_first": "day",
    "made_last": "day",
    "made_at": "moment",
    **dict.fromkeys(VOCABULARIES, "word"),
    "unscorable": "flag",
    "paragraph": "number",
    "probability": "share",
    "low": "share",
    "high": "share",
    "about_no": "flag",
    "sentence": "moment",
    "coded_on": "day",
    "condition_question": "number",
    "condition_outcome": "number",
    "option_probability": "share",
    "quantile_level": "share",
    "quantile_value": "share",
}
_QUESTION: Final = {
    "kind": "word",
    "opens_on": "day",
    "closes_on": "day",
    "resolves_on": "day",
    "range_low": "share",
    "range_high": "share",
    "deadline_basis": "word",
    "implied": "number",
    "variant_of": "number",
    "written_on": "day",
    "condition_question": "number",
    "condition_outcome": "number",
    "reference_day": "day",
    "reference_probability": "share",
}
_RESOLUTION: Final = {"state": "word", "outcome": "share", "not_by_deadline": "flag", "known_on": "day"}
_STARTS: Final = {
    "implied": "implied_start",
    "condition_question": "condition_start",
    "condition_outcome": "condition_start",
    "reference_day": "reference_start",
    "reference_probability": "reference_start",
    "option_probability": "option_start",
    "quantile_level": "quantile_start",
    "quantile_value": "quantile_start",
}
"""Where the values of each record begin, by the column that holds several."""


def _field(name: str, holds: str) -> pa.Field:
    kind = pa.dictionary(pa.int8(), pa.string()) if holds == "word" else _TYPES[holds]
    return pa.field(name, pa.list_(kind) if name in _STARTS else kind)


CLAIMS: Final = pa.schema(
    [
        ("prediction", _INT64),
        ("slug", pa.string()),
        ("article", pa.string()),
        ("sources", pa.list_(_INT32)),
        ("is_first_copy", pa.bool_()),
        ("published_on", pa.date32()),
        ("full_coverage", pa.bool_()),
        ("supersedes", _INT64),
        ("restates", _INT64),
        ("phrase", pa.string()),
        *(_field(*item) for item in _PREDICTION.items()),
    ]
)
QUESTIONS: Final = pa.schema(
    [
        ("question", _INT32),
        ("slug", pa.string()),
        ("scenario", pa.string()),
        ("unit", pa.string()),
        ("options", pa.list_(pa.string())),
        ("reference_name", pa.list_(pa.string())),
        *(_field(*item) for item in _QUESTION.items()),
    ]
)
RESOLUTIONS: Final = pa.schema([("question", _INT32), *(_field(*item) for item in _RESOLUTION.items())])
SOURCES: Final = pa.schema(
    [
        ("source", _INT32),
        ("slug", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("anonymous", pa.bool_()),
        ("bucket", _INT32),
    ]
)
SCENARIOS: Final = pa.schema([("slug", pa.string())])
PHRASES: Final = pa.schema(
    [
        ("standard", pa.string()),
        ("term", pa.string()),
        ("aliases", pa.list_(pa.string())),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("low_open", pa.bool_()),
        ("high_open", pa.bool_()),
        ("point", pa.float64()),
    ]
)


def _to_arrow(values: NDArray[Any], name: str, holds: str) -> pa.Array:
    if holds == "word":
        return pa.DictionaryArray.from_arrays(pa.array(values, pa.int8()), pa.array(_WORDS[name]))
    if holds == "share":
        return pa.array(values, pa.float64(), from_pandas=True)
    if holds not in _NOTHING:
        return pa.array(values, _TYPES[holds])
    missing = values == _NOTHING[holds]
    if holds == "day":
        return pa.array(values - np.int32(_UNIX_DAY), _INT32, mask=missing).view(pa.date32())
    return pa.array(values, _TYPES[holds], mask=missing)


def _from_arrow(array: pa.Array, name: str, holds: str) -> NDArray[Any]:
    """ValueError for a word that is none."""
    if holds == "word":
        codes = pc.index_in(array.cast(pa.string()), value_set=pa.array(_WORDS[name]))
        if codes.null_count:
            msg = f"{name} has a word that is none of {', '.join(_WORDS[name])}"
            raise ValueError(msg)
        return np.array(codes.to_numpy(zero_copy_only=False), dtype=np.int8)
    if holds == "day":
        days = pc.fill_null(array.view(_INT32), NO_DAY - _UNIX_DAY)
        return np.array(days.to_numpy(zero_copy_only=False), dtype=np.int32) + np.int32(_UNIX_DAY)
    if holds in _NOTHING:
        array = pc.fill_null(array, pa.scalar(_NOTHING[holds], array.type))
    return np.array(array.to_numpy(zero_copy_only=False), dtype=_TYPES[holds].to_pandas_dtype())


def _one(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _lists(starts: NDArray[Any], values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(starts.astype(np.int32)), values)


def _unlisted(array: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    """Where the values of each row begin, and the values."""
    offsets = array.offsets.to_numpy().astype(np.int64)
    return offsets - offsets[0], array.flatten()


def _table_arrays(columns: Any, spec: dict[str, str]) -> dict[str, pa.Array]:
    found = {}
    for name, holds in spec.items():
        values = _to_arrow(getattr(columns, name), name, holds)
        found[name] = _lists(getattr(columns, _STARTS[name]), values) if name in _STARTS else values
    return found


def _read_arrays(table: pa.Table, spec: dict[str, str]) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for name, holds in spec.items():
        array = _one(table, name)
        if name in _STARTS:
            found[_STARTS[name]], array = _unlisted(array)
        found[name] = _from_arrow(array, name, holds)
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """What scoring leaves out of predictions: their numbers, and of others, 0 for none; slugs, and verbatim phrases."""

    number: NDArray[np.int64]
    supersedes: NDArray[np.int64]
    restates: NDArray[np.int64]
    slug: Sequence[str]
    article: Sequence[str | None]
    phrase: Sequence[str]


def claims_table(table: PredictionColumns, articles: ArticleColumns, named: Named) -> pa.Table:
    """The predictions as rows of claims that are on nobody's card yet."""
    at = table.article
    has_article = at >= 0
    published = np.full(len(table), NO_DAY, dtype=np.int32)
    published[has_article] = articles.last_day[at[has_article]]
    covered = np.zeros(len(table), dtype=np.bool_)
    covered[has_article] = articles.full_coverage[at[has_article]]
    arrays = _table_arrays(table, _PREDICTION) | {
        "prediction": pa.array(named.number, _INT64),
        "slug": pa.array(named.slug, pa.string()),
        "article": pa.array(named.article, pa.string()),
        "published_on": _to_arrow(published, "", "day"),
        "full_coverage": pa.array(covered),
        "supersedes": pa.array(named.supersedes, _INT64, mask=named.supersedes == 0),
        "restates": pa.array(named.restates, _INT64, mask=named.restates == 0),
        "phrase": pa.array(named.phrase, pa.string()),
        "sources": pa.nulls(len(table), pa.list_(_INT32)),
        "is_first_copy": pa.nulls(len(table), pa.bool_()),
    }
    return pa.table([arrays[name] for name in CLAIMS.names], schema=CLAIMS)


def on_cards(table: pa.Table, rows: Ints, start: Ints, source: Ints, is_first: NDArray[np.bool_]) -> pa.Table:
    """These rows of claims, on the cards of these sources (of all rows, in the CSR layout)."""
    owner, place = take_rows(start, rows)
    starts = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=rows.size))))
    taken = table.take(pa.array(rows))
    lists = _lists(starts, pa.array(source[place], _INT32))
    taken = taken.set_column(CLAIMS.get_field_index("sources"), "sources", lists)
    return taken.set_column(CLAIMS.get_field_index("is_first_copy"), "is_first_copy", pa.array(is_first))


def questions_table(data: LedgerColumns) -> pa.Table:
    """The questions of a ledger."""
    table = data.columns.questions
    names = np.array([*data.scenarios, None], dtype=object)
    options = np.concatenate(([0], np.cumsum([len(names) for names in data.options]))).astype(np.int32)
    references = np.array(data.references, dtype=object)[table.reference_name]
    arrays = _table_arrays(table, _QUESTION) | {
        "question": pa.array(np.arange(len(table), dtype=np.int32)),
        "slug": pa.array(data.questions, pa.string()),
        "scenario": pa.array(names[table.scenario], pa.string()),
        "unit": pa.array(np.array([*data.units, ""], dtype=object)[table.unit], pa.string()),
        "options": _lists(options, pa.array([name for names in data.options for name in names], pa.string())),
        "reference_name": _lists(table.reference_start, pa.array(references, pa.string())),
    }
    return pa.table([arrays[name] for name in QUESTIONS.names], schema=QUESTIONS)


def resolutions_table(table: QuestionColumns) -> pa.Table:
    """What the questions came out as; one that was resolved to what is no outcome of it is open, its outcome -1."""
    told = np.flatnonzero((table.state != QuestionState.OPEN) | (table.outcome == NONE))
    arrays = {name: _to_arrow(getattr(table, name)[told], name, holds) for name, holds in _RESOLUTION.items()}
    return pa.table([pa.array(told, _INT32), *arrays.values()], schema=RESOLUTIONS)


def sources_table(data: LedgerColumns, bucket: Ints) -> pa.Table:
    """The sources of a ledger, each with the bucket that its claims are in."""
    slug, name, kind = zip(*data.sources, strict=True) if data.sources else ((), (), ())
    numbers = pa.array(np.arange(len(data.sources), dtype=np.int32))
    anonymous = pa.array(data.columns.sources.anonymous)
    arrays = [numbers, *(pa.array(texts, pa.string()) for texts in (slug, name, kind)), anonymous]
    return pa.table([*arrays, pa.array(bucket, _INT32)], schema=SOURCES)


def scenarios_table(slugs: Sequence[str]) -> pa.Table:
    return pa.table([pa.array(slugs, pa.string())], schema=SCENARIOS)


def phrases_table(phrases: Sequence[Phrase]) -> pa.Table:
    """The phrases of every standard."""
    rows = [{name: getattr(phrase, name) for name in PHRASES.names} for phrase in phrases]
    return pa.Table.from_pylist([row | {"aliases": list(row["aliases"])} for row in rows], schema=PHRASES)


def read_others(sources: pa.Table, scenarios: pa.Table, questions: pa.Table, resolutions: pa.Table) -> LedgerColumns:
    """Everything but the predictions, each at the position that is its number. ValueError for what is no ledger."""
    slugs = scenarios.column("slug").to_pylist()
    scenario = pc.index_in(_one(questions, "scenario"), value_set=pa.array(slugs, pa.string()))
    unit, units = distinct(questions.column("unit").to_pylist())
    arrays = _read_arrays(questions, _QUESTION)
    _, names = _unlisted(_one(questions, "reference_name"))
    reference, references = distinct(names.to_pylist())
    kind, count = arrays["kind"], questions.num_rows
    option_count = np.diff(_unlisted(_one(questions, "options"))[0]).astype(np.int32)
    option_count[kind == QuestionKind.BINARY.code] = 2
    state = {
        "state": np.full(count, QuestionState.OPEN, dtype=np.int8),
        "outcome": np.full(count, np.nan),
        "not_by_deadline": np.zeros(count, dtype=np.bool_),
        "known_on": np.full(count, NO_DAY, dtype=np.int32),
    }
    at = _one(resolutions, "question").to_numpy()
    for name, values in _read_arrays(resolutions, _RESOLUTION).items():
        state[name][at] = values
    table = QuestionColumns(
        **arrays,
        **state,
        option_count=option_count,
        scenario=_from_arrow(scenario, "", "number"),
        unit=unit,
        reference_name=reference,
    )
    anonymous = SourceColumns(anonymous=_from_arrow(_one(sources, "anonymous"), "", "flag"))
    nothing, none = no_predictions(), np.zeros(0, dtype=np.int64)
    return LedgerColumns(
        Columns(nothing, table, _articles(none, none, none, np.zeros(1, dtype=np.int64), none), anonymous),
        sources=tuple(zip(*(sources.column(name).to_pylist() for name in ("slug", "name", "kind")), strict=True)),
        scenarios=tuple(slugs),
        questions=tuple(questions.column("slug").to_pylist()) if (table.outcome == NONE).any() else (),
        options=(),
        units=units,
        references=references,
        phrases=(),
        prediction_keys=none,
        source_keys=none,
        article_keys=none,
        question_keys=none,
    )


def _articles(last_day: Ints, covered: Ints, outlet: Ints, author_start: Ints, author: Ints) -> ArticleColumns:
    return ArticleColumns(
        first_day=last_day.astype(np.int32),
        last_day=last_day.astype(np.int32),
        outlet=outlet.astype(np.int32),
        full_coverage=covered.astype(np.bool_),
        author_start=author_start,
        author=author.astype(np.int32),
    )


def read_phrases(table: pa.Table) -> tuple[Phrase, ...]:
    return tuple(Phrase(**row | {"aliases": tuple(row["aliases"])}) for row in table.to_pylist())


def read_claims(table: pa.Table, data: LedgerColumns, by: By) -> tuple[LedgerColumns, NDArray[np.bool_]]:
    """The ledger with the predictions of a bucket of it, as they are on cards by that, and which of them are there for
    the first time. ValueError for what is none.

    Each has an article by itself: what scoring reads of articles stands in the claims.
    """
    table = table.take(pc.sort_indices(_one(table, "prediction")))
    count = table.num_rows
    start, sources = _unlisted(_one(table, "sources"))
    source = _from_arrow(sources, "", "number")
    one_each, nobody = np.zeros(count + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    has_article = _one(table, "article").is_valid().to_numpy(zero_copy_only=False)
    outlet = np.full(count, NONE, dtype=np.int32)
    if by == "outlet":
        outlet[np.diff(start) > 0] = source
    articles = _articles(
        _from_arrow(_one(table, "published_on"), "", "day"),
        _from_arrow(_one(table, "full_coverage"), "", "flag"),
        outlet,
        *((start, source) if by == "author" else (one_each, nobody)),
    )
    number = Positions(_one(table, "prediction").to_numpy())
    if (np.diff(number.keys) <= 0).any():
        msg = "a prediction is in it twice"
        raise ValueError(msg)
    place = np.arange(count, dtype=np.int32)
    phrase, phrases = distinct(text or "" for text in table.column("phrase").to_pylist())
    code = np.array([NONE if not text else at for at, text in enumerate(phrases)], dtype=np.int32)
    predictions = PredictionColumns(
        **_read_arrays(table, _PREDICTION),
        article=np.where(has_article, place, NONE).astype(np.int32),
        restates=np.where(_one(table, "restates").is_valid().to_numpy(zero_copy_only=False), place, NONE),
        supersedes=_superseded(number, pc.fill_null(_one(table, "supersedes"), 0).to_numpy(zero_copy_only=False)),
        phrase=code[phrase] if count else phrase,
        speaker_start=start if by == "speaker" else one_each,
        speaker=source if by == "speaker" else nobody,
        slug_rank=np.zeros(count, dtype=np.int32),
    )
    slugs = _one(table, "slug")

    def in_order(keys: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.searchsorted(number.keys, keys)
        ordered: NDArray[np.int64] = keys[pc.sort_indices(slugs.take(pa.array(at))).to_numpy()]
        return ordered

    questions, no_ranks = data.columns.questions, predictions.slug_rank[:0]
    rank = ranked_by_slug(in_order, predictions, questions, articles, number.keys, no_ranks)
    columns = Columns(replace(predictions, slug_rank=rank), questions, articles, data.columns.sources)
    is_first = _from_arrow(_one(table, "is_first_copy"), "", "flag")
    return replace(data, columns=columns, phrases=phrases, prediction_keys=number.keys), is_first


def _superseded(number: Positions, keys: NDArray[np.int64]) -> NDArray[np.int32]:
    if not np.isin(keys[keys != 0], number.keys).all():
        msg = "a prediction supersedes one that is not in it"
        raise ValueError(msg)
    return number.of(keys)
