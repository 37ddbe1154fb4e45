"""The tables of an archive: the columns that scoring reads, as Arrow, with words for codes and days for ordinals.

One row of `claims` is one prediction, with the sources on whose cards it is; one that nobody reads by may be in it for
what it was superseded by. Questions and sources are known by their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import Phrase
from forecasts.scoring.arrays import take_rows
from forecasts.scoring.columns import (
    NO_DAY,
    NONE,
    ArticleColumns,
    By,
    Columns,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    SourceColumns,
)
from forecasts.services.archive_columns import (
    CLAIMS,
    INT32,
    INT64,
    PHRASES,
    PREDICTION,
    QUESTION,
    QUESTIONS,
    RESOLUTION,
    RESOLUTIONS,
    SCENARIOS,
    SOURCES,
    arrays_of,
    columns_of,
    from_arrow,
    lists_of,
    one,
    to_arrow,
    values_of,
)
from forecasts.services.column_tables import Positions, no_predictions, ranked_by_slug
from forecasts.services.columns import LedgerColumns

Ints = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What scoring leaves out of predictions: their numbers, and of others, 0 for none; slugs, verbatim phrases,
    and which a program proposed first.
    """

    number: NDArray[np.int64]
    supersedes: NDArray[np.int64]
    restates: NDArray[np.int64]
    slug: Sequence[str]
    article: Sequence[str | None]
    phrase: Sequence[str]
    proposed: Sequence[bool]


def claims_table(table: PredictionColumns, articles: ArticleColumns, named: Named) -> pa.Table:
    """The predictions as rows of claims that are on nobody's card yet."""
    at = table.article
    has_article = at >= 0
    published = np.full(len(table), NO_DAY, dtype=np.int32)
    published[has_article] = articles.last_day[at[has_article]]
    covered = np.zeros(len(table), dtype=np.bool_)
    covered[has_article] = articles.full_coverage[at[has_article]]
    arrays = arrays_of(table, PREDICTION) | {
        "prediction": pa.array(named.number, INT64),
        "slug": pa.array(named.slug, pa.string()),
        "article": pa.array(named.article, pa.string()),
        "published_on": to_arrow(published, "", "day"),
        "full_coverage": pa.array(covered),
        "supersedes": pa.array(named.supersedes, INT64, mask=named.supersedes == 0),
        "restates": pa.array(named.restates, INT64, mask=named.restates == 0),
        "phrase": pa.array(named.phrase, pa.string()),
        "proposed": pa.array(named.proposed, pa.bool_()),
        "sources": pa.nulls(len(table), pa.list_(INT32)),
        "is_first_copy": pa.nulls(len(table), pa.bool_()),
    }
    return pa.table([arrays[name] for name in CLAIMS.names], schema=CLAIMS)


def on_cards(table: pa.Table, rows: Ints, start: Ints, source: Ints, is_first: NDArray[np.bool_]) -> pa.Table:
    """These rows of claims, on the cards of these sources (of all rows, in the CSR layout)."""
    owner, place = take_rows(start, rows)
    starts = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=rows.size))))
    taken = table.take(pa.array(rows))
    lists = lists_of(starts, pa.array(source[place], INT32))
    taken = taken.set_column(CLAIMS.get_field_index("sources"), "sources", lists)
    return taken.set_column(CLAIMS.get_field_index("is_first_copy"), "is_first_copy", pa.array(is_first))


def questions_table(data: LedgerColumns) -> pa.Table:
    table = data.columns.questions
    names = np.array([*data.scenarios, None], dtype=object)
    options = np.concatenate(([0], np.cumsum([len(names) for names in data.options]))).astype(np.int32)
    references = np.array(data.references, dtype=object)[table.reference_name]
    arrays = arrays_of(table, QUESTION) | {
        "question": pa.array(np.arange(len(table), dtype=np.int32)),
        "slug": pa.array(data.questions, pa.string()),
        "scenario": pa.array(names[table.scenario], pa.string()),
        "unit": pa.array(np.array([*data.units, ""], dtype=object)[table.unit], pa.string()),
        "options": lists_of(options, pa.array([name for names in data.options for name in names], pa.string())),
        "reference_name": lists_of(table.reference_start, pa.array(references, pa.string())),
    }
    return pa.table([arrays[name] for name in QUESTIONS.names], schema=QUESTIONS)


