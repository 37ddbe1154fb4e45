"""What the ledger has already, as a table of predictions is read against it: names to slugs, and fields to overlay."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forecasts.domain.fields import plain_record
from forecasts.domain.records import Article, Phrase, Prediction, Question, Resolution, Source
from forecasts.domain.values import is_slug, tidy
from forecasts.domain.wording import read_number
from forecasts.interchange.imports.naming import digest, joined_slug, slug_of_name

if TYPE_CHECKING:
    from forecasts.interchange.bodies import Known


class KnownRecords:
    """The ledger's records by slug, and the slugs of those that go by one name only."""

    def __init__(self, known: Known) -> None:
        self.records = known
        self._sources: dict[str, set[str]] = defaultdict(set)
        self._questions: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, list[Phrase]] = defaultdict(list)
        self._in_force = {
            record.question: record
            for record in known.get("resolution", {}).values()
            if isinstance(record, Resolution) and not record.superseded_reason
        }
        for record in known.get("source", {}).values():
            if isinstance(record, Source):
                for name in (record.name, *record.aliases):
                    self._sources[name.casefold()].add(record.slug)
        for record in known.get("question", {}).values():
            if isinstance(record, Question):
                self._questions[record.title.casefold()].add(record.slug)
        for record in known.get("phrase", {}).values():
            if isinstance(record, Phrase):
                self._phrases[record.standard].append(record)

    def find(self, kind: str, slug: str) -> Any:
        """The record, or None."""
        return self.records.get(kind, {}).get(slug)

    def source(self, text: str) -> str:
        """The slug of a source that is given by slug or by name."""
        if is_slug(text) and (self.find("source", text) or text.casefold() not in self._sources):
            return text
        found = self._sources.get(tidy(text).casefold(), set())
        return next(iter(found)) if len(found) == 1 else slug_of_name(text)

    def goes_by(self, slug: str, name: str) -> bool:
        """Whether a source of the ledger goes by that name; true where the ledger has no such source."""
        found = self.find("source", slug)
        if not isinstance(found, Source):
            return True
        return tidy(name).casefold() in {known.casefold() for known in (found.name, *found.aliases, slug)}

    def question(self, text: str) -> str:
        """The slug of a question that is given by slug or by title."""
        if is_slug(text):
            return text
        found = self._questions.get(tidy(text).casefold(), set())
        return next(iter(found)) if len(found) == 1 else joined_slug(text, key=digest(tidy(text), length=8))

    def fields(self, kind: str, slug: str) -> dict[str, Any]:
        """A record's fields in the pack's form; none where the ledger has no such record."""
        found = self.find(kind, slug)
        return {} if found is None else plain_record(found)

    def implied(self, prediction: Prediction) -> dict[str, Any]:
        """What a prediction of the ledger leaves to follow from its phrase and its article, as a table says it."""
        implied: dict[str, Any] = {}
        number = read_number(prediction, self._phrases.get(prediction.standard, ()))
        if number.probability_derived:
            implied["probability"] = number.probability
        if number.low_derived:
            implied["low"] = number.low
        if number.high_derived:
            implied["high"] = number.high
        article = self.find("article", prediction.article)
        if prediction.made_on is None and isinstance(article, Article):
            implied["made_on"] = article.published_on
        return implied

    def resolution(self, question: str) -> dict[str, Any]:
        """The fields of the resolution in force of a question; none where it has none."""
        found = self._in_force.get(question)
        return {} if found is None else plain_record(found)
