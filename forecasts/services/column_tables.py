"""From rows to the columns of each table: keys become positions, words codes, and days ordinals."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from forecasts.db import scoring_rows as rows
from forecasts.db.scoring_rows import ColumnReader, Rows
from forecasts.domain.kinds import QuestionKind
from forecasts.scoring.checks import SUM_TOLERANCE
from forecasts.scoring.columns import (
    NO_DAY,
    NO_TIME,
    NONE,
    VOCABULARIES,
    ArticleColumns,
    Bools,
    Codes,
    Floats,
    Ints,
    Moments,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    has_own_outcome,
)
from forecasts.scoring.counting.question_states import ladders

_SIDES = {"no": 0, "yes": 1}
_NOT_BY_DEADLINE = 2
_PLACE_BITS = 32
_DAY = 86_400_000_000  # microseconds
_UNIX_DAY = 719_163  # the ordinal of the day from which moments are counted
_ODD = 0x1E3779B97F4A7C15  # mixes two numbers into one; what falls together by chance is told apart after


class Positions:
    """Internal keys to positions, for keys that come in rising order; key 0 stands for nothing."""

    def __init__(self, keys: NDArray[Any]) -> None:
        self.keys = keys.astype(np.int64)
        self._first = int(keys[0]) if keys.size else 0
        self._is_dense = keys.size > 0 and int(keys[-1]) - self._first == keys.size - 1

    def __len__(self) -> int:
        return self.keys.size

    def of(self, keys: NDArray[Any]) -> Ints:
        found = keys - self._first if self._is_dense else np.searchsorted(self.keys, keys)
        return np.where(keys == 0, NONE, found).astype(np.int32)

    def starts(self, owners: NDArray[Any]) -> Ints:
        """Where each owner's rows start; owners in rising order (the CSR layout)."""
        counts = np.bincount(self.of(owners), minlength=len(self))
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Keys:
    """The positions of every table, and the options of each question."""

    sources: Positions
    articles: Positions
    questions: Positions
    options: tuple[tuple[str, ...], ...]


@cache
def no_predictions() -> PredictionColumns:
    kinds = {Floats: np.float64, Codes: np.int8, Bools: np.bool_, Moments: np.int64}
    types = get_type_hints(PredictionColumns)
    parts: dict[str, Any] = {name: np.zeros(0, dtype=kinds.get(dtype, np.int32)) for name, dtype in types.items()}
    starts = {name: np.zeros(1, dtype=np.int32) for name in parts if name.endswith("_start")}
    return PredictionColumns(**(parts | starts))


def options_of(reader: ColumnReader, questions: NDArray[Any]) -> tuple[tuple[str, ...], ...]:
    """The names of the options of each question, by its position."""
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


def _outcome_code(name: str, options: tuple[str, ...]) -> int:
    if options:
        return options.index(name) if name in options else NONE
    return _SIDES.get(name, NONE)


def _needed(asked: Ints, needed: Sequence[str], options: tuple[tuple[str, ...], ...]) -> Ints:
    """The outcome that each condition needs, as the code that its question has for it."""
    pairs = zip(asked.tolist(), needed, strict=True)
    return np.array([_outcome_code(name, options[at]) for at, name in pairs], dtype=np.int32)


def question_columns(
    reader: ColumnReader, table: Rows, needed: Sequence[str], keys: Keys, coded: tuple[Ints, Ints, Ints]
) -> QuestionColumns:
    """The columns of the questions; `coded` are the codes of their scenarios, units and references."""
    kind = table["kind"]
    option_count = np.fromiter((len(names) for names in keys.options), dtype=np.int32, count=len(keys.questions))
    option_count[kind == QuestionKind.BINARY.code] = 2
    condition = keys.questions.of(table["condition"])
    condition[circular(condition)] = NONE
    state, outcome, not_by_deadline, known_on = resolution_columns(reader, keys)
    hangs = np.flatnonzero(condition >= 0)
    references, implied = rows.read_references(reader), rows.read_implied(reader)
    resolves_on = _days(table["resolves_on"])
    scenario, unit, reference_name = coded
    found = QuestionColumns(
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
        range_low=own(table["range_low"]),
        range_high=own(table["range_high"]),
        scenario=scenario,
        deadline_basis=table["deadline_basis"],
        implied_start=keys.questions.starts(implied["owner"]),
        implied=keys.questions.of(implied["other"]),
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
    return without_foreign_outcomes(found)


def without_foreign_outcomes(table: QuestionColumns) -> QuestionColumns:
    """The questions, of which one that was resolved to what is no outcome of its own is open, with the outcome NONE."""
    known = has_own_outcome(table)
    if known.all():
        return table
    return replace(
        table,
        state=np.where(known, table.state, QuestionState.OPEN).astype(np.int8),
        outcome=np.where(known, table.outcome, NONE),
        known_on=np.where(known, table.known_on, NO_DAY).astype(np.int32),
    )


def circular(following: Ints) -> list[int]:
    """The positions from which one comes back to where one was."""
    starts = np.flatnonzero(following >= 0)
    if bool(np.all(following[starts] < starts)):  # each leads to an earlier one, as nearly always
        return []
    from forecasts.domain.references import cycles  # knows the records

    circles = cycles(starts.tolist(), lambda at: (int(following[at]),) if following[at] >= 0 else ())
    return [place for circle in circles for place in circle]


def resolution_columns(
    reader: ColumnReader, keys: Keys
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.bool_], Ints]:
    """State, outcome, whether it is "not by the deadline", and the day from which it could be known."""
    table = rows.read_resolutions(reader)
    state = np.full(len(keys.questions), QuestionState.OPEN, dtype=np.int8)
    outcome = np.full(len(keys.questions), np.nan)
    not_by_deadline = np.zeros(len(keys.questions), dtype=np.bool_)
    known_on = np.full(len(keys.questions), NO_DAY, dtype=np.int32)
    at = keys.questions.of(table["question"])
    is_void = table["void"] == 1
    state[at] = np.where(is_void, QuestionState.VOID, QuestionState.RESOLVED)
    known_on[at] = _days(table["known_on"])
    not_by_deadline[at] = table["side"] == _NOT_BY_DEADLINE
    value = np.where(table["side"] < _NOT_BY_DEADLINE, table["side"].astype(np.float64), np.nan)
    number = own(table["outcome_number"])
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