def resolutions_table(table: QuestionColumns) -> pa.Table:
    """What the questions came out as; one that was resolved to what is no outcome of it is open, its outcome -1."""
    told = np.flatnonzero((table.state != QuestionState.OPEN) | (table.outcome == NONE))
    arrays = {name: to_arrow(getattr(table, name)[told], name, holds) for name, holds in RESOLUTION.items()}
    return pa.table([pa.array(told, INT32), *arrays.values()], schema=RESOLUTIONS)


def sources_table(data: LedgerColumns, bucket: Ints) -> pa.Table:
    """The sources of a ledger, each with the bucket that its claims are in."""
    slug, name, kind = zip(*data.sources, strict=True) if data.sources else ((), (), ())
    numbers = pa.array(np.arange(len(data.sources), dtype=np.int32))
    anonymous = pa.array(data.columns.sources.anonymous)
    arrays = [numbers, *(pa.array(texts, pa.string()) for texts in (slug, name, kind)), anonymous]
    return pa.table([*arrays, pa.array(bucket, INT32)], schema=SOURCES)


def scenarios_table(slugs: Sequence[str]) -> pa.Table:
    return pa.table([pa.array(slugs, pa.string())], schema=SCENARIOS)


def phrases_table(phrases: Sequence[Phrase]) -> pa.Table:
    rows = [{name: getattr(phrase, name) for name in PHRASES.names} for phrase in phrases]
    return pa.Table.from_pylist([row | {"aliases": list(row["aliases"])} for row in rows], schema=PHRASES)


def read_others(sources: pa.Table, scenarios: pa.Table, questions: pa.Table, resolutions: pa.Table) -> LedgerColumns:
    """Everything but the predictions, each at the position that is its number. ValueError for what is no ledger."""
    slugs = scenarios.column("slug").to_pylist()
    scenario = pc.index_in(one(questions, "scenario"), value_set=pa.array(slugs, pa.string()))
    unit, units = _coded(one(questions, "unit"))
    arrays = columns_of(questions, QUESTION)
    _, names = values_of(one(questions, "reference_name"))
    reference, references = _coded(names)
    kind, count = arrays["kind"], questions.num_rows
    option_count = np.diff(values_of(one(questions, "options"))[0]).astype(np.int32)
    option_count[kind == QuestionKind.BINARY.code] = 2
    state = {
        "state": np.full(count, QuestionState.OPEN, dtype=np.int8),
        "outcome": np.full(count, np.nan),
        "not_by_deadline": np.zeros(count, dtype=np.bool_),
        "known_on": np.full(count, NO_DAY, dtype=np.int32),
    }
    at = one(resolutions, "question").to_numpy()
    for name, values in columns_of(resolutions, RESOLUTION).items():
        state[name][at] = values
    table = QuestionColumns(
        **arrays,
        **state,
        option_count=option_count,
        scenario=from_arrow(scenario, "", "number"),
        unit=unit,
        reference_name=reference,
    )
    _require_values(sources, "slug", "name", "kind")
    anonymous = SourceColumns(anonymous=from_arrow(one(sources, "anonymous"), "", "flag"))
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


