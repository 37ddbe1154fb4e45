"""Words of likelihood: read by every standard of the record side by side, and as a reader looks for them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecasts.domain.candidates import Lexicon, likelihood_terms
from forecasts.domain.records import Phrase, Standard
from forecasts.domain.wording import Reading, find_reading

if TYPE_CHECKING:
    from forecasts.services.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardReading:
    """What one standard reads from the words; None where it does not list them."""

    standard: str
    title: str
    year: int | None
    reading: Reading | None


def name_standards(ledger: Ledger) -> dict[str, str]:
    """Every standard's title by slug."""
    with ledger.records() as records:
        return {record.slug: record.title for record in records.all(Standard)}


def read_phrase(ledger: Ledger, words: str) -> tuple[StandardReading, ...]:
    """Every standard's reading of the words, the oldest standard first."""
    with ledger.records() as records:
        standards = records.all(Standard)
        listed: dict[str, list[Phrase]] = defaultdict(list)
        for record in records.all(Phrase):
            listed[record.standard].append(record)
    return tuple(
        StandardReading(
            standard=standard.slug,
            title=standard.title,
            year=standard.year,
            reading=find_reading(words, listed[standard.slug]),
        )
        for standard in sorted(standards, key=lambda found: (found.year or 0, found.slug))
    )


def read_lexicon(ledger: Ledger, standard: str) -> Lexicon:
    """The words of every standard and the phrases of one; of none where the record does not have that standard."""
    with ledger.records() as records:
        phrases = records.all(Phrase)
        found = records.find(Standard, standard) if standard else None
    return Lexicon(
        terms=likelihood_terms(phrases),
        standard=standard if found else "",
        standard_title=found.title if found else "",
        phrases=tuple(phrase for phrase in phrases if phrase.standard == standard) if found else (),
    )