def prediction_columns(
    reader: ColumnReader, table: Rows, keys: Keys, articles: ArticleColumns, predictions: Positions, everyone: Positions
) -> PredictionColumns:
    """The columns of the predictions in a table; what they repeat or supersede is a position among `everyone`.

    Their slugs are not ranked.
    """
    count = len(predictions)
    article = keys.articles.of(table["article"])
    made_last = _day_made(table["made_last"], articles.last_day, article)
    speakers, conditions = rows.read_speakers(reader), rows.read_conditions(reader)
    needed = rows.read_needed_outcomes(reader)
    asked = keys.questions.of(conditions["other"])
    question = keys.questions.of(table["question"])
    options, quantiles = rows.read_option_probabilities(reader), rows.read_quantiles(reader)
    options = _only(options, _in_whole_rows(predictions.of(options["owner"]), options, question, keys))
    quantiles = _only(quantiles, _in_rising_rows(predictions.of(quantiles["owner"]), quantiles))
    supersedes = everyone.of(table["supersedes"])
    if count == len(everyone):
        supersedes[circular(supersedes)] = NONE
    return PredictionColumns(
        question=question,
        article=article,
        made_first=_day_made(table["made_first"], articles.first_day, article),
        made_last=made_last,
        made_at=_times(rows.read_moments(reader), predictions, made_last),
        **{word: table[word] for word in VOCABULARIES},
        unscorable=table["unscorable"] == 1,
        restates=everyone.of(table["restates"]),
        supersedes=supersedes,
        paragraph=table["paragraph"].astype(np.int32),
        slug_rank=np.zeros(count, dtype=np.int32),
        probability=own(table["probability"]),
        low=own(table["low"]),
        high=own(table["high"]),
        about_no=table["about_no"] == 1,
        sentence=_sentences(rows.read_sentences(reader), predictions),
        phrase=np.full(count, NONE, dtype=np.int32),
        coded_on=_days(table["coded_on"]),
        speaker_start=predictions.starts(speakers["owner"]),
        speaker=keys.sources.of(speakers["other"]),
        condition_start=predictions.starts(conditions["owner"]),
        condition_question=asked,
        condition_outcome=_needed(asked, needed, keys.options),
        option_start=predictions.starts(options["owner"]),
        option_probability=own(options["probability"]),
        quantile_start=predictions.starts(quantiles["owner"]),
        quantile_level=own(quantiles["level"]),
        quantile_value=own(quantiles["value"]),
    )


def _only(table: Rows, chosen: NDArray[np.bool_]) -> Rows:
    return table if chosen.all() else {name: column[chosen] for name, column in table.items()}


def _in_whole_rows(owner: Ints, table: Rows, question: Ints, keys: Keys) -> NDArray[np.bool_]:
    """Which probabilities of options belong to a prediction that gives one to every option of its question."""
    if not owner.size:
        return np.zeros(0, dtype=np.bool_)
    given = np.bincount(owner, minlength=question.size)
    total = np.bincount(owner, own(table["probability"]), minlength=question.size)
    expected = np.fromiter((len(names) for names in keys.options), dtype=np.int64, count=len(keys.options))
    broken = np.abs(total - 1.0) > SUM_TOLERANCE + 1e-12
    broken |= (question >= 0) & (given != expected[question])
    whole: NDArray[np.bool_] = ~broken[owner]
    return whole