def _coded(texts: pa.Array) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Each text as a code, and the texts of the codes, in the order in which they first come."""
    found = texts.dictionary_encode()
    return np.array(found.indices.to_numpy(zero_copy_only=False), dtype=np.int32), tuple(found.dictionary.to_pylist())


def _articles(last_day: Ints, covered: Ints, outlet: Ints, author_start: Ints, author: Ints) -> ArticleColumns:
    return ArticleColumns(
        first_day=last_day.astype(np.int32),
        last_day=last_day.astype(np.int32),
        outlet=outlet.astype(np.int32),
        full_coverage=covered.astype(np.bool_),
        author_start=author_start,
        author=author.astype(np.int32),
    )


def _require_values(table: pa.Table, *names: str) -> None:
    for name in names:
        if table.column(name).null_count:
            msg = f"{name} is missing in it"
            raise ValueError(msg)


def read_phrases(table: pa.Table) -> tuple[Phrase, ...]:
    """ValueError for what is none."""
    _require_values(table, *(name for name in PHRASES.names if name != "point"))
    return tuple(Phrase(**row | {"aliases": tuple(row["aliases"])}) for row in table.to_pylist())


def read_claims(table: pa.Table, data: LedgerColumns, by: By) -> tuple[LedgerColumns, dict[str, NDArray[np.bool_]]]:
    """The ledger with the predictions of a bucket of it, as they are on cards by that; and which of them are there for
    the first time, and which a program proposed first. ValueError for what is none. Without the column of phrases none
    can be read anew.

    Each has an article by itself: what scoring reads of articles stands in the claims.
    """
    if (np.diff(one(table, "prediction").to_numpy()) < 0).any():
        table = table.take(pc.sort_indices(one(table, "prediction")))
    count = table.num_rows
    start, sources = values_of(one(table, "sources"))
    source = from_arrow(sources, "", "number")
    one_each, nobody = np.zeros(count + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    has_article = one(table, "published_on").is_valid().to_numpy(zero_copy_only=False)
    outlet = np.full(count, NONE, dtype=np.int32)
    if by == "outlet":
        outlet[np.diff(start) > 0] = source
    articles = _articles(
        from_arrow(one(table, "published_on"), "", "day"),
        from_arrow(one(table, "full_coverage"), "", "flag"),
        outlet,
        *((start, source) if by == "author" else (one_each, nobody)),
    )
    number = Positions(one(table, "prediction").to_numpy())
    if (np.diff(number.keys) <= 0).any():
        msg = "a prediction is in it twice"
        raise ValueError(msg)
    place = np.arange(count, dtype=np.int32)
    texts = one(table, "phrase") if "phrase" in table.column_names else pa.array([""] * count, pa.string())
    phrase, phrases = _coded(texts)
    code = np.array([NONE if not text else at for at, text in enumerate(phrases)], dtype=np.int32)
    predictions = PredictionColumns(
        **columns_of(table, PREDICTION),
        article=np.where(has_article, place, NONE).astype(np.int32),
        restates=np.where(one(table, "restates").is_valid().to_numpy(zero_copy_only=False), place, NONE),
        supersedes=_superseded(number, pc.fill_null(one(table, "supersedes"), 0).to_numpy(zero_copy_only=False)),
        phrase=code[phrase] if count else phrase,
        speaker_start=start if by == "speaker" else one_each,
        speaker=source if by == "speaker" else nobody,
        slug_rank=np.zeros(count, dtype=np.int32),
    )
    slugs = one(table, "slug")

    def in_order(keys: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.searchsorted(number.keys, keys)
        ordered: NDArray[np.int64] = keys[pc.sort_indices(slugs.take(pa.array(at))).to_numpy()]
        return ordered

    questions, no_ranks = data.columns.questions, predictions.slug_rank[:0]
    rank = ranked_by_slug(in_order, predictions, questions, articles, number.keys, no_ranks)
    columns = Columns(replace(predictions, slug_rank=rank), questions, articles, data.columns.sources)
    flags = {name: from_arrow(one(table, name), "", "flag") for name in ("is_first_copy", "proposed")}
    return replace(data, columns=columns, phrases=phrases, prediction_keys=number.keys), flags


def _superseded(number: Positions, keys: NDArray[np.int64]) -> NDArray[np.int32]:
    if not np.isin(keys[keys != 0], number.keys).all():
        msg = "a prediction supersedes one that is not in it"
        raise ValueError(msg)
    return number.of(keys)
