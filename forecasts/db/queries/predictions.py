"""The list of predictions: which a query finds, in order; the first of them at once, however many there are.

A selection of few is sorted as it is. Of many, the table's own order is not sorted at all: it follows an index, or
goes through the owners (days, questions, sources) in their order and reads the predictions of some at a time.
Values are in order of code point, those alike in the order of recording; those without a value come last.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from forecasts.db.queries.filters import FEW, IN_FORCE, MADE_ON, NARROWED, narrowed
from forecasts.db.queries.home import read_statuses
from forecasts.db.reader import SqlReader
from forecasts.db.search import found_in_words, has
from forecasts.domain.marks import PredictionQuery
from forecasts.domain.overview import statuses_meant
from forecasts.text import search_terms

_FIRST_OWNERS = 8
_MOST_OWNERS = 4_096
_STRETCH = 10_000

_QUESTION = "LEFT JOIN question AS q ON q.id = p.question_id"
_RESOLUTION = f"LEFT JOIN {IN_FORCE}"
_SCENARIO = "LEFT JOIN scenario AS s ON s.id = COALESCE(p.scenario_id, q.scenario_id)"
_SCENARIOS = (
    "(SELECT s.slug, q.id FROM question AS q LEFT JOIN scenario AS s ON s.id = q.scenario_id"
    " UNION ALL SELECT slug, -id FROM scenario) AS o"
)
"""Each question with the slug of its scenario; and each scenario, its key negative, for its claims on no question."""
_ARTICLE = "JOIN article AS a ON a.id = p.article_id"


@dataclass(frozen=True, slots=True)
class _Sort:
    """What a prediction is sorted by: the value with its joins, and where the table's own order comes from.

    `owner_value` is the value among the owners, where it is called otherwise there.
    """

    value: str
    joins: str = ""
    owner: str = ""
    owner_key: str = ""
    owners: str = ""
    owner_value: str = ""


_SORTS = {
    "slug": _Sort("p.slug"),
    "probability": _Sort("p.probability"),
    "claim": _Sort("p.search_key"),
    "claim_type": _Sort("p.claim_type"),
    "phrase": _Sort("p.phrase"),
    "made_on": _Sort(MADE_ON, _ARTICLE),
    "article": _Sort("a.slug", _ARTICLE, "p.article_id", "a.id", "article AS a"),
    "question": _Sort("q.slug", _QUESTION, "p.question_id", "q.id", "question AS q"),
    "question_title": _Sort("q.search_key", _QUESTION, "p.question_id", "q.id", "question AS q"),
    "scenario": _Sort("s.slug", f"{_QUESTION} {_SCENARIO}", "p.question_id", "o.id", _SCENARIOS, "o.slug"),
    "outcome": _Sort(
        "NULLIF(r.outcome, '')", f"{_QUESTION} {_RESOLUTION}", "p.question_id", "q.id", f"question AS q {_RESOLUTION}"
    ),
    "speakers": _Sort(
        "s.name",
        "JOIN prediction_speaker AS c ON c.prediction_id = p.id AND c.position = 1"
        " JOIN source AS s ON s.id = c.source_id",
        "c.source_id",
        "s.id",
        "source AS s",
    ),
}

_REREAD = _Sort(
    "CASE WHEN p.basis = 'stated' OR again.n IS NULL THEN p.probability"
    " ELSE (p.probability + again.total) / (again.n + 1) END",
    "LEFT JOIN (SELECT prediction_id, COUNT(*) AS n, SUM(probability) AS total FROM reading GROUP BY prediction_id)"
    " AS again ON again.prediction_id = p.id",
)
"""The probability in force, where further analysts read any prediction."""

SORTS = frozenset(_SORTS)
"""What a list of predictions can be sorted by."""


def read_keys(reader: SqlReader, query: PredictionQuery, today: date, most: int | None = None) -> "array[int]":
    """The keys of the predictions that match, in order: all of them, or the first `most`."""
    selection = _Selection(reader, query, most, *_filters(query), _wanted(reader, query, today))
    few = selection.few()
    if few is not None:
        return array("q", few if most is None else few[:most])
    return array("q", islice(chain.from_iterable(selection.many()), most))


def _filters(query: PredictionQuery) -> tuple[list[str], list[object]]:
    asked = ((name, getattr(query, name)) for name in NARROWED)
    found = [narrowed(name, "prediction", slug, "p.") for name, slug in asked if slug]
    return [where for where, _ in found], [slug for _, slugs in found for slug in slugs]


def _wanted(reader: SqlReader, query: PredictionQuery, today: date) -> frozenset[int] | None:
    """The questions that stand as asked for; None where any will do."""
    if query.status is None:
        return None
    wanted = statuses_meant(query.status)
    return frozenset(key for key, status in read_statuses(reader, today).items() if status in wanted)


class _Words(NamedTuple):
    """A word that is looked for, the questions with it, and the predictions of speakers with it."""

    term: str
    questions: frozenset[int]
    spoken: frozenset[int]


@dataclass(frozen=True)
class _Selection:
    """One query on its way. `wheres` leaves out the words and where questions stand, which are compared in two ways."""

    reader: SqlReader
    query: PredictionQuery
    most: int | None
    wheres: list[str]
    parameters: list[object]
    questions: frozenset[int] | None

    @cached_property
    def sort(self) -> _Sort:
        is_reread = self.query.sort == "probability" and self.reader.value("SELECT 1 FROM reading LIMIT 1") is not None
        return _REREAD if is_reread else _SORTS[self.query.sort]

    @property
    def terms(self) -> list[str]:
        """The words that are looked for, folded: each in the prediction, its question or a speaker's name."""
        return search_terms(self.query.text)

    # Few enough to sort

    def few(self) -> list[int] | None:
        """The whole answer, in order; None where the selection is too many to sort."""
        if not self.terms and not self._is_narrowed:
            return None
        keys = self._candidates()
        if len(keys) > FEW:
            return None
        among, listed = self.reader.among("p.id", keys)
        statement = f"SELECT {self.sort.value}, p.id FROM prediction AS p {self.sort.joins} WHERE {among}"
        return list(chain.from_iterable(self._in_order(_by_value(self.reader.rows(statement, [listed])))))

    def _candidates(self) -> list[int]:
        """What matches, in any order, or more than a few of it."""
        found = [(found_in_words(self.reader, term, FEW + 1), term) for term in self.terms]
        served = [(len(keys), keys, term) for keys, term in found if keys is not None]
        count, worded, known = min(served, default=(0, None, ""))
        others = [term for term in self.terms if term != known]
        if worded is not None and (count <= FEW or not (others or self._is_narrowed)):
            return self._narrow(worded, others)
        wheres, parameters = self._wheres(self.terms)
        statement = f"SELECT p.id FROM prediction AS p WHERE {' AND '.join(wheres)} LIMIT {FEW + 1}"
        return [key for (key,) in self.reader.rows(statement, parameters)]

    @property
    def _is_narrowed(self) -> bool:
        return bool(self.wheres) or self.questions is not None

    def _narrow(self, keys: list[int], terms: Sequence[str]) -> list[int]:
        if not terms and not self._is_narrowed:
            return keys
        wheres, parameters = self._wheres(terms)
        among, listed = self.reader.among("p.id", keys)
        statement = f"SELECT p.id FROM prediction AS p WHERE {' AND '.join([among, *wheres])}"
        return [key for (key,) in self.reader.rows(statement, [listed, *parameters])]

    def _wheres(self, terms: Sequence[str]) -> tuple[list[str], list[object]]:
        wheres, parameters = list(self.wheres), list(self.parameters)
        if self.questions is not None:
            among, listed = self.reader.among("p.question_id", sorted(self.questions))
            wheres.append(among)
            parameters.append(listed)
        for words in map(self._words, terms):
            on_question, questions = self.reader.among("p.question_id", sorted(words.questions))
            by_source, spoken = self.reader.among("p.id", sorted(words.spoken))
            wheres.append(f"({has(self.reader, 'p.')} OR {on_question} OR {by_source})")
            parameters += [words.term, questions, spoken]
        return wheres, parameters

    def _words(self, term: str) -> _Words:
        questions = self.reader.rows(f"SELECT id FROM question WHERE {has(self.reader)}", [term])
        spoken = self.reader.rows(
            "SELECT c.prediction_id FROM prediction_speaker AS c"
            f" WHERE c.source_id IN (SELECT id FROM source WHERE {has(self.reader)})",
            [term],
        )
        return _Words(term, frozenset(key for (key,) in questions), frozenset(key for (key,) in spoken))

    # Too many to sort

    def many(self) -> Iterator[Sequence[int]]:
        """The answer in stretches, in order."""
        words = [self._words(term) for term in self.terms]
        if self.query.sort == "made_on":
            yield from self._by_day(words)
        elif self.sort.owners:
            yield from self._by_owner(words)
        else:
            column, down = self.sort.value, " DESC" if self.query.descending else ""
            known = f"{column} IS NOT NULL", f" ORDER BY {column}{down}, p.id{down}"
            yield from self._read(words, "NULL", f"prediction AS p {self.sort.joins}", *known)
            if self.query.sort == "probability":
                yield from self._read(words, "NULL", "prediction AS p", "p.probability IS NULL", " ORDER BY p.id")

    def _by_owner(self, words: Sequence[_Words]) -> Iterator[Sequence[int]]:
        sort, down = self.sort, " DESC" if self.query.descending else ""
        value = sort.owner_value or sort.value
        owners = f"SELECT {value}, {sort.owner_key} FROM {sort.owners} WHERE {value} IS "
        known = self.reader.stream(f"{owners}NOT NULL ORDER BY {value}{down}")
        groups = ((value, [key for _, key in some]) for value, some in groupby(known, itemgetter(0)))
        for chunk in _chunks(groups):
            value_of = {owner: value for value, some in chunk for owner in some}
            found = self._read_owned(words, self.sort.owner, [owner for owner in value_of if owner > 0])
            if scenarios := [-owner for owner in value_of if owner < 0]:
                alone = self._read_owned(words, "p.scenario_id", scenarios)
                found = chain(found, ((-scenario, key) for scenario, key in alone))
            yield from self._in_order(_by_value((value_of[owner], key) for owner, key in found))
        if self.sort.owner == "p.question_id":
            unknown = [key for _, key in self.reader.rows(f"{owners}NULL")]
            found = self._read_owned(words, self.sort.owner, unknown)
            yield sorted(key for _, key in found)
            on_none = "p.question_id IS NULL" + (" AND p.scenario_id IS NULL" if sort.owners is _SCENARIOS else "")
            yield from self._read(words, "NULL", "prediction AS p", on_none, " ORDER BY p.id")

    def _by_day(self, words: Sequence[_Words]) -> Iterator[Sequence[int]]:
        articles = _by_value(self.reader.rows("SELECT published_last_on, id FROM article"))
        days = sorted(articles.keys() | set(self._days_made()), reverse=self.query.descending)
        down = " DESC" if self.query.descending else ""
        for chunk in _chunks((day, articles.get(day, [])) for day in days):
            first, last = sorted((chunk[0][0], chunk[-1][0]))
            order = f" ORDER BY p.made_last_on{down}, p.id{down}"
            own = self._pairs(
                words, "p.made_last_on", "prediction AS p", "p.made_last_on BETWEEN ? AND ?", order, [first, last]
            )
            day_of = {article: day for day, some in chunk for article in some}
            undated = self._read_owned(words, "p.article_id", list(day_of), " AND p.made_last_on IS NULL")
            printed = ((day_of[article], key) for article, key in undated)
            yield from self._in_order(_by_value(chain(own, printed)))

    def _days_made(self) -> Iterator[Any]:
        """The days on which predictions were made, each found by one step in the index."""
        rows = self.reader.rows(
            "WITH RECURSIVE day(made) AS (SELECT MIN(made_last_on) FROM prediction UNION ALL"
            " SELECT (SELECT MIN(made_last_on) FROM prediction WHERE made_last_on > day.made) FROM day"
            " WHERE day.made IS NOT NULL) SELECT made FROM day WHERE made IS NOT NULL"
        )
        return (day for (day,) in rows)

    def _read_owned(
        self, words: Sequence[_Words], owner: str, owners: list[int], condition: str = ""
    ) -> Iterator[tuple[Any, int]]:
        among, listed = self.reader.among(owner, owners)
        if not owner.startswith("c."):
            return self._pairs(words, owner, "prediction AS p", among + condition, "", [listed])
        table, is_plain = "prediction_speaker AS c", not words and not self._is_narrowed
        if is_plain:
            rows = self.reader.rows(
                f"SELECT {owner}, c.prediction_id FROM {table} WHERE {among} AND c.position = 1", [listed]
            )
            return iter(rows)
        table += " JOIN prediction AS p ON p.id = c.prediction_id"
        return self._pairs(words, owner, table, f"{among} AND c.position = 1", "", [listed])

    def _read(self, words: Sequence[_Words], value: str, table: str, where: str, order: str) -> Iterator[Sequence[int]]:
        pairs = self._pairs(words, value, table, where, order, [])
        while stretch := [key for _, key in islice(pairs, self.most or _STRETCH)]:
            yield stretch

    def _pairs(
        self, words: Sequence[_Words], value: str, table: str, where: str, order: str, parameters: list[object]
    ) -> Iterator[tuple[Any, int]]:
        """Values and keys of what matches, in the order of a statement."""
        wheres = " AND ".join([where, *self.wheres])
        if not words and self.questions is None:
            limit = f" LIMIT {self.most}" if order and self.most is not None else ""
            statement = f"SELECT {value}, p.id FROM {table} WHERE {wheres}{order}{limit}"
            yield from self.reader.stream(statement, [*parameters, *self.parameters])
            return
        columns = ", ".join([value, "p.id", "p.question_id", *[has(self.reader, "p.")] * len(words)])
        statement = f"SELECT {columns} FROM {table} WHERE {wheres}{order}"
        given = [word.term for word in words]
        for found, key, question, *said in self.reader.stream(statement, [*given, *parameters, *self.parameters]):
            is_worded = all(
                is_said or question in word.questions or key in word.spoken
                for is_said, word in zip(said, words, strict=True)
            )
            if is_worded and (self.questions is None or question in self.questions):
                yield found, key

    def _in_order(self, keys: dict[Any, list[int]]) -> Iterator[Sequence[int]]:
        """The keys by their value, those without one last."""
        unknown = keys.pop(None, [])
        for value in sorted(keys, reverse=self.query.descending):
            yield sorted(keys[value], reverse=self.query.descending)
        yield sorted(unknown)


def _by_value(rows: Iterable[tuple[Any, int]]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for value, key in rows:
        found[value].append(key)
    return found


def _chunks(groups: Iterator[tuple[Any, list[int]]]) -> Iterator[list[tuple[Any, list[int]]]]:
    """Stretches of values, a few first and then more at a time."""
    size = _FIRST_OWNERS
    while chunk := list(islice(groups, size)):
        yield chunk
        size = min(size * 2, _MOST_OWNERS)