def _in_rising_rows(owner: Ints, table: Rows) -> NDArray[np.bool_]:
    """Which quantiles belong to a prediction whose levels rise and whose values do not fall."""
    if not owner.size:
        return np.zeros(0, dtype=np.bool_)
    falls = (np.diff(owner) == 0) & ((np.diff(table["level"]) <= 0) | (np.diff(table["value"]) < 0))
    return ~np.isin(owner, owner[1:][falls])


def ranked_by_slug(
    in_order: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    table: PredictionColumns,
    questions: QuestionColumns,
    articles: ArticleColumns,
    keys: NDArray[np.int64],
    ranked: Ints,
) -> Ints:
    """A rank for each prediction: by slug among those that nothing else may put in order, else as they come.

    What else orders them is the day, the article's, and the paragraph (`scoring.counting.classify`), among claims on
    one question or one ladder, and between a claim and what it supersedes. `ranked` has the ranks of the first ones,
    made before the others were there. `in_order` puts keys of predictions into the order of their slugs.
    """
    rank = np.arange(len(table), dtype=np.int32)
    rank[: ranked.size] = ranked

    def place(at: NDArray[Any]) -> NDArray[np.int64]:
        day: NDArray[np.int64] = articles.last_day[table.article[at]].astype(np.int64)
        found: NDArray[np.int64] = day * (1 << _PLACE_BITS) + table.paragraph[at]
        return found

    ladder = ladders(questions)
    joined = np.where(ladder >= 0, ladder, np.arange(ladder.size, dtype=np.int32))
    asked = np.append(joined, np.int32(NONE))[table.question]
    later = np.flatnonzero(table.supersedes >= 0)
    later = later[asked[later] != asked[table.supersedes[later]]]
    across = place(later)[place(later) == place(table.supersedes[later])]
    looked_at = np.arange(len(table))
    if ranked.size and not across.size:  # only on what was asked since can anything new be tied
        is_new = np.zeros(joined.size + 1, dtype=np.bool_)
        is_new[asked[ranked.size :]] = True
        looked_at = np.flatnonzero(is_new[asked])
    places, on = place(looked_at), asked[looked_at]
    if across.size:
        on = np.where(np.isin(places, across), NONE, on)
    tied = _repeated(places * _ODD + on, int(np.searchsorted(looked_at, ranked.size)))
    tied = tied[np.lexsort((places[tied], on[tied]))]
    order = looked_at[tied]
    starts = np.ones(order.size, dtype=np.bool_)
    starts[1:] = (np.diff(places[tied]) != 0) | (np.diff(on[tied]) != 0)
    group = np.cumsum(starts)
    members = np.sort(order)
    by_slug = np.empty(members.size, dtype=np.int64)
    by_slug[np.searchsorted(keys[members], in_order(keys[members]))] = np.arange(members.size)
    slug = by_slug[np.searchsorted(members, order)]
    rank[order[np.lexsort((slug, group))]] = rank[order][np.lexsort((rank[order], group))]
    return rank


def _repeated(value: NDArray[np.int64], since: int) -> NDArray[np.intp]:
    """Where values stand that stand more than once, at least one of these times from position `since` on."""
    new = np.sort(value[since:])
    wanted = new if since else new[1:][new[1:] == new[:-1]]
    if wanted.size == 0:
        return np.zeros(0, dtype=np.intp)
    at = np.minimum(np.searchsorted(wanted, value), wanted.size - 1)
    return np.flatnonzero(wanted[at] == value)


def _day_made(day: NDArray[Any], published: NDArray[Any], article: Ints) -> Ints:
    """The day on which it was made, else that of its article."""
    return np.where(day == 0, published[article], day).astype(np.int32) if day.size else day.astype(np.int32)


def _times(moments: Rows, predictions: Positions, made_last: Ints) -> NDArray[np.int64]:
    """Times of day in microseconds from the beginning of the last day on which a prediction can have been made."""
    time = np.full(made_last.size, NO_TIME, dtype=np.int64)
    at = predictions.of(moments["owner"])
    time[at] = moments["at"] - (made_last[at] - _UNIX_DAY).astype(np.int64) * _DAY
    return time


def _sentences(sentences: Rows, predictions: Positions) -> NDArray[np.int64]:
    number = np.zeros(len(predictions), dtype=np.int64)
    number[predictions.of(sentences["owner"])] = sentences["number"]
    return number


def own(column: NDArray[Any]) -> NDArray[np.float64]:
    """A column of numbers by itself, not as a part of the records it was read in."""
    return np.ascontiguousarray(column, dtype=np.float64)


def article_columns(reader: ColumnReader, table: Rows, keys: Keys) -> ArticleColumns:
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
    return np.where(ordinals == 0, NO_DAY, ordinals).astype(np.int32)


def distinct(values: Iterable[str]) -> tuple[Ints, tuple[str, ...]]:
    """Each text as a code, and the texts of the codes, in the order in which they first come."""
    seen: dict[str, int] = {}
    column = np.array([seen.setdefault(value, len(seen)) for value in values], dtype=np.int32)
    return column, tuple(seen)
