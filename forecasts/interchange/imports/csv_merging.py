"""Merging what the rows of a table say of the records that many rows share, laid over what the ledger has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from forecasts.domain import records
from forecasts.domain.formats import counted
from forecasts.domain.glossary import BUCKETS
from forecasts.domain.kinds import Bucket, DeadlineBasis, QuestionKind
from forecasts.domain.plain_records import plain_record
from forecasts.domain.question_rules import read_outcome
from forecasts.domain.values import is_slug, same_text, shown
from forecasts.domain.wording import by_standard, read_number
from forecasts.errors import DoubtfulError
from forecasts.interchange.imports.building import Building, digest, joined_slug, own_slug_of_name, slug_of_name
from forecasts.interchange.imports.reports import ImportOptions
from forecasts.interchange.imports.tables import CellText, is_span, read_instant
from forecasts.interchange.record_sets import Known


class KnownRecords:
    """The ledger's records by slug, and the slugs of those that go by one name only."""

    def __init__(self, known: Known) -> None:
        self.records = known
        self._sources: dict[str, set[str]] = defaultdict(set)
        self._questions: dict[str, set[str]] = defaultdict(set)
        phrases = known.get("phrase", {}).values()
        self._phrases = by_standard(one for one in phrases if isinstance(one, records.Phrase))
        self._in_force = {
            record.question: record
            for record in known.get("resolution", {}).values()
            if isinstance(record, records.Resolution) and not record.superseded_reason
        }
        for record in known.get("source", {}).values():
            if isinstance(record, records.Source):
                for name in (record.name, *record.aliases):
                    self._sources[same_text(name)].add(record.slug)
        for record in known.get("question", {}).values():
            if isinstance(record, records.Question):
                self._questions[same_text(record.title)].add(record.slug)

    def find(self, kind: str, slug: str) -> Any:
        return self.records.get(kind, {}).get(slug)

    def source(self, text: str) -> str:
        """The slug of a source that is given by slug or by name."""
        if is_slug(text) and (self.find("source", text) or same_text(text) not in self._sources):
            return text
        found = self._sources.get(same_text(text), set())
        return next(iter(found)) if len(found) == 1 else slug_of_name(text)

    def goes_by(self, slug: str, name: str) -> bool:
        """Whether a source of the ledger goes by that name; true where the ledger has no such source."""
        found = self.find("source", slug)
        if not isinstance(found, records.Source):
            return True
        return same_text(name) in set(map(same_text, (found.name, *found.aliases, slug)))

    def question(self, text: str) -> str:
        """The slug of a question that is given by slug or by title."""
        if is_slug(text):
            return text
        found = self._questions.get(same_text(text), set())
        return next(iter(found)) if len(found) == 1 else joined_slug(text, key=digest(same_text(text), length=8))

    def fields(self, kind: str, slug: str) -> dict[str, Any]:
        """A record's fields in the pack's form; none where the ledger has no such record."""
        found = self.find(kind, slug)
        return {} if found is None else plain_record(found)

    def implied(self, prediction: records.Prediction) -> dict[str, Any]:
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
        if prediction.made_on is None and isinstance(article, records.Article):
            implied["made_on"] = article.published_on
        return implied

    def resolution(self, question: str) -> dict[str, Any]:
        """The fields of the resolution in force of a question; none where it has none."""
        found = self._in_force.get(question)
        return {} if found is None else plain_record(found)


_LEAST_PER_CENT = 0.01
NO_NOTE = "As given in the imported table."
_CLASSES: dict[str, type[records.Record]] = {
    "source": records.Source,
    "standard": records.Standard,
    "scenario": records.Scenario,
    "article": records.Article,
    "question": records.Question,
}


