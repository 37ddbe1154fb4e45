"""Words of likelihood and the numbers that a published standard gives them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from forecasts.domain.kinds import Basis, Side

if TYPE_CHECKING:
    from forecasts.domain.records import Phrase, Prediction


COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_LARGER = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "thousand": 1000}
NUMBER_WORDS = {word: number for number, word in enumerate(COUNTS, start=1)} | _LARGER
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ＇`´", "'"))
_DIGITS = 12
_REACH = 3
_DENYING = frozenset({"not", "never", "no", "hardly", "scarcely", "cannot", "nor", "neither"})
_COMPARING = frozenset({"more", "less", "least", "as", "equally", "how"})


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """What a standard reads from a phrase: the term found, its number and the range it allows, open bounds excluded."""

    term: str
    point: float
    low: float
    high: float
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class NumberRead:
    """The number in force of a binary claim, and which parts of it follow from the phrase rather than being given.

    `readings` is by how many further analysts it was read, whom it takes in.
    """

    probability: float | None
    low: float | None
    high: float | None
    probability_derived: bool = False
    low_derived: bool = False
    high_derived: bool = False
    readings: int = 0

    @property
    def is_derived(self) -> bool:
        """Whether any part follows from the phrase."""
        return self.probability_derived or self.low_derived or self.high_derived


def words_of(text: str) -> tuple[str, ...]:
    """The words that are compared: case folded, white space and hyphens as boundaries, one form of apostrophe."""
    folded = unicodedata.normalize("NFC", text.translate(_APOSTROPHES)).casefold()
    return tuple(_WORD.findall(folded))


@lru_cache(maxsize=4096)
def _term_words(written: str) -> tuple[str, ...]:
    """The words of a standard's term: few terms are looked for in many phrases."""
    return words_of(written)


def find_term(text: str, phrases: Iterable[Phrase]) -> tuple[Phrase, tuple[str, ...]] | None:
    """The standard's phrase that stands in the text, with its words there: the longest term or alias, the first of
    equally long ones.

    A term that the words before it deny or compare ("not likely", "less likely") is another phrase, which the standard
    does not list; so is a longer one that merely contains it as part of a word.
    """
    words = words_of(text)
    best: tuple[int, int, str] | None = None
    found: tuple[Phrase, tuple[str, ...]] | None = None
    for phrase in phrases:
        for written in (phrase.term, *phrase.aliases):
            term = _term_words(written)
            place = _place(term, words)
            if place is None:
                continue
            rank = (-len(term), place, phrase.term)
            if best is None or rank < best:
                best, found = rank, (phrase, term)
    return found


def find_reading(text: str, phrases: Iterable[Phrase]) -> PhraseReading | None:
    """What a standard's phrases read from the text."""
    found = find_term(text, phrases)
    return None if found is None else reading_of(found[0])


def by_standard(phrases: Iterable[Phrase]) -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        found[phrase.standard].append(phrase)
    return found


def reading_of(phrase: Phrase) -> PhraseReading:
    """A standard's phrase as a reading; where the standard gives no point, the middle of the range."""
    point = phrase.point if phrase.point is not None else round((phrase.low + phrase.high) / 2, _DIGITS)
    return PhraseReading(phrase.term, point, phrase.low, phrase.high, phrase.low_open, phrase.high_open)


def turned(reading: PhraseReading) -> PhraseReading:
    """The same reading of a phrase that speaks of NO, as a reading of YES."""
    return PhraseReading(
        reading.term,
        round(1 - reading.point, _DIGITS),
        round(1 - reading.high, _DIGITS),
        round(1 - reading.low, _DIGITS),
        reading.high_open,
        reading.low_open,
    )


def phrase_reading(prediction: Prediction, phrases: Iterable[Phrase]) -> PhraseReading | None:
    """What the phrases of a standard read from the prediction's words, as a reading of YES."""
    reading = find_reading(prediction.phrase, phrases) if prediction.phrase else None
    return turned(reading) if reading and prediction.phrase_about is Side.NO else reading


def read_number(prediction: Prediction, phrases: Iterable[Phrase]) -> NumberRead:
    """The number in force, given the phrases of the prediction's standard (none where it names no standard).

    Given parts stay. Missing ones follow from the phrase, a range widened to hold a given number and a number drawn
    into a given range; where the standard does not list the phrase they stay unknown.
    """
    probability, low, high = prediction.probability, prediction.low, prediction.high
    is_whole = probability is not None and low is not None and high is not None
    reading = None if is_whole or not prediction.standard else phrase_reading(prediction, phrases)
    if reading is None:
        return NumberRead(probability, low, high)
    point = reading.point if probability is None else probability
    lowest = reading.low if low is None else low
    highest = reading.high if high is None else high
    if probability is None:
        point = max(point, low if low is not None else point)
        point = min(point, high if high is not None else point)
    return NumberRead(
        point,
        min(lowest, point),
        max(highest, point),
        probability_derived=probability is None,
        low_derived=low is None,
        high_derived=high is None,
    )


FurtherReading = tuple[float, float | None, float | None]
"""What a further analyst reads from a claim: the number, and the ends of its range."""


def with_readings(first: NumberRead, basis: str, further: Sequence[FurtherReading]) -> NumberRead:
    """The number in force of a claim that further analysts read: the mean of all, from the lowest end that anybody
    allows to the highest.

    What the source itself stated is no reading, and a claim without a number stays without one.
    """
    number = first.probability
    if number is None or basis == Basis.STATED or not further:
        return first
    every = ((number, first.low, first.high), *further)
    return replace(
        first,
        probability=(sum(point for point, _, _ in further) + number) / len(every),
        low=min(point if low is None else low for point, low, _ in every),
        high=max(point if high is None else high for point, _, high in every),
        readings=len(further),
    )


def _place(term: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    """Where the term first stands among the words without being denied or compared."""
    for start in range(len(words) - len(term) + 1) if term else ():
        if words[start : start + len(term)] == term and not _is_changed(words[:start]):
            return start
    return None


def _is_changed(before: tuple[str, ...]) -> bool:
    near = before[-_REACH:]
    return bool(before) and (before[-1] in _COMPARING or any(word in _DENYING or word.endswith("n't") for word in near))
