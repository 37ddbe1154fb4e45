"""What words turned out to be worth: by class of words, what they were read as and how often they came true."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasts.db.queries.claims import read_words, slugs_by_key
from forecasts.db.reader import SqlReader
from forecasts.domain.card_claims import ReadAs
from forecasts.domain.kinds import Basis
from forecasts.domain.records import Phrase
from forecasts.domain.wording import find_reading
from forecasts.scoring import Scorecards
from forecasts.scoring.arrays import distinct_rows
from forecasts.scoring.readings import read_as
from forecasts.services.columns import LedgerColumns

Ints = NDArray[np.int64]

LEAST_OF_A_SOURCE: Final = 5
"""From so many claims on a card says what its words are worth."""

_DECIMALS: Final = 9
_read_as = lru_cache(1 << 14)(read_as)
_SCANNED: Final = 4
"""Where more than one prediction of a ledger in so many is wanted, all are read."""


class _WordClass(NamedTuple):
    """A class of words: its name, and what it is read as, of the side that it speaks of."""

    name: str
    said: float
    low: float
    high: float


Tally = Mapping[_WordClass, tuple[int, int]]
"""The number of claims with words of each class, and of those that came true."""


class ClassedWords(NamedTuple):
    """The scored claims of yes or no, by class of words: the `rows` among the scored claims, the code of the class of
    each (-1 for none), and whether what its words speak of came true.
    """

    rows: NDArray[np.intp]
    classes: list[_WordClass]
    code: Ints
    came: NDArray[np.bool_]

    def by_source(self, cards: Scorecards) -> dict[int, Tally]:
        """Of each source, from `LEAST_OF_A_SOURCE` claims on."""
        group = cards.scored.source[self.rows].astype(np.int64) * (len(self.classes) + 1) + self.code + 1
        groups, at = np.unique(group, return_inverse=True)
        of_source: dict[int, dict[_WordClass, tuple[int, int]]] = defaultdict(dict)
        columns = (*np.divmod(groups, len(self.classes) + 1), *_counted(at, self.came, groups.size))
        for source, code, n, true in zip(*map(np.ndarray.tolist, columns), strict=True):
            if code and n >= LEAST_OF_A_SOURCE:
                of_source[source][self.classes[code - 1]] = n, true
        return dict(of_source)

    def of_all(self, cards: Scorecards) -> Tally:
        """Of all, each prediction once."""
        first = np.unique(cards.scored.prediction[self.rows], return_index=True)[1]
        return tally_of(self.classes, self.code[first], self.came[first])


def tally_of(classes: Sequence[_WordClass], code: Ints, came: NDArray[np.bool_]) -> Tally:
    counted = zip(classes, *_counted(code, came, len(classes)), strict=True)
    return {words: (int(n), int(true)) for words, n, true in counted}


def class_words(
    reader: SqlReader,
    data: LedgerColumns,
    cards: Scorecards,
    sources: Sequence[int],
    phrases: Mapping[str, Sequence[Phrase]],
) -> ClassedWords:
    """The scored claims of yes or no of these sources.

    A class is a term of the standard by which a claim was read, or what else an analyst read it as. `phrases` are those
    of each standard. Numbers that a source stated are no words, and words without a range have nothing to learn.
    """
    scored, table = cards.scored, data.columns.predictions
    rows = np.flatnonzero(scored.binary & np.isin(scored.source, sources))
    rows = rows[table.basis[scored.prediction[rows]] != Basis.STATED.code]
    position, first, place = np.unique(scored.prediction[rows], return_index=True, return_inverse=True)
    classes, codes, is_of_no = _classify(reader, data, position, phrases)
    came = (data.columns.questions.outcome[scored.question[rows[first]]] == 1) != is_of_no
    return ClassedWords(rows, classes, codes[place], came[place])


def _counted(group: Ints, came: NDArray[np.bool_], count: int) -> tuple[Ints, Ints]:
    known = group >= 0
    n = np.bincount(group[known], minlength=count)
    return n, np.bincount(group[known & came], minlength=count)


def _classify(
    reader: SqlReader, data: LedgerColumns, position: NDArray[np.int32], phrases: Mapping[str, Sequence[Phrase]]
) -> tuple[list[_WordClass], Ints, NDArray[np.bool_]]:
    """The classes, and of each prediction its class (-1 for none), and whether that speaks of NO."""
    table, (said, words) = data.columns.predictions, _read_words(reader, data.prediction_keys[position], phrases)
    numbers = [np.nan_to_num(getattr(table, name)[position], nan=-1.0) for name in ("probability", "low", "high")]
    cells = (said, *numbers, table.about_no[position].astype(np.int8))
    first, place = distinct_rows(*cells)
    known: dict[_WordClass, int] = {}
    found: list[tuple[int, bool]] = []
    for at, *number in zip(*(cell[first].tolist() for cell in cells), strict=True):
        one, of_no = _class_of(*words[at], *number)
        code = known.setdefault(one, len(known)) if one is not None and one.low < one.high else -1
        found.append((code, of_no))
    of_rows = np.array(found, dtype=np.int64).reshape(-1, 2)[place]
    return list(known), of_rows[:, 0], of_rows[:, 1].astype(np.bool_)


def _read_words(
    reader: SqlReader, keys: Ints, phrases: Mapping[str, Sequence[Phrase]]
) -> tuple[Ints, list[tuple[str, Sequence[Phrase]]]]:
    """Of the predictions with these keys a code of their words, and by code the words and the phrases of their
    standard; 0 and nothing where that has none.
    """
    said, words = np.zeros(keys.size, dtype=np.int64), {("", 0): 0}
    slugs = slugs_by_key(reader, "standard")
    standards = {key: phrases[slug] for key, slug in slugs.items() if key is not None and slug in phrases}
    if standards:
        is_most = keys.size * _SCANNED > reader.value("SELECT COUNT(*) FROM prediction")
        rows = read_words(reader, list(standards), None if is_most else keys.tolist())
        pairs = ((key, words.setdefault((phrase, standard), len(words))) for key, standard, phrase in rows)
        read = np.fromiter(pairs, dtype=np.dtype((np.int64, 2)))
        at = np.minimum(np.searchsorted(keys, read[:, 0]), keys.size - 1)
        wanted = keys[at] == read[:, 0] if keys.size else np.zeros(0, dtype=np.bool_)
        said[at[wanted]] = read[wanted, 1]
    return said, [(phrase, standards.get(standard, ())) for phrase, standard in words]


def _class_of(
    phrase: str, phrases: Sequence[Phrase], probability: float, low: float, high: float, about_no: float
) -> tuple[_WordClass | None, bool]:
    """The class of a claim's words, and whether it speaks of NO; a number below 0 is not known."""
    reading = find_reading(phrase, phrases) if phrases else None
    if reading is not None:
        return _WordClass(f"“{reading.term}”", reading.point, reading.low, reading.high), bool(about_no)
    if low < 0 or high < 0:
        return None, False
    if probability >= 0.5:
        return _WordClass("read by an analyst", probability, low, high), False
    said, low, high = (round(1 - value, _DECIMALS) for value in (probability, high, low))
    return _WordClass("read by an analyst", said, low, high), True


def worth_of(tally: Tally) -> tuple[ReadAs, ...]:
    """What classes of words are worth, the largest first."""
    found = []
    for words, (n, true) in tally.items():
        worth, low, high = _read_as(words.low, words.high, n, true)
        one = ReadAs(
            words=words.name,
            said=words.said,
            low=words.low,
            high=words.high,
            n=n,
            came_true=true,
            worth=worth,
            worth_low=low,
            worth_high=high,
        )
        found.append(one)
    return tuple(sorted(found, key=lambda row: (-row.n, row.words, row.said, row.low, row.high)))