class RowMerger:
    """What rows have said so far. Several speak of one question, source or article, and must agree."""

    def __init__(self, building: Building, known: KnownRecords, options: ImportOptions) -> None:
        self._building = building
        self._known = known
        self._cells = CellText(decimal=options.decimal, days=options.days, is_exact=False)
        self._said: dict[tuple[str, str], dict[str, tuple[Any, str]]] = {}
        self._deadlines: dict[str, str] = {}
        self._days: dict[str, str] = {}  # of the first prediction in each article, which may not say its own

    def merge(self, kind: str, slug: str, values: Mapping[str, Any], where: str) -> None:
        """What a row says of a record; another row must not say otherwise."""
        said = self._said.setdefault((kind, slug), {})
        said.setdefault("slug", (slug, where))
        for field, value in values.items():
            before = said.setdefault(field, (value, where))
            if before[0] != value:
                expected = f"{shown(before[0])}, as on {before[1]}, or another {kind}"
                self._building.problems.add(f"{where}: {kind} {slug}", field, shown(value), expected)

    def set_default_date(self, article: str, day: str) -> None:
        """The day of a prediction in an article, which stands for the article's where none is said."""
        self._days.setdefault(article, day)

    def finish(self, *, are_stated: bool) -> None:
        """Make the records of all that was said. Where sources stated their numbers, it was for these deadlines."""
        self._deadlines = {"deadline_basis": DeadlineBasis.STATED.value} if are_stated else {}
        for kind, cls in _CLASSES.items():
            for (table, slug), said in self._said.items():
                if table == kind:
                    self._make(kind, cls, slug, said)
        for (table, slug), said in self._said.items():
            if table == "resolution":
                self._make_resolution(slug, {field: value for field, (value, _) in said.items()}, said["slug"][1])

    def _make(self, kind: str, cls: type[records.Record], slug: str, said: Mapping[str, tuple[Any, str]]) -> None:
        known = self._known.fields(kind, slug)
        given = {field: value for field, (value, _) in said.items()}
        if not known:
            given = {**self._defaults(kind, slug, given), **given}
        self._building.add(cls, {**known, **given}, said["slug"][1])

    def _defaults(self, kind: str, slug: str, given: Mapping[str, Any]) -> dict[str, Any]:
        if kind == "source":
            return {"name": slug, "kind": "unknown"}
        if kind == "question":
            title = given.get("title", slug)
            return {"title": title, "criteria": title, **self._deadlines}
        if kind == "article":
            return {"title": slug, "coverage": "selected", "published_on": self._days.get(slug)}
        return {"title": slug}

    def _make_resolution(self, slug: str, given: dict[str, Any], where: str) -> None:
        question = self._building.get("question", slug)
        if not isinstance(question, records.Question):
            return
        del given["slug"]
        titles, urls = given.pop("evidence", []), given.pop("evidence_url", [])
        if urls and len(urls) != len(titles):
            found = f"{len(urls)} addresses"
            self._building.problems.add(
                where, "evidence_url", found, f"{len(titles)}, one for each title, perhaps empty"
            )
            return
        evidence = [{"title": title} for title in titles]
        for item, url in zip(evidence, urls, strict=False):
            item["url"] = url
        text = given.get("outcome")
        if text is not None:
            try:
                given["outcome"] = read_outcome(question, self._outcome_text(question.kind, text))
            except ValueError as error:
                expected = f"{error} (--outcome-words says what other words mean)"
                self._building.problems.add(where, "outcome", shown(text), expected)
                return
        known = self._known.resolution(slug)
        if not evidence and "note" not in given and not known:
            given["note"] = NO_NOTE
        if "resolved_at" not in given and known:
            given["resolved_at"] = known["resolved_at"]
        if "resolved_at" not in given:
            known_on = given.get("known_on", "")
            day = known_on[-10:] if is_span(known_on) else str(question.resolves_on)
            given["resolved_at"] = f"{day}T00:00:00Z"
        self._building.add(records.Resolution, self._over_known(slug, given, evidence), where)

    def _outcome_text(self, kind: QuestionKind, text: str) -> str:
        """An outcome as the record writes it; a number or a day may stand as was stated of the table."""
        if kind is QuestionKind.DATE:
            return self._cells.day(text)
        found = self._cells.number_or_day(text) if kind is QuestionKind.NUMERIC else text
        return found if isinstance(found, str) else repr(found)

    def _over_known(self, question: str, given: dict[str, Any], evidence: list[dict[str, Any]]) -> dict[str, Any]:
        """The resolution as the table says it, laid over the one in force where the table speaks of that one."""
        known = self._known.resolution(question)
        same_moment = read_instant(given["resolved_at"]) == read_instant(known.get("resolved_at", ""))
        if not known or not same_moment:
            return {"question": question, **given, "evidence": evidence}
        there = [(item["title"], item.get("url", "")) for item in known.get("evidence", ())]
        if not evidence or [(item["title"], item.get("url", "")) for item in evidence] == there:
            return {**known, **given}
        return {**known, **given, "evidence": evidence}


class Doubts:
    """What makes it likely that something else was meant by a table than what was stated of it."""

    def __init__(self, resolutions: Iterable[records.Resolution]) -> None:
        self._known_on = {one.question: one.known_on.first for one in resolutions if one.known_on and not one.void}
        self._late = self._taken = 0

    def look(self, record: records.Prediction, question: records.Question | None) -> None:
        """Count a prediction, and whether it comes too late to be scored by what the table says of its question."""
        self._taken += 1
        if record.made_on is None or question is None:
            return
        day, known_on = record.made_on.last, self._known_on.get(record.question)
        self._late += day > question.close or (known_on is not None and day >= known_on)

    def told(self, options: ImportOptions, probabilities: Sequence[float]) -> Iterator[str]:
        """In sentences. DoubtfulError where somebody can be asked."""
        if 2 * self._late > self._taken:
            what = f"{self._late:,} of {counted(self._taken, 'prediction')} {'was' if self._late == 1 else 'were'}"
            yield f"{what} {BUCKETS[Bucket.LATE].short}: {BUCKETS[Bucket.LATE].label}, and not scored."
        if options.scale == "percent" and probabilities and max(probabilities) <= _LEAST_PER_CENT:
            if options.asks:
                msg = "No probability is above 1 per cent."
                raise DoubtfulError(msg, "Nothing was changed. If these are shares, state --scale share.")
            yield "No probability is above 1 per cent: if these are shares, undo this and state --scale share."


class RowSources:
    """The sources of one table, each under the name by which it was called first."""

    def __init__(self, building: Building, known: KnownRecords, merger: RowMerger) -> None:
        self._building = building
        self._problems = building.problems
        self._known = known
        self._merger = merger
        self._names: dict[str, str] = {}

    def of_row(self, given: Mapping[str, dict[str, Any]], where: str) -> list[str]:
        """The slugs of the sources that a row names, what it says of each taken too."""
        slugs = [self.take(text, where) for text in given["prediction"].get("speakers", [])]
        for field, values in given.get("source", {}).items():
            if len(values) != len(slugs):
                found, expected = f"{len(values)} items", f"{len(slugs)}, one for each source"
                self._problems.add(where, f"source_{field}", found, expected)
                continue
            for slug, value in zip(slugs, values, strict=True):
                if field == "name" and not self._known.goes_by(slug, value):
                    self._tell_other_name(slug, value, where)
                elif field != "name" or not self._known.find("source", slug):
                    self._merger.merge("source", slug, {field: value}, where)
        if "via" in given["prediction"]:
            given["prediction"]["via"] = [self.take(text, where) for text in given["prediction"]["via"]]
        return slugs

    def take(self, text: str, where: str) -> str:
        """The slug of the source that a row calls so, taken as one of the table's where the ledger has none."""
        slug = self._known.source(text)
        if not is_slug(slug):
            self._problems.add(where, "source", shown(text), "a slug, or a name")
            return slug
        if not self._is_of(slug, text):  # another name has it
            slug = own_slug_of_name(text)
        name = self._names.setdefault(slug, text)
        known = self._known.find("source", slug)
        if same_text(name) == same_text(text):
            self._building.tell_as_one("source", name, text)
            if known and text != slug and same_text(known.name) == same_text(text):
                self._building.tell_as_one("source", known.name, text)
        if not known:
            self._merger.merge("source", slug, {} if is_slug(text) else {"name": text if name == slug else name}, where)
        return slug

    def _is_of(self, slug: str, text: str) -> bool:
        """Whether a slug leads to what a row calls a source, in the table and in the ledger."""
        name = self._names.get(slug, text)
        is_same = same_text(name) == same_text(text) or slug in {name, text}
        return is_same and (slug == text or self._known.goes_by(slug, text))

    def _tell_other_name(self, slug: str, name: str, where: str) -> None:
        found = self._known.find("source", slug)
        expected = f"{shown(found.name)}, the name of {slug} in the ledger, or another slug"
        self._problems.add(where, "source_name", shown(name), expected)
